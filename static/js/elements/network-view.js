/** The network: every stage a column of maps in network order, with links between them. */

import { print, printPercent } from "../core/decimal.js";
import { LISTED_VALUES, NARROWEST, planNetwork, planStage } from "../core/layout.js";
import { nearest } from "../core/nearest.js";
import { mapSize } from "../core/run.js";
import { paintGray, paintMap } from "../pixels.js";
import { make } from "./make.js";
import { NetworkLinks } from "./network-links.js";

/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("../core/layout.js").Column} Column */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("../store.js").Cell} Cell */

const GUTTER = 20;
const BARS = 140;
const STACKED = 760;
const STACKED_MAP = 56;
const STACKED_CELL = 3;
const STACKED_GAP = 4;

/** @typedef {{ stage: StageDescription, section: HTMLElement, maps: HTMLButtonElement[], column: Column }} Placed */

/**
 * Fires `open` (detail: { stage, channel }) when a map is chosen and `look` (detail: stage name) when the
 * pointer or the focus comes to one. Columns side by side; stacked, top to bottom, where there is little width.
 */
export class NetworkView extends HTMLElement {
  /** @type {ModelDescription | null} */
  #model = null;
  /** @type {Run | null} */
  #run = null;
  /** @type {import("../core/colour.js").ColourMap | null} */
  #colours = null;
  /** @type {Placed[]} */
  #placed = [];
  /** @type {Cell | null} */
  #selected = null;
  #links = new NetworkLinks(this);
  #size = "";
  #observer = new ResizeObserver(() => this.#layOut());

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#moveFocus(event));
    this.addEventListener("pointerover", (event) => this.#look(event));
    this.addEventListener("pointerleave", () => this.#links.highlight(null));
    this.addEventListener("focusin", (event) => this.#look(event));
    this.addEventListener("focusout", () => this.#links.highlight(null));
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    this.#colours = colours;
  }

  /** @param {ModelDescription} model */
  set model(model) {
    this.#model = model;
    this.#run = null;
    this.#build(model);
    this.#layOut(true);
  }

  /** @param {Run | null} run */
  set run(run) {
    this.#run = run;
    this.#paint();
  }

  /** @param {Cell | null} cell whose map is framed */
  set selected(cell) {
    this.#selected = cell;
    this.#frame();
  }

  /** @param {import("../core/window.js").Span | null} span what is framed on the input */
  set receptiveField(span) {
    const input = this.#placed.find(({ stage }) => stage.op === "Input");
    for (const button of input?.maps ?? []) {
      button.querySelector(".field")?.remove();
      if (!span || !input) continue;
      const [, rows = 1, columns = 1] = input.stage.shape;
      const top = Math.max(0, span.top);
      const left = Math.max(0, span.left);
      const field = make("span", { class: "field" });
      field.style.top = `${(top / rows) * 100}%`;
      field.style.left = `${(left / columns) * 100}%`;
      field.style.height = `${((Math.min(rows - 1, span.bottom) - top + 1) / rows) * 100}%`;
      field.style.width = `${((Math.min(columns - 1, span.right) - left + 1) / columns) * 100}%`;
      button.append(field);
    }
  }

  /** @param {ModelDescription} model */
  #build(model) {
    this.#placed = model.stages.map((stage) => {
      const shown =
        stage.shape.length > 1 || (stage.shape[0] ?? 0) <= LISTED_VALUES ? (stage.shape[0] ?? 0) : 1;
      const maps = Array.from({ length: shown }, (_, channel) => this.#mapButton(stage, channel, shown));
      const section = make(
        "section",
        {
          class: "stage",
          "data-stage": stage.name,
          role: "group",
          "aria-label": `${stage.name}, ${stage.op}`,
        },
        make(
          "header",
          {},
          make("span", { class: "name" }, stage.name),
          make("span", { class: "op" }, stage.op),
          make("span", { class: "shape" }, stage.shape.join("×")),
        ),
        make("div", { class: "maps" }, ...maps),
      );
      return { stage, section, maps, column: planStage(stage.shape, 1, STACKED_MAP) };
    });
    this.#links.placed = this.#placed;
    this.replaceChildren(this.#links.svg, ...this.#placed.map(({ section }) => section));
    const first = this.#placed[1]?.maps[0] ?? this.#placed[0]?.maps[0];
    if (first) first.tabIndex = 0;
  }

  /**
   * @param {StageDescription} stage
   * @param {number} channel
   * @param {number} shown
   */
  #mapButton(stage, channel, shown) {
    const name = this.#label(stage, channel, shown);
    const button = make("button", {
      type: "button",
      class: stage.op === "Softmax" ? "map share" : "map",
      tabindex: -1,
      "data-channel": channel,
      "aria-label": name,
      title: name,
    });
    if (stage.op === "Softmax") {
      const label = make("span", { class: "class" }, this.#model?.classes[channel] ?? String(channel));
      const bar = make("span", { class: "bar" }, make("span", { class: "fill" }));
      button.append(label, bar, make("span", { class: "percent" }));
    } else {
      button.append(make("canvas"));
    }
    button.addEventListener("click", (event) => this.#open(stage, channel, event));
    return button;
  }

  /**
   * @param {StageDescription} stage
   * @param {number} channel
   * @param {number} shown
   */
  #label({ name, shape, op }, channel, shown) {
    if (op === "Softmax") return `${name}, class ${this.#model?.classes[channel] ?? channel}`;
    if (shape.length > 1) return shape[0] === 1 ? name : `${name}, map ${channel} of ${shape[0]}`;
    return shown === 1 && (shape[0] ?? 0) > 1 ? `${name}, ${shape[0]} values` : `${name}, value ${channel}`;
  }

  /**
   * @param {StageDescription} stage
   * @param {number} channel
   * @param {MouseEvent} event
   */
  #open(stage, channel, event) {
    const placed = this.#placed.find((each) => each.stage === stage);
    let value = channel;
    if (placed && stage.shape.length === 1 && placed.maps.length === 1) {
      const { scale, down } = placed.column;
      const column = Math.floor(event.offsetX / (scale * 2));
      const row = Math.min(down - 1, Math.floor(event.offsetY / scale));
      const pointed = event.detail > 0 ? column * down + row : this.#strongest(stage.name);
      value = Math.max(0, Math.min((stage.shape[0] ?? 1) - 1, pointed));
    }
    this.#rove(/** @type {HTMLElement} */ (event.currentTarget));
    this.dispatchEvent(
      new CustomEvent("open", { bubbles: true, detail: { stage: stage.name, channel: value } }),
    );
  }

  /** @param {string} stage */
  #strongest(stage) {
    const values = this.#run?.stageValues(stage) ?? new Float32Array();
    return values.reduce((best, value, index) => (value > (values[best] ?? 0) ? index : best), 0);
  }

  #layOut(force = false) {
    const stacked = this.clientWidth < STACKED;
    const size = `${this.clientWidth} ${stacked ? "" : this.clientHeight}`;
    if (!this.#model || this.clientWidth === 0 || (!force && size === this.#size)) return;
    this.#size = size;
    this.classList.toggle("stacked", stacked);
    const shapes = this.#placed.map(({ stage }) => stage.shape);
    const header = this.#placed[0]?.section.querySelector("header")?.getBoundingClientRect().height ?? 0;
    const columns = stacked
      ? shapes.map((shape) => stackedColumn(shape, this.clientWidth))
      : planNetwork(shapes, this.clientWidth - BARS, this.clientHeight - header - 16, GUTTER);
    for (const [index, placed] of this.#placed.entries()) {
      placed.column = columns[index] ?? placed.column;
      this.#place(placed);
    }
    this.#paint();
    this.#links.draw(stacked);
  }

  /** @param {Placed} placed */
  #place({ stage, section, maps, column }) {
    const list = /** @type {HTMLElement} */ (section.querySelector(".maps"));
    const { rows, columns } = mapSize(stage.shape);
    const vector = stage.shape.length === 1;
    const listed = vector && maps.length > 1;
    const free = this.classList.contains("stacked") || stage.op === "Softmax";
    section.style.width = free ? "" : `${Math.max(NARROWEST, column.width)}px`;
    list.classList.toggle("listed", listed);
    list.style.gridTemplateColumns = listed ? "" : `repeat(${column.across}, max-content)`;
    if (vector && !listed) list.style.gridTemplateColumns = "max-content";
    for (const button of maps) {
      if (listed) {
        button.style.height = `${column.scale}px`;
        continue;
      }
      const canvas = /** @type {HTMLCanvasElement} */ (button.firstElementChild);
      canvas.style.width = `${vector ? column.width : columns * column.scale}px`;
      canvas.style.height = `${vector ? column.height : rows * column.scale}px`;
    }
  }

  #paint() {
    const [run, colours] = [this.#run, this.#colours];
    if (!run || !colours) return;
    for (const placed of this.#placed) {
      const { stage, maps, column } = placed;
      const limit = run.limit(stage.name);
      if (stage.op === "Softmax") {
        this.#paintShares(placed);
      } else if (stage.shape.length === 1 && maps.length === 1) {
        const canvas = /** @type {HTMLCanvasElement} */ (maps[0]?.firstElementChild);
        paintMap(
          canvas,
          strip(run.stageValues(stage.name), column),
          column.down,
          column.across,
          colours,
          limit,
        );
      } else {
        const { rows, columns } = mapSize(stage.shape);
        for (const [channel, button] of maps.entries()) {
          const canvas = /** @type {HTMLCanvasElement} */ (button.firstElementChild);
          const values = run.map(stage.name, channel);
          if (stage.op === "Input") paintGray(canvas, values, rows, columns, 0, Math.max(1, limit));
          else paintMap(canvas, values, rows, columns, colours, limit);
          if (stage.shape.length === 1)
            button.title = `${this.#label(stage, channel, 2)}: ${print(values[0] ?? 0, 4)}`;
        }
      }
    }
  }

  /** @param {Placed} placed */
  #paintShares({ stage, maps }) {
    const shares = this.#run?.stageValues(stage.name) ?? new Float32Array();
    const best = this.#strongest(stage.name);
    for (const [channel, button] of maps.entries()) {
      const share = shares[channel] ?? 0;
      const fill = /** @type {HTMLElement} */ (button.querySelector(".fill"));
      fill.style.transform = `scaleX(${share})`;
      const percent = /** @type {HTMLElement} */ (button.querySelector(".percent"));
      percent.textContent = printPercent(share);
      button.classList.toggle("best", channel === best);
      button.setAttribute("aria-label", `${this.#label(stage, channel, 2)}: ${printPercent(share)}`);
    }
  }

  #frame() {
    for (const { stage, maps } of this.#placed) {
      const chosen = this.#selected?.stage === stage.name ? this.#selected.channel : -1;
      for (const [channel, button] of maps.entries()) {
        const pressed = channel === chosen || (chosen >= 0 && maps.length === 1);
        button.classList.toggle("chosen", pressed);
        button.setAttribute("aria-pressed", String(pressed));
      }
    }
  }

  /** @param {Event} event */
  #look(event) {
    const button = event.target instanceof Element ? event.target.closest("button.map") : null;
    if (!(button instanceof HTMLButtonElement)) return this.#links.highlight(null);
    const placed = this.#placed.find(({ maps }) => maps.includes(button));
    if (!placed) return;
    this.#links.highlight(button);
    this.dispatchEvent(new CustomEvent("look", { bubbles: true, detail: placed.stage.name }));
  }

  /** Brings the keyboard back to the map that it was at last. */
  focusMap() {
    /** @type {HTMLElement | null} */ (this.querySelector("button.map[tabindex='0']"))?.focus();
  }

  /**
   * One map at a time takes part in the tab order; arrow keys go to the others.
   * @param {HTMLElement} button
   */
  #rove(button) {
    for (const { maps } of this.#placed) for (const each of maps) each.tabIndex = each === button ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #moveFocus(event) {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const direction = directions[/** @type {keyof typeof directions} */ (event.key)];
    const from = document.activeElement;
    if (!direction || !(from instanceof HTMLElement) || !from.matches("button.map")) return;
    event.preventDefault();
    const next = nearest(
      from,
      this.#placed.flatMap(({ maps }) => maps),
      direction[0] ?? 0,
      direction[1] ?? 0,
    );
    if (!next) return;
    this.#rove(next);
    next.focus();
  }
}

/**
 * A long vector written down column after column, as the grid of a canvas, row by row.
 * @param {Float32Array} values
 * @param {Column} column
 */
function strip(values, { across, down }) {
  const grid = new Float32Array(across * down);
  for (let index = 0; index < values.length; index++) {
    grid[(index % down) * across + Math.floor(index / down)] = values[index] ?? 0;
  }
  return grid;
}

/**
 * How a stage is laid out where stages stand one under another.
 * @param {number[]} shape
 * @param {number} width
 * @returns {Column}
 */
function stackedColumn(shape, width) {
  const [values = 1] = shape;
  if (shape.length === 1 && values > LISTED_VALUES) {
    const across = Math.floor(width / (STACKED_CELL * 2));
    const down = Math.ceil(values / across);
    return {
      scale: STACKED_CELL,
      across,
      down,
      side: STACKED_CELL * 2,
      width: across * STACKED_CELL * 2,
      height: down * STACKED_CELL,
    };
  }
  if (shape.length === 1) return planStage(shape, 1, 320);
  const column = planStage(
    shape,
    Math.max(1, Math.floor(STACKED_MAP / Math.max(...shape.slice(1)))),
    STACKED_MAP,
  );
  const side = (shape[2] ?? 1) * column.scale;
  return {
    ...column,
    across: Math.max(1, Math.min(shape[0] ?? 1, Math.floor((width + STACKED_GAP) / (side + STACKED_GAP)))),
  };
}

customElements.define("network-view", NetworkView);

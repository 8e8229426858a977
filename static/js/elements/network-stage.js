/** One stage of the network on the page: its words, and its maps as buttons. */

import { printChange } from "../core/comparison.js";
import { print, printPercent } from "../core/decimal.js";
import { LISTED_VALUES, NARROWEST } from "../core/layout.js";
import { channelName, mapName } from "../core/model.js";
import { argmax, mapSize } from "../core/run.js";
import { paintGray, paintMap, paintPicture } from "../pixels.js";
import { texts } from "../texts.js";
import { barsWidth, fillBar, nameBar, nameWidth, paintBar } from "./class-bar.js";
import { make, makeSvg } from "./make.js";

/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("../core/colour.js").ColourMap} ColourMap */
/** @typedef {import("../core/layout.js").Column} Column */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("../core/run.js").Scale} Scale */
/** @typedef {{ kept: Run, now: Run }} Change */

/**
 * How a stage is shown: `maps`, a grid of them; `list`, a few values one by one; `strip`, many values as one picture;
 * `shares`, the bars of the classes.
 * @typedef {"maps" | "list" | "strip" | "shares"} Kind
 */

export class NetworkStage {
  /** @type {HTMLButtonElement[]} */
  maps = [];
  /** @type {number[]} the channel of each button */
  channels = [];
  /** @type {Column} */
  column = { scale: 1, across: 1, down: 1, side: 1, width: 1, height: 1 };
  /** @type {HTMLCanvasElement | null} the picture in its colours, over its planes */
  picture = null;
  /** @type {import("../core/shares.js").Shares | null} told of the maps that are shown, in their names */
  shares = null;
  #list = make("div", { class: "maps" });

  /**
   * @param {StageDescription} stage
   * @param {string[]} classes
   * @param {StageDescription[]} inputs what the stage reads, in its order
   */
  constructor(stage, classes, inputs) {
    this.stage = stage;
    this.inputs = inputs;
    this.classes = classes;
    this.kind = kindOf(stage);
    const { name, op, shape } = stage;
    this.header = make(
      "header",
      { title: texts.network.stageTitle(name, op, shape.join("×")) },
      make("span", { class: "name" }, name),
      make("span", { class: "op" }, op),
      make("span", { class: "shape" }, shape.join("×")),
    );
    this.section = make(
      "section",
      { class: "stage", "data-stage": name, "data-kind": this.kind, role: "group" },
      this.header,
      this.#list,
    );
    this.section.setAttribute("aria-label", texts.network.stage(name, op));
    if (stage.op === "Input" && shape[0] === 3) {
      this.picture = make("canvas", {
        class: "whole",
        role: "img",
        "aria-label": texts.network.inColours(name),
      });
    }
  }

  /**
   * Leaves the picture in its colours out where there is room for its planes only: it stands beside the network, too.
   * @param {number} height pixels for the maps of one column
   * @param {number} gap pixels between two maps
   */
  leaveOutPicture(height, gap) {
    const [, rows = 1] = this.stage.shape;
    if (this.picture) this.picture.hidden = (this.count + 1) * (rows + gap) - gap > height;
  }

  /** As it is laid out: a picture in colours takes the place of one more map. */
  get shape() {
    const { shape } = this.stage;
    return this.picture && !this.picture.hidden ? [this.count + 1, ...shape.slice(1)] : shape;
  }

  /**
   * Pixels of the bars with the names and the figures beside them; none where there are no bars.
   * @param {boolean} [narrow] whether there is little room
   */
  barWidth(narrow) {
    return this.kind === "shares" ? barsWidth(this.classes, narrow) : 0;
  }

  /** How many maps or values there are. */
  get count() {
    return this.stage.shape[0] ?? 0;
  }

  /** @param {number[]} channels one button for each, in this order; a strip has one for all */
  set shown(channels) {
    const wanted = this.kind === "strip" ? channels.slice(0, 1) : channels;
    while (this.maps.length < wanted.length) this.maps.push(this.#button());
    for (const button of this.maps.splice(wanted.length)) button.remove();
    this.channels = wanted;
    for (const [slot, channel] of wanted.entries())
      this.#name(/** @type {Button} */ (this.maps[slot]), channel);
    const whole = this.picture ? [this.picture] : [];
    if (this.#list.childElementCount !== whole.length + this.maps.length) {
      this.#list.replaceChildren(...whole, ...this.maps);
    }
  }

  /** @typedef {HTMLButtonElement} Button */

  #button() {
    const button = make("button", { type: "button", class: "map", tabindex: -1 });
    if (this.kind === "shares") fillBar(button, this.stage.name);
    else button.append(make("canvas"));
    return button;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {number} channel
   */
  #name(button, channel) {
    const label = this.label(channel) + this.#toldShare(channel);
    if (this.kind !== "shares") button.setAttribute("aria-label", label);
    button.title = label;
    if (button.dataset.channel === String(channel)) return;
    button.dataset.channel = String(channel);
    const own = channelName(this.stage, channel);
    if (this.kind === "shares") nameBar(button, this.className(channel));
    else if (own !== String(channel)) button.dataset.plane = own;
  }

  /** @param {number} channel */
  label(channel) {
    if (this.kind === "shares") return texts.names.ofClass(this.stage.name, this.className(channel));
    if (this.kind === "maps") return mapName(this.stage, channel);
    return this.kind === "strip"
      ? texts.names.values(this.stage.name, this.count)
      : texts.names.value(this.stage.name, channel);
  }

  /**
   * What is added to the name of a map while its share is told.
   * @param {number} channel
   */
  #toldShare(channel) {
    const told =
      this.kind === "maps" || this.kind === "list" ? this.shares?.say(this.stage.name, channel) : "";
    return told ? texts.network.toldShare(told) : "";
  }

  /** @param {number} channel */
  className(channel) {
    return this.classes[channel] ?? String(channel);
  }

  /**
   * @param {Column} column
   * @param {{ free: boolean, compact: boolean, narrow?: boolean, pitch?: number }} how `free`: as wide as there is
   *   room; `narrow`: with short bars
   */
  place(column, { free, compact, narrow, pitch }) {
    this.column = column;
    const { rows, columns } = mapSize(this.stage.shape);
    const listed = this.kind === "list" || this.kind === "shares";
    const least = compact ? 0 : NARROWEST;
    this.section.style.width = free || this.kind === "shares" ? "" : `${Math.max(least, column.width)}px`;
    this.#list.classList.toggle("listed", listed);
    if (this.kind === "shares") {
      this.#list.style.setProperty("--bars", `${this.barWidth(narrow)}px`);
      this.#list.style.setProperty("--name", `${nameWidth(this.classes)}px`);
    }
    this.#list.classList.toggle("tight", listed && column.scale < 32);
    const across = this.kind === "strip" ? 1 : column.across;
    this.#list.style.gridTemplateColumns = listed ? "" : `repeat(${across}, max-content)`;
    this.#list.style.gridAutoRows = pitch ? `${pitch}px` : "";
    for (const button of this.maps) {
      button.style.height = listed ? `${column.scale}px` : "";
      if (listed) continue;
      const canvas = /** @type {HTMLCanvasElement} */ (button.firstElementChild);
      if (this.kind === "strip") resize(canvas, column.width, column.height);
      else resize(canvas, columns * column.scale, rows * column.scale);
    }
    if (this.picture) resize(this.picture, columns * column.scale, rows * column.scale);
  }

  /**
   * @param {Run | null} run
   * @param {ColourMap} colours
   * @param {Scale} scale
   * @param {Change | null} [change] the two runs whose difference the values are, if they are one
   */
  paint(run, colours, scale, change = null) {
    if (!run) return;
    if (this.kind === "shares") return this.#paintShares(run, change);
    const { name, op, shape } = this.stage;
    if (this.kind === "strip") {
      const { down, across } = this.column;
      const canvas = /** @type {HTMLCanvasElement} */ (this.maps[0]?.firstElementChild);
      const values = strip(run.stageValues(name), this.column);
      return paintMap(canvas, values, down, across, colours, run.limit(name, scale));
    }
    const { rows, columns } = mapSize(shape);
    for (const [slot, button] of this.maps.entries()) {
      const canvas = /** @type {HTMLCanvasElement} */ (button.firstElementChild);
      const channel = this.channels[slot] ?? 0;
      const values = run.map(name, channel);
      const limit = run.limit(name, scale, channel);
      if (op === "Input" && !change)
        paintGray(canvas, values, rows, columns, 0, Math.max(1, run.limit(name)));
      else paintMap(canvas, values, rows, columns, colours, limit);
      if (this.kind === "list")
        button.title =
          texts.network.valueTitle(this.label(channel), print(values[0] ?? 0, 4)) + this.#toldShare(channel);
    }
    // A difference has no colours of its own: its planes show it.
    this.picture?.classList.toggle("unpainted", change !== null);
    if (this.picture && !change)
      paintPicture(this.picture, run.stageValues(name), rows, columns, Math.max(1, run.limit(name)));
  }

  /**
   * @param {Run} run
   * @param {Change | null} change
   */
  #paintShares(run, change) {
    const { name, inputs } = this.stage;
    const shares = run.stageValues(name);
    const logits = run.stageValues(inputs[0] ?? "");
    const best = argmax(shares);
    for (const [slot, button] of this.maps.entries()) {
      const channel = this.channels[slot] ?? 0;
      paintBar(button, {
        label: this.label(channel),
        share: shares[channel] ?? 0,
        percent: change ? printChangeOf(change, name, channel, 100, 1) : printPercent(shares[channel] ?? 0),
        logit: change
          ? printChangeOf(change, inputs[0] ?? "", channel, 1, 2)
          : print(logits[channel] ?? 0, 2),
        best: channel === best,
        change: change !== null,
      });
    }
  }

  /**
   * The cell of a map, or the value of a strip, under the pointer.
   * @param {HTMLButtonElement} button
   * @param {PointerEvent | MouseEvent} event
   * @returns {{ channel: number, row: number, column: number }}
   */
  cellAt(button, event) {
    const channel = this.channels[this.maps.indexOf(button)] ?? 0;
    const canvas = button.querySelector("canvas");
    if (!canvas || this.kind === "list") return { channel, row: 0, column: 0 };
    const box = canvas.getBoundingClientRect();
    const within = (/** @type {number} */ share, /** @type {number} */ cells) =>
      Math.max(0, Math.min(cells - 1, Math.floor(share * cells)));
    const row = within((event.clientY - box.top) / box.height, canvas.height);
    const column = within((event.clientX - box.left) / box.width, canvas.width);
    if (this.kind !== "strip") return { channel, row, column };
    return { channel: Math.min(this.count - 1, column * this.column.down + row), row: 0, column: 0 };
  }

  /** @param {import("../core/receptive.js").Reached | null} reached what is lit: what a pixel of the input can reach */
  set reached(reached) {
    const lit = this.kind === "maps" && reached && "span" in reached ? reached.span : null;
    this.section.classList.toggle("reached", lit !== null);
    if (lit) {
      const [, rows = 1, columns = 1] = this.stage.shape;
      const place = {
        top: lit.top / rows,
        left: lit.left / columns,
        height: (lit.bottom - lit.top + 1) / rows,
        width: (lit.right - lit.left + 1) / columns,
      };
      for (const [name, share] of Object.entries(place)) {
        this.section.style.setProperty(`--reached-${name}`, `${(share * 100).toFixed(3)}%`);
      }
    }
    const values = reached && "values" in reached ? reached.values : [];
    this.#list.classList.toggle("all-reached", values.length > 0 && values.length === this.count);
    this.#litValues(this.kind === "strip" && values.length < this.count ? values : []);
  }

  /** @param {number[]} values of a strip */
  #litValues(values) {
    const [button] = this.maps;
    button?.querySelector(".lit-values")?.remove();
    if (!button || values.length === 0) return;
    const { down, across } = this.column;
    const d = values.map((index) => `M${Math.floor(index / down)} ${index % down}h1v1h-1Z`).join("");
    const box = { viewBox: `0 0 ${across} ${down}`, preserveAspectRatio: "none", "aria-hidden": "true" };
    button.append(makeSvg("svg", { ...box, class: "lit-values" }, makeSvg("path", { d })));
  }

  /** @param {number} channel whose map is framed; -1 for none */
  frame(channel) {
    for (const [slot, button] of this.maps.entries()) {
      const chosen = this.channels[slot] === channel || (channel >= 0 && this.kind === "strip");
      button.classList.toggle("chosen", chosen);
      button.setAttribute("aria-pressed", String(chosen));
    }
  }
}

/**
 * How a value changed, as it is printed beside both.
 * @param {Change} change
 * @param {string} stage
 * @param {number} channel
 * @param {number} unit
 * @param {number} digits
 */
function printChangeOf({ kept, now }, stage, channel, unit, digits) {
  const [before, after] = [kept, now].map((run) => (run.stageValues(stage)[channel] ?? 0) * unit);
  return printChange(before ?? 0, after ?? 0, digits);
}

/**
 * @param {StageDescription} stage
 * @returns {Kind}
 */
function kindOf({ op, shape }) {
  if (op === "Softmax") return "shares";
  if (shape.length > 1) return "maps";
  return (shape[0] ?? 0) <= LISTED_VALUES ? "list" : "strip";
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function resize(canvas, width, height) {
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
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

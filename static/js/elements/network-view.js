/** The network: every stage's maps in network order, with links between them. */

import { actionOf } from "../core/keys.js";
import { nearest } from "../core/nearest.js";
import { reach } from "../core/receptive.js";
import { argmax } from "../core/run.js";
import { make } from "./make.js";
import { makeBlocks } from "./network-block.js";
import { NetworkHighlight } from "./network-highlight.js";
import { NetworkLinks } from "./network-links.js";
import { placeAll, placePages, placeStacked } from "./network-places.js";

/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("../core/run.js").Scale} Scale */
/** @typedef {import("../core/window.js").Span} Span */
/** @typedef {import("../store.js").Cell} Cell */
/** @typedef {import("./network-block.js").NetworkBlock} NetworkBlock */
/** @typedef {import("./network-stage.js").NetworkStage} NetworkStage */

/** @type {import("../core/order.js").Sorting} */
const BY_CHANNEL = { order: "channel", figures: () => undefined };
/** Widths of a letter: with larger letters a wider page is narrow, too. */
const STACKED = 47.5;

/**
 * Fires `open` (detail: { stage, channel }) when a map is chosen, and `look` (detail: the cell under the pointer, or
 * null) when the pointer or the focus comes to one or leaves. There are three layouts: all maps side by side; where
 * that does not fit, `compact`, a page of each block's maps, which may be `narrow`; and `stacked`, top to bottom, where
 * there is little width.
 */
export class NetworkView extends HTMLElement {
  /** @type {ModelDescription | null} */
  #model = null;
  /** @type {Run | null} */
  #run = null;
  /** @type {import("../core/colour.js").ColourMap | null} */
  #colours = null;
  /** @type {NetworkBlock[]} */
  #blocks = [];
  /** @type {Cell | null} */
  #selected = null;
  /** @type {Scale} */
  #scale = "stage";
  #links = new NetworkLinks(this);
  #highlight = new NetworkHighlight(this.#links);
  #size = "";
  /** @type {import("./network-stage.js").Change | null} */
  #change = null;
  #observer = new ResizeObserver(() => this.#layOut());

  connectedCallback() {
    this.addEventListener("click", (event) => this.#open(event));
    this.addEventListener("keydown", (event) => this.#press(event));
    this.addEventListener("pointermove", (event) => this.#look(event));
    this.addEventListener("pointerleave", () => this.#lookAway());
    this.addEventListener("focusin", (event) => this.#look(event));
    this.addEventListener("focusout", () => this.#lookAway());
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    this.#colours = colours;
    this.#highlight.colours = colours;
  }

  /** @param {NetworkHighlight["parameters"]} read */
  set parameters(read) {
    this.#highlight.parameters = read;
  }

  /** @param {ModelDescription} model */
  set model(model) {
    this.#model = model;
    this.#run = null;
    this.#blocks = makeBlocks(model, (block) => this.#show([block]));
    this.#highlight.blocks = this.#blocks;
    this.replaceChildren(this.#links.svg, ...this.#blocks.map(({ element }) => element));
    const first = this.#stages[1]?.maps[0] ?? this.#stages[0]?.maps[0];
    if (first) first.tabIndex = 0;
    this.#layOut(true);
  }

  /**
   * @param {Run | null} run
   * @param {import("../core/order.js").Sorting} sorting
   * @param {import("./network-stage.js").Change | null} [change] the two runs whose difference the run is, if it is
   *   one: what adds to it is not weighed
   */
  show(run, sorting, change = null) {
    this.#run = run;
    this.#change = change;
    this.#highlight.run = change ? null : run;
    for (const block of this.#blocks) {
      block.sortBy(run ? sorting : BY_CHANNEL, run);
    }
    this.#reveal();
    this.#show();
  }

  /** @param {Scale} scale */
  set scale(scale) {
    this.#scale = scale;
    this.#paint();
  }

  /** @param {Cell | null} cell whose map is framed */
  set selected(cell) {
    this.#selected = cell;
    this.#reveal();
    this.#frame();
  }

  /** @param {Span | null} span what is framed on the input */
  set receptiveField(span) {
    const input = this.#stages.find(({ stage }) => stage.op === "Input");
    const [, rows = 1, columns = 1] = input?.stage.shape ?? [];
    for (const button of input?.maps ?? []) {
      button.querySelector(".field")?.remove();
      if (!span) continue;
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

  /** @param {{ row: number, column: number } | null} pixel of the input: the cells that it can reach are framed */
  set reachOf(pixel) {
    const all = pixel && this.#model ? reach(this.#model.stages, pixel.row, pixel.column) : null;
    for (const stage of this.#stages) {
      stage.reached = stage.stage.op === "Input" ? null : (all?.get(stage.stage.name) ?? null);
    }
  }

  /** Brings the keyboard back to the map that it was at last. */
  focusMap() {
    /** @type {HTMLElement | null} */ (this.querySelector("button.map[tabindex='0']"))?.focus();
  }

  get #stages() {
    return this.#blocks.flatMap(({ stages }) => stages);
  }

  get #buttons() {
    return this.#stages.flatMap(({ maps }) => maps);
  }

  // ---- which maps are shown, and where ----

  /** Turns to the page of the selected map. */
  #reveal() {
    const cell = this.#selected;
    const block = this.#blocks.find(({ stages }) => stages.some(({ stage }) => stage.name === cell?.stage));
    if (cell && block?.reveal(cell.channel)) this.#show();
  }

  /** @param {NetworkBlock[]} [blocks] */
  #show(blocks = this.#blocks) {
    this.#paint(blocks);
    this.#frame();
  }

  /** For another place than the screen: paper. */
  layOutAgain() {
    this.#layOut(true);
  }

  #layOut(force = false) {
    const { fontSize } = getComputedStyle(document.documentElement);
    const stacked = this.clientWidth < STACKED * Number.parseFloat(fontSize);
    const size = `${this.clientWidth} ${stacked ? "" : this.clientHeight}`;
    if (!this.#model || this.clientWidth === 0 || (!force && size === this.#size)) return;
    this.#size = size;
    this.classList.remove("compact", "narrow");
    this.classList.toggle("stacked", stacked);
    for (const { picture } of this.#stages) if (picture) picture.hidden = false;
    if (stacked) placeStacked(this.#blocks, this.clientWidth);
    else if (!placeAll(this.#blocks, this.clientWidth, this.#heightOfMaps())) {
      this.classList.add("compact");
      if (!this.#placePages(false) && !this.#placePages(true)) this.#placePages(false);
    }
    this.#reveal();
    this.#show();
    this.#drawLinks();
  }

  /** @param {boolean} narrow */
  #placePages(narrow) {
    this.classList.toggle("narrow", narrow);
    return placePages(this.#blocks, this.clientWidth, this.#heightOfMaps(), narrow);
  }

  /** What is left under the words. */
  #heightOfMaps() {
    const [first] = this.#blocks;
    const words = this.classList.contains("compact") ? first?.about : first?.stages[0]?.header;
    return this.clientHeight - (words?.getBoundingClientRect().height ?? 0) - 16;
  }

  // ---- drawing ----

  /** @param {NetworkBlock[]} [blocks] */
  #paint(blocks = this.#blocks) {
    const [run, colours] = [this.#run, this.#colours];
    if (!run || !colours) return;
    for (const stage of blocks.flatMap(({ stages }) => stages)) {
      stage.paint(run, colours, this.#scale, this.#change);
    }
  }

  #frame() {
    for (const stage of this.#stages) {
      stage.frame(this.#selected?.stage === stage.stage.name ? this.#selected.channel : -1);
    }
  }

  #drawLinks() {
    const stages = this.#stages;
    const compact = this.classList.contains("compact");
    const pairs = this.#blocks.flatMap((block) =>
      block.stages.flatMap((reader, place) =>
        stages
          .filter(({ stage }) => reader.stage.inputs.includes(stage.name))
          // In a block a row says it already.
          .filter(() => !compact || place === 0)
          .map((source) => ({ source, reader })),
      ),
    );
    this.#links.draw(pairs, this.classList.contains("stacked"));
  }

  // ---- the pointer and the keyboard ----

  /** @param {Event} event */
  #find(event) {
    const button = event.target instanceof Element ? event.target.closest("button.map") : null;
    const stage = this.#stages.find(({ maps }) => maps.includes(/** @type {HTMLButtonElement} */ (button)));
    return stage ? { stage, button: /** @type {HTMLButtonElement} */ (button) } : null;
  }

  /** @param {MouseEvent} event */
  #open(event) {
    const found = this.#find(event);
    if (!found) return;
    const { stage, button } = found;
    this.#rove(button);
    const pointed = event.detail > 0 || stage.kind !== "strip";
    const { channel } = pointed
      ? stage.cellAt(button, event)
      : { channel: argmax(this.#run?.stageValues(stage.stage.name) ?? []) };
    this.#tell("open", { stage: stage.stage.name, channel });
  }

  /** @param {PointerEvent | FocusEvent} event */
  #look(event) {
    const found = this.#find(event);
    if (!found) return this.#lookAway();
    const { stage, button } = found;
    const pointed = event instanceof PointerEvent;
    const channel = stage.channels[stage.maps.indexOf(button)] ?? 0;
    const cell = pointed ? stage.cellAt(button, event) : { channel, row: null, column: null };
    // The keyboard is at all values of a strip, the pointer at one.
    this.#highlight.look(stage, pointed || stage.kind !== "strip" ? cell.channel : null);
    this.#tell("look", { stage: stage.stage.name, ...cell });
  }

  #lookAway() {
    if (this.#highlight.look(null, null)) this.#tell("look", null);
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  /**
   * One map at a time takes part in the tab order; arrow keys go to the others.
   * @param {HTMLElement} button
   */
  #rove(button) {
    for (const each of this.#buttons) each.tabIndex = each === button ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const found = this.#find(event);
    if (!found) return;
    const { action, by } = actionOf("network", event) ?? {};
    const block = this.#blocks.find(({ stages }) => stages.includes(found.stage));
    if (action === "turn" && block) {
      event.preventDefault();
      block.turn(by);
      return this.#show([block]);
    }
    const next = action === "fromMap" ? nearest(found.button, this.#buttons, by) : null;
    if (!next) return;
    event.preventDefault();
    this.#rove(next);
    next.focus();
  }
}

customElements.define("network-view", NetworkView);

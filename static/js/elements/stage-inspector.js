/** The inspector: one stage, with the cell that is looked at: its source, how it is made, and its result. */

import { print } from "../core/decimal.js";
import { actionOf } from "../core/keys.js";
import { mapName } from "../core/model.js";
import { cellAt, operandSpan, pictureColumns, placeOf } from "../core/places.js";
import { mapSize, placeName, printShape } from "../core/run.js";
import { coveredCells, coveredSpan, windowOf } from "../core/window.js";
import { viewOf } from "../ops/index.js";
import { texts } from "../texts.js";
import "./cell-ledger.js";
import { make } from "./make.js";
import { MapFigure } from "./map-figure.js";
import "./stage-about.js";
import "./transport-controls.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {{ model: ModelDescription, run: Run, ledger: Ledger, trail: Cell[], digits: number, archive: string, request: string }} Inspected */

/** Where the maps leave too little room beside them; they are as large again where they stand one under another. */
const NARROW = window.matchMedia("(min-width: 56.25em) and (max-width: 89.9375em)");
/** Pixels of a map's longer side. */
const [LARGE, SMALL] = [200, 152];

/**
 * Fires `go` (detail: a cell of the same map), `ask` (detail: an operand's cell), `digits`, and `close`.
 */
export class StageInspector extends HTMLElement {
  /** @type {Inspected | null} */
  #inspected = null;
  /** The map of the source that is shown, and of which kernel: it stays while the window moves. */
  #source = { of: "", channel: 0 };
  /** @type {import("../core/colour.js").ColourMap | null} */
  #colours = null;
  #title = make("h2", { tabindex: -1 });
  #sentence = make("p", { class: "sentence" });
  #facts = make("p", { class: "note" });
  #about = /** @type {import("./stage-about.js").StageAbout} */ (document.createElement("stage-about"));
  #fold = make("button", { type: "button", class: "fold", "aria-expanded": "false" }, texts.inspector.about);
  #input = new MapFigure("source", false);
  #output = new MapFigure("result", true);
  #working = make("div", { class: "working" });
  #controls = /** @type {import("./transport-controls.js").TransportControls} */ (
    document.createElement("transport-controls")
  );
  #ledger = /** @type {import("./cell-ledger.js").CellLedger} */ (document.createElement("cell-ledger"));

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const close = make(
      "button",
      { type: "button", class: "close", "aria-label": texts.page.close, title: texts.page.closeByKey },
      "×",
    );
    close.addEventListener("click", () => this.dispatchEvent(new CustomEvent("close", { bubbles: true })));
    this.append(
      make("header", {}, this.#title, this.#facts, this.#fold, close),
      this.#sentence,
      make(
        "div",
        { class: "body" },
        this.#about,
        make("div", { class: "panes" }, this.#input.element, this.#working, this.#output.element),
        this.#controls,
        this.#ledger,
      ),
    );
    this.#about.hidden = true;
    NARROW.addEventListener("change", () => this.#draw());
    this.#fold.addEventListener("click", () => this.#explain(Boolean(this.#about.hidden)));
    // The focus is here when a map was opened: the cell can be moved at once.
    this.#title.addEventListener("keydown", (event) => {
      const moves = actionOf("result", event)?.action === "moveWindow";
      if (moves && !this.#output.element.hidden) this.#output.map.step(event);
    });
    this.#output.map.addEventListener("cell", (event) => {
      this.#controls.pause();
      this.#go(/** @type {CustomEvent} */ (event).detail);
    });
    this.#input.map.addEventListener("cell", (event) =>
      this.#askSource(/** @type {CustomEvent} */ (event).detail),
    );
    this.#controls.addEventListener("place", (event) => {
      const { run } = /** @type {Inspected} */ (this.#inspected);
      const columns = pictureColumns(run, this.#stage);
      const place = /** @type {CustomEvent} */ (event).detail;
      this.#go({ row: Math.floor(place / columns), column: place % columns });
    });
  }

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    this.#colours = colours;
    for (const { map } of [this.#input, this.#output]) map.colours = colours;
  }

  /** @param {Inspected} inspected */
  set inspected(inspected) {
    this.#inspected = inspected;
    const { ledger } = inspected;
    const kernel = `${ledger.cell.stage} ${ledger.cell.channel}`;
    const channels = ledger.terms.flatMap((term) => (term.source ? [term.source.channel] : []));
    if (this.#source.of !== kernel || !channels.includes(this.#source.channel)) {
      this.#source = { of: kernel, channel: strongestChannel(ledger) };
    }
    this.#draw();
  }

  /** Brings the inspector into view and to the keyboard. */
  announce() {
    this.#title.focus({ preventScroll: true });
    this.scrollIntoView({ block: "nearest" });
  }

  get #stage() {
    const { model, ledger } = /** @type {Inspected} */ (this.#inspected);
    return /** @type {StageDescription} */ (model.stages.find(({ name }) => name === ledger.cell.stage));
  }

  /** The stage whose map is shown as the source: of several inputs, the one that the cell was made from. */
  get #sourceStage() {
    const { ledger } = /** @type {Inspected} */ (this.#inspected);
    return ledger.terms.find(({ source }) => source)?.source?.stage ?? this.#stage.inputs[0];
  }

  #draw() {
    const [inspected, colours] = [this.#inspected, this.#colours];
    if (!inspected || !colours) return;
    const { run, model, ledger, digits, trail, archive, request } = inspected;
    const stage = this.#stage;
    const op = viewOf(stage.op);
    this.dataset.stage = stage.name;
    for (const { map } of [this.#input, this.#output])
      map.setAttribute("side", String(NARROW.matches ? SMALL : LARGE));
    this.#title.textContent = op.title;
    this.#sentence.textContent = op.sentences[0];
    this.#facts.textContent = facts(stage, run);
    const view = {
      run,
      model,
      stage,
      ledger,
      digits,
      colours,
      sourceChannel: this.#source.channel,
      showSource: (/** @type {number} */ channel) => {
        this.#source.channel = channel;
        this.#draw();
      },
      ask: (/** @type {Cell} */ cell) =>
        this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail: cell })),
      go: (/** @type {Cell} */ cell) =>
        this.dispatchEvent(new CustomEvent("go", { bubbles: true, detail: cell })),
    };
    this.#about.view = view;
    this.#drawInput();
    this.#drawOutput();
    replaceWorking(this.#working, op.working(view));
    this.#ledger.view = { ledger, run, trail, digits, shown: this.#source.channel, archive, request };
  }

  /** @param {boolean} wanted whether all that is known of the step is shown: in place of the working where it is wide */
  #explain(wanted) {
    this.#about.hidden = !wanted;
    this.#fold.setAttribute("aria-expanded", String(wanted));
    this.classList.toggle("explaining", wanted);
    if (wanted) {
      this.#controls.pause();
      this.#draw();
    }
  }

  #drawInput() {
    const { run, ledger } = /** @type {Inspected} */ (this.#inspected);
    const stage = this.#stage;
    const name = this.#sourceStage;
    const source = name ? run.stage(name) : null;
    this.#input.element.hidden = source?.shape.length !== 3;
    if (source?.shape.length !== 3) return;
    const window = windowOf(stage);
    const { row, column } = ledger.cell;
    const span = window ? coveredSpan(window, row, column) : operandSpan(ledger);
    const winner = ledger.terms.find((term) => term.wins)?.source;
    const channel = this.#source.channel;
    this.#input.showMap(run, source.name, channel, window?.padding);
    /** @type {{ span: import("../core/window.js").Span, kind: "window" | "cell" | "winner" }[]} */
    const frames = [];
    if (span) frames.push({ span, kind: window ? "window" : "cell" });
    // With gaps between them, each cell that the window touches is framed too.
    if (window && Math.max(...window.dilation) > 1) {
      for (const cell of coveredCells(window, row, column)) {
        const { row: top, column: left } = cell;
        frames.push({ span: { top, left, bottom: top, right: left }, kind: "cell" });
      }
    }
    if (winner) {
      const cell = { top: winner.row, left: winner.column, bottom: winner.row, right: winner.column };
      frames.push({ span: cell, kind: "winner" });
    }
    this.#input.map.frames = frames;
    this.#input.caption = mapName(source, channel);
  }

  #drawOutput() {
    const { run, ledger, digits } = /** @type {Inspected} */ (this.#inspected);
    const stage = this.#stage;
    const columns = pictureColumns(run, stage);
    const place = placeOf(run, stage, ledger.cell);
    const { row, column } = place;
    if (stage.shape.length === 3) this.#output.showMap(run, stage.name, ledger.cell.channel);
    else this.#output.showVector(run, stage.name, columns);
    this.#output.map.cursor = place;
    this.#output.map.frames = [
      { span: { top: row, left: column, bottom: row, right: column }, kind: "cell" },
    ];
    this.#output.caption = `${this.#named(placeName(ledger.cell, run))} = ${print(ledger.result, digits)}`;
    const { rows } = mapSize(stage.shape);
    const count = stage.shape.length === 3 ? rows * columns : (stage.shape[0] ?? 1);
    this.#controls.state = { place: row * columns + column, count };
  }

  /**
   * A place, with the class that its score or its share is of.
   * @param {string} place
   */
  #named(place) {
    const { model, ledger } = /** @type {Inspected} */ (this.#inspected);
    const last = model.stages.at(-1);
    const scored = last?.op === "Softmax" && [last.name, ...last.inputs].includes(ledger.cell.stage);
    return scored ? texts.inspector.ofClass(place, model.classes[ledger.cell.channel] ?? "") : place;
  }

  /** @param {{ row: number, column: number }} place of the result's picture */
  #go(place) {
    const { run, ledger } = /** @type {Inspected} */ (this.#inspected);
    const detail = cellAt(run, this.#stage, ledger.cell.channel, place);
    if (detail) this.dispatchEvent(new CustomEvent("go", { bubbles: true, detail }));
  }

  /** @param {{ row: number, column: number }} place of the source's map */
  #askSource({ row, column }) {
    const detail = { stage: this.#sourceStage, channel: this.#source.channel, row, column };
    this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail }));
  }
}

/**
 * Draws the working anew; what had the keyboard's focus, has it again.
 * @param {HTMLElement} working
 * @param {Node[]} parts
 */
function replaceWorking(working, parts) {
  const focused = working.contains(document.activeElement) ? document.activeElement : null;
  const name = focused?.getAttribute("name");
  working.replaceChildren(...parts);
  const again = name ? working.querySelector(`[name="${CSS.escape(name)}"]`) : null;
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/**
 * @param {StageDescription} stage
 * @param {Run} run
 */
function facts(stage, run) {
  const sizes = stage.inputs.map((name) => printShape(run.stage(name).shape)).join(texts.page.and);
  const parts = [stage.name, sizes ? `${sizes} → ${printShape(stage.shape)}` : printShape(stage.shape)];
  if (stage.parameters > 0) parts.push(texts.inspector.parameters(stage.parameters));
  if (stage.multiply_adds > 0) parts.push(texts.inspector.multiplyAdds(stage.multiply_adds));
  return parts.join(" · ");
}

/** @param {Ledger} ledger */
function strongestChannel(ledger) {
  if (ledger.subtotals.length === 0) return ledger.terms.find((term) => term.source)?.source?.channel ?? 0;
  return ledger.subtotals.reduce((best, each) => (Math.abs(each.sum) > Math.abs(best.sum) ? each : best))
    .channel;
}

customElements.define("stage-inspector", StageInspector);

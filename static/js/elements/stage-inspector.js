/** The inspector: one stage, with the cell that is looked at: its source, how it is made, and its result. */

import { print } from "../core/decimal.js";
import { mapSize, placeName, printShape } from "../core/run.js";
import { coveredSpan } from "../core/window.js";
import { viewOf } from "../ops/index.js";
import "./big-map.js";
import "./cell-ledger.js";
import { make } from "./make.js";
import "./transport-controls.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("./big-map.js").BigMap} BigMap */

/** @typedef {{ model: ModelDescription, run: Run, ledger: Ledger, trail: Cell[], digits: number, archive: string, request: string }} Inspected */

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
  #input = figure("source", false);
  #output = figure("result", true);
  #working = make("div", { class: "working" });
  #controls = /** @type {import("./transport-controls.js").TransportControls} */ (
    document.createElement("transport-controls")
  );
  #ledger = /** @type {import("./cell-ledger.js").CellLedger} */ (document.createElement("cell-ledger"));

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const close = make(
      "button",
      { type: "button", class: "close", "aria-label": "Close", title: "Close (Esc)" },
      "×",
    );
    close.addEventListener("click", () => this.dispatchEvent(new CustomEvent("close", { bubbles: true })));
    this.append(
      make("header", {}, this.#title, this.#facts, close),
      this.#sentence,
      make(
        "div",
        { class: "body" },
        make("div", { class: "panes" }, this.#input.figure, this.#working, this.#output.figure),
        this.#controls,
        this.#ledger,
      ),
    );
    this.#output.map.addEventListener("cell", (event) => {
      this.#controls.pause();
      this.#go(/** @type {CustomEvent} */ (event).detail);
    });
    this.#input.map.addEventListener("cell", (event) =>
      this.#askSource(/** @type {CustomEvent} */ (event).detail),
    );
    this.#controls.addEventListener("place", (event) => {
      const columns = this.#outputColumns();
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

  #draw() {
    const [inspected, colours] = [this.#inspected, this.#colours];
    if (!inspected || !colours) return;
    const { run, model, ledger, digits, trail, archive, request } = inspected;
    const stage = this.#stage;
    const op = viewOf(stage.op);
    this.dataset.stage = stage.name;
    this.#title.textContent = op.title;
    this.#sentence.textContent = op.sentence;
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
    };
    this.#drawInput();
    this.#drawOutput();
    this.#working.replaceChildren(...op.working(view));
    this.#ledger.view = { ledger, run, trail, digits, shown: this.#source.channel, archive, request };
  }

  #drawInput() {
    const { run, ledger } = /** @type {Inspected} */ (this.#inspected);
    const stage = this.#stage;
    const name = stage.inputs[0];
    const shape = name ? run.stage(name).shape : [];
    this.#input.figure.hidden = shape.length !== 3;
    if (!name || shape.length !== 3) return;
    const window = windowOf(stage, ledger);
    const { row, column } = ledger.cell;
    const first = ledger.terms.find((term) => term.source)?.source;
    const span = window
      ? coveredSpan(window, row, column)
      : {
          top: first?.row ?? row,
          left: first?.column ?? column,
          bottom: first?.row ?? row,
          right: first?.column ?? column,
        };
    const winner = ledger.terms.find((term) => term.wins)?.source;
    const channel = this.#source.channel;
    this.#input.map.picture = picture(run, name, channel, window?.padding ?? [0, 0, 0, 0]);
    this.#input.map.frames = [
      { span, kind: window ? /** @type {const} */ ("window") : /** @type {const} */ ("cell") },
      ...(winner
        ? [
            {
              span: { top: winner.row, left: winner.column, bottom: winner.row, right: winner.column },
              kind: /** @type {const} */ ("winner"),
            },
          ]
        : []),
    ];
    this.#input.caption.textContent = caption(run, name, channel);
  }

  #drawOutput() {
    const { run, ledger, digits } = /** @type {Inspected} */ (this.#inspected);
    const { stage, channel } = ledger.cell;
    const shape = run.stage(stage).shape;
    const { row, column } = this.#outputCell();
    this.#output.figure.hidden = false;
    if (shape.length === 3) this.#output.map.picture = picture(run, stage, channel, [0, 0, 0, 0]);
    else {
      const columns = this.#outputColumns();
      const values = run.stageValues(stage);
      const rows = Math.ceil(values.length / columns);
      this.#output.map.picture = {
        values,
        rows,
        columns,
        limit: run.limit(stage),
        gray: false,
        padding: [0, 0, 0, 0],
        label: `${stage}, ${values.length} values`,
      };
    }
    this.#output.map.cursor = { row, column };
    this.#output.map.frames = [
      { span: { top: row, left: column, bottom: row, right: column }, kind: "cell" },
    ];
    this.#output.caption.textContent = `${placeName(ledger.cell, run)} = ${print(ledger.result, digits)}`;
    const { rows, columns } = mapSize(shape);
    const count = shape.length === 3 ? rows * columns : (shape[0] ?? 1);
    this.#controls.state = { place: row * this.#outputColumns() + column, count };
  }

  /** How many cells a row of the result's picture has: a vector is written in rows of one source map each. */
  #outputColumns() {
    const { run, ledger } = /** @type {Inspected} */ (this.#inspected);
    const shape = run.stage(ledger.cell.stage).shape;
    if (shape.length === 3) return shape[2] ?? 1;
    const source = this.#stage.inputs[0];
    const { rows, columns } = mapSize(source ? run.stage(source).shape : []);
    return (shape[0] ?? 1) > 32 && rows * columns > 1 ? rows * columns : 1;
  }

  #outputCell() {
    const { run, ledger } = /** @type {Inspected} */ (this.#inspected);
    const { stage, channel, row, column } = ledger.cell;
    if (run.stage(stage).shape.length === 3) return { row, column };
    const columns = this.#outputColumns();
    return { row: Math.floor(channel / columns), column: channel % columns };
  }

  /** @param {{ row: number, column: number }} place of the result's picture */
  #go({ row, column }) {
    const { run, ledger } = /** @type {Inspected} */ (this.#inspected);
    const { stage, channel } = ledger.cell;
    const shape = run.stage(stage).shape;
    const index = row * this.#outputColumns() + column;
    const cell =
      shape.length === 3 ? { stage, channel, row, column } : { stage, channel: index, row: 0, column: 0 };
    if (shape.length === 3 || index < (shape[0] ?? 0))
      this.dispatchEvent(new CustomEvent("go", { bubbles: true, detail: cell }));
  }

  /** @param {{ row: number, column: number }} place of the source's map */
  #askSource({ row, column }) {
    const detail = { stage: this.#stage.inputs[0], channel: this.#source.channel, row, column };
    this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail }));
  }
}

/**
 * @param {string} kind
 * @param {boolean} walked whether arrow keys and dragging move over its cells
 */
function figure(kind, walked) {
  const map = /** @type {BigMap} */ (document.createElement("big-map"));
  map.setAttribute("role", walked ? "application" : "img");
  if (walked) map.setAttribute("tabindex", "0");
  const text = make("figcaption");
  return { map, caption: text, figure: make("figure", { class: kind }, text, map) };
}

/**
 * @param {Run} run
 * @param {string} stage
 * @param {number} channel
 * @param {[number, number, number, number]} padding
 */
function picture(run, stage, channel, padding) {
  const { shape, op } = run.stage(stage);
  return {
    values: run.map(stage, channel),
    ...mapSize(shape),
    limit: run.limit(stage),
    gray: op === "Input",
    padding,
    label: caption(run, stage, channel),
  };
}

/**
 * @param {Run} run
 * @param {string} stage
 * @param {number} channel
 */
function caption(run, stage, channel) {
  const { shape } = run.stage(stage);
  return shape[0] === 1 ? stage : `${stage}, map ${channel} of ${shape[0]}`;
}

/**
 * @param {StageDescription} stage
 * @param {Run} run
 */
function facts(stage, run) {
  const sizes = stage.inputs.map((name) => printShape(run.stage(name).shape)).join(" and ");
  const parts = [stage.name, sizes ? `${sizes} → ${printShape(stage.shape)}` : printShape(stage.shape)];
  if (stage.parameters > 0) parts.push(`${stage.parameters.toLocaleString("en")} parameters`);
  if (stage.multiply_adds > 0) parts.push(`${stage.multiply_adds.toLocaleString("en")} multiply-adds`);
  return parts.join(" · ");
}

/**
 * @param {StageDescription} stage
 * @param {Ledger} ledger
 * @returns {import("../core/window.js").Window | null}
 */
function windowOf({ attributes }, ledger) {
  const places = ledger.terms.flatMap((term) => (term.kernel ? [term.kernel] : []));
  if (places.length === 0 || !attributes.stride) return null;
  return {
    kernel: [Math.max(...places.map(([i]) => i)) + 1, Math.max(...places.map(([, j]) => j)) + 1],
    stride: attributes.stride,
    padding: attributes.padding ?? [0, 0, 0, 0],
    dilation: attributes.dilation ?? [1, 1],
  };
}

/** @param {Ledger} ledger */
function strongestChannel(ledger) {
  if (ledger.subtotals.length === 0) return ledger.terms.find((term) => term.source)?.source?.channel ?? 0;
  return ledger.subtotals.reduce((best, each) => (Math.abs(each.sum) > Math.abs(best.sum) ? each : best))
    .channel;
}

customElements.define("stage-inspector", StageInspector);

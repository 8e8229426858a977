/** What is looked at: the cell under the pointer, and the one whose ledger is open. */

import { ApiError } from "./api.js";
import { print } from "./core/decimal.js";
import { mapName } from "./core/model.js";
import { receptiveField } from "./core/receptive.js";
import { placeName } from "./core/run.js";
import { texts } from "./texts.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./core/window.js").Span} Span */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {{ stage: string, channel: number, row: number | null, column: number | null }} Look row and column where it is one cell */

/**
 * @typedef {object} Shown the elements that follow
 * @property {import("./elements/network-view.js").NetworkView} network
 * @property {import("./elements/sheet-frames.js").SheetFrames} frames
 * @property {import("./elements/colour-legend.js").ColourLegend} legend
 * @property {import("./elements/stage-inspector.js").StageInspector} inspector
 * @property {HTMLElement} note a line of words
 */

export class Looking {
  #asking = new AbortController();
  /** @type {Span | null} of the cell whose ledger is open */
  #field = null;
  /** @type {Look | null} */
  #look = null;
  #words;

  /**
   * @param {Api} api
   * @param {Store} store
   * @param {Shown} shown
   * @param {import("./comparing.js").Comparing} comparing
   */
  constructor(api, store, shown, comparing) {
    this.api = api;
    this.comparing = comparing;
    this.store = store;
    this.shown = shown;
    this.#words = shown.note.textContent ?? "";
  }

  /** @param {Look | null} look what is under the pointer or has the focus */
  at(look) {
    this.#look = look;
    this.#describe();
    const { model } = this.store.state;
    const pointed =
      look && model && look.row !== null && look.column !== null
        ? receptiveField(model.stages, look.stage, look.row, look.column)
        : null;
    this.#frame(pointed ?? this.#field);
    this.#light();
  }

  /** Lights what the pixel that is looked at can reach: the one under the pointer, or the one whose cell is open. */
  #light() {
    const { model, cell } = this.store.state;
    const at = this.#look ?? cell;
    const pixel = at && at.stage === model?.stages[0]?.name ? at : null;
    const { row = null, column = null } = pixel ?? {};
    this.shown.network.reachOf = row !== null && column !== null ? { row, column } : null;
  }

  /** The run, or the scale of its colours, is another one. */
  refresh() {
    const { run } = this.store.state;
    if (this.#look && !run?.stages.has(this.#look.stage)) this.#look = null;
    this.#describe();
    this.#light();
  }

  #describe() {
    const { cell, scale } = this.store.state;
    const run = this.comparing.shown;
    if (!run) return;
    const { legend, note } = this.shown;
    const name = this.#look?.stage ?? cell?.stage ?? run.summary.stages[1]?.name ?? "";
    if (!run.stages.has(name)) return;
    const stage = run.stage(name);
    const channel = this.#look?.channel ?? (cell?.stage === name ? cell.channel : 0);
    const of = { stage: name, map: mapName(stage, channel), network: texts.network.whole }[scale];
    legend.range = {
      ...run.range(name, scale, channel),
      limit: run.limit(name, scale, channel),
      name: of,
    };
    note.textContent = this.#look ? this.#sentence(stage, this.#look) : this.#words;
    note.title = note.textContent;
  }

  /**
   * What stands beside a value: the stage's op and shape; the map's share in the answer, where maps are sorted by it.
   * @param {import("./core/run.js").StageSummary} stage
   * @param {number} channel
   */
  #aside({ name, op, shape }, channel) {
    const { order, shares } = this.store.state;
    const share =
      order === "share" && shares?.run === this.comparing.shown ? shares.of(name)?.[channel] : undefined;
    if (share === undefined || !shares) return `${op} ${shape.join("×")}`;
    return texts.network.shortShare(print(share, 2), print(shares.logit, 2));
  }

  /**
   * @param {import("./core/run.js").StageSummary} stage
   * @param {Look} look
   */
  #sentence(stage, { channel, row, column }) {
    const run = /** @type {import("./core/run.js").Run} */ (this.store.state.run);
    const about = this.#aside(stage, channel);
    const vector = stage.shape.length === 1;
    if (!vector && (row === null || column === null)) return `${mapName(stage, channel)} · ${about}`;
    const cell = { stage: stage.name, channel, row: row ?? 0, column: column ?? 0 };
    const { comparison } = this.comparing;
    if (!comparison) return `${placeName(cell, run)} = ${print(run.value(cell), 4)} · ${about}`;
    return `${texts.comparing.figures(placeName(cell, run), comparison.figures(cell, 4))} · ${about}`;
  }

  /** Asks for the ledger of the cell that is open. */
  async ask() {
    const { cell, model, digits } = this.store.state;
    const run = this.comparing.asked;
    const { inspector } = this.shown;
    this.#asking.abort();
    this.#asking = new AbortController();
    inspector.hidden = !cell;
    if (!cell) this.#frame(null);
    if (!run || !cell || !model) return;
    const { signal } = this.#asking;
    try {
      const ledger = await this.api.ledger(run.id, cell, signal);
      if (signal.aborted) return;
      this.#frame(ledger.receptive_field);
      this.#field = ledger.receptive_field;
      inspector.inspected = {
        model,
        run,
        ledger,
        trail: this.store.state.trail,
        digits,
        archive: this.api.archiveAddress(run.id),
        request: this.api.base + this.api.ledgerPath(run.id, cell),
      };
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof ApiError ? error.message : texts.page.noCell;
      this.store.update({ cell: null, failure });
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** @param {Span | null} span */
  #frame(span) {
    if (!this.store.state.cell) this.#field = null;
    this.shown.network.receptiveField = span;
    this.shown.frames.receptiveField = span;
  }
}

/** The browser's history: which changes of the view are steps that Back goes over, and which are not. */

import { readAddress, writeAddress } from "./address.js";
import { sameCell } from "./store.js";

/** @typedef {import("./store.js").State} State */
/** @typedef {import("./store.js").Store} Store */

/**
 * At most how often the address changes, in milliseconds: a stroke makes many runs a second, browsers take 100 changes
 * in 10 seconds at the most, and each is told to another process.
 */
const PAUSE = 250;

export class History {
  /** The move of the person that the history has. */
  #recorded = 0;
  /** @type {string | null} the address of what is shown, where the browser does not have it yet */
  #due = null;
  #timer = 0;

  /** @param {Store} store */
  constructor(store) {
    this.store = store;
  }

  /**
   * Keeps the address in step. A new entry of the history is another model, picture, point of training or map, a
   * comparison, and the numbers of a map that open or close. Whatever else changes replaces the entry: the cell, how
   * the maps are shown, and what follows from one move, as the strokes of a drawing. Runs that follow quickly are written
   * down after a while, the last one only.
   * @param {State} before
   */
  remember(before) {
    const { model, run, cell, order, scale, checkpoint, moves, stale } = this.store.state;
    const { kept: pinned, side, sheet, theme } = this.store.state;
    const went = moves !== this.#recorded && before.run !== null && run !== before.run;
    if (!stale) this.#recorded = moves;
    const kept =
      order === before.order &&
      scale === before.scale &&
      pinned === before.kept &&
      side === before.side &&
      theme === before.theme &&
      sheet === before.sheet &&
      (run || checkpoint === before.checkpoint);
    if (!model || (kept && model === before.model && run === before.run && sameCell(cell, before.cell)))
      return;
    const view = {
      model: model.id,
      checkpoint: run ? run.summary.checkpoint : checkpoint,
      run: run?.id ?? null,
      cell,
      order,
      scale,
      with: pinned?.id ?? null,
      side,
      sheet,
    };
    const address = writeAddress({ ...view, theme });
    const here = this.#due ?? window.location.search;
    if (address === here) return;
    // Back came to a view of another theme: the theme of now stays, and is no step of its own.
    const themed = writeAddress({ ...view, theme: readAddress(here).theme }) === here;
    const moved = cell?.stage !== before.cell?.stage || cell?.channel !== before.cell?.channel;
    const turned = before.model !== null && model !== before.model;
    const compared = pinned !== before.kept && run === before.run;
    const opened = (sheet === null) !== (before.sheet === null);
    const step = turned || went || compared || ((moved || opened) && run === before.run);
    if (step && !themed) {
      this.settle();
      history.pushState(null, "", address);
    } else if (run !== before.run && before.run) this.#write(address);
    else {
      this.drop();
      history.replaceState(null, "", address);
    }
  }

  /**
   * Now, if nothing was written for a while; else at the end of that while.
   * @param {string} address
   */
  #write(address) {
    this.#due = address;
    if (this.#timer) return;
    this.settle();
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      if (this.#due !== null) this.#write(this.#due);
    }, PAUSE);
  }

  /** Writes down what is shown, without waiting. */
  settle() {
    if (this.#due !== null) history.replaceState(null, "", this.#due);
    this.#due = null;
  }

  /** The entry of the history is another one, or written anew: what was to be written there is out of date. */
  drop() {
    this.#due = null;
  }
}

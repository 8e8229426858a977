/** What the page shows: one model, one run, one selection. Everything on the page is drawn from here. */

/** @typedef {import("./api.js").Cell} Cell */
/** @typedef {import("./api.js").ModelDescription} ModelDescription */
/** @typedef {import("./core/run.js").Run} Run */

/**
 * @typedef {object} State
 * @property {string} asked the id of the model that was chosen: pictures go through it
 * @property {ModelDescription | null} model the model that is shown: that of `run`, once there is one
 * @property {Run | null} run
 * @property {boolean} cleared whether the picture that `run` is of was wiped off the pad
 * @property {boolean} stale whether `run` is not of the picture that was asked for last
 * @property {string} failure why not, in words; empty while all is well
 * @property {number | null} checkpoint the point of training that was asked for; null for the trained model
 * @property {number} moves how often a person went to another picture or point of training; what follows from one move
 *   is one
 * @property {Cell | null} cell the cell that is asked about
 * @property {Cell[]} trail the cells that were asked on the way to `cell`, the first one first
 * @property {import("./core/order.js").Order | null} order of the maps; null for what suits the model
 * @property {import("./core/shares.js").Shares | null} shares the last that were asked for; of `run` where theirs is it
 * @property {import("./core/run.js").Scale} scale what one scale of colours spans
 * @property {Run | null} kept the run that `run` is compared with; null while nothing is compared
 * @property {import("./core/comparison.js").Side} side which of them the network and the inspector show
 * @property {string} notice what a person has to be told, in words
 * @property {"auto" | "light" | "dark"} theme
 * @property {import("./core/sheet.js").Place | null} sheet the map whose numbers are open
 * @property {number} digits after the point, in printed figures
 */

export class Store extends EventTarget {
  /** @type {State} */
  state = {
    asked: "",
    model: null,
    run: null,
    cleared: false,
    stale: false,
    failure: "",
    checkpoint: null,
    moves: 0,
    cell: null,
    trail: [],
    order: null,
    shares: null,
    scale: "stage",
    kept: null,
    side: "now",
    notice: "",
    theme: "auto",
    sheet: null,
    digits: 4,
  };

  /**
   * Changes the state and tells everyone, once.
   * @param {Partial<State>} change
   */
  update(change) {
    const before = this.state;
    this.state = { ...before, ...change };
    this.dispatchEvent(new CustomEvent("change", { detail: { before } }));
  }

  /**
   * Opens a cell. From the cell open now it is one step of the trail; from anywhere else a new start.
   * @param {Cell | null} cell
   * @param {{ follow?: boolean }} [how]
   */
  open(cell, { follow = false } = {}) {
    const { trail, cell: from } = this.state;
    if (!cell || !follow || !from) return this.update({ cell, trail: [] });
    const known = trail.findIndex((step) => sameCell(step, cell));
    this.update({ cell, trail: known >= 0 ? trail.slice(0, known) : [...trail, from] });
  }
}

/**
 * @param {Cell | null} a
 * @param {Cell | null} b
 */
export function sameCell(a, b) {
  if (!a || !b) return a === b;
  return a.stage === b.stage && a.channel === b.channel && a.row === b.row && a.column === b.column;
}

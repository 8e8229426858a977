/** What is compared: which run was kept, and which of the two, or their difference, is shown. */

import { Comparison } from "./core/comparison.js";
import { strongestCell } from "./core/run.js";

/** @typedef {import("./api.js").Cell} Cell */
/** @typedef {import("./core/run.js").Run} Run */
/** @typedef {import("./store.js").Store} Store */

export class Comparing {
  /** @type {Comparison | null} */
  #comparison = null;
  /** @type {(Run | null)[]} */
  #of = [null, null];
  /** @type {{ stage: string, channel: number } | null} the map that was looked at last */
  #looked = null;

  /**
   * @param {Store} store
   * @param {import("./elements/compare-control.js").CompareControl} control
   * @param {import("./elements/compare-panel.js").ComparePanel} panel
   */
  constructor(store, control, panel) {
    this.store = store;
    this.panel = panel;
    this.control = control;
    control.addEventListener("keep", () => store.update({ kept: store.state.run, side: "now", notice: "" }));
    control.addEventListener("end", () => store.update({ kept: null, side: "now" }));
    control.addEventListener("side", (event) =>
      store.update({ side: /** @type {CustomEvent} */ (event).detail }),
    );
  }

  /** Both runs on one scale; null while nothing is compared. */
  get comparison() {
    const { kept, run } = this.store.state;
    if (this.#of[0] !== kept || this.#of[1] !== run) {
      this.#of = [kept, run];
      this.#comparison = kept && run ? new Comparison(kept, run) : null;
    }
    return this.#comparison;
  }

  /** What the network shows. */
  get shown() {
    const { run, side } = this.store.state;
    return this.comparison?.sides[side] ?? run;
  }

  /** What the ledgers are of: a difference has none, and stands for the run that is there now. */
  get asked() {
    const { run, side } = this.store.state;
    return this.comparison?.sides[side === "kept" ? "kept" : "now"] ?? run;
  }

  /** @param {{ stage: string, channel: number } | null} look */
  look(look) {
    if (!look) return;
    this.#looked = { stage: look.stage, channel: look.channel };
    if (!this.store.state.cell) this.draw();
  }

  draw() {
    const { comparison } = this;
    const { model, run, side, scale, digits, cell } = this.store.state;
    this.control.state = { side: comparison ? side : null, ready: run !== null };
    this.panel.hidden = !comparison;
    if (!comparison || !model) return;
    const at = cell ?? this.#lookedAt(comparison);
    this.panel.compared = { comparison, model, side, scale, digits, cell: at, small: cell !== null };
  }

  /**
   * Where the map that was looked at last has changed the most.
   * @param {Comparison} comparison
   * @returns {Cell}
   */
  #lookedAt({ sides: { difference } }) {
    const known = this.#looked && difference.stages.has(this.#looked.stage);
    const { stage, channel } =
      known && this.#looked ? this.#looked : { stage: difference.summary.stages[1]?.name ?? "", channel: 0 };
    return strongestCell(difference, stage, channel);
  }
}

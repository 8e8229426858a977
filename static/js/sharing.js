/** Asks for the shares of the run's maps in its answer, where the maps are sorted by them. */

import { ApiError } from "./api.js";
import { texts } from "./texts.js";

/** @typedef {import("./core/run.js").Run} Run */

export class Sharing {
  #asking = new AbortController();
  /** @type {Run | null} */
  #wanted = null;

  /**
   * @param {import("./api.js").Api} api
   * @param {import("./store.js").Store} store what has come is its `shares`
   */
  constructor(api, store) {
    this.api = api;
    this.store = store;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { run, order, shares } = this.store.state;
    const wanted = order === "share" ? run : null;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#asking.abort();
    this.#asking = new AbortController();
    if (wanted && shares?.run !== wanted) this.#ask(wanted, this.#asking.signal);
  }

  /**
   * @param {Run} run
   * @param {AbortSignal} signal
   */
  async #ask(run, signal) {
    try {
      const shares = await this.api.shares(run, signal);
      if (!signal.aborted) this.store.update({ shares });
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof ApiError ? error.message : texts.page.wrong;
      // In no order that is not there: the choice goes back to what suits the model.
      this.store.update({ order: null, notice: texts.network.unsorted(why) });
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

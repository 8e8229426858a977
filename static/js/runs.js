/** The runs that a person asks for: one at a time, and the one that was asked for last wins. */

import { ApiError } from "./api.js";
import { Latest } from "./core/latest.js";
import { readsDrawings } from "./core/model.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./core/run.js").Run} Run */
/** @typedef {import("./store.js").Store} Store */

/**
 * @typedef {object} Given a picture that was given to the page
 * @property {Blob} picture
 * @property {boolean} drawn on the pad
 * @property {boolean} sample one of ours, not the person's own
 *
 * @typedef {Pick<import("./store.js").State, "cell" | "order" | "scale">} View
 */

/** Pictures of how many runs are remembered, for the way back and for another model. */
const REMEMBERED = 20;

/** Fires `picture` (detail: the picture that was run, as the server read it) where no pad shows it already. */
export class Runs extends EventTarget {
  #live = new Latest();
  #running = new AbortController();
  /** Whether what was asked for last came from the pad. */
  #drawing = false;
  /** @type {Given | null} */
  #given = null;
  /** @type {Map<string, Given>} the pictures by their runs, the oldest first */
  #pictures = new Map();
  /** @type {(() => void) | null} asks again for what failed */
  again = null;

  /**
   * @param {Api} api
   * @param {Store} store
   */
  constructor(api, store) {
    super();
    this.api = api;
    this.store = store;
  }

  /** Everything under way is of an older picture: let go of it. */
  supersede() {
    this.#running.abort();
    this.#running = new AbortController();
    this.#live.forget();
    this.#drawing = false;
  }

  /**
   * Runs a picture through the model that was chosen.
   * @param {Blob} picture
   * @param {{ sample?: boolean }} [how]
   */
  give(picture, { sample = false } = {}) {
    this.supersede();
    this.#given = { picture, drawn: false, sample };
    return this.#live.submit(() => this.#create(this.store.state.asked));
  }

  /**
   * Runs what is on the pad. A stroke lets go of a file that is still under way; strokes of one drawing only queue.
   * @param {Blob} picture
   * @param {{ sample?: boolean }} [how]
   */
  draw(picture, { sample = false } = {}) {
    if (!this.#drawing) this.supersede();
    this.#drawing = true;
    this.#given = { picture, drawn: true, sample };
    return this.#live.submit(() => this.#create(this.store.state.asked));
  }

  /** There is no picture any more: the pad was wiped. */
  forgetPicture() {
    this.supersede();
    this.#given = null;
  }

  /**
   * Another model: the picture that is there goes through it. A sample of ours is let go of where `replace` has
   * one that suits the model better.
   * @param {string} model
   * @param {(model: string) => Promise<boolean>} replace gives the model's own sample, or is false
   */
  choose(model, replace) {
    this.supersede();
    this.store.update({ asked: model });
    return this.#live.submit(() =>
      this.#try(async (signal) => {
        const description = await this.api.model(model);
        if (signal.aborted) return;
        if (!this.#given || this.#given.sample) {
          if (await replace(model)) return;
          if (signal.aborted) return;
        }
        if (this.#given) return this.#create(model);
        this.store.update({
          model: description,
          run: null,
          cell: null,
          trail: [],
          stale: false,
          failure: "",
        });
      }),
    );
  }

  /**
   * A run that was made before.
   * @param {string} id
   * @param {View} view what is looked at in it, and how
   */
  open(id, view) {
    this.supersede();
    return this.#live.submit(() =>
      this.#try(async (signal) => {
        const run = await this.api.run(id, signal);
        this.#given = this.#pictures.get(id) ?? null;
        await this.#show(run, signal, view);
        if (signal.aborted) return;
        const picture = await this.#showPicture(run, signal);
        // After a reload the file itself is gone; what the server read of it goes on to other models.
        if (picture && !signal.aborted) this.#given ??= { picture, drawn: false, sample: false };
      }),
    );
  }

  /** @param {string} model */
  #create(model) {
    const given = /** @type {Given} */ (this.#given);
    return this.#try(async (signal) => {
      const run = await this.api.createRun(model, given.picture, signal);
      this.#remember(run.id, given);
      await this.#show(run, signal, {});
      const { model: shown } = this.store.state;
      if (!given.drawn || !shown || !readsDrawings(shown)) await this.#showPicture(run, signal);
    });
  }

  /**
   * @param {Run} run
   * @param {AbortSignal} signal
   * @param {Partial<View>} view the cell stays as it is where none is given, and the model is the same
   */
  async #show(run, signal, { cell, ...how }) {
    const model = await this.api.model(run.summary.model);
    if (signal.aborted) return;
    const before = this.store.state;
    const kept = before.model?.id === model.id ? before.cell : null;
    const shown = cell === undefined ? kept : cell;
    const trail = shown === before.cell ? before.trail : [];
    this.store.update({ ...how, model, run, asked: model.id, cell: shown, trail, stale: false, failure: "" });
  }

  /**
   * @param {Run} run
   * @param {AbortSignal} signal
   */
  async #showPicture(run, signal) {
    const address = run.summary.preprocessing[0]?.picture;
    if (!address || signal.aborted) return null;
    const picture = await this.api.picture(address, signal);
    const detail = await createImageBitmap(picture);
    if (!signal.aborted) this.dispatchEvent(new CustomEvent("picture", { detail }));
    return picture;
  }

  /**
   * Does a job and tells what failed, unless something newer was asked for meanwhile.
   * @param {(signal: AbortSignal) => Promise<void>} job
   */
  async #try(job) {
    const { signal } = this.#running;
    this.again = () => this.#live.submit(() => this.#try(job));
    this.store.update({ stale: this.store.state.run !== null });
    try {
      await job(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && !error.passing) this.again = null;
      const message = error instanceof ApiError ? error.message : "Something went wrong on this page.";
      this.store.update({ failure: message, stale: this.store.state.run !== null });
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /**
   * @param {string} id
   * @param {Given} given
   */
  #remember(id, given) {
    this.#pictures.delete(id);
    this.#pictures.set(id, given);
    for (const oldest of this.#pictures.keys()) {
      if (this.#pictures.size <= REMEMBERED) break;
      this.#pictures.delete(oldest);
    }
  }
}

/** The pictures that were given to the page, and the runs that were made of them. */

import { AS_USUAL } from "./core/fitting.js";
import { boxOf } from "./core/frame.js";

/** @typedef {import("./core/fitting.js").Fitting} Fitting */
/** @typedef {import("./core/run.js").Run} Run */

/** Of how many runs the pictures are remembered, for the way back and for another model. */
const REMEMBERED = 40;

/** A picture that was given to the page, and how it is fitted to photo models. */
export class Given {
  /** @type {Map<string, string>} the id of a run of it by each model, at any point of training */
  made = new Map();
  /** Where the server has the picture as it read it; empty until there is a run. */
  copy = "";
  /** @type {import("./core/frame.js").Box} what that shows, in the pixels that the steps of its runs tell of */
  whole = { left: 0, top: 0, width: 1, height: 1 };
  /** @type {Blob | (() => Blob) | null} */
  #picture;

  /**
   * @param {Blob | (() => Blob) | null} picture or what makes it, once it is needed; null where only the server has it
   * @param {{ sample?: boolean, fitting?: Fitting }} [how] `sample`: whether it is one of ours, not the person's own
   */
  constructor(picture, { sample = false, fitting = AS_USUAL } = {}) {
    this.#picture = picture;
    this.sample = sample;
    this.fitting = fitting;
  }

  /**
   * The same picture, fitted in another way.
   * @param {Fitting} fitting
   */
  fitted(fitting) {
    const other = new Given(this.#picture, { fitting });
    other.copy = this.copy;
    other.whole = this.whole;
    return other;
  }

  /** @returns {Blob | null} */
  get picture() {
    if (typeof this.#picture === "function") this.#picture = this.#picture();
    return this.#picture;
  }

  set picture(picture) {
    this.#picture = picture;
  }
}

export class Pictures {
  /** @type {Map<string, Given>} by the ids of their runs, the oldest first */
  #given = new Map();
  /** @type {WeakMap<Run, Given>} */
  #ofRun = new WeakMap();
  /** @type {{ given: Given | null, runs: Run[] }} all runs of the picture that was run last */
  #recent = { given: null, runs: [] };

  /**
   * @param {Run} run
   * @param {Given} given
   */
  keep(run, given) {
    given.made.set(run.summary.model, run.id);
    const [first] = run.summary.preprocessing;
    if (first && !given.copy) {
      given.copy = first.picture;
      given.whole = boxOf(first);
    }
    this.#ofRun.set(run, given);
    if (this.#recent.given !== given) this.#recent = { given, runs: [] };
    if (!this.#recent.runs.includes(run)) this.#recent.runs.push(run);
    this.#given.delete(run.id);
    this.#given.set(run.id, given);
    for (const oldest of this.#given.keys()) {
      if (this.#given.size <= REMEMBERED) break;
      this.#given.delete(oldest);
    }
  }

  /** @param {string} id of a run */
  given(id) {
    return this.#given.get(id) ?? null;
  }

  /** @param {Run | null} run */
  givenFor(run) {
    return (run && this.#ofRun.get(run)) ?? null;
  }

  /** @param {string} id of a run of the last picture */
  runOf(id) {
    return this.#recent.runs.find((run) => run.id === id) ?? null;
  }

  /**
   * The run of the last picture at a point of training, if it was made before.
   * @param {Given} given
   * @param {string} model
   * @param {number | null} checkpoint
   */
  run(given, model, checkpoint) {
    if (this.#recent.given !== given) return null;
    const found = this.#recent.runs.find(
      ({ summary }) => summary.model === model && summary.checkpoint === checkpoint,
    );
    return found ?? null;
  }
}

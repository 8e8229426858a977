/** How the photo is fitted, and which part of it is taken: from the controls to the runs, and back. */

import { ownFit } from "./core/fitting.js";
import "./elements/crop-box.js";
import "./elements/photo-fitting.js";

/** @typedef {import("./core/run.js").Run} Run */

/**
 * The controls, as soon as they have their style.
 * @param {import("./runs.js").Runs} runs
 * @param {import("./store.js").Store} store
 */
export async function loadFittings(runs, store) {
  const href = new URL("../css/fitting.css", import.meta.url).href;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  await new Promise((loaded, failed) => {
    link.addEventListener("load", loaded);
    link.addEventListener("error", failed);
    document.head.append(link);
  }).catch((error) => {
    link.remove();
    throw error;
  });
  return new Fittings(runs, store);
}

export class Fittings {
  /**
   * @param {import("./runs.js").Runs} runs
   * @param {import("./store.js").Store} store
   */
  constructor(runs, store) {
    const control = /** @type {import("./elements/photo-fitting.js").PhotoFitting} */ (
      document.querySelector("photo-fitting")
    );
    const box = /** @type {import("./elements/crop-box.js").CropBox} */ (document.querySelector("crop-box"));
    this.runs = runs;
    this.store = store;
    this.control = control;
    this.box = box;
    control.addEventListener("fitting", (event) => runs.fit(/** @type {CustomEvent} */ (event).detail));
    control.addEventListener("cropping", (event) => {
      box.hidden = !(/** @type {CustomEvent} */ (event).detail);
    });
    box.addEventListener("crop", (event) => {
      control.box = /** @type {CustomEvent} */ (event).detail;
    });
  }

  /** Shows what is true of the run that is shown. */
  show() {
    const { model, run } = this.store.state;
    const own = model && ownFit(model);
    const given = this.runs.givenFor(run);
    this.control.hidden = !own || !given;
    this.box.hidden = this.control.hidden || !this.control.open;
    if (!own || !given) return;
    const { width, height } = given.whole;
    this.control.shown = { fitting: given.fitting, own, size: { width, height } };
    this.box.size = { width, height };
  }
}

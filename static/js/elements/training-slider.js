/** The training slider: the network as it was at each point of its training. */

import { print, printShare } from "../core/decimal.js";
import { describePoint, epochName, placeOf, printEpoch } from "../core/training.js";
import { make } from "./make.js";
import "./training-curves.js";

/** @typedef {import("../core/training.js").TrainingPoint} TrainingPoint */
/** @typedef {import("./training-curves.js").TrainingCurves} TrainingCurves */

/** How long each point is shown when it plays, in milliseconds, beside the time that its run takes. */
const SHOWN = 700;

/**
 * Fires `go` (detail: { checkpoint, first }) when a point is chosen. `first` is true where that begins a move, and
 * false where it goes on with one: while the thumb is dragged, a key is held down, or it plays.
 */
export class TrainingSlider extends HTMLElement {
  /** @type {TrainingPoint[]} */
  #points = [];
  #place = 0;
  #moving = false;
  #playing = false;
  #timer = 0;
  #play = make("button", { type: "button", class: "play" });
  #epoch = make("span", { class: "epoch" });
  #curves = /** @type {TrainingCurves} */ (document.createElement("training-curves"));
  #slider = make("input", { type: "range", min: 0, step: 1, "aria-label": "Point of training" });
  #epochs = make("ol", { class: "epochs", "aria-hidden": "true" });
  #figures = make("dl", { class: "figures", "aria-hidden": "true" });
  #table = make("table");

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(
      this.#play,
      make("p", { class: "words" }, make("strong", {}, "Training"), this.#epoch),
      make("div", { class: "axis" }, this.#curves, this.#slider, this.#epochs),
      this.#figures,
      make("div", { class: "visually-hidden" }, this.#table),
    );
    this.#play.addEventListener("click", () => (this.#playing ? this.pause() : this.#start()));
    this.#slider.addEventListener("input", () => {
      this.pause();
      this.#go(Number(this.#slider.value), !this.#moving);
      this.#moving = true;
    });
    // The thumb was let go of, or a key pressed: what follows is another move, unless the key is held down.
    this.#slider.addEventListener("change", () => {
      this.#moving = false;
    });
    this.#slider.addEventListener("keydown", (event) => {
      this.#moving = event.repeat;
    });
    this.#curves.addEventListener("point", (event) => {
      this.pause();
      this.#go(/** @type {CustomEvent<number>} */ (event).detail, true);
    });
    this.#showPlaying(false);
  }

  disconnectedCallback() {
    this.pause();
  }

  /** @param {TrainingPoint[]} points none where the model has no checkpoints: then there is nothing to slide over */
  set points(points) {
    this.pause();
    this.#points = points;
    this.hidden = points.length < 2;
    this.#slider.max = String(points.length - 1);
    this.#curves.points = points;
    this.#epochs.replaceChildren(
      ...points.map(({ epoch }, place) => {
        const label = make("li", {}, epoch === null ? "trained" : printEpoch(epoch));
        label.style.left = `${(100 * place) / Math.max(1, points.length - 1)}%`;
        return label;
      }),
    );
    this.#table.replaceChildren(
      make("caption", {}, "Training: figures of the validation images"),
      make("tr", {}, ...["Epoch", "Accuracy", "Loss"].map((name) => make("th", { scope: "col" }, name))),
      ...points.map((point) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, point.epoch === null ? "trained" : printEpoch(point.epoch)),
          make("td", {}, point.accuracy === null ? "not known" : printShare(point.accuracy)),
          make("td", {}, point.loss === null ? "not known" : print(point.loss, 4)),
        ),
      ),
    );
  }

  /**
   * @param {object} state
   * @param {number | null} state.checkpoint that was asked for
   * @param {boolean} state.shown whether it is what the page shows by now
   * @param {boolean} state.failed whether it cannot be shown
   */
  set state({ checkpoint, shown, failed }) {
    const points = this.#points;
    this.#place = placeOf(points, checkpoint);
    const point = points[this.#place];
    if (!point) return;
    this.#slider.value = String(this.#place);
    this.#slider.setAttribute("aria-valuetext", describePoint(point));
    this.#curves.place = this.#place;
    const last = points.at(-1)?.epoch ?? null;
    this.#epoch.textContent =
      epochName(point) + (last === null || point.epoch === null ? "" : ` of ${printEpoch(last)}`);
    this.#figures.replaceChildren(
      ...figure("accuracy", point.accuracy === null ? "" : printShare(point.accuracy)),
      ...figure("loss", point.loss === null ? "" : print(point.loss, 4)),
    );
    if (failed) this.pause();
    if (this.#playing && shown && !this.#timer) this.#timer = window.setTimeout(() => this.#goOn(), SHOWN);
  }

  pause() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#showPlaying(false);
  }

  /** From where it stands; from the end, all over again. */
  #start() {
    const end = this.#points.length - 1;
    this.#showPlaying(true);
    this.#go(this.#place === end ? 0 : this.#place + 1, true);
  }

  #goOn() {
    this.#timer = 0;
    const next = this.#place + 1;
    if (next === this.#points.length - 1) this.#showPlaying(false);
    this.#go(next, false);
  }

  /** @param {boolean} playing */
  #showPlaying(playing) {
    this.#playing = playing;
    this.#play.textContent = playing ? "❚❚" : "▶";
    const name = playing ? "Pause the training" : "Play the training";
    this.#play.setAttribute("aria-label", name);
    this.#play.title = name;
  }

  /**
   * @param {number} place
   * @param {boolean} first
   */
  #go(place, first) {
    const point = this.#points[place];
    if (!point) return;
    const detail = { checkpoint: point.checkpoint, first };
    this.dispatchEvent(new CustomEvent("go", { bubbles: true, detail }));
  }
}

/**
 * A name and its figure; nothing where there is no figure.
 * @param {string} name
 * @param {string} text
 */
function figure(name, text) {
  return text ? [make("dt", { class: name }, name), make("dd", {}, text)] : [];
}

customElements.define("training-slider", TrainingSlider);

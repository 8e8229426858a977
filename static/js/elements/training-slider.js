/** The training slider: the network as it was at each point of its training. */

import { print, printShare } from "../core/decimal.js";
import { describePoint, epochName, placeOf, printEpoch } from "../core/training.js";
import { texts } from "../texts.js";
import { make } from "./make.js";
import "./training-curves.js";

/** @typedef {import("../core/training.js").TrainingPoint} TrainingPoint */
/** @typedef {import("./training-curves.js").TrainingCurves} TrainingCurves */

/** How long each point is shown when it plays, in milliseconds, beside the time that its run takes. */
const SHOWN = 700;
const words = texts.training;

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
  #slider = make("input", { type: "range", min: 0, step: 1, "aria-label": words.point });
  #epochs = make("ol", { class: "epochs", "aria-hidden": "true" });
  #figures = make("dl", {
    class: "figures",
    title: words.figuresTitle,
    "aria-hidden": "true",
  });
  #table = make("table");

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(
      this.#play,
      make("p", { class: "words" }, make("strong", {}, words.name), this.#epoch),
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
        const label = make("li", {}, epoch === null ? words.trained : printEpoch(epoch));
        label.style.left = `${(100 * place) / Math.max(1, points.length - 1)}%`;
        return label;
      }),
    );
    this.#table.replaceChildren(
      make("caption", {}, words.table),
      make("tr", {}, ...Object.values(words.headings).map((name) => make("th", { scope: "col" }, name))),
      ...points.map((point) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, point.epoch === null ? words.trained : printEpoch(point.epoch)),
          make("td", {}, point.accuracy === null ? words.unknown : printShare(point.accuracy)),
          make("td", {}, point.loss === null ? words.unknown : print(point.loss, 4)),
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
      last === null || point.epoch === null
        ? epochName(point)
        : words.epochOf(printEpoch(point.epoch), printEpoch(last));
    this.#figures.replaceChildren(
      ...figure("accuracy", words.accuracy, point.accuracy === null ? "" : printShare(point.accuracy)),
      ...figure("loss", words.loss, point.loss === null ? "" : print(point.loss, 4)),
    );
    if (failed) this.pause();
    if (this.#playing && shown && !this.#timer)
      this.#timer = window.setTimeout(() => this.#playOn(this.#place + 1, false), SHOWN);
  }

  get playing() {
    return this.#playing;
  }

  pause() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#showPlaying(false);
  }

  /** From where it stands; from the end, all over again. */
  #start() {
    this.#showPlaying(true);
    this.#playOn(this.#place === this.#points.length - 1 ? 0 : this.#place + 1, true);
  }

  /**
   * @param {number} place
   * @param {boolean} first
   */
  #playOn(place, first) {
    this.#timer = 0;
    if (place >= this.#points.length - 1) this.#showPlaying(false);
    this.#go(place, first);
  }

  /** @param {boolean} playing */
  #showPlaying(playing) {
    this.#playing = playing;
    this.#play.textContent = playing ? "❚❚" : "▶";
    const name = playing ? words.stop : words.watch;
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
 * @param {string} kind
 * @param {string} name
 * @param {string} text
 */
function figure(kind, name, text) {
  return text ? [make("dt", { class: kind }, name), make("dd", {}, text)] : [];
}

customElements.define("training-slider", TrainingSlider);

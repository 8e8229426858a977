/** The drawing pad: a sheet of paper for mouse, pen and finger. */

import { drawStrokes, encodePicture, fillPaper, readableCanvas } from "../pixels.js";
import { texts } from "../texts.js";

/** @typedef {import("../core/drawings.js").Stroke} Stroke */

const SIDE = 280;
const PEN = 24;
const PAPER = "#ffffff";
const INK = "#16181c";

/**
 * Fires `draw` after every change of the drawing (detail: a function that gives the picture as a PNG blob; until the
 * next `draw` it can be called at any time, so that a drawing nobody needs is not encoded), and `clear`.
 */
export class DrawPad extends HTMLElement {
  /** @type {Stroke[]} */
  #strokes = [];
  /** @type {ImageBitmap | undefined} */
  #picture;
  /** Whether someone drew, rather than a sample was put here. */
  touched = false;
  #canvas = readableCanvas();

  connectedCallback() {
    this.#canvas.width = SIDE;
    this.#canvas.height = SIDE;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", texts.picture.pad);
    this.append(this.#canvas);
    this.#canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#move(event));
    this.#paint();
  }

  /** @param {Stroke[]} strokes shown, and sent, as if they had just been drawn */
  set strokes(strokes) {
    this.#picture = undefined;
    this.touched = false;
    this.#strokes = strokes.map((stroke) => [...stroke]);
    this.#change();
  }

  /** @param {ImageBitmap} picture shown until the next stroke; it is not sent */
  set picture(picture) {
    this.#strokes = [];
    this.#picture = picture;
    this.#paint();
  }

  get empty() {
    return this.#strokes.length === 0 && !this.#picture;
  }

  clear() {
    this.#strokes = [];
    this.#picture = undefined;
    this.#paint();
    this.dispatchEvent(new CustomEvent("clear", { bubbles: true }));
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#picture = undefined;
    this.touched = true;
    this.#strokes.push(this.#points([event]));
    this.#change();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#canvas.hasPointerCapture(event.pointerId)) return;
    const stroke = this.#strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    stroke?.push(...this.#points(events.length > 0 ? events : [event]));
    this.#change();
  }

  /**
   * @param {PointerEvent[]} events
   * @returns {Stroke} in the unit square
   */
  #points(events) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return events.map(({ clientX, clientY }) => [(clientX - left) / width, (clientY - top) / height]);
  }

  #paint() {
    fillPaper(this.#canvas, PAPER, this.#picture);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    drawStrokes(context, this.#strokes, SIDE, PEN, INK);
    this.toggleAttribute("data-empty", this.empty);
  }

  #change() {
    this.#paint();
    if (this.#strokes.length === 0) return;
    this.dispatchEvent(new CustomEvent("draw", { bubbles: true, detail: () => encodePicture(this.#canvas) }));
  }
}

customElements.define("draw-pad", DrawPad);

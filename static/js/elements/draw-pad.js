/** The drawing pad: a sheet of paper for mouse, pen and finger. */

import { drawStrokes, fillPaper } from "../pixels.js";
import { texts } from "../texts.js";

/** @typedef {import("../core/drawings.js").Stroke} Stroke */

const SIDE = 280;
const PEN = 24;
const PAPER = "#ffffff";
const INK = "#16181c";

/**
 * Fires `draw` (detail: the picture as a PNG blob) after every change of the drawing, and `clear`.
 * Between two `draw` events the pad waits for the first one's blob, so that fast strokes do not pile up.
 */
export class DrawPad extends HTMLElement {
  /** @type {Stroke[]} */
  #strokes = [];
  /** @type {ImageBitmap | undefined} */
  #picture;
  /** Whether someone drew, rather than a sample was put here. */
  touched = false;
  #encoding = false;
  #changed = false;
  #canvas = document.createElement("canvas");

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
    this.#strokes.push([this.#point(event)]);
    this.#change();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#canvas.hasPointerCapture(event.pointerId)) return;
    const stroke = this.#strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) stroke?.push(this.#point(each));
    this.#change();
  }

  /**
   * @param {PointerEvent} event
   * @returns {[number, number]}
   */
  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #paint() {
    fillPaper(this.#canvas, PAPER, this.#picture);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    drawStrokes(context, this.#strokes, SIDE, PEN, INK);
    this.toggleAttribute("data-empty", this.empty);
  }

  #change() {
    this.#paint();
    this.#changed = true;
    if (!this.#encoding) this.#send();
  }

  async #send() {
    this.#encoding = true;
    while (this.#changed) {
      this.#changed = false;
      /** @type {Blob | null} */
      const blob = await new Promise((resolve) => this.#canvas.toBlob(resolve, "image/png"));
      if (blob && this.#strokes.length > 0) {
        this.dispatchEvent(new CustomEvent("draw", { bubbles: true, detail: blob }));
      }
    }
    this.#encoding = false;
  }
}

customElements.define("draw-pad", DrawPad);

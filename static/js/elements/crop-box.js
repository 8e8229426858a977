/** A box that is drawn over a photo: the part that is taken. */

import { boxBetween } from "../core/fitting.js";
import { makeSvg } from "./make.js";

/** @typedef {import("../core/fitting.js").Size} Size */

/** Pixels of the screen: a shorter way was a click. */
const DRAGGED = 4;

/** Lies over the sheet, as large as it. Fires `crop` (detail: a Box) when a box was drawn. */
export class CropBox extends HTMLElement {
  #svg = makeSvg("svg", { "aria-hidden": "true", preserveAspectRatio: "xMidYMid meet" });
  #rect = makeSvg("rect");
  /** @type {Size} */
  #size = { width: 1, height: 1 };
  /** @type {{ x: number, y: number, screenX: number, screenY: number } | null} */
  #start = null;

  connectedCallback() {
    this.#svg.append(this.#rect);
    this.append(this.#svg);
    this.addEventListener("pointerdown", (event) => this.#begin(event));
    this.addEventListener("pointermove", (event) => this.#start && this.#draw(this.#boxTo(event)));
    this.addEventListener("pointerup", (event) => this.#end(event));
    this.addEventListener("pointercancel", () => this.#forget());
  }

  /** @param {Size} size of the picture */
  set size(size) {
    this.#size = size;
    this.#svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.#forget();
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    this.#start = { ...this.#pointOf(event), screenX: event.clientX, screenY: event.clientY };
  }

  /** @param {PointerEvent} event */
  #end(event) {
    const start = this.#start;
    if (!start) return;
    const box = this.#boxTo(event);
    this.#forget();
    const way = Math.hypot(event.clientX - start.screenX, event.clientY - start.screenY);
    if (way >= DRAGGED) this.dispatchEvent(new CustomEvent("crop", { bubbles: true, detail: box }));
  }

  #forget() {
    this.#start = null;
    this.#draw({ left: 0, top: 0, width: 0, height: 0 });
  }

  /** @param {PointerEvent} event */
  #boxTo(event) {
    return boxBetween(this.#start ?? { x: 0, y: 0 }, this.#pointOf(event), this.#size);
  }

  /** @param {PointerEvent} event */
  #pointOf({ clientX, clientY }) {
    const toScreen = this.#svg.getScreenCTM();
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toScreen?.inverse());
    return { x, y };
  }

  /** @param {import("../core/frame.js").Box} box */
  #draw({ left, top, width, height }) {
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) {
      this.#rect.setAttribute(name, String(value));
    }
  }
}

customElements.define("crop-box", CropBox);

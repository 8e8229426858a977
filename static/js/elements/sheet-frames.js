/** Frames over the person's picture: what the network sees of it, and what the cell that is looked at sees. */

import { pixelOfInput, seenBox, spanOnPicture } from "../core/frame.js";
import { makeSvg } from "./make.js";

/** @typedef {import("../core/frame.js").Box} Box */
/** @typedef {import("../core/run.js").PreprocessingStep} PreprocessingStep */
/** @typedef {import("../core/window.js").Span} Span */

/** Lies over a sheet that shows the picture as large as it fits, in its middle. */
export class SheetFrames extends HTMLElement {
  #svg = makeSvg("svg", { "aria-hidden": "true", preserveAspectRatio: "xMidYMid meet" });
  /** @type {Box | null} */
  #seen = null;
  /** @type {number[]} */
  #shape = [];
  /** @type {Box} */
  #whole = { left: 0, top: 0, width: 1, height: 1 };
  /** @type {Span | null} */
  #field = null;

  connectedCallback() {
    this.append(this.#svg);
  }

  /**
   * @param {{ steps: PreprocessingStep[], shape: number[], whole: Box }} run the steps from the picture, the input's
   *   shape, and what the sheet shows, in the pixels that the steps tell of
   */
  set run({ steps, shape, whole }) {
    this.#whole = whole;
    this.#seen = seenBox(steps);
    this.#shape = shape;
    this.#draw();
  }

  /** @param {Span | null} span in cells of the input */
  set receptiveField(span) {
    this.#field = span;
    this.#draw();
  }

  /**
   * The pixel of the network's input that a point of the picture became; null where it became none.
   * @param {MouseEvent} event
   */
  pixelAt({ clientX, clientY }) {
    const [, rows = 1, columns = 1] = this.#shape;
    const toScreen = this.#svg.getScreenCTM();
    if (!this.#seen || !toScreen) return null;
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toScreen.inverse());
    return pixelOfInput({ x, y }, [rows, columns], this.#seen);
  }

  #draw() {
    const { left, top, width, height } = this.#whole;
    this.#svg.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    this.#svg.replaceChildren();
    if (!this.#seen) return;
    const outside = outline(this.#whole) + outline(this.#seen);
    this.#svg.append(makeSvg("path", { class: "unseen", d: outside, "fill-rule": "evenodd" }));
    if (!this.#field) return;
    const { left: x, top: y, ...size } = spanOnPicture(this.#field, this.#shape, this.#seen);
    this.#svg.append(
      makeSvg("rect", { class: "halo", x, y, ...size }),
      makeSvg("rect", { class: "field-frame", x, y, ...size }),
    );
  }
}

/** @param {Box} box */
function outline({ left, top, width, height }) {
  return `M${left} ${top}h${width}v${height}h${-width}Z`;
}

customElements.define("sheet-frames", SheetFrames);

/** The samples: the project's own drawings, each drawn with one click. */

import { DRAWINGS } from "../core/drawings.js";
import { drawStrokes } from "../pixels.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

const SIDE = 72;

/** Fires `sample` (detail: the strokes) when one is chosen. */
export class SampleStrip extends HTMLElement {
  connectedCallback() {
    for (const [digit, strokes] of DRAWINGS.entries()) {
      const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      drawStrokes(context, strokes, SIDE, 6, getComputedStyle(this).color);
      const name = texts.picture.drawing(digit);
      const button = make("button", { type: "button", title: name, "aria-label": name }, canvas);
      button.addEventListener("click", () => {
        this.dispatchEvent(new CustomEvent("sample", { bubbles: true, detail: strokes }));
      });
      this.append(button);
    }
  }
}

customElements.define("sample-strip", SampleStrip);

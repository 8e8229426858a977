/** The sheet for photos: the photo that was given, whole, or the place to drop one. */

import { fillPaper } from "../pixels.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

/** Pixels: sharp on dense screens too. */
const SIDE = 448;

/** Fires `choose` when it is pressed: it is a button for choosing a file. */
export class PhotoSheet extends HTMLElement {
  #canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const button = make(
      "button",
      { type: "button", "aria-label": texts.picture.choosePhoto },
      this.#canvas,
      make("span", { class: "hint", "aria-hidden": "true" }, texts.picture.photoHint),
    );
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("choose", { bubbles: true })));
    this.append(button);
    this.picture = null;
  }

  /** @param {ImageBitmap | null} picture */
  set picture(picture) {
    this.toggleAttribute("data-empty", picture === null);
    fillPaper(this.#canvas, "transparent", picture ?? undefined);
  }
}

customElements.define("photo-sheet", PhotoSheet);

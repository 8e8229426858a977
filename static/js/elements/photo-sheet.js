/** The sheet for photos: the photo that was given, whole, or the place to drop one. */

import { fillPaper } from "../pixels.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

/** Pixels: sharp on dense screens too. */
const SIDE = 448;

/** Fires `choose` when it is pressed: it is a button for choosing a file. */
export class PhotoSheet extends HTMLElement {
  #canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });

  #button = make("button", { type: "button" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.#button.append(
      this.#canvas,
      make("span", { class: "hint", "aria-hidden": "true" }, texts.picture.photoHint),
    );
    this.#button.addEventListener("click", () =>
      this.dispatchEvent(new CustomEvent("choose", { bubbles: true })),
    );
    this.append(this.#button);
    this.picture = null;
  }

  /** @param {ImageBitmap | null} picture */
  set picture(picture) {
    this.toggleAttribute("data-empty", picture === null);
    // Its name holds the words that are seen, so that it can be asked for by voice.
    this.#button.setAttribute("aria-label", picture ? texts.picture.choosePhoto : texts.picture.photoHint);
    fillPaper(this.#canvas, "transparent", picture ?? undefined);
  }
}

customElements.define("photo-sheet", PhotoSheet);

/** Photos to try, each with one click. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {import("../api.js").Sample} Sample */

/** Fires `sample` (detail: the sample) when one is chosen. */
export class PhotoSamples extends HTMLElement {
  /** @param {Sample[]} samples */
  set samples(samples) {
    this.replaceChildren(
      ...samples.map((sample) => {
        const title = texts.picture.credit(sample.title, sample.credit);
        const button = make(
          "button",
          { type: "button", title, "aria-label": texts.picture.tryPhoto(sample.title) },
          make("img", { src: sample.url, alt: "", loading: "lazy" }),
        );
        button.addEventListener("click", () =>
          this.dispatchEvent(new CustomEvent("sample", { bubbles: true, detail: sample })),
        );
        return button;
      }),
    );
  }
}

customElements.define("photo-samples", PhotoSamples);

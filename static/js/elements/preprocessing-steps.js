/** How the picture became the network's input: each step as a picture and a sentence. */

import { make } from "./make.js";

/** @typedef {import("../core/run.js").PreprocessingStep} PreprocessingStep */

/** The page's words for the steps. */
const TITLES = /** @type {Record<string, string>} */ ({
  gray: "Gray",
  ink: "Ink",
  crop: "Crop",
  thicken: "Thicken",
  scale: "Scale",
  centre: "Centre",
});

export class PreprocessingSteps extends HTMLElement {
  /** @param {PreprocessingStep[]} steps */
  set steps(steps) {
    const list = make("ol");
    for (const { step, message, width, height, picture } of steps) {
      const title = TITLES[step] ?? step;
      list.append(
        make(
          "li",
          { title: message },
          make("img", { src: picture, alt: "", width: 44, height: 44 }),
          make("span", { class: "name" }, title),
          make("span", { class: "size" }, `${width} × ${height}`),
          make("span", { class: "visually-hidden" }, message),
        ),
      );
    }
    this.replaceChildren(list);
  }
}

customElements.define("preprocessing-steps", PreprocessingSteps);

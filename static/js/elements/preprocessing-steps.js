/** How the picture became the network's input: each step as a picture and a sentence. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {import("../core/run.js").PreprocessingStep} PreprocessingStep */

/** How long the steps wait for a newer run, in milliseconds: a stroke makes many runs a second. */
const PAUSE = 150;

/** Faded from the moment that steps are set until their pictures are asked for, after a short pause. */
export class PreprocessingSteps extends HTMLElement {
  #timer = 0;

  /** @param {PreprocessingStep[]} steps */
  set steps(steps) {
    window.clearTimeout(this.#timer);
    if (this.childElementCount === 0) {
      this.#show(steps);
      return;
    }
    this.classList.add("waiting");
    this.#timer = window.setTimeout(() => this.#show(steps), PAUSE);
  }

  /** @param {PreprocessingStep[]} steps */
  #show(steps) {
    this.classList.remove("waiting");
    const open = this.querySelector("details")?.open ?? false;
    const list = make("ol", { class: "pictures" });
    const sentences = make("ol", { class: "sentences" });
    for (const { step, message, width, height, picture } of steps) {
      const title = texts.picture.steps[step] ?? step;
      list.append(
        make(
          "li",
          { title: message },
          make("img", { src: picture, alt: "", width: 44, height: 44 }),
          make("span", { class: "name" }, title),
          make("span", { class: "size" }, `${width}×${height}`),
        ),
      );
      sentences.append(make("li", {}, make("strong", {}, title), " ", message));
    }
    const details = make("details", { open }, make("summary", {}, texts.picture.stepByStep), sentences);
    this.replaceChildren(list, details);
  }
}

customElements.define("preprocessing-steps", PreprocessingSteps);

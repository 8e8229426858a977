/** The colour legend: what the colours mean, with the true range of what is drawn. */

import { print } from "../core/decimal.js";
import { paintMap } from "../pixels.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

const STEPS = 129;

export class ColourLegend extends HTMLElement {
  #canvas = make("canvas", { "aria-hidden": "true" });
  #low = make("span");
  #high = make("span");
  #text = make("span", { class: "range" });

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    const ramp = Array.from({ length: STEPS }, (_, step) => (step / (STEPS - 1)) * 2 - 1);
    paintMap(this.#canvas, ramp, 1, STEPS, colours, 1);
    this.replaceChildren(this.#low, this.#canvas, this.#high, this.#text);
  }

  /**
   * @param {{ minimum: number, maximum: number, limit: number, name: string }} range of what is named; the limit of
   *   its scale is larger where other values share the scale
   */
  set range({ minimum, maximum, limit, name }) {
    this.#low.textContent = print(-limit, 2);
    this.#high.textContent = print(limit, 2);
    this.#text.textContent = texts.network.legend(name, print(minimum, 2), print(maximum, 2));
  }
}

customElements.define("colour-legend", ColourLegend);

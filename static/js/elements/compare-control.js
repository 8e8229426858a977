/** The control that keeps a run to compare with, and says which of the two, or their difference, is shown. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {import("../core/comparison.js").Side} Side */

/** @type {Side[]} */
const SIDES = ["kept", "now", "difference"];
const words = texts.comparing;

/** Fires `keep`, `side` (detail: which) and `end`. */
export class CompareControl extends HTMLElement {
  #keep = make("button", { type: "button", title: words.compareTitle }, words.compare);
  #end = make("button", { type: "button", class: "end", "aria-label": words.end, title: words.end }, "×");
  #choices = SIDES.map((side) => {
    const title = words.sideTitles[side];
    const input = make("input", { type: "radio", name: "compare-side", value: side });
    input.addEventListener("change", () => this.#tell("side", side));
    return { side, input, label: make("label", { title }, input, make("span", {}, words.sides[side])) };
  });
  #group = make(
    "span",
    { class: "sides", role: "radiogroup", "aria-label": words.show },
    ...this.#choices.map(({ label }) => label),
  );

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#keep, this.#group, this.#end);
    this.state = { side: null, ready: false };
    this.#keep.addEventListener("click", () => {
      this.#tell("keep");
      this.#choices.find(({ input }) => input.checked)?.input.focus();
    });
    this.#end.addEventListener("click", () => {
      this.#tell("end");
      this.#keep.focus();
    });
  }

  /** @param {{ side: Side | null, ready: boolean }} state the side that is shown; null while nothing is compared */
  set state({ side, ready }) {
    this.#keep.hidden = side !== null;
    this.#keep.disabled = !ready;
    this.#group.hidden = this.#end.hidden = side === null;
    for (const { side: own, input } of this.#choices) input.checked = own === side;
  }

  /**
   * @param {string} name
   * @param {Side} [detail]
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("compare-control", CompareControl);

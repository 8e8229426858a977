/** The control that keeps a run to compare with, and says which of the two, or their difference, is shown. */

import { make } from "./make.js";

/** @typedef {import("../core/comparison.js").Side} Side */

/** @type {[Side, string, string][]} */
const SIDES = [
  ["kept", "Kept", "The run that was kept"],
  ["now", "Now", "The run that is there now"],
  ["difference", "Difference", "Now − kept, cell by cell"],
];

/** Fires `keep`, `side` (detail: which) and `end`. */
export class CompareControl extends HTMLElement {
  #keep = make(
    "button",
    { type: "button", title: "Keep this run, and compare the next ones with it" },
    "Compare",
  );
  #end = make(
    "button",
    { type: "button", class: "end", "aria-label": "End comparing", title: "End comparing" },
    "×",
  );
  #choices = SIDES.map(([side, text, title]) => {
    const input = make("input", { type: "radio", name: "compare-side", value: side });
    input.addEventListener("change", () => this.#tell("side", side));
    return { side, input, label: make("label", { title }, input, make("span", {}, text)) };
  });
  #group = make(
    "span",
    { class: "sides", role: "radiogroup", "aria-label": "Show" },
    ...this.#choices.map(({ label }) => label),
  );

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#keep, this.#group, this.#end);
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

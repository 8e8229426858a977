/** The control that keeps a run to compare with, and says which of the two, or their difference, is shown. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {import("../core/comparison.js").Side} Side */

/** @type {Side[]} */
const SIDES = ["kept", "now", "difference"];
const words = texts.comparing;
/** How far apart the clicks of a double click can be, in milliseconds and in pixels. */
const [DOUBLE, STILL] = [600, 5];

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

  /** @type {MouseEvent | null} the click that began it */
  #began = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#keep, this.#group, this.#end);
    this.state = { side: null, ready: false };
    this.#keep.addEventListener("click", (event) => {
      this.#began = event;
      this.#tell("keep");
      this.#choices.find(({ input }) => input.checked)?.input.focus();
    });
    // The choices come to where the button was: the second of two quick clicks on that is meant for none of them.
    this.addEventListener("click", (event) => this.#again(event) && event.preventDefault(), {
      capture: true,
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

  /** @param {MouseEvent} event whether it is the second click of a double click on the button */
  #again(event) {
    const began = this.#began;
    if (!began || event === began || event.detail === 0) return false;
    const far = Math.hypot(event.clientX - began.clientX, event.clientY - began.clientY);
    return event.timeStamp - began.timeStamp < DOUBLE && far < STILL;
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

/** How the photo is fitted to the network's input, and which part of it is taken. */

import { AS_USUAL, boxWithin } from "../core/fitting.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {import("../core/fitting.js").Fitting} Fitting */
/** @typedef {import("../core/fitting.js").Size} Size */
/** @typedef {"left" | "top" | "width" | "height"} Side */

/** Fires `fitting` (detail: a Fitting) when another is chosen, and `cropping` (detail: whether a box can be drawn). */
export class PhotoFitting extends HTMLElement {
  /** @type {Fitting} */
  #fitting = AS_USUAL;
  /** @type {Size} */
  #size = { width: 1, height: 1 };
  #ways = make("select");
  #crop = make("button", { type: "button", "aria-expanded": "false" }, texts.fitting.crop);
  #whole = make("button", { type: "button" }, texts.fitting.whole);
  #box = make("fieldset", { hidden: true });
  /** @type {Record<Side, HTMLInputElement>} */
  #sides = { left: number(0), top: number(0), width: number(1), height: number(1) };
  /** @type {EventTarget | null} the field that a person is typing into: it keeps what is there until that is taken */
  #typing = null;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    for (const [value, text] of Object.entries(texts.fitting.ways)) {
      this.#ways.append(make("option", { value }, text));
    }
    const sides = Object.entries(this.#sides).map(([side, input]) =>
      make("label", {}, make("span", {}, texts.fitting.sides[/** @type {Side} */ (side)]), input),
    );
    this.#box.append(make("legend", {}, texts.fitting.hint), ...sides, this.#whole);
    const row = make("div", { class: "row" });
    row.append(make("label", {}, make("span", {}, texts.fitting.fit), this.#ways), this.#crop);
    this.append(row, this.#box);
    this.#ways.addEventListener("change", () => this.#tell({ ...this.#fitting, fit: this.#ways.value }));
    this.#crop.addEventListener("click", () => this.#open(!this.open));
    this.#whole.addEventListener("click", () => this.#tell({ ...this.#fitting, crop: null }));
    this.#box.addEventListener("input", ({ target }) => {
      this.#typing = target;
    });
    this.#box.addEventListener("change", () => this.#take());
  }

  /** Whether a box can be drawn. */
  get open() {
    return !this.#box.hidden;
  }

  /** @param {{ fitting: Fitting, own: string, size: Size }} shown `own` is the model's own way */
  set shown({ fitting, own, size }) {
    this.#fitting = fitting;
    this.#size = size;
    this.#ways.value = fitting.fit ?? own;
    const box = fitting.crop ?? { left: 0, top: 0, ...size };
    for (const [side, input] of Object.entries(this.#sides)) {
      if (input !== this.#typing) input.value = String(box[/** @type {Side} */ (side)]);
      input.max = String(side === "left" || side === "width" ? size.width : size.height);
    }
    this.#whole.disabled = fitting.crop === null;
  }

  /** @param {import("../core/frame.js").Box} box */
  set box(box) {
    const { width, height } = this.#size;
    const all = box.width === width && box.height === height;
    this.#tell({ ...this.#fitting, crop: all ? null : box });
  }

  #take() {
    this.#typing = null;
    const { left, top, width, height } = this.#sides;
    const box = {
      left: left.valueAsNumber,
      top: top.valueAsNumber,
      width: width.valueAsNumber,
      height: height.valueAsNumber,
    };
    this.box = boxWithin(box, this.#size);
  }

  /** @param {boolean} open */
  #open(open) {
    this.#box.hidden = !open;
    this.#crop.setAttribute("aria-expanded", String(open));
    this.dispatchEvent(new CustomEvent("cropping", { bubbles: true, detail: open }));
  }

  /** @param {Fitting} fitting */
  #tell(fitting) {
    this.dispatchEvent(new CustomEvent("fitting", { bubbles: true, detail: fitting }));
  }
}

/** @param {number} least */
function number(least) {
  return make("input", { type: "number", min: least, step: 1, inputmode: "numeric" });
}

customElements.define("photo-fitting", PhotoFitting);

/** One map, large: its cells can be pointed at, and windows are framed at true scale. */

import { actionOf } from "../core/keys.js";
import { paintGray, paintMap } from "../pixels.js";
import { make, makeSvg } from "./make.js";

/** @typedef {import("../core/window.js").Span} Span */

/**
 * @typedef {object} Picture
 * @property {ArrayLike<number>} values row by row
 * @property {number} rows
 * @property {number} columns
 * @property {number} limit of the colour scale
 * @property {boolean} gray drawn as brightness, as a picture is
 * @property {[number, number, number, number]} padding cells drawn around the map: top, left, bottom, right
 * @property {string} label
 */

/**
 * Fires `cell` (detail: { row, column }) when a cell is chosen: by a press, and, where it has a `tabindex`, also
 * by dragging and by arrow keys.
 */
export class BigMap extends HTMLElement {
  #canvas = make("canvas", { "aria-hidden": "true" });
  #frames = makeSvg("svg", { "aria-hidden": "true" });
  /** @type {import("../core/colour.js").ColourMap | null} */
  #colours = null;
  /** @type {Picture | null} */
  #picture = null;
  #cursor = { row: 0, column: 0 };
  #dragging = false;

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#canvas, this.#frames);
    this.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#dragging = this.hasAttribute("tabindex");
      this.#point(event);
    });
    this.addEventListener("pointermove", (event) => {
      if (this.#dragging && event.buttons === 1) this.#point(event);
      else this.#dragging = false;
    });
    this.addEventListener("keydown", (event) => this.step(event));
  }

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    this.#colours = colours;
  }

  /** @param {Picture} picture */
  set picture(picture) {
    this.#picture = picture;
    const { rows, columns, padding, limit, gray, values, label } = picture;
    if (gray) paintGray(this.#canvas, values, rows, columns, 0, Math.max(1, limit));
    else if (this.#colours) paintMap(this.#canvas, values, rows, columns, this.#colours, limit);
    const [top, left, bottom, right] = padding;
    const [height, width] = [rows + top + bottom, columns + left + right];
    const largest = Number(this.getAttribute("side") ?? 200);
    // A whole number of pixels a cell keeps every cell square and crisp.
    const scale = Math.max(1, Math.min(32, Math.floor(largest / Math.max(height, width))));
    this.style.width = `${width * scale}px`;
    this.style.height = `${height * scale}px`;
    this.#canvas.style.width = `${columns * scale}px`;
    this.#canvas.style.height = `${rows * scale}px`;
    this.#canvas.style.left = `${left * scale}px`;
    this.#canvas.style.top = `${top * scale}px`;
    this.#frames.setAttribute("viewBox", `${-left} ${-top} ${width} ${height}`);
    this.setAttribute("aria-label", label);
  }

  /**
   * @param {{ span: Span, kind: "window" | "cell" | "winner" }[]} frames in cells; ends included
   */
  set frames(frames) {
    this.#frames.replaceChildren(
      ...frames.flatMap(({ span, kind }) => {
        const box = {
          x: span.left,
          y: span.top,
          width: span.right - span.left + 1,
          height: span.bottom - span.top + 1,
        };
        // Two strokes, so that the frame is seen on every colour of the map.
        return [makeSvg("rect", { ...box, class: `halo ${kind}` }), makeSvg("rect", { ...box, class: kind })];
      }),
    );
  }

  /** @param {{ row: number, column: number }} cursor where arrow keys start from */
  set cursor(cursor) {
    this.#cursor = cursor;
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const place = this.placeAt(event);
    if (place) this.#choose(place.row, place.column);
  }

  /**
   * The place under the pointer; it can lie in the padding.
   * @param {PointerEvent} event
   */
  placeAt(event) {
    if (!this.#picture) return null;
    const { rows, columns, padding } = this.#picture;
    const box = this.getBoundingClientRect();
    const row =
      Math.floor(((event.clientY - box.top) / box.height) * (rows + padding[0] + padding[2])) - padding[0];
    const column =
      Math.floor(((event.clientX - box.left) / box.width) * (columns + padding[1] + padding[3])) - padding[1];
    return { row, column };
  }

  /** @param {KeyboardEvent} event */
  step(event) {
    if (!this.#picture || !this.hasAttribute("tabindex")) return;
    const found = actionOf("result", event);
    if (!found) return;
    event.preventDefault();
    const [rows, columns] = found.by;
    this.#choose(this.#cursor.row + rows, this.#cursor.column + columns);
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #choose(row, column) {
    if (!this.#picture) return;
    const inside = {
      row: Math.max(0, Math.min(this.#picture.rows - 1, row)),
      column: Math.max(0, Math.min(this.#picture.columns - 1, column)),
    };
    // At once, so that fast key presses add up while the cell's ledger is still on its way.
    this.#cursor = inside;
    this.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail: inside }));
  }
}

customElements.define("big-map", BigMap);

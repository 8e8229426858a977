/** One map that can be zoomed and moved until each cell shows its value. */

import { inkOn } from "../core/colour.js";
import { Viewport } from "../core/viewport.js";
import { paintEnlarged, paintGray, paintMap, readableCanvas, readPixels } from "../pixels.js";
import { make } from "./make.js";
import { Moves } from "./moves.js";

/**
 * @typedef {object} Zoomed
 * @property {Float32Array} values row by row; the last row may be short
 * @property {number} rows
 * @property {number} columns
 * @property {number} limit of the colour scale
 * @property {boolean} gray drawn as brightness, as a picture is
 * @property {(value: number) => string} print a value as it stands in its cell
 * @property {(row: number) => string} row its name
 * @property {string} label
 */

/** Pixels of the page: the least size of a value in a cell, the largest, and what is left free beside it. */
const LETTER = 12;
const LARGEST = 18;
const AIR = 10;
/** A cell grows to so many times what its value needs. */
const BEYOND = 2.2;
/** Pixels of the numbers of rows and columns, and of the strip above with those of the columns. */
const LABEL = 12;
const STRIP = 20;

/**
 * Fires `cell` (detail: { row, column }) when a cell is chosen, `point` (detail: the cell under the pointer or the
 * keyboard, or null) and `zoom` (detail: { values, most, least }: whether cells show their values, and the bounds).
 */
export class ZoomMap extends HTMLElement {
  /** @type {import("../core/colour.js").ColourMap | null} */
  colours = null;
  /** The map, one pixel a cell, in the page's colours. */
  image = readableCanvas();
  #canvas = make("canvas", { "aria-hidden": "true" });
  #view = new Viewport();
  /** @type {Zoomed | null} */
  #zoomed = null;
  /** @type {Uint8ClampedArray} */
  #pixels = new Uint8ClampedArray();
  /** @type {{ row: number, column: number } | null} */
  #cursor = null;
  /** Pixels of the page that a cell needs for its value, and that the names of the rows need. */
  #needed = LETTER;
  #rowNames = 0;
  #frame = 0;
  #observer = new ResizeObserver(() => this.#measure());

  connectedCallback() {
    if (this.childElementCount === 0) {
      this.append(this.#canvas);
      new Moves(this, {
        zoom: (factor, x, y) => this.#zoom(factor, ...this.#place(x, y)),
        move: (x, y) => {
          this.#view.move(x * devicePixelRatio, y * devicePixelRatio);
          this.#draw();
        },
        point: (x, y) => this.#tell("point", this.#view.cellAt(...this.#place(x, y))),
        away: () => this.#tell("point", null),
        choose: (x, y) => {
          const cell = this.#view.cellAt(...this.#place(x, y));
          if (cell) this.#choose(cell);
        },
        step: (rows, columns) => this.#step(rows, columns),
        enter: () => this.#cursor && this.#choose(this.#cursor),
      });
    }
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** @param {Zoomed} zoomed */
  set zoomed(zoomed) {
    const { values, rows, columns, limit, gray, label } = zoomed;
    if (rows !== this.#zoomed?.rows || columns !== this.#zoomed.columns) this.#cursor = null;
    this.#zoomed = zoomed;
    if (gray) paintGray(this.image, values, rows, columns, 0, Math.max(1, limit));
    else if (this.colours) paintMap(this.image, values, rows, columns, this.colours, limit);
    this.#pixels = readPixels(this.image);
    this.setAttribute("aria-label", label);
    this.#measure();
  }

  /** @param {{ row: number, column: number } | null} cursor the cell that is framed, and that arrow keys go on from */
  set cursor(cursor) {
    this.#cursor = cursor;
    if (cursor) this.#view.reveal(cursor.row, cursor.column);
    this.#draw();
  }

  /** @param {number} factor */
  zoomBy(factor) {
    const { scale } = this.#view;
    if (!this.#cursor) return this.#zoom(factor);
    const { left, top } = this.#view;
    this.#zoom(factor, left + (this.#cursor.column + 0.5) * scale, top + (this.#cursor.row + 0.5) * scale);
  }

  fit() {
    this.#view.fit();
    this.#draw();
  }

  /** Zooms until the cells show their values. */
  showValues() {
    this.zoomBy((this.#needed * devicePixelRatio) / this.#view.scale);
  }

  get #readable() {
    return this.#view.scale >= Math.floor(this.#needed * devicePixelRatio);
  }

  #measure() {
    const zoomed = this.#zoomed;
    const { clientWidth, clientHeight } = this;
    if (!zoomed || clientWidth === 0) return;
    const ratio = devicePixelRatio;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    const { fontFamily } = getComputedStyle(this);
    const widest = (/** @type {string[]} */ texts) => {
      const longest = Math.max(...texts.map(({ length }) => length));
      const some = texts.filter(({ length }) => length === longest).slice(0, 50);
      return Math.max(...some.map((text) => context.measureText(text).width));
    };
    context.font = `${LETTER}px ${fontFamily}`;
    this.#needed = widest(Array.from(zoomed.values, zoomed.print)) + AIR;
    const names = Array.from({ length: zoomed.rows }, (_, row) => zoomed.row(row));
    this.#rowNames = Math.ceil(widest(names)) + AIR;
    [this.#canvas.width, this.#canvas.height] = [clientWidth, clientHeight].map((size) =>
      Math.round(size * ratio),
    );
    this.#view.resize(
      Math.max(1, this.#canvas.width - Math.round(this.#rowNames * ratio)),
      Math.max(1, this.#canvas.height - Math.round(STRIP * ratio)),
    );
    this.#view.take(zoomed.rows, zoomed.columns, Math.round(this.#needed * BEYOND * ratio));
    this.#paint();
  }

  #draw() {
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const zoomed = this.#zoomed;
    if (!zoomed) return;
    const ratio = devicePixelRatio;
    const { scale, least, most } = this.#view;
    const readable = this.#readable;
    const style = getComputedStyle(this);
    const room = scale / ratio / this.#needed;
    const at = (/** @type {number} */ row, /** @type {number} */ column) => row * zoomed.columns + column;
    paintEnlarged(this.#canvas, {
      image: this.image,
      view: this.#view,
      left: Math.round(this.#rowNames * ratio),
      top: Math.round(STRIP * ratio),
      row: zoomed.row,
      column: String,
      text: readable
        ? (row, column) => {
            const value = zoomed.values[at(row, column)];
            return value === undefined ? "" : zoomed.print(value);
          }
        : null,
      ink: (row, column) => {
        const start = at(row, column) * 4;
        const [red = 0, green = 0, blue = 0] = this.#pixels.subarray(start, start + 3);
        return inkOn(red, green, blue);
      },
      cursor: this.#cursor,
      look: {
        size: Math.max(LETTER, Math.min(LARGEST, Math.floor(LETTER * room))) * ratio,
        label: LABEL * ratio,
        family: style.fontFamily,
        muted: style.getPropertyValue("color"),
        frame: style.getPropertyValue("--frame"),
        halo: style.getPropertyValue("--frame-halo"),
        unit: ratio,
      },
    });
    this.dataset.values = String(readable);
    this.#tell("zoom", { values: readable, most: scale >= most, least: scale <= least });
  }

  /**
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  #zoom(factor, x, y) {
    this.#view.zoom(factor, x, y);
    this.#draw();
  }

  /**
   * A place of the page as one of the view.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  #place(x, y) {
    const box = this.getBoundingClientRect();
    const ratio = devicePixelRatio;
    return [(x - box.left - this.#rowNames) * ratio, (y - box.top - STRIP) * ratio];
  }

  /**
   * @param {number} rows
   * @param {number} columns
   */
  #step(rows, columns) {
    const zoomed = this.#zoomed;
    if (!zoomed) return;
    const { top, left, bottom, right } = this.#view.span;
    const from = this.#cursor ?? {
      row: Math.ceil((top + bottom) / 2),
      column: Math.ceil((left + right) / 2),
    };
    const inside = (/** @type {number} */ place, /** @type {number} */ cells) =>
      Math.max(0, Math.min(cells - 1, place));
    const row = inside(from.row + (this.#cursor ? rows : 0), zoomed.rows);
    const column = inside(from.column + (this.#cursor ? columns : 0), zoomed.columns);
    if (row * zoomed.columns + column >= zoomed.values.length) return;
    this.cursor = { row, column };
    this.#tell("point", this.#cursor);
  }

  /** @param {{ row: number, column: number }} cell */
  #choose(cell) {
    if (this.#zoomed && cell.row * this.#zoomed.columns + cell.column < this.#zoomed.values.length)
      this.#tell("cell", cell);
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("zoom-map", ZoomMap);

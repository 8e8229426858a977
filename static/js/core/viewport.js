/**
 * The part of a map that is in sight while it is zoomed and moved. All lengths are pixels of the screen, and a cell
 * is always a whole number of them, so that all cells are as large and crisp.
 */

/** @typedef {import("./window.js").Span} Span */

export class Viewport {
  width = 1;
  height = 1;
  rows = 1;
  columns = 1;
  /** Where the map's corner stands, from the corner of what is in sight. */
  left = 0;
  top = 0;
  /** Pixels of a cell. */
  scale = 1;
  /** As far as one may zoom in. */
  most = 64;
  /** What small turns of a wheel add up to. */
  #wanted = 1;
  /** Whether the whole map is to be seen, whatever becomes of the size. */
  #fitted = true;

  /**
   * @param {number} width
   * @param {number} height
   */
  resize(width, height) {
    [this.width, this.height] = [width, height];
    this.#settle();
  }

  /**
   * Takes a map. One of another size is seen whole at first; one of the same size stays where the one before was.
   * @param {number} rows
   * @param {number} columns
   * @param {number} most pixels of a cell, at the most
   */
  take(rows, columns, most) {
    if (rows !== this.rows || columns !== this.columns) this.#fitted = true;
    [this.rows, this.columns, this.most] = [rows, columns, most];
    this.#settle();
  }

  /** Pixels of a cell where the whole map is in sight. */
  get least() {
    const whole = Math.floor(Math.min(this.width / this.columns, this.height / this.rows));
    return Math.max(1, Math.min(this.most, whole));
  }

  /** Shows the whole map. */
  fit() {
    this.#fitted = true;
    this.#settle();
  }

  /**
   * Zooms about a point, which stays where it is.
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    this.#wanted = Math.max(this.least, Math.min(this.most, this.#wanted * factor));
    const scale = Math.round(this.#wanted);
    if (scale === this.scale) return;
    this.left = x - ((x - this.left) * scale) / this.scale;
    this.top = y - ((y - this.top) * scale) / this.scale;
    this.scale = scale;
    this.#fitted = scale === this.least;
    this.#settle();
  }

  /**
   * @param {number} x pixels to the right
   * @param {number} y pixels down
   */
  move(x, y) {
    this.left += x;
    this.top += y;
    this.#settle();
  }

  /**
   * Moves so far that a cell is in sight.
   * @param {number} row
   * @param {number} column
   */
  reveal(row, column) {
    const into = (/** @type {number} */ start, /** @type {number} */ cell, /** @type {number} */ size) =>
      Math.min(Math.max(start, -cell * this.scale), size - (cell + 1) * this.scale);
    this.left = into(this.left, column, this.width);
    this.top = into(this.top, row, this.height);
    this.#settle();
  }

  /**
   * The cell at a point; null beside the map.
   * @param {number} x
   * @param {number} y
   */
  cellAt(x, y) {
    const row = Math.floor((y - this.top) / this.scale);
    const column = Math.floor((x - this.left) / this.scale);
    const inside = row >= 0 && column >= 0 && row < this.rows && column < this.columns;
    return inside ? { row, column } : null;
  }

  /**
   * The cells that are in sight, if only in part; ends included.
   * @returns {Span}
   */
  get span() {
    const first = (/** @type {number} */ start) => Math.max(0, Math.floor(-start / this.scale));
    const last = (/** @type {number} */ start, /** @type {number} */ size, /** @type {number} */ cells) =>
      Math.min(cells - 1, Math.ceil((size - start) / this.scale) - 1);
    return {
      top: first(this.top),
      left: first(this.left),
      bottom: last(this.top, this.height, this.rows),
      right: last(this.left, this.width, this.columns),
    };
  }

  /** Keeps the scale in its bounds, a large map over all that is in sight, and a small one in the middle. */
  #settle() {
    const scale = this.#fitted ? this.least : Math.max(this.least, Math.min(this.most, this.scale));
    if (this.#fitted || scale !== this.scale) this.#wanted = scale;
    this.scale = scale;
    this.left = within(this.left, this.width, this.columns * scale);
    this.top = within(this.top, this.height, this.rows * scale);
  }
}

/**
 * @param {number} start
 * @param {number} room
 * @param {number} size
 */
function within(start, room, size) {
  if (size <= room) return Math.floor((room - size) / 2);
  return Math.round(Math.max(room - size, Math.min(0, start)));
}

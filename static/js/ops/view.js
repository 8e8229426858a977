/** What every op's view is given, and the small pieces that several of them use. */

import { print } from "../core/decimal.js";
import { make } from "../elements/make.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").Term} Term */
/** @typedef {import("../core/colour.js").ColourMap} ColourMap */
/** @typedef {import("../core/run.js").Run} Run */

/**
 * @typedef {object} View one cell that is looked at
 * @property {Run} run
 * @property {import("../api.js").ModelDescription} model
 * @property {import("../api.js").StageDescription} stage
 * @property {Ledger} ledger
 * @property {number} digits
 * @property {ColourMap} colours
 * @property {number} sourceChannel which map of the input is shown
 * @property {(channel: number) => void} showSource
 * @property {(cell: Cell) => void} ask opens the ledger of an operand
 * @property {(cell: Cell) => void} go moves on to another cell of the stage
 *
 * @typedef {(view: View) => Node[]} Working how a cell came to be, drawn
 */

/**
 * A grid of numbers on their colours: a window, or a kernel.
 * @param {(number | null)[][]} rows null is padding that takes no part
 * @param {object} how
 * @param {ColourMap} how.colours
 * @param {number} how.limit
 * @param {string} how.caption
 * @param {(row: number, column: number) => string} [how.mark] a class of the cell
 */
export function numberGrid(rows, { colours, limit, caption, mark }) {
  const body = make("tbody");
  for (const [i, row] of rows.entries()) {
    const line = make("tr");
    for (const [j, value] of row.entries()) {
      const cell = make("td", { class: mark?.(i, j) ?? "" }, value === null ? "–" : print(value, 2));
      if (value !== null) {
        cell.style.backgroundColor = colours.css(value, limit);
        cell.style.color = colours.ink(value, limit);
      }
      line.append(cell);
    }
    body.append(line);
  }
  return make("table", { class: "number-grid" }, make("caption", {}, caption), body);
}

/**
 * The terms of one window as rows of a grid.
 * @param {Term[]} terms row by row
 * @param {(term: Term) => number | null} read
 */
export function gridOf(terms, read) {
  /** @type {(number | null)[][]} */
  const rows = [];
  for (const term of terms) {
    const [i, j] = term.kernel ?? [0, 0];
    rows[i] ??= [];
    /** @type {(number | null)[]} */ (rows[i])[j] = read(term);
  }
  return rows;
}

/**
 * A horizontal bar from a middle line: right for, left against.
 * @param {number} value
 * @param {number} limit
 * @param {ColourMap} colours
 */
export function balanceBar(value, limit, colours) {
  const fill = make("span", { class: "fill" });
  const share = limit > 0 ? Math.min(1, Math.abs(value) / limit) / 2 : 0;
  fill.style.width = `${share * 100}%`;
  fill.style.left = value < 0 ? `${50 - share * 100}%` : "50%";
  fill.style.backgroundColor = colours.css(Math.sign(value) * 0.62, 1);
  return make("span", { class: "balance", "aria-hidden": "true" }, fill);
}

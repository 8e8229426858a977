/** A map as a table of its numbers, with a name for each row and column. */

import { make } from "./make.js";

/**
 * @typedef {object} Tabled
 * @property {Float32Array} values row by row; the last row may be short
 * @property {number} rows
 * @property {number} columns
 * @property {(value: number) => string} print
 * @property {(row: number) => string} row its name
 * @property {string} label
 */

/** Cells that are made at a time, so that a large table does not hold up the page. */
const AT_A_TIME = 800;

/** Fires `cell` (detail: { row, column }) when a number is pressed. */
export class NumberTable extends HTMLElement {
  #frame = 0;

  connectedCallback() {
    this.addEventListener("click", (event) => {
      /** @type {HTMLTableCellElement | null} */
      const cell = event.target instanceof Element ? event.target.closest("tbody td") : null;
      // A press that marks text to copy is none.
      if (!cell || !getSelection()?.isCollapsed) return;
      const row = Number(/** @type {HTMLTableRowElement} */ (cell.parentElement).dataset.row);
      const detail = { row, column: cell.cellIndex - 1 };
      this.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail }));
    });
  }

  /** @param {Tabled | null} tabled */
  set tabled(tabled) {
    cancelAnimationFrame(this.#frame);
    if (!tabled) {
      this.replaceChildren();
      return;
    }
    const { rows, columns, label } = tabled;
    const names = Array.from({ length: columns }, (_, column) =>
      make("th", { scope: "col" }, String(column)),
    );
    const body = make("tbody");
    const table = make(
      "table",
      {},
      make("caption", { class: "visually-hidden" }, label),
      make("thead", {}, make("tr", {}, make("td"), ...names)),
      body,
    );
    this.replaceChildren(table);
    const fill = (/** @type {number} */ start) => {
      const end = Math.min(rows, start + Math.max(1, Math.floor(AT_A_TIME / columns)));
      for (let row = start; row < end; row++) body.append(line(tabled, row));
      if (end < rows) this.#frame = requestAnimationFrame(() => fill(end));
    };
    fill(0);
  }
}

/**
 * @param {Tabled} tabled
 * @param {number} row
 */
function line({ values, columns, print, row: name }, row) {
  const cells = Array.from(values.subarray(row * columns, (row + 1) * columns), (value) =>
    make("td", {}, print(value)),
  );
  return make("tr", { "data-row": row }, make("th", { scope: "row" }, name(row)), ...cells);
}

customElements.define("number-table", NumberTable);

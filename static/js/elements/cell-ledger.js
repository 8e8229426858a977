/** The ledger: every operand of one cell, and the arithmetic to its result, in figures that add up. */

import { print, printDecimal } from "../core/decimal.js";
import { printedShare, printedSum } from "../core/ledger.js";
import { placeName } from "../core/run.js";
import { make } from "./make.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").Term} Term */
/** @typedef {import("../core/ledger.js").PrintedTerm} PrintedTerm */
/** @typedef {import("../core/run.js").Run} Run */

const SHOWN = 24;
const DIGITS = [2, 3, 4, 5, 6, 7];
/** Figures that are counts. */
const WHOLE = new Set(["count", "pixel", "divisor"]);

/**
 * Fires `ask` (detail: a cell) when an operand or a step of the trail is chosen, and `digits` (detail: a number).
 */
export class CellLedger extends HTMLElement {
  #all = "";

  /**
   * @param {{ ledger: Ledger, run: Run, trail: Cell[], digits: number, shown: number, archive: string, request: string }} view
   *   `shown` is the channel whose terms are unfolded
   */
  set view(view) {
    const { ledger, run } = view;
    const scroll = /** @type {HTMLElement} */ (this).scrollTop;
    const numpyOpen = this.querySelector("details.numpy")?.hasAttribute("open") ?? false;
    this.replaceChildren(
      this.#trail(view),
      this.#heading(view),
      ...(ledger.terms.some((term) => term.weight !== null) ? this.#products(view) : this.#values(view)),
      make("p", { class: "note formula" }, ledger.formula),
      numpy(ledger, view.archive, view.request, numpyOpen),
    );
    this.setAttribute("aria-label", `Ledger of ${placeName(ledger.cell, run)}`);
    this.scrollTop = scroll;
  }

  /** @param {{ trail: Cell[], ledger: Ledger, run: Run }} view */
  #trail({ trail, ledger, run }) {
    const list = make("ol", { class: "trail", "aria-label": "The way here" });
    for (const cell of trail) list.append(make("li", {}, this.#operand(cell, run)));
    list.append(make("li", { "aria-current": "step" }, placeName(ledger.cell, run)));
    return list;
  }

  /** @param {{ ledger: Ledger, digits: number }} view */
  #heading({ ledger, digits }) {
    const choice = make("select", { "aria-label": "Digits after the point" });
    for (const each of DIGITS)
      choice.append(make("option", { value: each, selected: each === digits }, String(each)));
    choice.addEventListener("change", () => {
      this.dispatchEvent(new CustomEvent("digits", { bubbles: true, detail: Number(choice.value) }));
    });
    return make(
      "header",
      {},
      make("h3", {}, "Ledger"),
      make("label", {}, "digits ", choice),
      make("output", { class: "number", "data-result": ledger.result }, print(ledger.result, digits)),
    );
  }

  /**
   * Sums of products: by channel where there are several, else the largest first and the rest as one line.
   * @param {{ ledger: Ledger, run: Run, digits: number, shown: number }} view
   */
  #products({ ledger, run, digits, shown }) {
    const sum = printedSum(ledger, digits);
    const row = (/** @type {PrintedTerm} */ each) => this.#termRow(each, run, digits);
    const parts = [];
    if (sum.groups.length > 1) {
      for (const { channel, terms, sum: subtotal } of sum.groups) {
        parts.push(
          make(
            "details",
            { open: channel === shown, "data-channel": channel },
            make(
              "summary",
              {},
              make("span", {}, `channel ${channel}`),
              number(printDecimal(subtotal, digits)),
            ),
            table(terms.map(row)),
          ),
        );
      }
    } else {
      const terms = sum.groups[0]?.terms ?? [];
      const long = terms.length > SHOWN * 2 && this.#all !== ledger.cell.stage;
      const sorted = long
        ? [...terms].sort((a, b) => Math.abs(b.term.product ?? 0) - Math.abs(a.term.product ?? 0))
        : terms;
      const head = sorted.slice(0, long ? SHOWN : undefined);
      const rows = head.map(row);
      if (long) rows.push(this.#rest(ledger, sorted.slice(SHOWN), digits));
      parts.push(table(rows));
    }
    const lines = [
      ["sum of the products", sum.sum, "sum"],
      ["bias", sum.bias, "bias"],
      ["rounding of the printed figures", sum.rounding, "rounding"],
      ["result", sum.result, "result"],
    ];
    const totals = make("table", { class: "totals" });
    for (const [name, decimal, key] of /** @type {[string, bigint, string][]} */ (lines)) {
      totals.append(
        make(
          "tr",
          { class: key },
          make("th", { scope: "row" }, name),
          make("td", { "data-total": key }, printDecimal(decimal, digits)),
        ),
      );
    }
    return [...parts, totals];
  }

  /**
   * @param {Ledger} ledger
   * @param {PrintedTerm[]} terms
   * @param {number} digits
   */
  #rest(ledger, terms, digits) {
    const rest = terms.reduce((total, each) => total + each.product, 0n);
    const button = make("button", { type: "button", class: "operand" }, `${terms.length} smaller products`);
    button.addEventListener("click", () => {
      this.#all = ledger.cell.stage;
      this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail: ledger.cell }));
    });
    return make(
      "tr",
      { class: "rest" },
      make("th", { scope: "row", colspan: 5 }, button),
      make("td", { "data-product": "" }, printDecimal(rest, digits)),
    );
  }

  /**
   * @param {PrintedTerm} printed
   * @param {Run} run
   * @param {number} digits
   */
  #termRow({ term, value, weight, product }, run, digits) {
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, term.source ? this.#operand(term.source, run) : "padding"),
      make("td", { "data-value": "" }, printDecimal(value, digits)),
      make("td", { class: "sign" }, "×"),
      make("td", { "data-weight": "" }, printDecimal(weight, digits)),
      make("td", { class: "sign" }, "="),
      make("td", { "data-product": "" }, printDecimal(product, digits)),
    );
  }

  /**
   * Ops without weights: the operands, the further figures, the result.
   * @param {{ ledger: Ledger, run: Run, digits: number }} view
   */
  #values({ ledger, run, digits }) {
    const rows = ledger.terms.map((term) =>
      make(
        "tr",
        { class: term.wins ? "wins" : "" },
        make("th", { scope: "row" }, term.source ? this.#operand(term.source, run) : "padding"),
        make("td", { "data-value": "" }, term.value === null ? "–" : print(term.value, digits)),
        make(
          "td",
          {},
          term.wins ? "largest" : term.exponential === null ? "" : `exp ${print(term.exponential, digits)}`,
        ),
      ),
    );
    const totals = make("table", { class: "totals" });
    const line = (/** @type {string} */ name, /** @type {string} */ text, /** @type {string} */ key) =>
      totals.append(
        make(
          "tr",
          { class: key },
          make("th", { scope: "row" }, name),
          make("td", { "data-total": key }, text),
        ),
      );
    const share = ledger.sum === null ? null : printedShare(ledger, digits);
    if (share) line("sum", printDecimal(share.sum, digits), "sum");
    for (const { name, value } of ledger.figures)
      line(name, WHOLE.has(name) ? String(value) : print(value, digits), "figure");
    if (share) line("rounding of the printed figures", printDecimal(share.rounding, digits), "rounding");
    line("result", print(ledger.result, digits), "result");
    return [table(rows), totals];
  }

  /**
   * @param {Cell} cell
   * @param {Run} run
   */
  #operand(cell, run) {
    const name = placeName(cell, run);
    const button = make(
      "button",
      { type: "button", class: "operand", title: `Where does ${name} come from?` },
      name,
    );
    button.addEventListener("click", () =>
      this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail: cell })),
    );
    return button;
  }
}

/** @param {HTMLTableRowElement[]} rows */
function table(rows) {
  return make("table", { class: "terms" }, make("tbody", {}, ...rows));
}

/** @param {string} text */
function number(text) {
  return make("span", { class: "number" }, text);
}

/**
 * @param {Ledger} ledger
 * @param {string} archive address of the run's arrays
 * @param {string} request address of this ledger
 * @param {boolean} open
 */
function numpy(ledger, archive, request, open) {
  const code = ["import numpy", 'run = numpy.load("run.npz")', ...ledger.numpy].join("\n");
  const copy = make("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code);
    copy.textContent = "Copied";
  });
  return make(
    "details",
    { class: "numpy", open },
    make("summary", {}, "Show me the NumPy"),
    make("pre", { tabindex: 0 }, make("code", {}, code)),
    make(
      "p",
      {},
      copy,
      " ",
      make("a", { href: archive, download: "run.npz" }, "run.npz"),
      " ",
      make("a", { href: request }, "JSON"),
    ),
  );
}

customElements.define("cell-ledger", CellLedger);

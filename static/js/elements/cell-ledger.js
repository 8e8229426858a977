/** The ledger: every operand of one cell, and the arithmetic to its result, in figures that add up. */

import { add, print, printDecimal, toDecimal } from "../core/decimal.js";
import { largestGroups, printedShare, printedSum } from "../core/ledger.js";
import { channelName } from "../core/model.js";
import { printedNorm } from "../core/norm.js";
import { placeName } from "../core/run.js";
import { texts } from "../texts.js";
import { curlLines, numpyLines } from "./ledger-code.js";
import { make } from "./make.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").Term} Term */
/** @typedef {import("../core/ledger.js").PrintedTerm} PrintedTerm */
/** @typedef {import("../core/run.js").Run} Run */

/** Operands, and channels, that are listed where there are many. */
const SHOWN = 24;
const CHANNELS = 12;
const DIGITS = [2, 3, 4, 5, 6, 7];
/** Figures that are counts. */
const WHOLE = new Set(["count", "pixel", "divisor"]);
/** The lines of a batch normalisation, in the order in which they are worked out. */
const NORM = /** @type {const} */ ([
  "mean",
  "centred",
  "variance",
  "epsilon",
  "spread",
  "normalised",
  "scale",
  "scaled",
  "bias",
  "rounding",
]);
const words = texts.ledger;

/**
 * @typedef {object} LedgerView
 * @property {Ledger} ledger
 * @property {Run} run
 * @property {Cell[]} trail
 * @property {number} digits
 * @property {number} shown the channel whose terms are unfolded
 * @property {string} archive address of the run's arrays
 * @property {string} request address of this ledger
 */

/**
 * Fires `ask` (detail: a cell) when an operand or a step of the trail is chosen, and `digits` (detail: a number).
 */
export class CellLedger extends HTMLElement {
  /** The stage whose operands are all listed, however many they are. */
  #all = "";
  /** @type {LedgerView | null} */
  #view = null;

  /** @param {LedgerView} view */
  set view(view) {
    const { ledger, run } = view;
    this.#view = view;
    const scroll = /** @type {HTMLElement} */ (this).scrollTop;
    const open = (/** @type {string} */ kind) =>
      this.querySelector(`details.${kind}`)?.hasAttribute("open") ?? false;
    this.replaceChildren(
      this.#trail(view),
      this.#heading(view),
      ...(ledger.terms.some((term) => term.weight !== null) ? this.#products(view) : this.#values(view)),
      make("p", { class: "note formula" }, ledger.formula),
      numpyLines(ledger, view, open("numpy")),
      curlLines(view, open("curl")),
    );
    this.setAttribute("aria-label", words.label(placeName(ledger.cell, run)));
    this.scrollTop = scroll;
  }

  /** @param {{ trail: Cell[], ledger: Ledger, run: Run }} view */
  #trail({ trail, ledger, run }) {
    const list = make("ol", { class: "trail", "aria-label": words.trail });
    for (const cell of trail) list.append(make("li", {}, this.#operand(cell, run)));
    list.append(make("li", { "aria-current": "step" }, placeName(ledger.cell, run)));
    return list;
  }

  /** @param {{ ledger: Ledger, digits: number }} view */
  #heading({ ledger, digits }) {
    const choice = make("select", { "aria-label": words.digitsLabel });
    for (const each of DIGITS)
      choice.append(make("option", { value: each, selected: each === digits }, String(each)));
    choice.addEventListener("change", () => {
      this.dispatchEvent(new CustomEvent("digits", { bubbles: true, detail: Number(choice.value) }));
    });
    return make(
      "header",
      {},
      make("h3", {}, words.name),
      make("label", {}, words.digits, choice),
      make("output", { class: "number", "data-result": ledger.result }, print(ledger.result, digits)),
    );
  }

  /**
   * Sums of products: by channel where there are several; the largest first and the rest as one line where there are
   * many.
   * @param {{ ledger: Ledger, run: Run, digits: number, shown: number }} view
   */
  #products({ ledger, run, digits, shown }) {
    const sum = printedSum(ledger, digits);
    const row = (/** @type {PrintedTerm} */ each) => this.#termRow(each, run, digits);
    const all = this.#all === ledger.cell.stage;
    const parts = [];
    if (sum.groups.length > 1) {
      const most = all ? sum.groups.length : CHANNELS;
      const groups = largestGroups(sum.groups, most, shown);
      for (const { channel, terms, sum: subtotal } of groups.shown) {
        const source = terms.find(({ term }) => term.source)?.term.source;
        const name = source ? channelName(run.stage(source.stage), channel ?? 0) : String(channel);
        parts.push(
          make(
            "details",
            { open: channel === shown, "data-channel": channel },
            make(
              "summary",
              {},
              make("span", {}, texts.names.channel(name)),
              number(printDecimal(subtotal, digits)),
            ),
            table(terms.map(row)),
          ),
        );
      }
      const rest = add(groups.rest.map((group) => group.sum));
      const named = words.furtherChannels(groups.rest.length);
      if (groups.rest.length > 0) parts.push(table([this.#rest(ledger, named, rest, "product", digits)]));
    } else {
      const terms = sum.groups[0]?.terms ?? [];
      const size = (/** @type {PrintedTerm} */ { term }) => Math.abs(term.product ?? 0);
      const { first, rest } = all ? { first: terms, rest: [] } : largest(terms, size);
      const rows = first.map(row);
      const total = add(rest.map(({ product }) => product));
      if (rest.length > 0)
        rows.push(this.#rest(ledger, words.smallerProducts(rest.length), total, "product", digits));
      parts.push(table(rows));
    }
    const lines = [
      [words.totals.products, sum.sum, "sum"],
      [words.totals.bias, sum.bias, "bias"],
      [words.totals.rounding, sum.rounding, "rounding"],
      [words.totals.result, sum.result, "result"],
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
   * One line for all that is not listed; pressed, it gives way to what it stands for.
   * @param {Ledger} ledger
   * @param {string} name
   * @param {bigint} total
   * @param {"value" | "product"} kind
   * @param {number} digits
   */
  #rest(ledger, name, total, kind, digits) {
    const button = make("button", { type: "button", class: "operand", title: words.listAll }, name);
    button.addEventListener("click", () => {
      this.#all = ledger.cell.stage;
      if (this.#view) this.view = this.#view;
      /** @type {HTMLElement | null} */ (this.querySelector("button.operand, summary"))?.focus();
    });
    return make(
      "tr",
      { class: "rest" },
      make("th", { scope: "row", colspan: kind === "product" ? 5 : 1 }, button),
      make("td", { [`data-${kind}`]: "" }, printDecimal(total, digits)),
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
      make("th", { scope: "row" }, term.source ? this.#operand(term.source, run) : words.padding),
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
    const size = (/** @type {Term} */ term) => Math.abs(term.value ?? 0);
    const ofValues = ledger.sum !== null && ledger.terms.every(({ exponential }) => exponential === null);
    const added = ofValues && this.#all !== ledger.cell.stage;
    const { first, rest } = added ? largest(ledger.terms, size) : { first: ledger.terms, rest: [] };
    const rows = first.map((term) =>
      make(
        "tr",
        { class: term.wins ? "wins" : "" },
        make("th", { scope: "row" }, term.source ? this.#operand(term.source, run) : words.padding),
        make("td", { "data-value": "" }, term.value === null ? "–" : print(term.value, digits)),
        make(
          "td",
          {},
          term.wins
            ? words.largest
            : term.exponential === null
              ? ""
              : words.exponential(print(term.exponential, digits)),
        ),
      ),
    );
    if (rest.length > 0) {
      const total = add(rest.map((term) => toDecimal(term.value ?? 0, digits)));
      rows.push(this.#rest(ledger, words.smallerValues(rest.length), total, "value", digits));
    }
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
    if (share) line(words.totals.sum, printDecimal(share.sum, digits), "sum");
    if (ledger.op === "BatchNormalization") {
      const printed = printedNorm(ledger, digits);
      for (const key of NORM) {
        const printedAs = printed[key];
        const text = typeof printedAs === "string" ? printedAs : printDecimal(printedAs, digits);
        line(words.norm[key], text, key);
      }
    } else {
      for (const { name, value } of ledger.figures)
        line(name, WHOLE.has(name) ? String(value) : print(value, digits), "figure");
      if (share) line(words.totals.rounding, printDecimal(share.rounding, digits), "rounding");
    }
    line(words.totals.result, print(ledger.result, digits), "result");
    return [table(rows), totals];
  }

  /**
   * @param {Cell} cell
   * @param {Run} run
   */
  #operand(cell, run) {
    const name = placeName(cell, run);
    const button = make("button", { type: "button", class: "operand", title: words.ask(name) }, name);
    button.addEventListener("click", () =>
      this.dispatchEvent(new CustomEvent("ask", { bubbles: true, detail: cell })),
    );
    return button;
  }
}

/**
 * The largest ones first, and the rest; all in their order where they are not too many.
 * @template Each
 * @param {Each[]} all
 * @param {(each: Each) => number} size
 */
function largest(all, size) {
  if (all.length <= SHOWN * 2) return { first: all, rest: [] };
  const sorted = [...all].sort((a, b) => size(b) - size(a));
  return { first: sorted.slice(0, SHOWN), rest: sorted.slice(SHOWN) };
}

/** @param {HTMLTableRowElement[]} rows */
function table(rows) {
  return make("table", { class: "terms" }, make("tbody", {}, ...rows));
}

/** @param {string} text */
function number(text) {
  return make("span", { class: "number" }, text);
}

customElements.define("cell-ledger", CellLedger);

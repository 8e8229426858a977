/** Softmax: from scores to shares, in columns. */

import { add, divide, printDecimal, toDecimal } from "../core/decimal.js";
import { figure, printedShare } from "../core/ledger.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";
import { temperaturePlay } from "./temperature.js";

/** @param {import("./view.js").View} view */
export function softmax(view) {
  const { ledger, model, digits, ask } = view;
  // Each column is worked out from the figures of the one before, as they are printed.
  const { sum } = printedShare(ledger, digits);
  const largest = toDecimal(figure(ledger, "maximum") ?? 0, digits);
  const shares = ledger.terms.map((term) => divide(toDecimal(term.exponential ?? 0, digits), sum, digits));
  const body = make("tbody");
  for (const [index, term] of ledger.terms.entries()) {
    const own = index === ledger.cell.channel;
    const button = make(
      "button",
      { type: "button", class: "operand" },
      model.classes[index] ?? String(index),
    );
    button.addEventListener("click", () => term.source && ask(term.source));
    body.append(
      make(
        "tr",
        { class: own ? "own" : "" },
        make("th", { scope: "row" }, button),
        ...columns(term, largest, digits).map((decimal) => make("td", {}, printDecimal(decimal, digits))),
        make("td", {}, printDecimal(shares[index] ?? 0n, digits)),
      ),
    );
  }
  const headings = Object.values(texts.ops.shares).map((text) => make("th", { scope: "col" }, text));
  const foot = make(
    "tfoot",
    {},
    make(
      "tr",
      {},
      make("th", { scope: "row", colspan: 3 }, texts.ops.sum),
      make("td", {}, printDecimal(sum, digits)),
      make("td", {}, printDecimal(add(shares), digits)),
    ),
  );
  const table = make(
    "table",
    { class: "shares" },
    make("thead", {}, make("tr", {}, ...headings)),
    body,
    foot,
  );
  return [make("div", { class: "beside" }, table, temperaturePlay(view))];
}

/**
 * @param {import("./view.js").Term} term
 * @param {bigint} largest
 * @param {number} digits
 */
function columns(term, largest, digits) {
  const score = toDecimal(term.value ?? 0, digits);
  return [score, score - largest, toDecimal(term.exponential ?? 0, digits)];
}

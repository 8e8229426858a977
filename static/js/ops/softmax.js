/** Softmax: from scores to shares, in columns. */

import { print, printDecimal, printPercent } from "../core/decimal.js";
import { printedShare } from "../core/ledger.js";
import { make } from "../elements/make.js";

/** @type {import("./view.js").OpView} */
export const softmax = {
  title: "Softmax",
  sentences: [
    "Scores become shares that add up to 1: the larger the score, the larger the share.",
    "The largest score is taken away from each first, which changes no share and keeps the exponentials small; each share is one exponential over the sum of all.",
    "Shares can be compared and trained on: training raises the share of the right class.",
  ],
  working,
};

/** @param {import("./view.js").View} view */
function working({ ledger, model, digits, ask }) {
  const { sum } = printedShare(ledger, digits);
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
        ...[term.value, term.shifted, term.exponential].map((value) =>
          make("td", {}, print(value ?? 0, digits)),
        ),
        make("td", {}, printPercent((term.exponential ?? 0) / (ledger.sum ?? 1))),
      ),
    );
  }
  const headings = ["class", "logit", "− largest", "exp", "share"].map((text) =>
    make("th", { scope: "col" }, text),
  );
  const foot = make(
    "tfoot",
    {},
    make(
      "tr",
      {},
      make("th", { scope: "row", colspan: 3 }, "sum"),
      make("td", {}, printDecimal(sum, digits)),
      make("td", {}, "100 %"),
    ),
  );
  return [make("table", { class: "shares" }, make("thead", {}, make("tr", {}, ...headings)), body, foot)];
}

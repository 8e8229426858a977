/** The input, and ops that the page has no view of its own for. */

import { print } from "../core/decimal.js";
import { placeName } from "../core/run.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").Working} */
export const input = ({ ledger, digits }) => [
  make(
    "p",
    { class: "equation" },
    ...ledger.figures.flatMap(({ name, value }) => [`${name} ${value}`, make("br")]),
  ),
  make("p", { class: "equation" }, texts.ops.valueIs, make("output", {}, print(ledger.result, digits))),
];

/** @type {import("./view.js").Working} */
export const other = ({ ledger, digits, run }) => [
  make("p", { class: "note" }, ledger.formula),
  ...ledger.terms.map((term) =>
    make(
      "p",
      { class: "equation" },
      texts.ops.termIs(
        term.source ? placeName(term.source, run) : texts.ledger.padding,
        print(term.value ?? 0, digits),
      ),
    ),
  ),
  make("p", { class: "equation" }, texts.ops.resultIs, make("output", {}, print(ledger.result, digits))),
];

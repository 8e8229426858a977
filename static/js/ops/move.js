/** The input, and ops that the page has no view of its own for. */

import { print } from "../core/decimal.js";
import { placeName } from "../core/run.js";
import { make } from "../elements/make.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").OpView} */
export const input = {
  title: "Input",
  sentences: [
    "What the network really sees: the picture after all preprocessing steps, one number for each pixel and colour.",
    "Each number is a brightness, from 0 for none to 1 for the most there can be.",
    "All that follows is worked out from these numbers and from what was learned, and from nothing else.",
  ],
  working: ({ ledger, digits }) => [
    make(
      "p",
      { class: "equation" },
      ...ledger.figures.flatMap(({ name, value }) => [`${name} ${value}`, make("br")]),
    ),
    make("p", { class: "equation" }, "value = ", make("output", {}, print(ledger.result, digits))),
  ],
};

/** @type {import("./view.js").OpView} */
export const other = {
  title: "",
  sentences: ["", "", ""],
  working: ({ ledger, digits, run }) => [
    make("p", { class: "note" }, ledger.formula),
    ...ledger.terms.map((term) =>
      make(
        "p",
        { class: "equation" },
        `${term.source ? placeName(term.source, run) : "padding"}: ${print(term.value ?? 0, digits)}`,
      ),
    ),
    make("p", { class: "equation" }, "result = ", make("output", {}, print(ledger.result, digits))),
  ],
};

/** Ops that hand a value on, or add values up: where it was before. */

import { print } from "../core/decimal.js";
import { placeName } from "../core/run.js";
import { make } from "../elements/make.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").OpView} */
export const input = {
  title: "Input",
  sentence: "What the network really sees: the picture after all preprocessing steps, one number a pixel.",
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
export const flatten = {
  title: "Flatten",
  sentence:
    "The maps are written out as one long row, channel by channel, row by row, so that a dense layer can weigh every " +
    "value. Nothing is computed: each value only gets an index.",
  working: (view) => {
    const { ledger, run, stage } = view;
    const source = ledger.terms[0]?.source;
    if (!source) return [];
    const [, rows = 1, columns = 1] = run.stage(stage.inputs[0] ?? "").shape;
    return [
      make(
        "p",
        { class: "equation" },
        `channel ${source.channel}, row ${source.row}, column ${source.column}`,
      ),
      make(
        "p",
        { class: "equation" },
        `(${source.channel} × ${rows} + ${source.row}) × ${columns} + ${source.column} = `,
        make("output", {}, `index ${ledger.cell.channel}`),
      ),
    ];
  },
};

/** @type {import("./view.js").OpView} */
export const other = {
  title: "",
  sentence: "",
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

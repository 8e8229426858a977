/** Flatten: from a place in the maps to an index, and back. */

import { mapSize, size } from "../core/run.js";
import { cellNumber } from "../core/search.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";

/** @typedef {import("./view.js").View} View */

/** @param {View} view */
export function flatten(view) {
  const { ledger, run, stage } = view;
  const source = ledger.terms[0]?.source;
  if (!source) return [];
  const before = run.stage(stage.inputs[0] ?? "");
  const { rows, columns } = mapSize(before.shape);
  const index = ledger.cell.channel;
  return [
    make("p", { class: "equation" }, texts.ops.place(source.channel, source.row, source.column)),
    make(
      "p",
      { class: "equation" },
      `(${source.channel} × ${rows} + ${source.row}) × ${columns} + ${source.column} = `,
      make("output", {}, texts.ops.index(index)),
    ),
    make("p", { class: "note" }, texts.ops.goToAnother),
    choice(["index"], [index], [size(before.shape)], ([at = 0]) => goTo(view, at)),
    choice(
      ["channel", "row", "column"],
      [source.channel, source.row, source.column],
      [before.shape[0] ?? 1, rows, columns],
      ([channel = 0, row = 0, column = 0]) => goTo(view, (channel * rows + row) * columns + column),
    ),
    make("p", { class: "note" }, backwards(index, view)),
  ];
}

/**
 * The way back, from the index to the place, by division.
 * @param {number} index
 * @param {View} view
 */
function backwards(index, { run, stage }) {
  const before = run.stage(stage.inputs[0] ?? "");
  const { rows, columns } = mapSize(before.shape);
  const { channel, row, column } = cellNumber(run, before.name, index);
  const inMap = row * columns + column;
  return texts.ops.backwards([index, rows * columns, channel, inMap], [columns, row, column]);
}

/**
 * @param {View} view
 * @param {number} index
 */
function goTo({ stage, go }, index) {
  go({ stage: stage.name, channel: index, row: 0, column: 0 });
}

/**
 * Fields for whole numbers, each from 0 to below its count.
 * @param {(keyof typeof texts.ops.fields)[]} names
 * @param {number[]} values
 * @param {number[]} counts
 * @param {(chosen: number[]) => void} choose
 */
function choice(names, values, counts, choose) {
  const words = names.map((name) => texts.ops.fields[name]);
  const fields = names.map((name, at) =>
    make("input", {
      type: "number",
      name,
      min: 0,
      max: (counts[at] ?? 1) - 1,
      value: values[at],
      required: true,
    }),
  );
  const form = make(
    "form",
    { class: "choice" },
    ...fields.map((field, at) => make("label", {}, `${words[at]} `, field)),
    make("button", { name: `go ${names[0]}` }, texts.ops.go),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(fields.map((field) => Number(field.value)));
  });
  return form;
}

/** ReLU: the curve, with the point that this cell is, and how much was cut. */

import { printPercent } from "../core/decimal.js";
import { nextBelowZero } from "../core/search.js";
import { statistics } from "../core/statistics.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";
import { curve, equation } from "./activation.js";

/** @param {import("./view.js").View} view */
export function relu(view) {
  const { ledger, run, stage, go } = view;
  const source = stage.inputs[0] ?? "";
  const { channel } = ledger.cell;
  const next = nextBelowZero(run, { ...ledger.cell, stage: source });
  const button = make(
    "button",
    { type: "button", name: "next", disabled: next === null },
    texts.ops.nextNegative,
  );
  button.addEventListener("click", () => next && go({ ...next, stage: stage.name }));
  return [
    curve(view),
    equation(view),
    make(
      "p",
      { class: "note" },
      texts.ops.cut(cutOf(run.map(source, channel)), cutOf(run.stageValues(source))),
    ),
    button,
  ];
}

/** @param {Float32Array} values */
function cutOf(values) {
  const { count, negative } = statistics(values);
  return texts.ops.cutOf(negative, count, printPercent(negative / count));
}

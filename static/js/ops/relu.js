/** ReLU: the curve, with the point that this cell is. */

import { print, printPercent } from "../core/decimal.js";
import { nextBelowZero } from "../core/search.js";
import { statistics } from "../core/statistics.js";
import { make, makeSvg } from "../elements/make.js";

/** @type {import("./view.js").OpView} */
export const relu = {
  title: "ReLU",
  sentences: [
    "Values above zero pass as they are; values below become zero.",
    "What is left says where a pattern was found, and how strongly; where it was not, there is nothing.",
    "The bend at zero is what lets a stack of layers do more than one layer could: without it, all of them together would be a single sum of products.",
  ],
  working,
};

/** @param {import("./view.js").View} view */
function working({ ledger, run, stage, digits, go }) {
  const value = ledger.terms[0]?.value ?? 0;
  const limit = run.limit(stage.inputs[0] ?? "") || 1;
  const x = (value / limit) * 90;
  const svg = makeSvg(
    "svg",
    {
      viewBox: "-100 -100 200 120",
      class: "curve",
      role: "img",
      "aria-label": `The curve of ReLU at ${print(value, 2)}`,
    },
    makeSvg("path", { class: "axis", d: "M-96 0H96M0 16V-96" }),
    makeSvg("path", { class: "line", d: "M-90 0H0L90 -90" }),
    makeSvg("path", { class: "drop", d: `M${x} 0V${-Math.max(0, x)}` }),
    makeSvg("circle", { class: "point", cx: x, cy: -Math.max(0, x), r: 5 }),
  );
  const source = stage.inputs[0] ?? "";
  const { channel } = ledger.cell;
  const next = nextBelowZero(run, { ...ledger.cell, stage: source });
  const button = make(
    "button",
    { type: "button", name: "next", disabled: next === null },
    "Next negative cell",
  );
  button.addEventListener("click", () => next && go({ ...next, stage: stage.name }));
  return [
    svg,
    make(
      "p",
      { class: "equation" },
      `max(0, ${print(value, digits)}) = `,
      make("output", {}, print(ledger.result, digits)),
    ),
    make(
      "p",
      { class: "note" },
      `Below zero, so cut to zero: ${cutOf(run.map(source, channel))} of this map, ${cutOf(run.stageValues(source))} of the stage.`,
    ),
    button,
  ];
}

/** @param {Float32Array} values */
function cutOf(values) {
  const { count, negative } = statistics(values);
  return `${negative.toLocaleString("en")} of ${count.toLocaleString("en")} (${printPercent(negative / count)})`;
}

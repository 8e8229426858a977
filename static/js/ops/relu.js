/** ReLU: the curve, with the point that this cell is. */

import { print, printPercent } from "../core/decimal.js";
import { nextBelowZero } from "../core/search.js";
import { statistics } from "../core/statistics.js";
import { make, makeSvg } from "../elements/make.js";
import { texts } from "../texts.js";

/** @param {import("./view.js").View} view */
export function relu({ ledger, run, stage, digits, go }) {
  const value = ledger.terms[0]?.value ?? 0;
  const limit = run.limit(stage.inputs[0] ?? "") || 1;
  const x = (value / limit) * 90;
  const svg = makeSvg(
    "svg",
    {
      viewBox: "-100 -100 200 120",
      class: "curve",
      role: "img",
      "aria-label": texts.ops.curve(print(value, 2)),
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
    texts.ops.nextNegative,
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

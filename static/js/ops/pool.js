/** Pooling: the window and, of a maximum, its winner. */

import { print, printDecimal } from "../core/decimal.js";
import { figure, printedShare } from "../core/ledger.js";
import { keptCells } from "../core/pooling.js";
import { printShape } from "../core/run.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";
import { gridOf, numberGrid } from "./view.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").Working} */
export const maxPool = (view) => {
  const winner = view.ledger.terms.find((term) => term.wins);
  return [
    windowGrid(view),
    make(
      "p",
      { class: "equation" },
      texts.ops.largestIs,
      make("output", {}, print(winner?.value ?? view.ledger.result, view.digits)),
    ),
    ...lost(view),
  ];
};

/** @type {import("./view.js").Working} */
export const averagePool = (view) => [
  windowGrid(view),
  ...mean(view, texts.ops.sumOfWindow),
  sizesBefore(view),
];

/** @type {import("./view.js").Working} */
export const globalAveragePool = (view) => [...mean(view, texts.ops.sumOfCells), sizesBefore(view)];

/**
 * The sum of the printed values, and what it is shared by.
 * @param {View} view
 * @param {(count: string, sum: string) => string} say
 */
function mean({ ledger, digits }, say) {
  const { sum, rounding, result } = printedShare(ledger, digits);
  const count = figure(ledger, "count");
  const rest = rounding === 0n ? "" : texts.ops.withRounding(printDecimal(rounding, digits));
  return [
    make("p", { class: "equation" }, say(String(count), printDecimal(sum, digits))),
    make(
      "p",
      { class: "equation" },
      `${printDecimal(sum, digits)} / ${count} = `,
      make("output", {}, printDecimal(result, digits)),
      rest,
    ),
  ];
}

/**
 * What was thrown away: of this window, and of the whole map.
 * @param {View} view
 */
function lost(view) {
  const { ledger, run, stage, digits } = view;
  const others = ledger.terms.filter((term) => !term.wins && term.value !== null);
  const thrown = others.map((term) => print(term.value ?? 0, digits)).join(", ");
  const kept = keptCells(run, stage, ledger.cell.channel);
  const all = run.map(stage.inputs[0] ?? "", ledger.cell.channel).length;
  return [
    make(
      "p",
      { class: "note thrown" },
      others.length > 0 ? texts.ops.thrown(thrown) : texts.ops.nothingThrown,
    ),
    make("p", { class: "note" }, texts.ops.sizesAndLost(sizesOf(view), kept, all)),
  ];
}

/** @param {View} view */
function sizesBefore(view) {
  return make("p", { class: "note" }, texts.ops.sizes(sizesOf(view)));
}

/**
 * "28×28 → 14×14"
 * @param {View} view
 */
function sizesOf({ run, stage }) {
  const shapes = [run.stage(stage.inputs[0] ?? "").shape, stage.shape];
  return shapes.map((shape) => printShape(shape.slice(1))).join(" → ");
}

/** @param {View} view */
function windowGrid({ ledger, colours, run, stage }) {
  const won = (/** @type {number} */ i, /** @type {number} */ j) =>
    ledger.terms.some((term) => term.wins && term.kernel?.[0] === i && term.kernel[1] === j) ? "winner" : "";
  return numberGrid(
    gridOf(ledger.terms, (term) => term.value),
    { colours, limit: run.limit(stage.inputs[0] ?? ""), caption: texts.ops.window, mark: won },
  );
}

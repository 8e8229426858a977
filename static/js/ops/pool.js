/** Pooling: the window and, of a maximum, its winner. */

import { print, printDecimal } from "../core/decimal.js";
import { figure, printedShare } from "../core/ledger.js";
import { keptCells } from "../core/pooling.js";
import { printShape } from "../core/run.js";
import { make } from "../elements/make.js";
import { gridOf, numberGrid } from "./view.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").OpView} */
export const maxPool = {
  title: "Max pooling",
  sentences: [
    "Of each window only the largest value is kept; all others are thrown away.",
    "The maps become smaller, and the next kernels see more of the picture at once.",
    "It no longer matters exactly where in the window a pattern was found, so a small shift of the picture changes little.",
  ],
  working: (view) => {
    const winner = view.ledger.terms.find((term) => term.wins);
    return [
      windowGrid(view),
      make(
        "p",
        { class: "equation" },
        "largest = ",
        make("output", {}, print(winner?.value ?? view.ledger.result, view.digits)),
      ),
      ...lost(view),
    ];
  },
};

/** @type {import("./view.js").OpView} */
export const averagePool = {
  title: "Average pooling",
  sentences: [
    "Each window becomes one value: its mean.",
    "The maps become smaller and smoother, and every value of the window has the same say.",
    "The next kernels see more of the picture at once, and one strong value counts for less than in max pooling.",
  ],
  working: (view) => [windowGrid(view), ...mean(view, "cells of the window"), sizesBefore(view)],
};

/** @type {import("./view.js").OpView} */
export const globalAveragePool = {
  title: "Global average pooling",
  sentences: [
    "Each map becomes one value: the mean of all its cells.",
    "It says how strongly a pattern was found over the whole map, and no longer where.",
    "It leaves one number a channel, so that the dense layer needs few weights, however large the maps were.",
  ],
  working: (view) => [...mean(view, "cells"), sizesBefore(view)],
};

/**
 * The sum of the printed values, and what it is shared by.
 * @param {View} view
 * @param {string} what the values are
 */
function mean({ ledger, digits }, what) {
  const { sum, rounding, result } = printedShare(ledger, digits);
  const count = figure(ledger, "count");
  const rest = rounding === 0n ? "" : ` (rounding ${printDecimal(rounding, digits)})`;
  return [
    make("p", { class: "equation" }, `sum of the ${count} ${what} = ${printDecimal(sum, digits)}`),
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
      others.length > 0 ? `Thrown away: ${thrown}` : "Nothing is thrown away.",
    ),
    sizesBefore(
      view,
      `; ${kept} of its ${all} cells are the largest of a window, ${all - kept} are thrown away`,
    ),
  ];
}

/**
 * @param {View} view
 * @param {string} [more]
 */
function sizesBefore({ run, stage }, more = "") {
  const shapes = [run.stage(stage.inputs[0] ?? "").shape, stage.shape];
  return make(
    "p",
    { class: "note" },
    `This map: ${shapes.map((shape) => printShape(shape.slice(1))).join(" → ")}${more}.`,
  );
}

/** @param {View} view */
function windowGrid({ ledger, colours, run, stage }) {
  const won = (/** @type {number} */ i, /** @type {number} */ j) =>
    ledger.terms.some((term) => term.wins && term.kernel?.[0] === i && term.kernel[1] === j) ? "winner" : "";
  return numberGrid(
    gridOf(ledger.terms, (term) => term.value),
    { colours, limit: run.limit(stage.inputs[0] ?? ""), caption: "window", mark: won },
  );
}

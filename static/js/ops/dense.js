/** The dense layer: what speaks for a class and what against, laid back out as the maps that it comes from. */

import { add, print, printDecimal } from "../core/decimal.js";
import { printedSum } from "../core/ledger.js";
import { size } from "../core/run.js";
import { make } from "../elements/make.js";
import { paintMap } from "../pixels.js";
import { texts } from "../texts.js";
import { balanceBar } from "./view.js";

const SHOWN = 4;
const SIDE = 42;
/** Pixels of a map of one cell. */
const SINGLE = 22;

/** @typedef {import("./view.js").View} View */

/** @param {View} view */
export function dense(view) {
  const { ledger, digits } = view;
  // The same figures as in the ledger: products of the printed operands.
  const { groups, bias, rounding, result } = printedSum(ledger, digits);
  const terms = groups.flatMap((group) => group.terms);
  const sorted = [...terms].sort((a, b) => Number(b.product - a.product));
  const favourable = sorted.filter(({ product }) => product > 0n);
  const adverse = sorted.filter(({ product }) => product < 0n).reverse();
  return [
    ...contributionMaps(view),
    make(
      "p",
      { class: "equation" },
      texts.ops.dense({
        inFavour: total(favourable, digits),
        against: total(adverse, digits),
        bias: printDecimal(bias, digits),
        rounding: printDecimal(rounding, digits),
      }),
      make("output", {}, printDecimal(result, digits)),
    ),
    make(
      "div",
      { class: "extremes" },
      strongest(view, favourable, texts.ops.inFavour),
      strongest(view, adverse, texts.ops.against),
    ),
  ];
}

/**
 * @param {import("../core/ledger.js").PrintedTerm[]} terms
 * @param {number} digits
 */
function total(terms, digits) {
  return printDecimal(add(terms.map(({ product }) => product)), digits);
}

/**
 * The products in the shape of the maps that were flattened, if they were.
 * @param {View} view
 */
function contributionMaps({ ledger, model, stage, colours, run, ask }) {
  const flat = model.stages.find(({ name }) => name === stage.inputs[0]);
  const origin =
    flat?.op === "Flatten" ? model.stages.find(({ name }) => name === flat.inputs[0]) : undefined;
  if (origin?.shape.length !== 3 || size(origin.shape) !== ledger.terms.length) return [];
  const [channels = 0, rows = 1, columns = 1] = origin.shape;
  const products = ledger.terms.map((term) => term.product ?? 0);
  const limit = Math.max(...products.map(Math.abs));
  const scale = columns === 1 ? SINGLE : Math.max(1, Math.floor(SIDE / columns));
  const grid = make("div", { class: "contribution-maps" });
  for (let channel = 0; channel < channels; channel++) {
    const own = products.slice(channel * rows * columns, (channel + 1) * rows * columns);
    const canvas = make("canvas");
    canvas.style.width = `${columns * scale}px`;
    canvas.style.height = `${rows * scale}px`;
    paintMap(canvas, own, rows, columns, colours, limit);
    const strongestAt = own.reduce(
      (best, value, at) => (Math.abs(value) > Math.abs(own[best] ?? 0) ? at : best),
      0,
    );
    const sum = own.reduce((total, each) => total + each, 0);
    const name = texts.ops.productMap(origin.name, channel, print(sum, 2));
    const button = make("button", { type: "button", title: name, "aria-label": name }, canvas);
    button.addEventListener("click", () =>
      ask({
        stage: run.stage(origin.name).name,
        channel,
        row: Math.floor(strongestAt / columns),
        column: strongestAt % columns,
      }),
    );
    grid.append(button);
  }
  return [make("p", { class: "note" }, texts.ops.productMaps(origin.name)), grid];
}

/**
 * The largest products of one sign, and all the others as one line that makes their sum whole.
 * @param {View} view
 * @param {import("../core/ledger.js").PrintedTerm[]} terms sorted, the largest first
 * @param {string} caption
 */
function strongest({ colours, ask, digits }, terms, caption) {
  const limit = Math.abs(terms[0]?.term.product ?? 0);
  const list = make("ol", { "aria-label": caption }, make("li", { class: "note" }, caption));
  for (const { term, product } of terms.slice(0, SHOWN)) {
    const button = make(
      "button",
      { type: "button" },
      make("span", {}, `[${term.source?.channel ?? ""}]`),
      balanceBar(term.product ?? 0, limit, colours),
      make("span", { class: "number" }, printDecimal(product, digits)),
    );
    button.addEventListener("click", () => term.source && ask(term.source));
    list.append(make("li", {}, button));
  }
  const rest = terms.slice(SHOWN);
  if (rest.length > 0) {
    const words = texts.ops.further(rest.length);
    list.append(make("li", { class: "rest" }, words, make("span", { class: "number" }, total(rest, digits))));
  }
  return list;
}

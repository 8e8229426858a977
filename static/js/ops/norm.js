/** Batch normalisation: one value, shifted and scaled in steps that can be followed. */

import { printDecimal } from "../core/decimal.js";
import { printedFold, printedNorm } from "../core/norm.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";

const words = texts.ops.norm;

/** @type {import("./view.js").Working} */
export const norm = ({ ledger, digits }) => {
  const printed = printedNorm(ledger, digits);
  const say = (/** @type {bigint} */ decimal) => printDecimal(decimal, digits);
  const steps = [
    line(words.centred(say(printed.value), bracketed(say(printed.mean)), say(printed.centred))),
    line(words.spread(say(printed.variance), printed.epsilon, say(printed.spread))),
    line(`${say(printed.centred)} / ${say(printed.spread)} = ${say(printed.normalised)}`),
    line(words.scaled(say(printed.scale), bracketed(say(printed.normalised)), say(printed.scaled))),
    line(words.plusBias(say(printed.bias), say(printed.rounding)), make("output", {}, say(printed.result))),
    ...folded(printed, digits),
  ];
  return [make("div", { class: "steps" }, ...steps)];
};

/**
 * @param {import("../core/norm.js").PrintedNorm} printed
 * @param {number} digits
 */
function folded(printed, digits) {
  const fold = printedFold(printed, digits);
  if (!fold) return [];
  const say = (/** @type {bigint} */ decimal) => printDecimal(decimal, digits);
  const factor = say(fold.factor);
  return [
    make("p", { class: "note" }, words.folded),
    line(words.factor(say(printed.scale), say(printed.spread), factor)),
    line(words.shift(say(printed.bias), bracketed(factor), bracketed(say(printed.mean)), say(fold.shift))),
    line(words.product(say(printed.value), bracketed(factor), say(fold.product))),
    line(words.shifted(say(fold.shift), say(fold.rounding)), make("output", {}, say(printed.result))),
  ];
}

/** @param {(string | Node)[]} parts */
function line(...parts) {
  return make("p", { class: "equation" }, ...parts);
}

/**
 * A figure after a sign: one below zero stands in brackets.
 * @param {string} text
 */
function bracketed(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

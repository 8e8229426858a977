/** Batch normalisation: one value, shifted and scaled in steps that can be followed. */

import { printDecimal } from "../core/decimal.js";
import { printedNorm } from "../core/ledger.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";

/** @type {import("./view.js").Working} */
export const norm = ({ ledger, digits }) => {
  const printed = printedNorm(ledger, digits);
  const say = (/** @type {bigint} */ decimal) => printDecimal(decimal, digits);
  const line = (/** @type {string} */ text) => make("p", { class: "equation" }, text);
  return [
    line(texts.ops.norm.centred(say(printed.value), bracketed(say(printed.mean)), say(printed.centred))),
    line(texts.ops.norm.spread(say(printed.variance), say(printed.spread))),
    line(`${say(printed.centred)} / ${say(printed.spread)} = ${say(printed.normalised)}`),
    line(texts.ops.norm.scaled(say(printed.scale), bracketed(say(printed.normalised)), say(printed.scaled))),
    make(
      "p",
      { class: "equation" },
      texts.ops.norm.shifted(say(printed.bias), say(printed.rounding)),
      make("output", {}, say(printed.result)),
    ),
  ];
};

/**
 * A figure after a sign: one below zero stands in brackets.
 * @param {string} text
 */
function bracketed(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

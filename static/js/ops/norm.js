/** Batch normalisation: one value, shifted and scaled in steps that can be followed. */

import { printDecimal } from "../core/decimal.js";
import { printedNorm } from "../core/ledger.js";
import { make } from "../elements/make.js";

/** @type {import("./view.js").OpView} */
export const norm = {
  title: "Batch normalisation",
  sentences: [
    "From each value the mean of its channel is taken away, the rest is divided by the channel's spread, then scaled and shifted by two learned numbers.",
    "Mean and spread were measured during training, so that values of all channels are of like size.",
    "This makes training faster and steadier; afterwards the step can be folded into the convolution before it.",
  ],
  working: ({ ledger, digits }) => {
    const printed = printedNorm(ledger, digits);
    const say = (/** @type {bigint} */ decimal) => printDecimal(decimal, digits);
    const line = (/** @type {string} */ text) => make("p", { class: "equation" }, text);
    return [
      line(
        `less the mean: ${say(printed.value)} − ${bracketed(say(printed.mean))} = ${say(printed.centred)}`,
      ),
      line(`spread: √(${say(printed.variance)} + epsilon) = ${say(printed.spread)}`),
      line(`${say(printed.centred)} / ${say(printed.spread)} = ${say(printed.normalised)}`),
      line(`scaled: ${say(printed.scale)} × ${bracketed(say(printed.normalised))} = ${say(printed.scaled)}`),
      make(
        "p",
        { class: "equation" },
        `plus bias ${say(printed.bias)}, rounding ${say(printed.rounding)}: `,
        make("output", {}, say(printed.result)),
      ),
    ];
  },
};

/**
 * A figure after a sign: one below zero stands in brackets.
 * @param {string} text
 */
function bracketed(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

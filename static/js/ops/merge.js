/** Stages with several inputs: values added up, and channels set one after another. */

import { print, printDecimal } from "../core/decimal.js";
import { printedShare } from "../core/ledger.js";
import { placeName } from "../core/run.js";
import { make } from "../elements/make.js";
import { balanceBar } from "./view.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").OpView} */
export const addition = {
  title: "Addition",
  sentences: [
    "The values that stand at the same place of several stages are added up.",
    "A stage can so be added to what it was made from, and only has to find what is to be changed.",
    "This keeps deep networks trainable, for what was known earlier has a short way to the end.",
  ],
  working: ({ ledger, digits, run, colours, ask }) => {
    const { sum, rounding, result } = printedShare(ledger, digits);
    const limit = Math.max(...ledger.terms.map(({ value }) => Math.abs(value ?? 0)));
    const list = make("ol", { class: "operands", "aria-label": "What is added up" });
    for (const { source, value } of ledger.terms) {
      const button = make(
        "button",
        { type: "button" },
        make("span", {}, source ? placeName(source, run) : ""),
        balanceBar(value ?? 0, limit, colours),
        make("span", { class: "number" }, print(value ?? 0, digits)),
      );
      button.addEventListener("click", () => source && ask(source));
      list.append(make("li", {}, button));
    }
    return [
      list,
      make("p", { class: "equation" }, `sum = ${printDecimal(sum, digits)}`),
      make(
        "p",
        { class: "equation" },
        rounding === 0n ? "result = " : `rounding ${printDecimal(rounding, digits)}: `,
        make("output", {}, printDecimal(result, digits)),
      ),
    ];
  },
};

/** @type {import("./view.js").OpView} */
export const concatenation = {
  title: "Concatenation",
  sentences: [
    "The maps of several stages are set one after another, as channels of one stage.",
    "Nothing is computed: each value stays what it is, and its channel gets another number.",
    "So the next kernels see all that these stages found at once.",
  ],
  working: ({ ledger, digits, run, stage }) => {
    const source = ledger.terms[0]?.source;
    let first = 0;
    const list = make("ol", { class: "joined", "aria-label": "Where the channels come from" });
    for (const name of stage.inputs) {
      const count = run.stage(name).shape[0] ?? 0;
      const { channel } = ledger.cell;
      const own = name === source?.stage && channel === first + (source?.channel ?? 0);
      const span = count === 1 ? `channel ${first}` : `channels ${first} to ${first + count - 1}`;
      list.append(make("li", { class: own ? "own" : "" }, `${span}: those of ${name}`));
      first += count;
    }
    return [
      list,
      make(
        "p",
        { class: "equation" },
        `${source ? placeName(source, run) : ""} = `,
        make("output", {}, print(ledger.result, digits)),
      ),
    ];
  },
};

/** Stages with several inputs: values added up, and channels set one after another. */

import { print, printDecimal } from "../core/decimal.js";
import { printedShare } from "../core/ledger.js";
import { placeName } from "../core/run.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";
import { balanceBar } from "./view.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").Working} */
export const addition = ({ ledger, digits, run, colours, ask }) => {
  const { sum, rounding, result } = printedShare(ledger, digits);
  const limit = Math.max(...ledger.terms.map(({ value }) => Math.abs(value ?? 0)));
  const list = make("ol", { class: "operands", "aria-label": texts.ops.added });
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
    make("p", { class: "equation" }, texts.ops.sumIs(printDecimal(sum, digits))),
    make(
      "p",
      { class: "equation" },
      rounding === 0n ? texts.ops.resultIs : texts.ops.rounded(printDecimal(rounding, digits)),
      make("output", {}, printDecimal(result, digits)),
    ),
  ];
};

/** @type {import("./view.js").Working} */
export const concatenation = ({ ledger, digits, run, stage }) => {
  const source = ledger.terms[0]?.source;
  let first = 0;
  const list = make("ol", { class: "joined", "aria-label": texts.ops.joined });
  for (const name of stage.inputs) {
    const count = run.stage(name).shape[0] ?? 0;
    const { channel } = ledger.cell;
    const own = name === source?.stage && channel === first + (source?.channel ?? 0);
    const joined = texts.ops.joinedFrom(first, first + count - 1, name);
    list.append(make("li", { class: own ? "own" : "" }, joined));
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
};

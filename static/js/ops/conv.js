/** Convolution: the window, the kernel, and what each channel adds to the sum. */

import { printDecimal } from "../core/decimal.js";
import { printedSum } from "../core/ledger.js";
import { make } from "../elements/make.js";
import { balanceBar, gridOf, numberGrid } from "./view.js";

/** @typedef {import("./view.js").View} View */

/** @type {import("./view.js").OpView} */
export const conv = {
  title: "Convolution",
  sentence:
    "A small kernel of weights slides over the maps. At each place the values under it are multiplied by its " +
    "weights and added up, over all channels, plus one bias: the result is large where the maps look like the kernel.",
  working,
};

/** @param {View} view */
function working(view) {
  const { ledger, colours, run, stage, sourceChannel } = view;
  const size = ledger.terms.length / Math.max(1, ledger.subtotals.length);
  const shown = Math.max(
    0,
    ledger.subtotals.findIndex(({ channel }) => channel === sourceChannel),
  );
  const terms = ledger.terms.slice(shown * size, (shown + 1) * size);
  const source = stage.inputs[0] ?? "";
  // The same figures as in the ledger: sums of the printed products.
  const { groups } = printedSum(ledger, view.digits);
  const weights = Math.max(...ledger.terms.map((term) => Math.abs(term.weight ?? 0)));
  const mark = (/** @type {number} */ i, /** @type {number} */ j) =>
    terms.some((term) => !term.source && term.kernel?.[0] === i && term.kernel[1] === j) ? "padding" : "";
  const grids = make(
    "div",
    { class: "product" },
    numberGrid(
      gridOf(terms, (term) => term.value),
      { colours, limit: run.limit(source), caption: "window", mark },
    ),
    make("span", { class: "sign" }, "×"),
    numberGrid(
      gridOf(terms, (term) => term.weight),
      { colours, limit: weights, caption: "kernel" },
    ),
    make("span", { class: "sign" }, "="),
    make("output", {}, printDecimal(groups[shown]?.sum ?? 0n, view.digits)),
  );
  return ledger.subtotals.length > 1 ? [grids, ...channelSums(view, groups)] : [grids];
}

/**
 * @param {View} view
 * @param {import("../core/ledger.js").PrintedGroup[]} groups
 */
function channelSums({ ledger, colours, digits, sourceChannel, showSource }, groups) {
  const limit = Math.max(...ledger.subtotals.map(({ sum }) => Math.abs(sum)));
  const list = make("div", { class: "channel-sums", role: "group", "aria-label": "What each channel adds" });
  list.classList.toggle("many", groups.length > 6);
  for (const [k, { channel, sum }] of ledger.subtotals.entries()) {
    const name = `channel ${channel}`;
    const button = make(
      "button",
      {
        type: "button",
        "aria-pressed": String(channel === sourceChannel),
        title: `Show ${name}`,
        "aria-label": name,
      },
      make("span", {}, String(channel)),
      balanceBar(sum, limit, colours),
      make("span", { class: "number" }, printDecimal(groups[k]?.sum ?? 0n, digits)),
    );
    button.addEventListener("click", () => showSource(channel));
    list.append(button);
  }
  return [make("p", { class: "note" }, "What each channel adds"), list];
}

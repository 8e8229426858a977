/** Convolution: the window, the kernel, and what each channel adds to the sum. */

import { add, printDecimal } from "../core/decimal.js";
import { largestGroups, printedSum } from "../core/ledger.js";
import { channelName } from "../core/model.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";
import { balanceBar, gridOf, numberGrid } from "./view.js";

/** @typedef {import("../core/ledger.js").PrintedGroup} PrintedGroup */
/** @typedef {import("./view.js").View} View */

/** Channels that are listed where there are many. */
const SHOWN = 10;

/** @param {View} view */
export function conv(view) {
  const { ledger, colours, run, stage, sourceChannel } = view;
  const size = ledger.terms.length / Math.max(1, ledger.subtotals.length);
  const shown = Math.max(
    0,
    ledger.subtotals.findIndex(({ channel }) => channel === sourceChannel),
  );
  const terms = ledger.terms.slice(shown * size, (shown + 1) * size);
  const source = stage.inputs[0] ?? "";
  // The same figures as in the ledger: sums of the printed products.
  const { groups, sum, bias, rounding, result } = printedSum(ledger, view.digits);
  const weights = Math.max(...ledger.terms.map((term) => Math.abs(term.weight ?? 0)));
  const mark = (/** @type {number} */ i, /** @type {number} */ j) =>
    terms.some((term) => !term.source && term.kernel?.[0] === i && term.kernel[1] === j) ? "padding" : "";
  const grids = make(
    "div",
    { class: "product" },
    numberGrid(
      gridOf(terms, (term) => term.value),
      { colours, limit: run.limit(source), caption: texts.ops.window, mark },
    ),
    make("span", { class: "sign" }, "×"),
    numberGrid(
      gridOf(terms, (term) => term.weight),
      { colours, limit: weights, caption: texts.ops.kernel },
    ),
    make(
      "span",
      { class: "equals" },
      make("span", { class: "sign" }, "= "),
      make("output", {}, printDecimal(groups[shown]?.sum ?? 0n, view.digits)),
    ),
  );
  const say = (/** @type {bigint} */ decimal) => printDecimal(decimal, view.digits);
  const whole = make(
    "p",
    { class: "equation" },
    texts.ops.convolved(say(sum), say(bias), say(rounding)),
    make("output", {}, say(result)),
  );
  return ledger.subtotals.length > 1 ? [grids, ...channelSums(view, groups), whole] : [grids, whole];
}

/**
 * What each channel adds, the largest first where there are many, and the rest as one line that makes the sum whole.
 * @param {View} view
 * @param {PrintedGroup[]} groups
 */
function channelSums(view, groups) {
  const { ledger, sourceChannel } = view;
  const limit = Math.max(...ledger.subtotals.map(({ sum }) => Math.abs(sum)));
  const list = make("div", { class: "channel-sums", role: "group", "aria-label": texts.ops.adds });
  list.classList.toggle("many", groups.length > 6);
  const { shown, rest } = largestGroups(groups, SHOWN, sourceChannel);
  list.append(...shown.map((group) => channelSum(view, group, limit)));
  if (rest.length > 0) {
    const sum = printDecimal(add(rest.map((group) => group.sum)), view.digits);
    list.append(
      make(
        "p",
        { class: "rest" },
        make("span", {}, texts.ledger.furtherChannels(rest.length)),
        make("span", { class: "number" }, sum),
      ),
    );
  }
  const words = rest.length > 0 ? texts.ops.addsLargest : texts.ops.adds;
  return [make("p", { class: "note" }, words), list];
}

/**
 * @param {View} view
 * @param {PrintedGroup} group
 * @param {number} limit
 */
function channelSum({ run, stage, ledger, colours, digits, sourceChannel, showSource }, group, limit) {
  const channel = group.channel ?? 0;
  const own = channelName(run.stage(stage.inputs[0] ?? ""), channel);
  const exact = ledger.subtotals.find((each) => each.channel === channel)?.sum ?? 0;
  const button = make(
    "button",
    {
      type: "button",
      name: `channel ${own}`,
      "aria-pressed": String(channel === sourceChannel),
      title: texts.ops.showChannel(own),
    },
    make("span", {}, make("span", { class: "visually-hidden" }, texts.ops.channelBefore), own),
    balanceBar(exact, limit, colours),
    make("span", { class: "number" }, printDecimal(group.sum, digits)),
  );
  button.addEventListener("click", () => showSource(channel));
  return button;
}

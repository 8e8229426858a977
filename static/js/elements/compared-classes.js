/** The probabilities of two runs side by side, class by class. */

import { printChange } from "../core/comparison.js";
import { print } from "../core/decimal.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../core/comparison.js").Comparison} Comparison */

/** Rows that have room; the classes with the largest shares in either run come first. */
const MOST = 10;
const names = texts.comparing.headings;

export class ComparedClasses {
  #body = make("tbody");
  element = make(
    "table",
    { class: "compared-classes" },
    make("caption", {}, texts.comparing.probabilities),
    make("thead", {}, make("tr", {}, ...[names.class, names.kept, "", names.now, names.change].map(heading))),
    this.#body,
  );

  /**
   * @param {Comparison} comparison
   * @param {ModelDescription} model
   */
  show({ sides: { kept, now } }, { classes, stages }) {
    const name = stages.at(-1)?.name ?? "";
    const [before, after] = [kept.stageValues(name), now.stageValues(name)];
    const largest = (/** @type {number} */ each) => Math.max(before[each] ?? 0, after[each] ?? 0);
    const shown = classes
      .map((_, each) => each)
      .sort((a, b) => largest(b) - largest(a))
      .slice(0, MOST)
      // In their own order, so that the rows stay where they are while the values change.
      .sort((a, b) => a - b);
    this.#body.replaceChildren(
      ...shown.map((each) => row(classes[each] ?? String(each), before[each] ?? 0, after[each] ?? 0)),
    );
    const rest = classes.length - shown.length;
    /** @type {HTMLElement} */ (this.element.caption).textContent =
      rest > 0 ? texts.comparing.someProbabilities(rest) : texts.comparing.probabilities;
  }
}

/** @param {string} text */
function heading(text) {
  return text ? make("th", { scope: "col" }, text) : make("td");
}

/**
 * @param {string} name
 * @param {number} before
 * @param {number} after
 */
function row(name, before, after) {
  const bars = make("span", { class: "bars", "aria-hidden": "true" }, bar("kept", before), bar("now", after));
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, name),
    make("td", {}, print(before * 100, 1)),
    make("td", {}, bars),
    make("td", {}, print(after * 100, 1)),
    make("td", { class: "change" }, printChange(before * 100, after * 100, 1)),
  );
}

/**
 * @param {string} kind
 * @param {number} share
 */
function bar(kind, share) {
  const fill = make("span", { class: kind });
  fill.style.transform = `scaleX(${share})`;
  return fill;
}

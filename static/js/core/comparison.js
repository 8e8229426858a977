/** Two runs of one model side by side: the one that was kept, the one that is there now, and what changed. */

import { texts } from "../texts.js";
import { print, printDecimal, toDecimal } from "./decimal.js";
import { extent, Run, size } from "./run.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("./run.js").RunSummary} RunSummary */
/** @typedef {"now" | "kept" | "difference"} Side which of them is shown */

/** All three are drawn on one scale, which spans the values of each of them. */
export class Comparison {
  /**
   * @param {Run} kept
   * @param {Run} now a run of the same model
   */
  constructor(kept, now) {
    const difference = subtract(now, kept);
    const all = [kept, now, difference];
    /** @type {Record<Side, Run>} */
    this.sides = {
      kept: beside(kept, all),
      now: beside(now, all),
      difference: beside(difference, all),
    };
  }

  /**
   * The figures of a cell, which add up as they are printed: kept + difference = now.
   * @param {Cell} cell
   * @param {number} digits after the point
   */
  figures(cell, digits) {
    const { kept, now } = this.sides;
    const [before, after] = [kept.value(cell), now.value(cell)];
    return {
      kept: print(before, digits),
      now: print(after, digits),
      difference: printChange(before, after, digits),
    };
  }
}

/**
 * Why two runs cannot be compared, in words; empty where they can.
 * @param {Run} kept
 * @param {Run} now
 */
export function whyNot(kept, now) {
  if (kept.summary.model !== now.summary.model) {
    return texts.comparing.otherModel(kept.summary.model, now.summary.model);
  }
  const shapes = (/** @type {Run} */ { summary }) =>
    summary.stages.map(({ name, shape }) => `${name} ${shape}`).join();
  return shapes(kept) === shapes(now) ? "" : texts.comparing.otherShapes;
}

/**
 * "+0.1200": the difference of two figures as they are printed, with its sign.
 * @param {number} before
 * @param {number} after
 * @param {number} digits
 */
export function printChange(before, after, digits) {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return print(after - before, digits);
  const change = toDecimal(after, digits) - toDecimal(before, digits);
  return `${change > 0n ? "+" : ""}${printDecimal(change, digits)}`;
}

/**
 * @param {Run} now
 * @param {Run} kept
 */
function subtract(now, kept) {
  const all = now.all.map((value, index) => value - (kept.all[index] ?? 0));
  let start = 0;
  const stages = now.summary.stages.map((stage) => {
    const end = start + size(stage.shape);
    const range = extent(all.subarray(start, end));
    start = end;
    return { ...stage, ...range };
  });
  return new Run({ ...now.summary, stages }, all);
}

/**
 * @param {Run} run
 * @param {Run[]} alike
 */
function beside({ summary, all }, alike) {
  return new Run(summary, all, alike);
}

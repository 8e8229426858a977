/** Puts the maps of the network into their places, in each of its three layouts. */

import { COMPACT_GAP, planCompact, SMALLEST } from "../core/compact.js";
import {
  canBeHit,
  classesShown,
  NARROWEST,
  networkFits,
  networkWidth,
  planNetwork,
  stackedClasses,
  stackedColumn,
  stackedMaps,
} from "../core/layout.js";

/** @typedef {import("./network-block.js").NetworkBlock} NetworkBlock */
/** @typedef {import("./network-stage.js").NetworkStage} NetworkStage */

/** Pixels between two columns where all maps are shown. */
const GUTTER = 20;
/** Networks of more stages than this go to pages rather than be too small to be seen. */
const FEW_STAGES = 16;

/**
 * Stages one under another.
 * @param {NetworkBlock[]} blocks
 * @param {number} width pixels
 */
export function placeStacked(blocks, width) {
  for (const block of blocks) {
    const classes = block.last.kind === "shares" ? stackedClasses(block.count) : null;
    block.size = classes ?? stackedMaps(block.last.stage.shape, width);
    for (const stage of block.stages) {
      stage.place(stackedColumn(classes ? [classes] : stage.shape, width), { free: true, compact: false });
    }
  }
}

/**
 * Every map of every stage, side by side, if that fits; whether it does.
 * @param {NetworkBlock[]} blocks
 * @param {number} width pixels for all
 * @param {number} height pixels for the maps
 */
export function placeAll(blocks, width, height) {
  const stages = blocks.flatMap((block) => block.stages);
  if (stages.some(({ kind, count }) => kind === "shares" && classesShown(count, height) < count))
    return false;
  const shapes = stages.map(({ shape }) => shape);
  const bars = (/** @type {NetworkStage} */ stage) => Math.max(0, stage.barWidth() - NARROWEST);
  const forMaps = width - stages.reduce((total, stage) => total + bars(stage), 0);
  const columns = planNetwork(shapes, forMaps, height, GUTTER);
  const wide = networkWidth(columns, GUTTER) > forMaps;
  const long = stages.length > FEW_STAGES || wide || !canBeHit(shapes, columns);
  if (long && !networkFits(shapes, columns, forMaps, height, GUTTER)) return false;
  for (const block of blocks) block.size = block.count;
  for (const [index, stage] of stages.entries()) {
    stage.place(columns[index] ?? stage.column, { free: false, compact: false });
  }
  return true;
}

/**
 * A page of each block's maps.
 * @param {NetworkBlock[]} blocks
 * @param {number} width pixels for all
 * @param {number} height pixels for the maps
 * @param {boolean} narrow whether there is little room: the words over a block take two lines, the bars are short, and
 *   maps may be small
 * @returns {boolean} whether all fits into the width
 */
export function placePages(blocks, width, height, narrow) {
  for (const { stages } of blocks) {
    for (const stage of stages) stage.leaveOutPicture(height, COMPACT_GAP);
  }
  const measured = blocks.map((block) => ({
    shapes: block.stages.map(({ shape }) => shape),
    label: block.labelWidths[narrow ? "two" : "one"],
    least: block.last.barWidth(narrow),
    classes: block.last.kind === "shares",
    alone: block.last.stage.op === "Input",
  }));
  const plan = planCompact(measured, width, height, narrow ? SMALLEST : undefined);
  for (const [index, block] of blocks.entries()) {
    block.size = plan.shown[index] ?? 1;
    block.element.style.minWidth = `${measured[index]?.label ?? 0}px`;
    const columns = plan.columns[index] ?? [];
    const tallest = Math.max(...columns.map(({ height, down }) => (height + COMPACT_GAP) / down));
    const pitch = block.last.kind === "maps" ? tallest - COMPACT_GAP : undefined;
    for (const [place, stage] of block.stages.entries()) {
      stage.place(columns[place] ?? stage.column, { free: false, compact: true, narrow, pitch });
    }
  }
  return plan.width <= width;
}

/**
 * The layout of long networks: each stage is one column of maps, a block's stages stand close together, and a row
 * of a block is one channel. What does not fit into the height is on further pages.
 */

import { classesShown, LISTED_VALUES, planStage, SINGLE } from "./layout.js";

/** @typedef {import("./layout.js").Column} Column */

/**
 * @typedef {object} CompactBlock
 * @property {number[][]} shapes of its stages
 * @property {number} label pixels that the words over it need
 * @property {number} [least] pixels that it needs whatever it shows
 * @property {boolean} [classes] whether its values are classes, of which a page is shown where there are many
 * @property {boolean} [alone] whether its maps grow by themselves, not with others of the same size
 *
 * @typedef {object} CompactPlan
 * @property {Column[][]} columns by block, by stage
 * @property {number[]} shown rows of each block: so many channels are shown at a time
 * @property {number} width pixels for everything, the gutters among them
 */

/** Pixels between two maps. */
export const COMPACT_GAP = 4;
/** Pixels between two blocks, at the least. */
export const COMPACT_GUTTER = 8;
/** The size of maps to begin with, in pixels; and the smallest one, where there is no room for that. */
const USUAL = 32;
export const SMALLEST = 16;
const LARGEST = 96;
/** No map grows beyond the usual size where fewer channels than this could be shown. */
const FEWEST = 12;
/** What the keys of maps that grow by themselves begin with. */
const ALONE = "alone ";

/**
 * The largest layout that fits into `width`; where none does, the one with maps of `least` pixels, which is wider.
 * @param {CompactBlock[]} blocks
 * @param {number} width
 * @param {number} height pixels for the maps of one column
 * @param {number} [least] about how large the maps are at the least, in pixels
 * @returns {CompactPlan}
 */
export function planCompact(blocks, width, height, least = USUAL) {
  const scales = startingScales(blocks, least);
  const start = plan(blocks, scales, height);
  return start.width <= width ? grow(blocks, scales, width, height) : start;
}

/**
 * Pixels of words side by side, and of the same words in two lines.
 * @param {number[]} words pixels of each
 * @param {number} gap pixels between two of a line
 */
export function widthOfWords(words, gap) {
  const line = (/** @type {number[]} */ part) => part.reduce((total, word) => total + word + gap, -gap);
  const broken = words.map((_, place) => Math.max(line(words.slice(0, place)), line(words.slice(place))));
  return { one: line(words), two: Math.min(line(words), ...broken) };
}

/**
 * @param {CompactBlock[]} blocks
 * @param {Map<string, number>} scales
 * @param {number} width
 * @param {number} height
 */
function grow(blocks, scales, width, height) {
  let best = plan(blocks, scales, height);
  const growing = new Set([...scales.keys()].filter((key) => longest(key) > 1));
  const side = (/** @type {string} */ key) => longest(key) * (scales.get(key) ?? 1);
  while (growing.size > 0) {
    const smallest = [...growing].reduce((a, b) => (side(a) <= side(b) ? a : b));
    const tried = new Map(scales).set(smallest, (scales.get(smallest) ?? 1) + 1);
    const grown = longest(smallest) * (tried.get(smallest) ?? 1);
    // A map is never drawn larger than one with more cells: pooling makes maps smaller.
    const finer = [...scales.keys()].filter((key) => longest(key) > longest(smallest)).map(side);
    const most = smallest.startsWith(ALONE) ? LARGEST : Math.min(LARGEST, ...finer);
    const next = plan(blocks, tried, height);
    const enough = next.shown.every(
      (rows, index) => rows >= Math.min(FEWEST, best.shown[index] ?? 0, channels(blocks[index])),
    );
    if (next.width <= width && (enough || grown <= USUAL) && grown <= most) {
      scales.set(smallest, tried.get(smallest) ?? 1);
      best = next;
    } else growing.delete(smallest);
  }
  return best;
}

/**
 * @param {CompactBlock[]} blocks
 * @param {Map<string, number>} scales pixels a cell, by size of map
 * @param {number} height
 * @returns {CompactPlan}
 */
function plan(blocks, scales, height) {
  const planned = blocks.map((block) => planBlock(block, scales, height));
  const width = planned.reduce((total, each) => total + each.width, COMPACT_GUTTER * (blocks.length - 1));
  return { columns: planned.map((each) => each.columns), shown: planned.map((each) => each.shown), width };
}

/**
 * @param {CompactBlock} block
 * @param {Map<string, number>} scales
 * @param {number} height
 */
function planBlock({ shapes, label, least = 0, alone = false, classes = false }, scales, height) {
  if (classes) {
    const shown = classesShown(shapes[0]?.[0] ?? 0, height);
    const columns = [planStage([shown], 1, height)];
    return { columns, shown, width: Math.max(columns[0]?.width ?? 0, label, least) };
  }
  if (shapes[0]?.length !== 3) {
    const columns = shapes.map((shape) => planStage(shape, 1, height));
    const width = columns.reduce((total, column) => total + column.width, 0);
    const [values = 0] = shapes[0] ?? [];
    return { columns, shown: values <= LISTED_VALUES ? values : 1, width: Math.max(width, label, least) };
  }
  const sizes = shapes.map((shape) => ({ shape, scale: scales.get(key(shape, alone)) ?? 1 }));
  const pitch = Math.max(...sizes.map(({ shape, scale }) => (shape[1] ?? 1) * scale)) + COMPACT_GAP;
  const most = Math.max(1, Math.floor((height + COMPACT_GAP) / pitch));
  const shown = Math.min(shapes[0][0] ?? 1, most);
  const columns = sizes.map(({ shape, scale }) => ({
    scale,
    across: 1,
    down: shown,
    side: longest(key(shape)) * scale,
    width: (shape[2] ?? 1) * scale,
    height: shown * pitch - COMPACT_GAP,
  }));
  const maps = columns.reduce((total, column) => total + column.width + COMPACT_GAP, -COMPACT_GAP);
  return { columns, shown, width: Math.max(maps, label, least) };
}

/**
 * @param {CompactBlock[]} blocks
 * @param {number} size
 * @returns {Map<string, number>}
 */
function startingScales(blocks, size) {
  const keys = blocks.flatMap(({ shapes, alone }) =>
    shapes.filter((shape) => shape.length === 3).map((shape) => key(shape, alone)),
  );
  return new Map(
    keys.map((each) => [each, longest(each) === 1 ? SINGLE : Math.max(1, Math.floor(size / longest(each)))]),
  );
}

/**
 * Maps of one key have one scale.
 * @param {number[]} shape
 * @param {boolean} [alone]
 */
function key([, rows = 1, columns = 1], alone = false) {
  return `${alone ? ALONE : ""}${rows}x${columns}`;
}

/** @param {string} key */
function longest(key) {
  return Math.max(...key.replace(ALONE, "").split("x").map(Number));
}

/** @param {CompactBlock | undefined} block */
function channels(block) {
  return block?.shapes[0]?.[0] ?? 0;
}

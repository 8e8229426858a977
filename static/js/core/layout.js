/** How large each stage's maps can be, so that the whole network fits: integer scales only. */

/**
 * @typedef {object} Column how one stage is laid out
 * @property {number} scale pixels a cell, at least 1
 * @property {number} across maps side by side
 * @property {number} down maps one under another
 * @property {number} side pixels of one map's longer side
 * @property {number} width pixels
 * @property {number} height pixels
 */

/** Pixels between two maps. */
export const GAP = 6;
/** Values that are shown one by one. */
export const LISTED_VALUES = 32;
/** No column is narrower than the words over it. */
export const NARROWEST = 56;

/** A map of one cell, in pixels: as large as a finger or a pointer needs it. */
export const SINGLE = 24;

const STACKED_MAP = 56;
const STACKED_CELL = 3;
const STACKED_GAP = 4;
/** Where stages stand one under another: so many maps are shown whatever the width. */
const STACKED_MAPS = 16;
/** No map of a layout that shows everything is smaller, in pixels, unless it has one cell. */
const SMALLEST_MAP = 20;

const LARGEST_MAP = 112;
const LISTED_WIDTH = 24;
/** Values one under another, in pixels: as high as their letters, at the least. */
const LISTED_LEAST = 13;
/** Pixels under the maps, which the last of the classes may use. */
const BELOW = 8;
/** Where stages stand one under another: so many classes are shown of those that are too many for a list. */
const STACKED_CLASSES = 12;
const STRIP_WIDTH = 48;

/**
 * The largest layout of all stages that fits into `width` x `height`: of the maps, it is always the smallest
 * that grows next, as long as there is room. Where there is no room at all, the smallest layout.
 *
 * @param {number[][]} shapes each (channels, rows, columns) or (values,)
 * @param {number} width pixels for all columns and the gutters between them
 * @param {number} height pixels for the maps of one column
 * @param {number} gutter pixels between two columns
 * @returns {Column[]}
 */
export function planNetwork(shapes, width, height, gutter) {
  /** @type {(shape: number[]) => number} */
  let least = smallestScale;
  if (networkWidth(planAll(shapes, least, height), gutter) > width) least = () => 1;
  let columns = planAll(shapes, least, height);
  // Stages of one shape grow together: maps that belong to one another look alike.
  const growing = new Map(
    shapes
      .filter((shape) => shape.length === 3)
      .map((shape) => [String(shape), { shape, scale: least(shape) }]),
  );
  while (growing.size > 0) {
    const smallest = [...growing.values()].reduce((a, b) => (side(a) <= side(b) ? a : b));
    const grown = { shape: smallest.shape, scale: smallest.scale + 1 };
    const column = planStage(grown.shape, grown.scale, height);
    const wider = columns.map((each, index) =>
      String(shapes[index]) === String(grown.shape) ? column : each,
    );
    // A map is never drawn larger than one with more cells: pooling makes maps smaller.
    const finer = columns.filter((_, index) => (shapes[index]?.[1] ?? 0) > (grown.shape[1] ?? 0));
    const largest = Math.min(LARGEST_MAP, ...finer.map((each) => each.side));
    if (networkWidth(wider, gutter) <= width && column.height <= height && side(grown) <= largest) {
      columns = wider;
      growing.set(String(grown.shape), grown);
    } else {
      growing.delete(String(grown.shape));
    }
  }
  return columns;
}

/**
 * @param {number[][]} shapes
 * @param {(shape: number[]) => number} scale pixels a cell
 * @param {number} height
 */
function planAll(shapes, scale, height) {
  return shapes.map((shape) => planStage(shape, scale(shape), height));
}

/**
 * Pixels a cell, at the least: one cell alone is large enough to be hit.
 * @param {number[]} shape
 */
function smallestScale(shape) {
  return isSingle(shape) ? SINGLE : 1;
}

/**
 * Whether the maps have one cell each.
 * @param {number[]} shape
 */
function isSingle([, rows, columns]) {
  return rows === 1 && columns === 1;
}

/**
 * Whether no map of one cell is too small to be hit.
 * @param {number[][]} shapes
 * @param {Column[]} columns
 */
export function canBeHit(shapes, columns) {
  return columns.every(({ side }, index) => !isSingle(shapes[index] ?? []) || side >= SINGLE);
}

/** @param {{ shape: number[], scale: number }} stage */
function side({ shape, scale }) {
  return scale * Math.max(...shape.slice(1));
}

/**
 * @param {Column[]} columns
 * @param {number} gutter
 */
export function networkWidth(columns, gutter) {
  return columns.reduce(
    (total, column) => total + Math.max(NARROWEST, column.width),
    gutter * (columns.length - 1),
  );
}

/**
 * Whether a layout shows everything, and nothing too small to be seen.
 * @param {number[][]} shapes
 * @param {Column[]} columns
 * @param {number} width
 * @param {number} height
 * @param {number} gutter
 */
export function networkFits(shapes, columns, width, height, gutter) {
  const legible = columns.every(({ side }, index) => {
    const [, rows = 1] = shapes[index] ?? [];
    return rows === 1 || side >= SMALLEST_MAP;
  });
  const fits = networkWidth(columns, gutter) <= width && columns.every((column) => column.height <= height);
  return legible && fits && canBeHit(shapes, columns);
}

/**
 * One stage, its maps `scale` pixels a cell, in as few columns as `height` allows.
 * @param {number[]} shape
 * @param {number} scale
 * @param {number} height
 * @returns {Column}
 */
export function planStage(shape, scale, height) {
  if (shape.length === 1) return planVector(shape[0] ?? 0, height, LISTED_LEAST);
  const [channels = 0, rows = 1, columns = 1] = shape;
  const most = Math.max(1, Math.floor((height + GAP) / (rows * scale + GAP)));
  const across = Math.ceil(channels / most);
  const down = Math.ceil(channels / across);
  return {
    scale,
    across,
    down,
    side: side({ shape, scale }),
    width: across * (columns * scale + GAP) - GAP,
    height: down * (rows * scale + GAP) - GAP,
  };
}

/**
 * How many classes are shown at a time, each with a bar of its own.
 * @param {number} classes
 * @param {number} height pixels
 */
export function classesShown(classes, height) {
  return Math.max(1, Math.min(classes, LISTED_VALUES, Math.floor((height + BELOW) / LISTED_LEAST)));
}

/**
 * How many classes are shown where stages stand one under another.
 * @param {number} classes
 */
export function stackedClasses(classes) {
  return classes <= LISTED_VALUES ? classes : STACKED_CLASSES;
}

/**
 * A vector: few values one under another, many as one strip that wraps into columns.
 * @param {number} values
 * @param {number} height
 * @param {number} least pixels a value, where they stand one under another
 * @returns {Column}
 */
function planVector(values, height, least) {
  if (values <= LISTED_VALUES) {
    const pitch = Math.max(least, Math.min(LISTED_WIDTH + 12, Math.floor(height / values)));
    return {
      scale: pitch,
      across: 1,
      down: values,
      side: pitch,
      width: LISTED_WIDTH,
      height: pitch * values,
    };
  }
  let scale = Math.max(4, Math.min(14, Math.floor(height / values)));
  while (scale > 1 && Math.ceil((values * scale) / height) * scale * 2 > STRIP_WIDTH) scale--;
  const across = Math.ceil(values / Math.max(1, Math.floor(height / scale)));
  const down = Math.ceil(values / across);
  return { scale, across, down, side: scale * 2, width: across * scale * 2, height: down * scale };
}

/**
 * How many maps of a stage are shown where stages stand one under another: two rows.
 * @param {number[]} shape
 * @param {number} width
 */
export function stackedMaps(shape, width) {
  return Math.max(STACKED_MAPS, stackedColumn(shape, width).across * 2);
}

/**
 * How a stage is laid out where stages stand one under another.
 * @param {number[]} shape
 * @param {number} width
 * @returns {Column}
 */
export function stackedColumn(shape, width) {
  const [values = 1] = shape;
  if (shape.length === 1 && values > LISTED_VALUES) {
    const across = Math.floor(width / (STACKED_CELL * 2));
    const down = Math.ceil(values / across);
    return {
      scale: STACKED_CELL,
      across,
      down,
      side: STACKED_CELL * 2,
      width: across * STACKED_CELL * 2,
      height: down * STACKED_CELL,
    };
  }
  // A finger needs more room than a pointer.
  if (shape.length === 1) return planVector(values, 320, LISTED_WIDTH);
  const scale = Math.max(1, Math.floor(STACKED_MAP / Math.max(...shape.slice(1))));
  const column = planStage(
    shape,
    Math.max(smallestScale(shape), shape[1] === 1 ? SMALLEST_MAP : scale),
    STACKED_MAP,
  );
  const side = (shape[2] ?? 1) * column.scale;
  return {
    ...column,
    across: Math.max(1, Math.min(shape[0] ?? 1, Math.floor((width + STACKED_GAP) / (side + STACKED_GAP)))),
  };
}

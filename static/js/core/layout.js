/** How large each stage's maps can be, so that the whole network fits: integer scales only. */

/**
 * @typedef {object} Column how one stage is laid out
 * @property {number} scale pixels a cell, at least 1
 * @property {number} across maps side by side
 * @property {number} down maps one under another
 * @property {number} width pixels
 * @property {number} height pixels
 */

export const GAP = 6;
const LARGEST_MAP = 112;
const SMALLEST_MAP = 14;
export const VECTOR_CELL = 24;

/**
 * The largest layout of all stages that fits into `width` x `height`; where none does, the smallest.
 *
 * @param {number[][]} shapes each (channels, rows, columns) or (values,)
 * @param {number} width pixels for all columns and the gutters between them
 * @param {number} height pixels for the maps of one column
 * @param {number} gutter pixels between two columns
 * @returns {Column[]}
 */
export function planNetwork(shapes, width, height, gutter) {
  for (let side = LARGEST_MAP; side > SMALLEST_MAP; side--) {
    const columns = shapes.map((shape) => planStage(shape, side, height));
    if (networkWidth(columns, gutter) <= width) return columns;
  }
  return shapes.map((shape) => planStage(shape, SMALLEST_MAP, height));
}

/**
 * @param {Column[]} columns
 * @param {number} gutter
 */
export function networkWidth(columns, gutter) {
  return columns.reduce((total, column) => total + column.width, gutter * (columns.length - 1));
}

/**
 * One stage whose maps may be up to `side` pixels, in a grid no higher than `height`.
 * @param {number[]} shape
 * @param {number} side
 * @param {number} height
 * @returns {Column}
 */
export function planStage(shape, side, height) {
  if (shape.length === 1) return planVector(shape[0] ?? 0, height);
  const [channels = 0, rows = 1, columns = 1] = shape;
  let scale = Math.max(1, Math.floor(Math.min(side, height) / Math.max(rows, columns)));
  while (scale > 1 && rows * scale > height) scale--;
  const most = Math.max(1, Math.floor((height + GAP) / (rows * scale + GAP)));
  const across = Math.ceil(channels / most);
  const down = Math.ceil(channels / across);
  return {
    scale,
    across,
    down,
    width: across * (columns * scale + GAP) - GAP,
    height: down * (rows * scale + GAP) - GAP,
  };
}

/** Values that are shown one by one, as buttons. */
export const LISTED_VALUES = 32;

/**
 * A vector: few values one under another as large cells, many as one strip that wraps into columns.
 * @param {number} values
 * @param {number} height
 * @returns {Column}
 */
function planVector(values, height) {
  if (values <= LISTED_VALUES) {
    const pitch = Math.max(VECTOR_CELL, Math.min(VECTOR_CELL + 12, Math.floor(height / values)));
    return { scale: pitch, across: 1, down: values, width: VECTOR_CELL, height: pitch * values };
  }
  let scale = 4;
  while (scale > 1 && Math.ceil((values * scale) / height) * scale * 2 > 48) scale--;
  const down = Math.min(values, Math.max(1, Math.floor(height / scale)));
  const across = Math.ceil(values / down);
  const even = Math.ceil(values / across);
  return { scale, across, down: even, width: across * scale * 2, height: even * scale };
}

/** Where a sliding window stands: the same geometry as the engine's `Window`. */

/**
 * @typedef {object} Window
 * @property {[number, number]} kernel rows, columns
 * @property {[number, number]} stride
 * @property {[number, number, number, number]} padding top, left, bottom, right
 * @property {[number, number]} dilation
 */

/**
 * The window that slides over a stage's input; null for a stage without one.
 * @param {{ attributes: Record<string, any> }} stage
 * @returns {Window | null}
 */
export function windowOf({ attributes: { kernel, stride, padding = [0, 0, 0, 0], dilation = [1, 1] } }) {
  return kernel && stride ? { kernel, stride, padding, dilation } : null;
}

/** @typedef {{ top: number, left: number, bottom: number, right: number }} Span ends included, in cells */

/**
 * What the window at output cell (row, column) covers; it can reach over the edge, into the padding.
 * @param {Window} window
 * @param {number} row
 * @param {number} column
 * @returns {Span}
 */
export function coveredSpan(window, row, column) {
  const top = row * window.stride[0] - window.padding[0];
  const left = column * window.stride[1] - window.padding[1];
  return {
    top,
    left,
    bottom: top + (window.kernel[0] - 1) * window.dilation[0],
    right: left + (window.kernel[1] - 1) * window.dilation[1],
  };
}

/**
 * The cells that the window covers, row by row, the gaps of dilation left out.
 * @param {Window} window
 * @param {number} row
 * @param {number} column
 * @returns {{ row: number, column: number }[]}
 */
export function coveredCells(window, row, column) {
  const { top, left } = coveredSpan(window, row, column);
  const cells = [];
  for (let i = 0; i < window.kernel[0]; i++) {
    for (let j = 0; j < window.kernel[1]; j++) {
      cells.push({ row: top + i * window.dilation[0], column: left + j * window.dilation[1] });
    }
  }
  return cells;
}

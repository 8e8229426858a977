/** From cells of the network's input to the picture that a person gave. */

/** @typedef {import("./window.js").Span} Span */
/** @typedef {import("./run.js").PreprocessingStep} PreprocessingStep */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box in the picture's own pixels */

/**
 * The part of the picture that a step's result shows; all of it where the step does not say.
 * @param {PreprocessingStep} step
 * @returns {Box}
 */
export function boxOf({ details, width, height }) {
  return /** @type {Box | undefined} */ (details?.box) ?? { left: 0, top: 0, width, height };
}

/**
 * The part of the picture that the network's input shows; null where the steps do not say.
 * @param {PreprocessingStep[]} steps
 * @returns {Box | null}
 */
export function seenBox(steps) {
  const box = /** @type {Box | undefined} */ (steps.at(-1)?.details?.box);
  return box ?? null;
}

/**
 * A stretch of the input's cells, as a part of the picture. What lies in the padding is left out.
 * @param {Span} span
 * @param {number[]} shape of the input: channels, rows, columns
 * @param {Box} seen
 * @returns {Box}
 */
export function spanOnPicture(span, shape, seen) {
  const [, rows = 1, columns = 1] = shape;
  const { top, left, bottom, right } = withinMap(span, rows, columns);
  const [down, across] = [seen.height / rows, seen.width / columns];
  return {
    left: seen.left + left * across,
    top: seen.top + top * down,
    width: (right - left + 1) * across,
    height: (bottom - top + 1) * down,
  };
}

/**
 * The cell of the input that shows a point of the picture; null where none does.
 * @param {{ x: number, y: number }} point in the picture's own pixels
 * @param {[number, number]} size rows and columns of the input
 * @param {Box} seen
 */
export function pixelOfInput({ x, y }, [rows, columns], seen) {
  const row = Math.floor(((y - seen.top) / seen.height) * rows);
  const column = Math.floor(((x - seen.left) / seen.width) * columns);
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
}

/**
 * The part of a span that lies on a map.
 * @param {Span} span
 * @param {number} rows
 * @param {number} columns
 * @returns {Span}
 */
export function withinMap({ top, left, bottom, right }, rows, columns) {
  return {
    top: Math.max(0, Math.min(rows - 1, top)),
    left: Math.max(0, Math.min(columns - 1, left)),
    bottom: Math.max(0, Math.min(rows - 1, bottom)),
    right: Math.max(0, Math.min(columns - 1, right)),
  };
}

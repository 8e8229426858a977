/** What a stage's values are like on the whole: the smallest, the largest, the mean, the zeros, and a histogram. */

/** Bars of a histogram. */
export const BARS = 32;

/**
 * @typedef {object} Statistics
 * @property {number} count
 * @property {number} minimum
 * @property {number} maximum
 * @property {number} mean
 * @property {number} zeros
 * @property {number} negative values below zero
 *
 * @typedef {object} Bars equally wide bars, side by side; zero is an edge between two of them, or an end
 * @property {number} below bars below zero
 * @property {number} above bars above zero
 * @property {number} width of one; 0 where every value is zero
 *
 * @typedef {Bars & { counts: number[] }} Histogram of the values that are not zero
 */

/**
 * @param {ArrayLike<number>} values at least one
 * @returns {Statistics}
 */
export function statistics(values) {
  let [minimum, maximum, sum, zeros, negative] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    0,
    0,
  ];
  for (let index = 0; index < values.length; index++) {
    const value = /** @type {number} */ (values[index]);
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    if (value === 0) zeros++;
    else if (value < 0) negative++;
    sum += value;
  }
  return { count: values.length, minimum, maximum, mean: sum / values.length, zeros, negative };
}

/**
 * Bars that reach from the smallest value to the largest, and to zero.
 * @param {{ minimum: number, maximum: number }} range
 * @returns {Bars}
 */
export function barsOf({ minimum, maximum }) {
  const [low, high] = [Math.max(0, -minimum), Math.max(0, maximum)];
  if (low + high === 0) return { below: 0, above: BARS, width: 0 };
  if (low === 0) return { below: 0, above: BARS, width: high / BARS };
  if (high === 0) return { below: BARS, above: 0, width: low / BARS };
  const below = Math.max(1, Math.min(BARS - 1, Math.round((BARS * low) / (low + high))));
  const above = BARS - below;
  return { below, above, width: Math.max(low / below, high / above) };
}

/**
 * How many values fall into each bar. Zeros are in none: where a ReLU cut, they would dwarf all others.
 * @param {ArrayLike<number>} values
 * @param {Bars} bars
 * @returns {Histogram}
 */
export function histogram(values, { below, above, width }) {
  const counts = Array.from({ length: below + above }, () => 0);
  for (let index = 0; index < values.length; index++) {
    const value = /** @type {number} */ (values[index]);
    if (value === 0 || !Number.isFinite(value)) continue;
    // From zero outwards, so that no rounding puts a value on the other side of zero.
    const steps = Math.floor(Math.abs(value) / width);
    const at = value > 0 ? below + Math.min(above - 1, steps) : below - 1 - Math.min(below - 1, steps);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { below, above, width, counts };
}

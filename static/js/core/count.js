/** Whole numbers as people read them. */

/**
 * "1,234": in groups of three digits.
 * @param {number} count
 */
export function printCount(count) {
  return count.toLocaleString("en");
}

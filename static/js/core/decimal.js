/**
 * Decimal arithmetic with a fixed number of digits after the point, exact, for figures that are printed.
 *
 * A ledger is checked by people with a calculator, who see rounded figures. So its lines are worked out from
 * the figures as they are printed: a decimal is a BigInt that counts units of its last digit.
 */

import { texts } from "../texts.js";

/**
 * A value, rounded to `digits` after the point, half away from zero.
 * @param {number} value
 * @param {number} digits
 * @returns {bigint} in units of 10^-digits
 */
export function toDecimal(value, digits) {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no decimal form.`);
  // toFixed rounds the exact binary value; of a tie it takes the larger size, since it works on |value|.
  const units = BigInt(Math.abs(value).toFixed(digits).replace(".", ""));
  return value < 0 ? -units : units;
}

/**
 * The product of two decimals, rounded to their own number of digits, half away from zero.
 * @param {bigint} a
 * @param {bigint} b
 * @param {number} digits
 */
export function multiply(a, b, digits) {
  const unit = 10n ** BigInt(digits);
  const product = a * b;
  const size = product < 0n ? -product : product;
  const rounded = (size * 2n + unit) / (2n * unit);
  return product < 0n ? -rounded : rounded;
}

/**
 * The quotient of two decimals, rounded to their own number of digits, half away from zero.
 * @param {bigint} a
 * @param {bigint} b not zero
 * @param {number} digits
 */
export function divide(a, b, digits) {
  const [numerator, denominator] = b < 0n ? [-a, -b] : [a, b];
  const size = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(digits);
  const rounded = (size * 2n + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/**
 * @param {Iterable<bigint>} decimals
 * @returns {bigint}
 */
export function add(decimals) {
  let total = 0n;
  for (const decimal of decimals) total += decimal;
  return total;
}

/**
 * A decimal as people read it, with a true minus sign: −0.0312.
 * @param {bigint} decimal
 * @param {number} digits
 */
export function printDecimal(decimal, digits) {
  const size = (decimal < 0n ? -decimal : decimal).toString().padStart(digits + 1, "0");
  const point = size.length - digits;
  return `${decimal < 0n ? "−" : ""}${size.slice(0, point)}${digits > 0 ? "." : ""}${size.slice(point)}`;
}

/**
 * A number as people read it, rounded to `digits` after the point.
 * @param {number} value
 * @param {number} digits
 */
export function print(value, digits) {
  if (Number.isNaN(value)) return texts.page.notANumber;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return printDecimal(toDecimal(value, digits), digits);
}

/**
 * A share of 1 as a percentage, never 100 % or 0 % by rounding alone.
 * @param {number} share
 */
export function printPercent(share) {
  const percent = share * 100;
  if (percent > 99.9 && percent < 100) return ">99.9 %";
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  return `${percent.toFixed(1)} %`;
}

/**
 * A share of 1 as a percentage with two digits, as in the figures of a test.
 * @param {number} share
 */
export function printShare(share) {
  return `${print(share * 100, 2)} %`;
}

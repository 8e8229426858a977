/**
 * Batch normalisation, as printed: each step is worked out from the printed figures of the steps before, so that a
 * calculator gives the same.
 */

import { divide, multiply, toDecimal } from "./decimal.js";
import { figure } from "./ledger.js";
import { exact } from "./numbers.js";

/** @typedef {import("../api.js").Ledger} Ledger */

/**
 * @typedef {object} PrintedNorm a value that is normalised, scaled and shifted, step by step
 * @property {bigint} value
 * @property {bigint} mean
 * @property {bigint} centred value less mean
 * @property {bigint} variance
 * @property {string} epsilon in full: it is smaller than the digits that are printed
 * @property {bigint} spread square root of variance and epsilon
 * @property {bigint} normalised centred over spread
 * @property {bigint} scale
 * @property {bigint} scaled scale times normalised
 * @property {bigint} bias
 * @property {bigint} rounding result less scaled and bias
 * @property {bigint} result
 *
 * @typedef {object} PrintedFold the same as one product and one sum
 * @property {bigint} factor scale over spread
 * @property {bigint} shift bias less factor times mean
 * @property {bigint} product value times factor
 * @property {bigint} rounding result less product and shift
 */

/**
 * @param {Ledger} ledger
 * @param {number} digits
 * @returns {PrintedNorm}
 */
export function printedNorm(ledger, digits) {
  const decimal = (/** @type {string} */ name) => toDecimal(figure(ledger, name) ?? 0, digits);
  const value = toDecimal(ledger.terms[0]?.value ?? 0, digits);
  const [mean, variance, scale] = [decimal("mean"), decimal("variance"), decimal("scale")];
  const epsilon = inFull(figure(ledger, "epsilon") ?? 0);
  const centred = value - mean;
  const spread = toDecimal(Math.sqrt(Number(variance) / 10 ** digits + Number(epsilon)), digits);
  // A spread that is printed as zero cannot be divided by.
  const normalised = spread === 0n ? decimal("normalised") : divide(centred, spread, digits);
  const scaled = multiply(scale, normalised, digits);
  const bias = toDecimal(ledger.bias ?? 0, digits);
  const result = toDecimal(ledger.result, digits);
  const rounding = result - scaled - bias;
  return {
    value,
    mean,
    centred,
    variance,
    epsilon,
    spread,
    normalised,
    scale,
    scaled,
    bias,
    rounding,
    result,
  };
}

/**
 * What is left of the steps where a channel's numbers are worked out beforehand, as when they are folded into the
 * kernels and the biases of a convolution. Null where the spread is printed as zero: nothing can be divided by it.
 * @param {PrintedNorm} printed
 * @param {number} digits
 * @returns {PrintedFold | null}
 */
export function printedFold({ value, mean, spread, scale, bias, result }, digits) {
  if (spread === 0n) return null;
  const factor = divide(scale, spread, digits);
  const shift = bias - multiply(factor, mean, digits);
  const product = multiply(value, factor, digits);
  return { factor, shift, product, rounding: result - product - shift };
}

/**
 * A small number with all of its digits, as it is typed into a calculator: "0.00001".
 * @param {number} value
 */
function inFull(value) {
  const text = exact(Math.fround(value));
  return text.includes("e") ? Number(text).toFixed(20).replace(/0+$/, "") : text;
}

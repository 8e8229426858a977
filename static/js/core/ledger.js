/**
 * A ledger as it is printed: figures with a fixed number of digits that a person can add up.
 *
 * Each product is that of the printed value and the printed weight, the sums are those of the printed products,
 * and one line says what rounding took: so every line is true for someone with a calculator.
 */

import { add, divide, multiply, toDecimal } from "./decimal.js";

/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").Term} Term */

/**
 * @typedef {object} PrintedTerm
 * @property {Term} term
 * @property {bigint} value
 * @property {bigint} weight
 * @property {bigint} product
 *
 * @typedef {object} PrintedGroup the terms of one channel
 * @property {number | null} channel null for operands that belong to no map
 * @property {PrintedTerm[]} terms
 * @property {bigint} sum
 *
 * @typedef {object} PrintedSum
 * @property {PrintedGroup[]} groups
 * @property {bigint} sum of all products
 * @property {bigint} bias
 * @property {bigint} rounding result less sum and bias
 * @property {bigint} result
 */

/**
 * A sum of products (Conv, Gemm), as printed.
 * @param {Ledger} ledger
 * @param {number} digits
 * @returns {PrintedSum}
 */
export function printedSum(ledger, digits) {
  const terms = ledger.terms.map((term) => printedTerm(term, digits));
  const groups = ledger.subtotals.length > 0 ? byChannel(ledger, terms) : [group(null, terms)];
  const sum = add(groups.map((each) => each.sum));
  const bias = toDecimal(ledger.bias ?? 0, digits);
  const result = toDecimal(ledger.result, digits);
  return { groups, sum, bias, rounding: result - sum - bias, result };
}

/**
 * @param {Term} term
 * @param {number} digits
 * @returns {PrintedTerm}
 */
function printedTerm(term, digits) {
  const value = toDecimal(term.value ?? 0, digits);
  const weight = toDecimal(term.weight ?? 0, digits);
  return { term, value, weight, product: multiply(value, weight, digits) };
}

/**
 * @param {Ledger} ledger
 * @param {PrintedTerm[]} terms in order of channel, as many for each
 */
function byChannel(ledger, terms) {
  const size = terms.length / ledger.subtotals.length;
  return ledger.subtotals.map(({ channel }, k) => group(channel, terms.slice(k * size, (k + 1) * size)));
}

/**
 * @param {number | null} channel
 * @param {PrintedTerm[]} terms
 * @returns {PrintedGroup}
 */
function group(channel, terms) {
  return { channel, terms, sum: add(terms.map((each) => each.product)) };
}

/**
 * The groups that add most, the largest first, and all the others; in their order where they are not too many.
 * @param {PrintedGroup[]} groups
 * @param {number} most groups that are shown
 * @param {number} [wanted] a channel that is shown too, however little it adds
 */
export function largestGroups(groups, most, wanted) {
  if (groups.length <= most + 1) return { shown: groups, rest: [] };
  const size = (/** @type {PrintedGroup} */ { sum }) => (sum < 0n ? -sum : sum);
  const sorted = [...groups].sort((a, b) => Number(size(b) - size(a)));
  const shown = sorted.slice(0, most);
  const own = sorted.find(({ channel }) => channel === wanted);
  if (own && !shown.includes(own)) shown.splice(most - 1, 1, own);
  return { shown, rest: sorted.filter((group) => !shown.includes(group)) };
}

/**
 * @typedef {object} PrintedShare a sum of the operands, and what the result is of it
 * @property {bigint} sum of the printed operands
 * @property {bigint} rounding result less what the printed figures give
 * @property {bigint} result
 */

/**
 * Add, the average pools and Softmax: operands are added up, and the result is the sum, its mean, or one
 * operand's share of it.
 * @param {Ledger} ledger whose `sum` is not null
 * @param {number} digits
 * @returns {PrintedShare}
 */
export function printedShare(ledger, digits) {
  const operands = ledger.terms.map((term) => toDecimal(term.exponential ?? term.value ?? 0, digits));
  const sum = add(operands);
  const result = toDecimal(ledger.result, digits);
  const count = figure(ledger, "count");
  const exponential = figure(ledger, "exponential");
  let worked = sum;
  if (count) worked = divide(sum, BigInt(count) * 10n ** BigInt(digits), digits);
  else if (exponential !== null && sum !== 0n) worked = divide(toDecimal(exponential, digits), sum, digits);
  return { sum, rounding: result - worked, result };
}

/**
 * @param {Ledger} ledger
 * @param {string} name
 */
export function figure(ledger, name) {
  return ledger.figures.find((each) => each.name === name)?.value ?? null;
}

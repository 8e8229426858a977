/** English numbers of things: "1 epoch", "1,234 epochs". */

import { printCount } from "../../core/count.js";

const RULES = new Intl.PluralRules("en");

/** @typedef {{ one: string, other: string }} Forms of a word */

/**
 * The form that goes with a number.
 * @param {number} count
 * @param {Forms} forms
 */
export function plural(count, forms) {
  return RULES.select(count) === "one" ? forms.one : forms.other;
}

/**
 * @param {number} count
 * @param {Forms} forms
 */
export function counted(count, forms) {
  return `${printCount(count)} ${plural(count, forms)}`;
}

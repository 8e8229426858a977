/** The bar of a class in the network: its name, its share as a bar and in percent, and its logit. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/**
 * Pixels: of a bar with all that stands beside it, and where there is little room; of one letter of a name; of the
 * figures.
 */
const USUAL = 132;
const NARROW = 112;
const LETTER = 7.2;
/** Of a name that is short, and may have wide letters only. */
const WIDE_LETTER = 8.5;
const SHORT = 4;
const FIGURES = 100;
/** Letters of a class's name that are shown. */
const LONGEST = 14;

/**
 * Pixels of the longest name.
 * @param {string[]} classes
 */
export function nameWidth(classes) {
  const letters = Math.max(...classes.map(({ length }) => length));
  return Math.ceil(Math.min(LONGEST, letters) * (letters <= SHORT ? WIDE_LETTER : LETTER));
}

/**
 * Pixels of the bars with the names and the figures beside them.
 * @param {string[]} classes
 * @param {boolean} [narrow] whether there is little room
 */
export function barsWidth(classes, narrow = false) {
  return Math.max(narrow ? NARROW : USUAL, nameWidth(classes) + FIGURES);
}

/**
 * Puts a bar into a button. The button's name is what it says, with the words that only a screen reader needs.
 * @param {HTMLButtonElement} button
 * @param {string} stage
 */
export function fillBar(button, stage) {
  const unseen = (/** @type {string} */ words, of = "") =>
    make("span", { class: `visually-hidden ${of}` }, words);
  button.classList.add("share");
  button.append(
    unseen(texts.network.shareBefore(stage)),
    make("span", { class: "class" }),
    unseen(": "),
    make("span", { class: "percent" }),
    make("span", { class: "bar" }, make("span", { class: "fill" })),
    unseen(texts.network.logitBefore, "of-logit"),
    make("span", { class: "logit" }),
  );
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} name
 */
export function nameBar(button, name) {
  part(button, ".class").textContent = name;
}

/**
 * @param {HTMLButtonElement} button
 * @param {object} shown
 * @param {string} shown.label
 * @param {number} shown.share from 0 to 1; from -1 to 1 if it is a change
 * @param {string} shown.percent
 * @param {string} shown.logit
 * @param {boolean} shown.best whether it is the largest of all
 * @param {boolean} shown.change whether the numbers are changes between two runs
 */
export function paintBar(button, { label, share, percent, logit, best, change }) {
  part(button, ".fill").style.transform = `scaleX(${Math.abs(share)})`;
  part(button, ".percent").textContent = percent;
  part(button, ".logit").textContent = logit;
  button.classList.toggle("best", best);
  button.classList.toggle("less", change && share < 0);
  const say = change ? texts.network.changeTitle : texts.network.shareTitle;
  button.title = say(label, percent, logit);
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} selector
 */
function part(button, selector) {
  return /** @type {HTMLElement} */ (button.querySelector(selector));
}

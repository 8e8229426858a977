/** The page's keys, in one table: what is pressed, where, and what is done. Both the handling and the key sheet follow it. */

import { texts } from "../texts.js";

/** @typedef {keyof typeof texts.keys.where} Where a part of the page */

/**
 * @typedef {object} Row
 * @property {keyof typeof texts.keys & string} action what is done: the name of its words in the texts, too
 * @property {Record<string, any>} press what is told of each key, by its name as `KeyboardEvent.key` has it
 * @property {string[]} [unlisted] keys that work as well and that the sheet leaves out
 * @property {boolean} [native] done by the browser itself: it is listed, not looked up
 */

/** Further than any map reaches. */
const FAR = 1_000_000;

/** Rows and columns. */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const COLUMN_ENDS = { Home: [0, -FAR], End: [0, FAR] };

/** @type {Record<Where, Row[]>} */
export const KEYS = {
  anywhere: [
    { action: "keys", press: { "?": null } },
    { action: "numbers", press: { n: null } },
    { action: "close", press: { Escape: null } },
    { action: "next", press: { Tab: null }, native: true },
  ],
  network: [
    { action: "fromMap", press: STEPS },
    { action: "turn", press: { PageDown: 1, PageUp: -1 } },
    { action: "open", press: { Enter: null }, native: true },
  ],
  result: [
    { action: "moveWindow", press: STEPS },
    { action: "columnEnds", press: COLUMN_ENDS },
    { action: "rowEnds", press: { PageUp: [-FAR, 0], PageDown: [FAR, 0] } },
  ],
  numbers: [
    { action: "fromCell", press: STEPS },
    { action: "columnEnds", press: COLUMN_ENDS },
    { action: "ask", press: { Enter: null } },
    { action: "zoom", press: { "+": 1, "-": -1, "=": 1 }, unlisted: ["="] },
    { action: "read", press: { v: null } },
    { action: "whole", press: { 0: null } },
    { action: "anotherMap", press: { PageDown: 1, PageUp: -1 } },
    { action: "table", press: { t: null } },
  ],
  slider: [
    { action: "step", press: { ArrowLeft: null, ArrowRight: null }, native: true },
    { action: "ends", press: { Home: null, End: null }, native: true },
  ],
};

/** Signs for keys; others have their name, or one in the texts. */
const SIGNS = /** @type {Record<string, string>} */ ({
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  "-": "−",
});

/** @param {string} key */
export function keyName(key) {
  return SIGNS[key] ?? texts.keys.names[key] ?? key;
}

/**
 * The keys of a row that are listed.
 * @param {Row} row
 */
export function listedKeys({ press, unlisted = [] }) {
  return Object.keys(press).filter((key) => !unlisted.includes(key));
}

/** Elements in which letters are written, or chosen by. */
const WRITTEN = new Set(["INPUT", "TEXTAREA", "SELECT"]);

/**
 * What a key does in a part of the page, and what is told of it; null where it does nothing there, while it is
 * pressed together with others, and, of a letter or a sign, while it is typed into a field.
 * @param {Where} where
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey"> & { target?: unknown }} event
 * @returns {{ action: string, by: any } | null}
 */
export function actionOf(where, { key, ctrlKey, metaKey, altKey, target }) {
  const { tagName = "", isContentEditable = false } = /** @type {Partial<HTMLElement>} */ (target ?? {});
  const typed = key.length === 1 && (WRITTEN.has(tagName) || isContentEditable);
  if (ctrlKey || metaKey || altKey || typed) return null;
  const row = KEYS[where].find(({ press, native }) => !native && Object.hasOwn(press, key));
  return row ? { action: row.action, by: row.press[key] } : null;
}

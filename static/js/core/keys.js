/** The page's keys, in one catalogue: the key sheet is drawn from it, and keys that work anywhere are looked up in it. */

/**
 * @typedef {object} Key
 * @property {string[]} press any of these; names as `KeyboardEvent.key` has them
 * @property {string} does
 * @property {string} [action] what is done where the key works anywhere on the page
 *
 * @typedef {{ where: string, keys: Key[] }} Keys
 */

/** @type {Keys[]} */
export const KEYS = [
  {
    where: "Anywhere",
    keys: [
      { press: ["?"], does: "Show the keys", action: "keys" },
      { press: ["n"], does: "Show the numbers of the map that is looked at", action: "numbers" },
      { press: ["Escape"], does: "Close what is open" },
      { press: ["Tab"], does: "Go on to the next control; with Shift, back" },
    ],
  },
  {
    where: "In the network",
    keys: [
      { press: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: "Go from map to map" },
      { press: ["PageDown", "PageUp"], does: "Turn to the next maps of a stage, or back" },
      { press: ["Enter"], does: "Show how the map is made" },
    ],
  },
  {
    where: "On the result's map",
    keys: [
      { press: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: "Move the window by a cell" },
      { press: ["Home", "End"], does: "Go to the first or the last column" },
      { press: ["PageUp", "PageDown"], does: "Go to the first or the last row" },
    ],
  },
  {
    where: "In the numbers of a map",
    keys: [
      { press: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], does: "Go from cell to cell" },
      { press: ["Home", "End"], does: "Go to the first or the last column" },
      { press: ["Enter"], does: "Ask where the cell's value comes from" },
      { press: ["+", "-"], does: "Zoom in or out" },
      { press: ["v"], does: "Zoom until the cells show their values" },
      { press: ["0"], does: "Show the whole map" },
      { press: ["PageDown", "PageUp"], does: "The next map, or the one before" },
      { press: ["t"], does: "Change between map and table" },
    ],
  },
  {
    where: "On a slider",
    keys: [
      { press: ["ArrowLeft", "ArrowRight"], does: "Move by a step" },
      { press: ["Home", "End"], does: "Go to the start or the end" },
    ],
  },
];

/** @type {Record<string, string>} */
const NAMES = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  PageUp: "Page Up",
  PageDown: "Page Down",
  "-": "−",
};

/** @param {string} key */
export function keyName(key) {
  return NAMES[key] ?? key;
}

/** Elements in which letters are written, or chosen by. */
const WRITTEN = new Set(["INPUT", "TEXTAREA", "SELECT"]);

/**
 * What a key does that works anywhere on the page; nothing while it is typed into a field, or together with others.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey"> & { target: unknown }} event
 * @returns {string | undefined}
 */
export function actionOf({ key, ctrlKey, metaKey, altKey, target }) {
  const { tagName = "", isContentEditable = false } = /** @type {Partial<HTMLElement>} */ (target ?? {});
  if (ctrlKey || metaKey || altKey || WRITTEN.has(tagName) || isContentEditable) return undefined;
  return KEYS.flatMap(({ keys }) => keys).find(({ press, action }) => action && press.includes(key))?.action;
}

/** The numbers of a map, and the keys. */

import { counted } from "./counted.js";

export const numbers = {
  hint: "Choose a cell for its ledger.",
  label: (/** @type {string} */ name, /** @type {number} */ rows, /** @type {number} */ columns) =>
    `${name}: ${rows} rows, ${columns} columns. Arrow keys go from cell to cell, Enter asks where a value ` +
    "comes from, plus and minus zoom.",
  channel: (/** @type {number} */ channel, /** @type {number} */ channels) => `${channel} of ${channels}`,
  stage: "Stage",
  digits: "Digits",
  groups: { map: "Which map", kind: "How it is shown", zoom: "Zoom", copy: "Copy", save: "Save" },
  before: "The map before",
  next: "The next map",
  zoomOut: "Zoom out",
  zoomIn: "Zoom in",
  whole: "Whole map",
  wholeTitle: "The whole map",
  read: "Show values",
  readTitle: "Show values: zoom until the cells have room for them",
  map: "Map",
  mapTitle: "As a map",
  table: "Table",
  tableTitle: "As a table",
  byKey: (/** @type {string} */ title, /** @type {string} */ key) => `${title} (${key})`,
  copyCsv: "Copy as CSV",
  copyNumPy: "Copy as a NumPy array",
  copyJson: "Copy as JSON",
  savePng: "Save as a PNG picture",
  saveSvg: "Save as an SVG picture, with the values",
  saveNpy: "Save as a NumPy file",
  copied: (/** @type {number} */ count, /** @type {string} */ kind) =>
    `Copied ${counted(count, { one: "value", other: "values" })} as ${kind}.`,
  notCopied: "The browser did not let the page copy. Save the file instead.",
  saved: (/** @type {string} */ name) => `Saved as ${name}.`,
  colours: (/** @type {string} */ facts, /** @type {string} */ limit, /** @type {string} */ span) =>
    `${facts} · colours span ±${limit}, ${span}`,
  spans: { stage: "the stage", map: "this map", network: "the network" },
};

export const keys = {
  title: "Keys",
  openTitle: "Keys (?)",
  letters: " ? and n work anywhere on the page",
  names: /** @type {Record<string, string>} */ ({
    Escape: "Esc",
    PageUp: "Page Up",
    PageDown: "Page Down",
    " ": "Space",
  }),
  where: {
    anywhere: "Anywhere",
    network: "In the network",
    result: "On the result's map",
    numbers: "In the numbers of a map",
    slider: "On a slider",
  },
  keys: "Show the keys",
  numbers: "Show the numbers of the map that is looked at",
  close: "Close what is open",
  next: "Go on to the next control; with Shift, back",
  fromMap: "Go from map to map",
  turn: "Turn to the next maps of a stage, or back",
  open: "Show how the map is made",
  moveWindow: "Move the window by a cell",
  columnEnds: "Go to the first or the last column",
  rowEnds: "Go to the first or the last row",
  fromCell: "Go from cell to cell",
  ask: "Ask where the cell's value comes from",
  zoom: "Zoom in or out",
  read: "Zoom until the cells show their values",
  whole: "Show the whole map",
  anotherMap: "The next map, or the one before",
  table: "Change between map and table",
  step: "Move by a step",
  ends: "Go to the start or the end",
};

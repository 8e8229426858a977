/** The inspector, what is known of a step, and the ledger. */

import { printCount } from "../../core/count.js";
import { counted } from "./counted.js";

const VALUES = { one: "value", other: "values" };
const ROUNDING = "rounding of the printed figures";

export const inspector = {
  about: "About this step",
  parameters: (/** @type {number} */ count) => counted(count, { one: "parameter", other: "parameters" }),
  multiplyAdds: (/** @type {number} */ count) =>
    counted(count, { one: "multiply-add", other: "multiply-adds" }),
  ofClass: (/** @type {string} */ place, /** @type {string} */ name) => `${place}, ${name}`,
  numbers: "Numbers",
  numbersTitle: "The numbers of this map (n)",
  play: "Play",
  playTitle: "Play (space)",
  pause: "Pause",
  back: "One step back",
  next: "One step on",
  place: "Place of the window",
  speed: "Speed",
  speeds: ["slow", "medium", "fast"],
};

export const about = {
  label: (/** @type {string} */ map) => `About ${map}`,
  sizes: "Sizes",
  values: "Values",
  wholeStage: "whole stage",
  thisMap: "this map",
  note: "Zeros are in no bar. The line marks zero.",
  rows: {
    values: "values",
    minimum: "minimum",
    mean: "mean",
    maximum: "maximum",
    zero: "zero",
    negative: "below zero",
  },
  part: (/** @type {number} */ count, /** @type {string} */ share) => `${printCount(count)} (${share})`,
  histogram: (
    /** @type {string} */ name,
    /** @type {number} */ bars,
    /** @type {string} */ low,
    /** @type {string} */ high,
  ) => `Histogram of ${name}: ${bars} bars from ${low} to ${high}`,
  bar: (/** @type {string} */ from, /** @type {string} */ to, /** @type {number} */ count) =>
    `${from} to ${to}: ${counted(count, VALUES)}`,
  tallest: (/** @type {number} */ count) => `tallest bar: ${counted(count, VALUES)}`,
  lines: {
    channels: "channels",
    both: "rows and columns",
    rows: "rows",
    columns: "columns",
    values: "values",
    parameters: "parameters",
    multiplyAdds: "multiply-adds",
    sees: "a cell can see",
  },
  sees: (/** @type {number} */ rows, /** @type {number} */ columns) => `${rows} × ${columns} of the input`,
};

export const ledger = {
  name: "Ledger",
  label: (/** @type {string} */ place) => `Ledger of ${place}`,
  trail: "The way here",
  digits: "digits ",
  digitsLabel: "Digits after the point",
  ask: (/** @type {string} */ place) => `Where does ${place} come from?`,
  padding: "padding",
  largest: "largest",
  exponential: (/** @type {string} */ figure) => `exp ${figure}`,
  furtherChannels: (/** @type {number} */ count) =>
    counted(count, { one: "further channel", other: "further channels" }),
  smallerProducts: (/** @type {number} */ count) =>
    counted(count, { one: "smaller product", other: "smaller products" }),
  smallerValues: (/** @type {number} */ count) =>
    counted(count, { one: "smaller value", other: "smaller values" }),
  listAll: "List them all",
  totals: {
    products: "sum of the products",
    sum: "sum",
    bias: "bias",
    rounding: ROUNDING,
    result: "result",
  },
  norm: {
    mean: "mean",
    centred: "value − mean",
    variance: "variance",
    epsilon: "epsilon",
    spread: "root of variance + epsilon",
    normalised: "divided by the root",
    scale: "scale",
    scaled: "times scale",
    bias: "bias",
    rounding: ROUNDING,
  },
  numpy: "Show me the NumPy",
  curl: "Ask for it with curl",
  copy: "Copy",
  copyLines: (/** @type {string} */ kind) => `Copy the lines of ${kind}`,
  copied: "Copied",
  copyByKey: "Press Ctrl+C",
};

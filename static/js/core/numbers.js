/** A map's numbers as text that gives back exactly the same float32: for tables, NumPy and JSON. */

import { mapSize } from "./run.js";

/**
 * @typedef {object} Numbers values with their shape: rows and columns of a map, or the length of a vector
 * @property {Float32Array} values row by row
 * @property {number[]} shape
 */

/** Significant digits that tell any two float32 apart. */
const ENOUGH = 9;
/** Digits that are tried first: most values need more, round ones need fewer. */
const FIRST = 6;

/**
 * The numbers of one map; of a stage that is a vector, all of its values.
 * @param {import("./run.js").Run} run
 * @param {string} stage
 * @param {number} channel
 * @returns {Numbers}
 */
export function numbersOf(run, stage, channel) {
  const { shape } = run.stage(stage);
  if (shape.length < 3) return { values: run.stageValues(stage), shape: [...shape] };
  const { rows, columns } = mapSize(shape);
  return { values: run.map(stage, channel), shape: [rows, columns] };
}

/**
 * A float32 in as few digits as give it back: "0.1", not "0.10000000149011612".
 * @param {number} value a float32
 */
export function exact(value) {
  if (Object.is(value, -0)) return "-0.0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const gives = (/** @type {number} */ digits) => Math.fround(Number(value.toPrecision(digits))) === value;
  let digits = FIRST;
  if (gives(digits)) while (digits > 1 && gives(digits - 1)) digits -= 1;
  else while (digits < ENOUGH && !gives(digits)) digits += 1;
  return String(Number(value.toPrecision(digits)));
}

/**
 * A line for each row; a vector's values stand one under another.
 * @param {Numbers} numbers
 */
export function toCsv(numbers) {
  return `${rowsOf(numbers)
    .map((row) => row.map(exact).join(","))
    .join("\n")}\n`;
}

/**
 * An expression that makes the array again.
 * @param {Numbers} numbers
 */
export function toNumPy(numbers) {
  const name = (/** @type {number} */ value) => exact(value).replace(/nan|inf/, "np.$&");
  return `np.array(${nested(numbers, name, "\n          ")}, dtype=np.float32)`;
}

/**
 * Nested lists, as the API gives them; what JSON has no number for is null.
 * @param {Numbers} numbers
 */
export function toJson(numbers) {
  return nested(numbers, (value) => (Number.isFinite(value) ? exact(value) : "null"), "\n ");
}

/**
 * @param {Numbers} numbers
 * @param {(value: number) => string} write
 * @param {string} indent between two rows
 */
function nested(numbers, write, indent) {
  if (numbers.shape.length === 1) return `[${Array.from(numbers.values, write).join(", ")}]`;
  return `[${rowsOf(numbers)
    .map((row) => `[${row.map(write).join(", ")}]`)
    .join(`,${indent}`)}]`;
}

/**
 * @param {Numbers} numbers
 * @returns {number[][]}
 */
function rowsOf({ values, shape }) {
  const [rows = 0, columns = 1] = shape;
  return Array.from({ length: rows }, (_, row) => [...values.subarray(row * columns, (row + 1) * columns)]);
}

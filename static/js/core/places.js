/** A stage's values as one picture that can be walked over: a map is one already, a vector is written in rows. */

import { mapSize } from "./run.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").Ledger} Ledger */
/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./window.js").Span} Span */

/** A vector of at most so many values is one column. */
const COLUMN = 32;

/**
 * How many cells a row of the picture has. A long vector has a row for each map that it was written out from, or,
 * where these are single cells, is nearly square.
 * @param {Run} run
 * @param {StageDescription} stage
 */
export function pictureColumns(run, { shape, inputs }) {
  if (shape.length === 3) return shape[2] ?? 1;
  const [values = 1] = shape;
  if (values <= COLUMN) return 1;
  const { rows, columns } = mapSize(inputs[0] ? run.stage(inputs[0]).shape : []);
  return rows * columns > 1 ? rows * columns : Math.ceil(Math.sqrt(values));
}

/**
 * Where a cell stands in the picture.
 * @param {Run} run
 * @param {StageDescription} stage
 * @param {Cell} cell
 */
export function placeOf(run, stage, { channel, row, column }) {
  if (stage.shape.length === 3) return { row, column };
  const columns = pictureColumns(run, stage);
  return { row: Math.floor(channel / columns), column: channel % columns };
}

/**
 * The cell at a place of the picture; null where the last row of a vector has ended.
 * @param {Run} run
 * @param {StageDescription} stage
 * @param {number} channel the map's, where the stage has maps
 * @param {{ row: number, column: number }} place
 * @returns {Cell | null}
 */
export function cellAt(run, stage, channel, { row, column }) {
  if (stage.shape.length === 3) return { stage: stage.name, channel, row, column };
  const index = row * pictureColumns(run, stage) + column;
  return index < (stage.shape[0] ?? 0) ? { stage: stage.name, channel: index, row: 0, column: 0 } : null;
}

/**
 * The stretch of a source's map that the operands of a ledger stand in; null where they stand in none.
 * @param {Ledger} ledger
 * @returns {Span | null}
 */
export function operandSpan({ terms }) {
  const cells = terms.flatMap(({ source }) => source ?? []);
  if (cells.length === 0) return null;
  const [rows, columns] = [cells.map(({ row }) => row), cells.map(({ column }) => column)];
  return {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows),
    right: Math.max(...columns),
  };
}

/** Finding a cell of a stage by what its value is like. */

import { mapSize } from "./run.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("./run.js").Run} Run */

/**
 * The next cell after `from` whose value is below zero: in the order of channel, row, column, and at the end from
 * the beginning again. Null where there is none.
 * @param {Run} run
 * @param {Cell} from
 * @returns {Cell | null}
 */
export function nextBelowZero(run, from) {
  const { rows, columns } = mapSize(run.stage(from.stage).shape);
  const values = run.stageValues(from.stage);
  const start = (from.channel * rows + from.row) * columns + from.column;
  for (let step = 1; step <= values.length; step++) {
    const at = (start + step) % values.length;
    if ((values[at] ?? 0) < 0) return cellNumber(run, from.stage, at);
  }
  return null;
}

/**
 * The cell that stands at a place of the stage's values, written out channel by channel, row by row.
 * @param {Run} run
 * @param {string} stage
 * @param {number} at
 * @returns {Cell}
 */
export function cellNumber(run, stage, at) {
  const { rows, columns } = mapSize(run.stage(stage).shape);
  return {
    stage,
    channel: Math.floor(at / (rows * columns)),
    row: Math.floor(at / columns) % rows,
    column: at % columns,
  };
}

/** What a max pooling keeps of a map, and what it throws away. */

import { mapSize } from "./run.js";
import { coveredCells, windowOf } from "./window.js";

/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("./run.js").Run} Run */

/**
 * How many cells of a map are the largest of some window, of equal ones the first: these alone go on.
 * @param {Run} run
 * @param {StageDescription} stage a max pooling
 * @param {number} channel
 */
export function keptCells(run, stage, channel) {
  const window = windowOf(stage);
  const name = stage.inputs[0] ?? "";
  const { rows, columns } = mapSize(run.stage(name).shape);
  const values = run.map(name, channel);
  const { rows: down, columns: across } = mapSize(stage.shape);
  /** @type {Set<number>} */
  const kept = new Set();
  for (let row = 0; window && row < down; row++) {
    for (let column = 0; column < across; column++) {
      const inside = coveredCells(window, row, column)
        .filter((cell) => cell.row >= 0 && cell.row < rows && cell.column >= 0 && cell.column < columns)
        .map((cell) => cell.row * columns + cell.column);
      if (inside.length === 0) continue;
      kept.add(inside.reduce((best, at) => ((values[at] ?? 0) > (values[best] ?? 0) ? at : best)));
    }
  }
  return kept.size;
}

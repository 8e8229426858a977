import assert from "node:assert/strict";
import { test } from "node:test";
import { coveredCells, coveredSpan } from "../../static/js/core/window.js";

const window = { kernel: [3, 2], stride: [2, 3], padding: [1, 0, 1, 0], dilation: [2, 1] };

test("a window starts at place times stride less padding, and reaches over its dilation", () => {
  assert.deepEqual(coveredSpan(window, 0, 0), { top: -1, left: 0, bottom: 3, right: 1 });
  assert.deepEqual(coveredSpan(window, 2, 1), { top: 3, left: 3, bottom: 7, right: 4 });
});

test("its cells leave the gaps of dilation out, row by row", () => {
  assert.deepEqual(
    coveredCells(window, 0, 0).map(({ row, column }) => [row, column]),
    [
      [-1, 0],
      [-1, 1],
      [1, 0],
      [1, 1],
      [3, 0],
      [3, 1],
    ],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { pixelOfInput } from "../../static/js/core/frame.js";
import { reach } from "../../static/js/core/receptive.js";
import { coveredCells } from "../../static/js/core/window.js";

const window = (kernel, stride, padding, dilation = [1, 1]) => ({ kernel, stride, padding, dilation });

function stage(name, op, inputs, shape, attributes = {}) {
  return { name, op, inputs, shape, attributes };
}

const NETWORK = [
  stage("input", "Input", [], [1, 13, 11]),
  stage("conv", "Conv", ["input"], [2, 7, 6], window([3, 3], [2, 2], [1, 1, 1, 1])),
  stage("wide", "Conv", ["conv"], [2, 5, 4], window([2, 2], [1, 1], [0, 0, 0, 0], [2, 2])),
  stage("pool", "MaxPool", ["wide"], [2, 2, 2], window([2, 2], [2, 2], [0, 0, 0, 0])),
  stage("flatten", "Flatten", ["pool"], [8]),
  stage("dense", "Gemm", ["flatten"], [3]),
];

const holds = (span, row, column) =>
  row >= span.top && row <= span.bottom && column >= span.left && column <= span.right;

/** The pixels that a cell sees, one by one, through each of the windows. */
function pixelsOf(name, row, column) {
  if (name === "input") return new Set([`${row} ${column}`]);
  const { inputs, attributes } = NETWORK.find((each) => each.name === name);
  const [, rows, columns] = NETWORK.find((each) => each.name === inputs[0]).shape;
  const covered = coveredCells(attributes, row, column).filter(
    (cell) => cell.row >= 0 && cell.row < rows && cell.column >= 0 && cell.column < columns,
  );
  return new Set(covered.flatMap((cell) => [...pixelsOf(inputs[0], cell.row, cell.column)]));
}

for (const { name, shape } of NETWORK.slice(1, 4)) {
  test(`a pixel reaches the cells of ${name} that see it, and its stretch ends at such cells`, () => {
    const [, rows, columns] = shape;
    const cells = Array.from({ length: rows * columns }, (_, index) => [
      Math.floor(index / columns),
      index % columns,
    ]);
    const seen = cells.map(([row, column]) => pixelsOf(name, row, column));
    for (let row = 0; row < 13; row++) {
      for (let column = 0; column < 11; column++) {
        const reached = cells.filter((_, index) => seen[index].has(`${row} ${column}`));
        const span = reach(NETWORK, row, column).get(name)?.span;
        for (const [r, c] of reached) assert.ok(span && holds(span, r, c));
        if (name !== "conv") continue;
        // With one window and no gaps, these and no others.
        assert.equal(span ? (span.bottom - span.top + 1) * (span.right - span.left + 1) : 0, reached.length);
      }
    }
  });
}

test("of a vector it reaches the values that its cells were written to, and all that reads them", () => {
  const reached = reach(NETWORK, 0, 0);
  assert.deepEqual(reached.get("pool"), { span: { top: 0, left: 0, bottom: 0, right: 0 } });
  assert.deepEqual(reached.get("flatten"), { values: [0, 4] });
  assert.deepEqual(reached.get("dense"), { values: [0, 1, 2] });
});

test("a pixel that no window covers reaches nothing", () => {
  const skipping = [
    NETWORK[0],
    stage("conv", "Conv", ["input"], [1, 4, 4], window([1, 1], [3, 3], [0, 0, 0, 0])),
  ];
  assert.equal(reach(skipping, 1, 0).get("conv"), undefined);
  assert.deepEqual(reach(skipping, 3, 6).get("conv"), { span: { top: 1, left: 2, bottom: 1, right: 2 } });
});

test("a point of the picture is a cell of the input where the network sees it", () => {
  const seen = { left: 40, top: 0, width: 160, height: 160 };
  assert.deepEqual(pixelOfInput({ x: 40, y: 0 }, [32, 32], seen), { row: 0, column: 0 });
  assert.deepEqual(pixelOfInput({ x: 199, y: 159 }, [32, 32], seen), { row: 31, column: 31 });
  assert.equal(pixelOfInput({ x: 39, y: 10 }, [32, 32], seen), null);
});

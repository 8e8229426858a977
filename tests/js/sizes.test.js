/** The arithmetic of sizes is true: each line, worked out as it is written, gives what the engine says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeLines } from "../../static/js/core/sizes.js";

const conv = (attributes = {}) => ({
  kernel: [3, 3],
  stride: [1, 1],
  padding: [1, 1, 1, 1],
  dilation: [1, 1],
  groups: 1,
  ...attributes,
});

/** As a person with a calculator reads a line. */
function workOut(text) {
  const [sum] = text.split(" = ");
  const code = sum.replaceAll(",", "").replace(/[×·]/g, "*").replaceAll("−", "-");
  assert.match(code, /^[\d\s()*/+⌊⌋-]+$/);
  return Function(`return ${code.replaceAll("⌊", "Math.floor(").replaceAll("⌋", ")")}`)();
}

function linesOf(stage, inputs) {
  const described = {
    name: "stage",
    inputs: ["before"],
    attributes: {},
    parameters: 0,
    multiply_adds: 0,
    ...stage,
  };
  described.receptive_field = { rows: 1, columns: 1 };
  return Object.fromEntries(sizeLines(described, inputs).map(({ name, text }) => [name, text]));
}

test("a convolution that keeps the size", () => {
  const stage = {
    op: "Conv",
    shape: [48, 32, 32],
    attributes: conv(),
    parameters: 13872,
    multiply_adds: 14155776,
  };
  const lines = linesOf(stage, [[32, 32, 32]]);
  assert.equal(lines["rows and columns"], "(32 + 2 · 1 − 3) / 1 + 1 = 32");
  assert.equal(lines.parameters, "48 × 32 × 3 × 3 + 48 = 13,872");
  assert.equal(workOut(lines["multiply-adds"]), 14155776);
  assert.equal(lines.values, "48 × 32 × 32 = 49,152");
});

test("strides that do not divide, uneven padding and dilation are written out", () => {
  const attributes = conv({ kernel: [3, 2], stride: [2, 3], padding: [1, 0, 0, 2], dilation: [2, 1] });
  const stage = { op: "Conv", shape: [4, 6, 4], attributes, parameters: 52, multiply_adds: 1152 };
  const lines = linesOf(stage, [[2, 15, 9]]);
  assert.equal(workOut(lines.rows), 6);
  assert.match(lines.rows, /⌊\(15 \+ 1 \+ 0 − \(2 · \(3 − 1\) \+ 1\)\) \/ 2⌋ \+ 1 = 6/);
  assert.equal(workOut(lines.columns), 4);
  assert.doesNotMatch(lines.columns, /⌊/);
  assert.equal(workOut(lines.parameters), 52);
  assert.equal(workOut(lines["multiply-adds"]), 1152);
});

test("kernels of a group see a part of the channels", () => {
  const stage = {
    op: "Conv",
    shape: [8, 5, 5],
    attributes: conv({ groups: 8 }),
    parameters: 80,
    multiply_adds: 1800,
  };
  const lines = linesOf(stage, [[8, 5, 5]]);
  assert.equal(lines.parameters, "8 × (8 / 8) × 3 × 3 + 8 = 80");
  assert.equal(workOut(lines["multiply-adds"]), 1800);
});

test("the other ops", () => {
  const pool = {
    op: "MaxPool",
    shape: [8, 3, 3],
    attributes: conv({ kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] }),
  };
  assert.equal(linesOf(pool, [[8, 7, 7]])["rows and columns"], "⌊(7 − 2) / 2⌋ + 1 = 3");
  const dense = { op: "Gemm", shape: [10], parameters: 7850, multiply_adds: 7840 };
  assert.equal(linesOf(dense, [[784]]).parameters, "784 × 10 + 10 = 7,850");
  assert.equal(linesOf(dense, [[784]])["multiply-adds"], "784 × 10 = 7,840");
  assert.equal(linesOf({ op: "Flatten", shape: [784] }, [[16, 7, 7]]).values, "16 × 7 × 7 = 784");
  const norm = { op: "BatchNormalization", shape: [16, 4, 4], parameters: 64 };
  assert.equal(linesOf(norm, [[16, 4, 4]]).parameters, "4 × 16 = 64");
  const joined = linesOf({ op: "Concat", shape: [24, 4, 4] }, [
    [8, 4, 4],
    [16, 4, 4],
  ]);
  assert.equal(joined.channels, "8 + 16 = 24");
});

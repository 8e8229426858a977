/** What the workings of single ops are made from: winners, negative cells, temperatures, normalisation in steps. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { printedFold, printedNorm } from "../../static/js/core/norm.js";
import { keptCells } from "../../static/js/core/pooling.js";
import { Run } from "../../static/js/core/run.js";
import { cellNumber, nextBelowZero } from "../../static/js/core/search.js";
import { softmaxAt } from "../../static/js/core/softmax.js";

/** @param {number[]} values of a stage `before`, 2 × 2 × 3, with nothing after it */
function runOf(values) {
  const stage = { name: "before", op: "Conv", inputs: [], shape: [2, 2, 3], minimum: 0, maximum: 0 };
  return new Run({ id: "1", stages: [stage] }, Float32Array.from(values).buffer);
}

test("the next cell below zero, over the maps' ends and from the beginning again", () => {
  const run = runOf([-1, 0, 2, 3, -4, 5, 6, 7, 8, 9, 1, -2]);
  const at = (channel, row, column) => ({ stage: "before", channel, row, column });
  assert.deepEqual(nextBelowZero(run, at(0, 0, 0)), at(0, 1, 1));
  assert.deepEqual(nextBelowZero(run, at(0, 1, 1)), at(1, 1, 2));
  assert.deepEqual(nextBelowZero(run, at(1, 1, 2)), at(0, 0, 0));
  assert.equal(nextBelowZero(runOf(Array(12).fill(0)), at(0, 0, 0)), null);
  assert.deepEqual(cellNumber(run, "before", 10), at(1, 1, 1));
});

test("cells that win in several windows are counted once, and of equal ones the first wins", () => {
  const run = runOf([1, 9, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  const attributes = { kernel: [2, 2], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] };
  const stage = { op: "MaxPool", inputs: ["before"], shape: [2, 1, 2], attributes };
  assert.equal(keptCells(run, stage, 0), 1);
  assert.equal(keptCells(run, stage, 1), 2);
});

test("a temperature of 1 is softmax itself; a high one makes all shares alike", () => {
  const [first, second] = softmaxAt([1, 0], 1);
  assert.ok(Math.abs(first - Math.E / (Math.E + 1)) < 1e-12 && Math.abs(first + second - 1) < 1e-12);
  assert.ok(Math.abs(softmaxAt([1000, 0], 1e6)[0] - 0.5) < 1e-3);
  assert.deepEqual(softmaxAt([1000, 0], 0.25), [1, 0]);
});

test("a normalised value is worked out from the figures that are printed", () => {
  const figures = { mean: 0.25, variance: 0.04, epsilon: 1e-5, normalised: 3.7495, scale: -1.5 };
  const ledger = {
    terms: [{ value: 1 }],
    bias: 0.125,
    result: -5.4993,
    figures: Object.entries(figures).map(([name, value]) => ({ name, value })),
  };
  const printed = printedNorm(ledger, 2);
  assert.equal(printed.centred, 75n);
  assert.equal(printed.spread, 20n);
  assert.equal(printed.normalised, 375n);
  assert.equal(printed.scaled, -563n);
  assert.equal(printed.scaled + printed.bias + printed.rounding, printed.result);
  assert.equal(printed.epsilon, "0.00001");
  const fold = printedFold(printed, 2);
  assert.deepEqual(fold, { factor: -750n, shift: 201n, product: -750n, rounding: -1n });
  figures.variance = 0;
  const flat = { ...ledger, figures: Object.entries(figures).map(([name, value]) => ({ name, value })) };
  assert.equal(printedNorm(flat, 2).normalised, 375n);
  assert.equal(printedFold(printedNorm(flat, 2), 2), null);
  // With more digits epsilon counts: the root is taken of the figures as they are printed.
  assert.equal(printedNorm(flat, 5).spread, 316n);
});

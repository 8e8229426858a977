import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, writeAddress } from "../../static/js/address.js";
import { Run } from "../../static/js/core/run.js";
import { Store } from "../../static/js/store.js";

const summary = {
  id: "abc",
  model: "digits",
  predictions: [],
  warnings: [],
  preprocessing: [],
  stages: [
    { name: "input", op: "Input", inputs: [], shape: [1, 2, 3], minimum: 0, maximum: 5 },
    { name: "conv", op: "Conv", inputs: ["input"], shape: [2, 1, 2], minimum: -9, maximum: 4 },
    { name: "dense", op: "Gemm", inputs: ["conv"], shape: [2], minimum: 1, maximum: 2 },
  ],
};

test("bytes become the stages' maps, in order", () => {
  const run = new Run(summary, Float32Array.from({ length: 12 }, (_, index) => index).buffer);
  assert.deepEqual([...run.map("input", 0)], [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([...run.map("conv", 1)], [8, 9]);
  assert.deepEqual([...run.map("dense", 1)], [11]);
  assert.equal(run.limit("conv"), 9);
});

test("too few or too many bytes are an error, not a wrong picture", () => {
  assert.throws(() => new Run(summary, new Float32Array(11).buffer), /12 values, but 11/);
  assert.throws(() => new Run(summary, new Float32Array(13).buffer), /12 values, but 13/);
});

test("an address is read as it was written", () => {
  const cell = { stage: "conv 1&2", channel: 3, row: 4, column: 5 };
  const whole = {
    model: "pets & co",
    checkpoint: 3,
    run: "abc",
    cell,
    order: "strength",
    scale: "map",
    with: "def",
    side: "kept",
    sheet: { stage: "conv.1", channel: 7 },
    theme: "dark",
  };
  assert.deepEqual(readAddress(writeAddress(whole)), whole);
  const plain = { model: null, checkpoint: null, run: null, cell: null, order: null, scale: "stage" };
  const nothing = { ...plain, with: null, side: "now", sheet: null, theme: null };
  assert.deepEqual(readAddress(writeAddress({})), nothing);
  assert.deepEqual(readAddress("?stage=conv1&channel=x&order=odd&scale=odd&checkpoint=-1"), nothing);
  assert.equal(readAddress(writeAddress({ checkpoint: 0 })).checkpoint, 0);
});

test("following operands makes a trail, and a step of it goes back", () => {
  const store = new Store();
  const cell = (stage) => ({ stage, channel: 0, row: 0, column: 0 });
  store.open(cell("softmax"));
  store.open(cell("dense"), { follow: true });
  store.open(cell("conv"), { follow: true });
  assert.deepEqual(
    store.state.trail.map(({ stage }) => stage),
    ["softmax", "dense"],
  );
  store.open(cell("softmax"), { follow: true });
  assert.deepEqual(store.state.trail, []);
  assert.equal(store.state.cell?.stage, "softmax");
});

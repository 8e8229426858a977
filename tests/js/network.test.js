import assert from "node:assert/strict";
import { test } from "node:test";
import { groupBlocks } from "../../static/js/core/blocks.js";
import { COMPACT_GAP, COMPACT_GUTTER, planCompact } from "../../static/js/core/compact.js";
import { contributions } from "../../static/js/core/contributions.js";
import { orderChannels, pageChannels, pageOf, strengths } from "../../static/js/core/order.js";
import { receptiveField } from "../../static/js/core/receptive.js";
import { Run } from "../../static/js/core/run.js";

const window = (kernel, stride, padding) => ({ kernel, stride, padding, dilation: [1, 1] });
const CONV = window([3, 3], [1, 1], [1, 1, 1, 1]);
const POOL = window([2, 2], [2, 2], [0, 0, 0, 0]);

function stage(name, op, inputs, shape, attributes = {}) {
  return { name, op, inputs, shape, attributes };
}

const NETWORK = [
  stage("input", "Input", [], [3, 64, 64]),
  stage("conv1", "Conv", ["input"], [16, 64, 64], CONV),
  stage("relu1", "Relu", ["conv1"], [16, 64, 64]),
  stage("pool1", "MaxPool", ["relu1"], [16, 32, 32], POOL),
  stage("conv2", "Conv", ["pool1"], [48, 32, 32], CONV),
  stage("relu2", "Relu", ["conv2"], [48, 32, 32]),
  stage("pool2", "MaxPool", ["relu2"], [48, 16, 16], POOL),
  stage("average", "GlobalAveragePool", ["pool2"], [48, 1, 1]),
  stage("flatten", "Flatten", ["average"], [48]),
  stage("dense", "Gemm", ["flatten"], [2]),
  stage("softmax", "Softmax", ["dense"], [2]),
];

test("a block is a convolution and what is done to each of its maps on its own", () => {
  const names = groupBlocks(NETWORK).map((block) => block.map(({ name }) => name).join(" "));
  assert.deepEqual(names, [
    "input",
    "conv1 relu1 pool1",
    "conv2 relu2 pool2 average",
    "flatten",
    "dense",
    "softmax",
  ]);
  // A sum of two stages, and a stage that skips one, begin blocks of their own.
  const sum = stage("sum", "Add", ["relu1", "conv1"], [16, 64, 64]);
  assert.equal(groupBlocks([...NETWORK.slice(0, 3), sum]).length, 3);
  const side = stage("side", "Relu", ["conv1"], [16, 64, 64]);
  assert.equal(groupBlocks([...NETWORK.slice(0, 3), side]).length, 3);
});

for (const [width, height] of [
  [1168, 740],
  [1168, 310],
  [2300, 1200],
  [900, 300],
]) {
  test(`pages of a long network in ${width} x ${height}`, () => {
    const blocks = groupBlocks(NETWORK).map((block) => ({
      shapes: block.map(({ shape }) => shape),
      label: 60,
    }));
    const plan = planCompact(blocks, width, height);
    assert.ok(plan.width <= width);
    let total = COMPACT_GUTTER * (blocks.length - 1);
    for (const [index, { shapes, label }] of blocks.entries()) {
      const columns = plan.columns[index];
      total += Math.max(
        label,
        columns.reduce((sum, column) => sum + column.width + COMPACT_GAP, -COMPACT_GAP),
      );
      for (const [place, column] of columns.entries()) {
        assert.ok(Number.isInteger(column.scale) && column.scale >= 1);
        assert.ok(column.height <= height);
        if (shapes[0].length === 3) assert.ok(plan.shown[index] >= 1 && plan.shown[index] <= shapes[0][0]);
        if (place > 0) assert.ok(column.side <= columns[place - 1].side);
      }
    }
    assert.ok(total <= width + 1e-9);
  });
}

test("where nothing fits, maps stay large enough to be seen", () => {
  const blocks = [{ shapes: [[16, 8, 8]], label: 500 }];
  const plan = planCompact(blocks, 100, 300);
  assert.ok(plan.width > 100 && plan.columns[0][0].side >= 32);
});

test("channels are sorted by their figures, and by number where these are equal", () => {
  assert.deepEqual(orderChannels(4, [1, 3, 3, 2]), [1, 2, 3, 0]);
  assert.deepEqual(orderChannels(3), [0, 1, 2]);
});

test("pages cover all channels, and the last one is full", () => {
  const order = [4, 2, 0, 1, 3];
  assert.deepEqual(pageChannels(order, 0, 2), { channels: [4, 2], start: 0 });
  assert.deepEqual(pageChannels(order, 2, 2), { channels: [1, 3], start: 3 });
  assert.equal(pageOf(order, 3, 2), 2);
  assert.ok(pageChannels(order, pageOf(order, 0, 2), 2).channels.includes(0));
});

test("receptive fields grow by kernels and strides, and become the whole map", () => {
  const field = (name, row, column) => receptiveField(NETWORK, name, row, column);
  assert.deepEqual(field("conv1", 0, 5), { top: -1, left: 4, bottom: 1, right: 6 });
  assert.deepEqual(field("pool1", 2, 3), { top: 3, left: 5, bottom: 6, right: 8 });
  assert.deepEqual(field("conv2", 2, 3), { top: 1, left: 3, bottom: 8, right: 10 });
  // The mean reads every cell of the last maps, and these see two cells beyond the edge; a dense value too.
  const whole = { top: -3, left: -3, bottom: 66, right: 66 };
  assert.deepEqual(field("average", 0, 0), whole);
  assert.deepEqual(field("dense", 0, 0), whole);
  assert.equal(receptiveField(NETWORK, "nothing", 0, 0)?.top, undefined);
});

const SMALL = {
  id: "abc",
  model: "m",
  predictions: [],
  warnings: [],
  preprocessing: [],
  stages: [
    { ...stage("input", "Input", [], [2, 3, 3]), minimum: 0, maximum: 9 },
    { ...stage("conv", "Conv", ["input"], [1, 3, 3]), minimum: -9, maximum: 9 },
  ],
};

test("what each channel adds is the sum of its products, over all cells", () => {
  const values = Float32Array.from([
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    0,
    0,
    0,
    0,
    -2,
    0,
    0,
    0,
    0,
    ...Array(9).fill(0),
  ]);
  const run = new Run(SMALL, values.buffer);
  const kernels = { shape: [1, 2, 3, 3], weight: new Float32Array(18) };
  kernels.weight[4] = 2; // the middle: twice the first channel
  kernels.weight[9] = 1; // the upper left of the second channel, which is there in one window
  const found = contributions(
    run,
    stage("conv", "Conv", ["input"], [1, 3, 3], { ...CONV, groups: 1 }),
    kernels,
    0,
  );
  assert.deepEqual(found, [
    { channel: 0, size: 10, mean: 10 },
    { channel: 1, size: 2 / 9, mean: -2 / 9 },
  ]);
  assert.deepEqual(strengths(run, "input"), [5, 2 / 9]);
});

test("a scale spans a stage, one map, or all that is drawn in colours", () => {
  const values = Float32Array.from([...Array(18).fill(4), 1, -3, 2, 0, 0, 0, 0, 0, 0]);
  const run = new Run(SMALL, values.buffer);
  assert.deepEqual(run.range("conv"), { minimum: -9, maximum: 9 });
  assert.deepEqual(run.range("conv", "map", 0), { minimum: -3, maximum: 2 });
  assert.equal(run.limit("conv", "map", 0), 3);
  assert.deepEqual(run.range("input", "network", 0), { minimum: -9, maximum: 9 });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { groupBlocks } from "../../static/js/core/blocks.js";
import {
  COMPACT_GAP,
  COMPACT_GUTTER,
  planCompact,
  SMALLEST,
  widthOfWords,
} from "../../static/js/core/compact.js";
import { channelsRead, contribution } from "../../static/js/core/contributions.js";
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

for (const [width, height, least] of [
  [1168, 740],
  [1168, 310],
  [2300, 1200],
  [900, 300],
  [640, 300, SMALLEST],
]) {
  test(`pages of a long network in ${width} x ${height}`, () => {
    const blocks = groupBlocks(NETWORK).map((block) => ({
      shapes: block.map(({ shape }) => shape),
      label: 60,
    }));
    const plan = planCompact(blocks, width, height, least);
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

test("maps that may be small grow as far as there is room, and to their usual size however few are shown", () => {
  const blocks = [
    { shapes: Array(3).fill([48, 16, 16]), label: 50 },
    { shapes: Array(2).fill([48, 8, 8]), label: 50 },
  ];
  const sides = (width, height) =>
    planCompact(blocks, width, height, SMALLEST).columns.map(([column]) => column.side);
  assert.deepEqual(sides(130, 300), [16, 16]);
  assert.deepEqual(sides(162, 300), [32, 16]);
  assert.deepEqual(sides(164, 300), [32, 24]);
  assert.deepEqual(sides(400, 70), [32, 32]);
});

test("words stand in one line, or in the two that are the narrowest", () => {
  assert.deepEqual(widthOfWords([30, 30, 50], 4), { one: 118, two: 64 });
  assert.deepEqual(widthOfWords([50, 30, 30], 4), { one: 118, two: 64 });
  assert.deepEqual(widthOfWords([40], 4), { one: 40, two: 40 });
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
  const own = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const values = Float32Array.from([...own, 0, 0, 0, 0, -2, 0, 0, 0, 0, ...Array(9).fill(0)]);
  const run = new Run(SMALL, values.buffer);
  const weight = { shape: [1, 2, 3, 3], values: new Float32Array(18) };
  weight.values[4] = 2; // the middle: twice the first channel
  weight.values[9] = 1; // the upper left of the second channel, which is there in one window
  const conv = stage("conv", "Conv", ["input"], [1, 3, 3], { ...CONV, groups: 1 });
  const read = { run, stage: conv, inputs: [SMALL.stages[0]], parameters: { weight }, source: "input" };
  assert.deepEqual(contribution(read, 0, 0), { size: 10, mean: 10 });
  assert.deepEqual(contribution(read, 1, 0), { size: 2 / 9, mean: -2 / 9 });
  assert.deepEqual(strengths(run, "input"), [5, 2 / 9]);
});

test("a channel is made from those of its group, of its place among joined ones, or of all", () => {
  const [a, b] = [stage("a", "Relu", [], [4, 2, 2]), stage("b", "Relu", [], [2, 2, 2])];
  const grouped = stage("c", "Conv", ["a"], [8, 2, 2], { ...CONV, groups: 2 });
  assert.deepEqual(channelsRead(grouped, [a], "a", 3), [0, 1]);
  assert.deepEqual(channelsRead(grouped, [a], "a", 4), [2, 3]);
  const join = stage("d", "Concat", ["a", "b", "a"], [10, 2, 2]);
  const joined = (source, to) => channelsRead(join, [a, b, a], source, to);
  assert.deepEqual([joined("a", 3), joined("a", 4), joined("a", 7)], [[3], [], [1]]);
  assert.deepEqual([joined("b", 3), joined("b", 4), joined("b", 5)], [[], [0], [1]]);
  assert.deepEqual(channelsRead(stage("e", "Add", ["a", "a"], [4, 2, 2]), [a, a], "a", 1), [1, 1]);
  assert.deepEqual(channelsRead(stage("f", "Flatten", ["a"], [16]), [a], "a", 7), [1]);
  assert.deepEqual(
    channelsRead(stage("g", "Gemm", ["f"], [3]), [stage("f", "Flatten", ["a"], [4])], "f", 2),
    [0, 1, 2, 3],
  );
});

test("what is added op by op, and what all values of a vector add together", () => {
  const stages = [
    { ...stage("input", "Input", [], [2, 1, 2]), minimum: -3, maximum: 3 },
    { ...stage("norm", "BatchNormalization", ["input"], [2, 1, 2], { epsilon: 0 }), minimum: 0, maximum: 9 },
    { ...stage("sum", "Add", ["input", "norm"], [2, 1, 2]), minimum: 0, maximum: 9 },
    { ...stage("relu", "Relu", ["sum"], [2, 1, 2]), minimum: 0, maximum: 9 },
    { ...stage("flatten", "Flatten", ["relu"], [4]), minimum: 0, maximum: 9 },
    { ...stage("dense", "Gemm", ["flatten"], [2]), minimum: 0, maximum: 9 },
    { ...stage("softmax", "Softmax", ["dense"], [2]), minimum: 0, maximum: 1 },
  ];
  const [x, norm, relu] = [
    [1, -3, 2, 0],
    [5, 1, 7, 3],
    [6, 0, 9, 3],
  ];
  const all = [...x, ...norm, 6, -2, 9, 3, ...relu, ...relu, 1, 1 + Math.log(3), 0.25, 0.75];
  const run = new Run({ ...SMALL, stages }, Float32Array.from(all).buffer);
  const four = (...values) => ({ shape: [2], values: Float32Array.from(values) });
  const parameters = {
    norm: { scale: four(4, 6), variance: four(4, 9), mean: four(0, 0), bias: four(3, 3) },
    dense: { weight: { shape: [2, 4], values: Float32Array.from([1, 0, -1, 2, 0, 0, 0, 1]) } },
  };
  const added = (name, source, from, to) => {
    const own = stages.find((each) => each.name === name);
    const inputs = own.inputs.map((input) => stages.find((each) => each.name === input));
    const read = { run, stage: own, inputs, parameters: parameters[name] ?? {}, source };
    return contribution(read, from, to);
  };
  assert.deepEqual(added("norm", "input", 0, 0), { size: 4, mean: -2 }); // 2 and -6
  assert.deepEqual(added("sum", "input", 0, 0), { size: 2, mean: -1 });
  assert.deepEqual(added("sum", "norm", 0, 0), { size: 3, mean: 3 });
  assert.deepEqual(added("relu", "sum", 1, 1), { size: 6, mean: 6 });
  assert.deepEqual(added("relu", "sum", 0, 1), { size: 0, mean: 0 });
  assert.deepEqual(added("flatten", "relu", 1, null), { size: 3, mean: 3 }); // 12 of 4 values
  assert.deepEqual(added("dense", "flatten", 2, 0), { size: 9, mean: -9 });
  assert.deepEqual(added("dense", "flatten", null, 0), { size: 3, mean: 3 }); // 6 - 9 + 2 * 3
  const { size, mean } = added("softmax", "dense", 1, 0);
  assert.ok(Math.abs(size - 0.75) < 1e-6 && mean === -size);
  assert.ok(added("softmax", "dense", 0, 0).mean > 0);
});

test("a scale spans a stage, one map, or all that is drawn in colours", () => {
  const values = Float32Array.from([...Array(18).fill(4), 1, -3, 2, 0, 0, 0, 0, 0, 0]);
  const run = new Run(SMALL, values.buffer);
  assert.deepEqual(run.range("conv"), { minimum: -9, maximum: 9 });
  assert.deepEqual(run.range("conv", "map", 0), { minimum: -3, maximum: 2 });
  assert.equal(run.limit("conv", "map", 0), 3);
  assert.deepEqual(run.range("input", "network", 0), { minimum: -9, maximum: 9 });
});

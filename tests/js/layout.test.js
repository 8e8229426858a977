import assert from "node:assert/strict";
import { test } from "node:test";
import {
  canBeHit,
  classesShown,
  networkWidth,
  planNetwork,
  planStage,
  SINGLE,
  stackedColumn,
} from "../../static/js/core/layout.js";

const DIGITS = [
  [1, 28, 28],
  [8, 28, 28],
  [8, 28, 28],
  [8, 14, 14],
  [16, 14, 14],
  [16, 14, 14],
  [16, 7, 7],
  [16, 7, 7],
  [16, 7, 7],
  [784],
  [10],
  [10],
];
const PHOTO = [
  [3, 64, 64],
  [32, 64, 64],
  [32, 32, 32],
  [48, 32, 32],
  [48, 16, 16],
  [128, 8, 8],
  [128, 1, 1],
  [128],
  [2],
];

for (const [name, shapes] of Object.entries({ DIGITS, PHOTO })) {
  for (const [width, height] of [
    [1020, 640],
    [1020, 290],
    [2100, 1200],
    [700, 500],
  ]) {
    test(`${name} in ${width} x ${height}`, () => {
      const columns = planNetwork(shapes, width, height, 20);
      const smallest = shapes.map((shape) => planStage(shape, 1, height));
      for (const [index, column] of columns.entries()) {
        assert.ok(Number.isInteger(column.scale) && column.scale >= 1);
        assert.ok(
          column.across * column.down >= (shapes[index].length === 1 ? shapes[index][0] : shapes[index][0]),
        );
        if (smallest[index].height <= height) assert.ok(column.height <= height);
      }
      if (networkWidth(smallest, 20) <= width) assert.ok(networkWidth(columns, 20) <= width);
    });
  }
}

test("stages of one shape look alike, and no map is larger than one with more cells", () => {
  const columns = planNetwork(DIGITS, 1020, 640, 20);
  assert.deepEqual(columns[4], columns[5]);
  assert.deepEqual(columns[6], columns[8]);
  for (let index = 1; index < 9; index++) assert.ok(columns[index].side <= columns[index - 1].side);
});

test("more room makes larger maps", () => {
  const [small, large] = [planNetwork(DIGITS, 1020, 290, 20), planNetwork(DIGITS, 2100, 1200, 20)];
  assert.ok(large[1].scale > small[1].scale);
});

test("ten values fit into little height; one under another on a phone, each has room for a finger", () => {
  assert.equal(planStage([10], 1, 150).height, 150);
  assert.equal(planStage([10], 1, 700).scale, 36);
  assert.ok(stackedColumn([20], 360).scale >= 24);
});

test("maps of one cell are large enough to be hit, or the layout says that they are not", () => {
  const shapes = [[3, 32, 32], [8, 32, 32], [8, 1, 1], [8], [10]];
  const columns = planNetwork(shapes, 900, 500, 20);
  assert.ok(columns[2].side >= SINGLE && canBeHit(shapes, columns));
  const cramped = planNetwork(PHOTO, 700, 200, 20);
  assert.equal(canBeHit(PHOTO, cramped), cramped[6].side >= SINGLE);
});

test("as many classes are shown as there is room for their letters", () => {
  assert.equal(classesShown(10, 200), 10);
  assert.equal(classesShown(1000, 200), 16);
  assert.equal(classesShown(1000, 5000), 32);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { boxBetween, boxWithin, ownFit } from "../../static/js/core/fitting.js";

const picture = { width: 30, height: 20 };

test("a box between two points has the pixels that they are in, whichever comes first", () => {
  const box = { left: 3, top: 4, width: 6, height: 2 };
  assert.deepEqual(boxBetween({ x: 3.2, y: 4.9 }, { x: 8.1, y: 5.5 }, picture), box);
  assert.deepEqual(boxBetween({ x: 8.1, y: 4.9 }, { x: 3.2, y: 5.5 }, picture), box);
});

test("a box has at least one pixel, and none outside of the picture", () => {
  assert.deepEqual(boxBetween({ x: 7, y: 7 }, { x: 7, y: 7 }, picture), {
    left: 7,
    top: 7,
    width: 1,
    height: 1,
  });
  assert.deepEqual(boxBetween({ x: -9, y: -9 }, { x: 99, y: 99 }, picture), { left: 0, top: 0, ...picture });
  assert.deepEqual(boxBetween({ x: 40, y: 50 }, { x: 60, y: 70 }, picture), {
    left: 29,
    top: 19,
    width: 1,
    height: 1,
  });
});

test("what is typed becomes the nearest box that there is", () => {
  assert.deepEqual(boxWithin({ left: 25, top: -3, width: 30, height: 4.4 }, picture), {
    left: 25,
    top: 0,
    width: 5,
    height: 4,
  });
  assert.deepEqual(boxWithin({ left: Number.NaN, top: 99, width: 0, height: Number.NaN }, picture), {
    left: 0,
    top: 19,
    width: 1,
    height: 1,
  });
});

test("a model says how it fits photos, or fits none", () => {
  assert.equal(ownFit({ preprocessing: [{ step: "rgb" }, { step: "fit", how: "pad" }] }), "pad");
  assert.equal(ownFit({ preprocessing: [{ step: "ink" }] }), null);
});

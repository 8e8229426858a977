import assert from "node:assert/strict";
import { test } from "node:test";
import { seenBox, spanOnPicture } from "../../static/js/core/frame.js";
import { channelName, mapName, readsDrawings } from "../../static/js/core/model.js";

test("a stretch of input cells is a part of the picture, in its own pixels", () => {
  const steps = [
    { step: "rgb", details: { box: { left: 0, top: 0, width: 300, height: 200 } } },
    { step: "resize", details: { box: { left: 50, top: 0, width: 200, height: 200 } } },
  ];
  const seen = seenBox(steps);
  assert.deepEqual(seen, { left: 50, top: 0, width: 200, height: 200 });
  const whole = { top: 0, left: 0, bottom: 9, right: 9 };
  assert.deepEqual(spanOnPicture(whole, [3, 10, 10], seen), seen);
  const corner = { top: -2, left: 8, bottom: 1, right: 12 };
  assert.deepEqual(spanOnPicture(corner, [3, 10, 10], seen), { left: 210, top: 0, width: 40, height: 40 });
  assert.equal(seenBox([]), null);
});

test("channels of a picture in colours have the names of their colours", () => {
  const colour = { name: "input", op: "Input", shape: [3, 8, 8] };
  assert.deepEqual(
    [0, 1, 2].map((channel) => channelName(colour, channel)),
    ["R", "G", "B"],
  );
  assert.equal(mapName(colour, 2), "input, B");
  assert.equal(mapName({ name: "input", op: "Input", shape: [1, 8, 8] }, 0), "input");
  assert.equal(mapName({ name: "conv", op: "Conv", shape: [3, 8, 8] }, 1), "conv, map 1 of 3");
});

test("a model reads drawings when its preprocessing looks for ink", () => {
  assert.ok(readsDrawings({ preprocessing: [{ step: "gray" }, { step: "ink" }] }));
  assert.ok(!readsDrawings({ preprocessing: [{ step: "rgb" }] }));
});

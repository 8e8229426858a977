import assert from "node:assert/strict";
import { test } from "node:test";
import { Comparison, printChange, whyNot } from "../../static/js/core/comparison.js";
import { Run } from "../../static/js/core/run.js";

function run(values, model = "digits", shape = [1, 2, 2]) {
  const floats = Float32Array.from(values);
  const stages = [
    {
      name: "conv",
      op: "Conv",
      inputs: [],
      shape,
      minimum: Math.min(...floats),
      maximum: Math.max(...floats),
    },
  ];
  return new Run({ id: "a", model, predictions: [], warnings: [], preprocessing: [], stages }, floats);
}

test("the difference is the run now minus the kept one, and all three have one scale", () => {
  const { sides } = new Comparison(run([1, -3, 0, 2]), run([1, 4, 0.5, -1]));
  assert.deepEqual([...sides.difference.map("conv", 0)], [0, 7, 0.5, -3]);
  assert.deepEqual(sides.difference.range("conv"), { minimum: -3, maximum: 7 });
  for (const side of Object.values(sides)) assert.equal(side.limit("conv"), 7);
  assert.equal(sides.kept.limit("conv", "map", 0), 7);
  assert.deepEqual(sides.kept.range("conv"), { minimum: -3, maximum: 2 });
});

test("figures add up as they are printed", () => {
  // Rounded on its own, the difference would be 0.0.
  assert.equal(printChange(0.04, 0.06, 1), "+0.1");
  assert.equal(printChange(0.25, -1, 2), "−1.25");
  assert.equal(printChange(1, 1, 2), "0.00");
});

test("runs of other models or other shapes are not compared", () => {
  assert.equal(whyNot(run([1, 2, 3, 4]), run([4, 3, 2, 1])), "");
  assert.match(whyNot(run([1, 2, 3, 4]), run([4, 3, 2, 1], "pets")), /digits.*pets/);
  assert.match(whyNot(run([1, 2, 3, 4]), run([4, 3, 2, 1], "digits", [1, 4, 1])), /shapes/);
});

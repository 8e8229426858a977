import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, writeAddress } from "../../static/js/address.js";
import { figuresOf, strengths } from "../../static/js/core/order.js";
import { Run } from "../../static/js/core/run.js";
import { Shares } from "../../static/js/core/shares.js";

const STAGES = [
  { name: "input", op: "Input", inputs: [], shape: [3, 1, 1], minimum: 0, maximum: 9 },
  { name: "softmax", op: "Softmax", inputs: ["input"], shape: [2], minimum: 0, maximum: 1 },
];
const run = (model, id = "a") =>
  new Run(
    { id, model, checkpoint: null, predictions: [], warnings: [], preprocessing: [], stages: STAGES },
    Float32Array.from([1, -3, 2, 0.5, 0.5]),
  );
const answer = {
  class: "cat",
  logit: 7.84123,
  stages: [{ stage: "input", shares: [0.5, -1.25, 3], sum: 2.25, rest: 5.59123 }],
};

test("a share is told with its class and its logit, and where there is none nothing is", () => {
  const shares = new Shares(run("m"), answer);
  assert.equal(shares.say("input", 1), "share in “cat”: −1.2500 of 7.8412");
  assert.equal(shares.say("input", 3), "");
  assert.equal(shares.say("softmax", 0), "");
});

test("maps are sorted by what was chosen; shares of another model's run say nothing", () => {
  const now = run("m");
  const shares = new Shares(run("m", "before"), answer);
  assert.deepEqual(figuresOf("share", now, shares)("input"), [0.5, -1.25, 3]);
  assert.equal(figuresOf("share", now, shares)("softmax"), undefined);
  assert.equal(figuresOf("share", run("other"), shares)("input"), undefined);
  assert.equal(figuresOf("share", now, null)("input"), undefined);
  assert.deepEqual(figuresOf("strength", now, shares)("input"), strengths(now, "input"));
  assert.equal(figuresOf("channel", now, shares)("input"), undefined);
});

test("the order by share stands in the address", () => {
  const address = writeAddress({ model: "pets", order: "share" });
  assert.equal(readAddress(address).order, "share");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { facts, measured, sayAccuracy, sayDuration, settings } from "../../static/js/core/card.js";

const bare = { classes: ["a", "b"], notes: [], parameters: 1234, multiply_adds: 5678900 };
const figures = { images: 2000, correct: 1999, accuracy: 0.9995, interval: [0.9972, 0.99991] };

test("accuracy is said with what it was measured on", () => {
  const text = "99.95 % of the 2,000 test images: 1,999 right; 95 % interval 99.72 % to 99.99 %";
  assert.equal(sayAccuracy({ set: "test", ...figures }), text);
  assert.match(
    sayAccuracy({ set: "validation", ...figures }),
    /validation images, which also chose its best epoch/,
  );
});

test("figures are those of the test where there is one, unless the card says otherwise", () => {
  const card = { test: { images: 1 }, validation: { images: 2 } };
  assert.equal(measured({ ...bare, card })?.images, 1);
  assert.equal(measured({ ...bare, card: { ...card, measured_on: "validation" } })?.images, 2);
  assert.equal(measured({ ...bare, card: { validation: { images: 2 } } })?.set, "validation");
  assert.equal(measured({ ...bare, card: {} }), null);
});

test("a model without a card says its size alone", () => {
  const text = "1,234 parameters, 5,678,900 multiply-adds a picture";
  assert.deepEqual(facts({ ...bare, card: {} }), [{ name: "Size", text }]);
  assert.deepEqual(settings({ ...bare, card: {} }), []);
});

test("what the file left open is said", () => {
  const said = facts({ ...bare, card: {}, notes: ["It names no classes.", "It has no steps."] });
  assert.deepEqual(said[0], { name: "Not in its file", text: "It names no classes. It has no steps." });
});

test("how it was trained", () => {
  const card = {
    epochs: 26,
    batch: 64,
    best_epoch: 24,
    training_seconds: 4803,
    later_augmentation: "None",
    seed: 0,
  };
  const said = Object.fromEntries(facts({ ...bare, card }).map(({ name, text }) => [name, text]));
  assert.equal(said.Training, "26 epochs in batches of 64; these are the weights of epoch 24");
  assert.equal(said.Time, "1 h 20 min");
  assert.deepEqual(
    settings({ ...bare, card }).map(({ name, text }) => [name, text]),
    [["Seed", "0"]],
  );
  assert.deepEqual([12, 230, 3600].map(sayDuration), ["12 s", "3 min 50 s", "1 h 0 min"]);
});

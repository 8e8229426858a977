import assert from "node:assert/strict";
import { test } from "node:test";
import { describePoint, placeOf, sayPoint, trainingPoints } from "../../static/js/core/training.js";

const checkpoints = [0, 0.3, 1, 2].map((epoch, number) => ({
  number,
  epoch,
  loss: 2 - epoch,
  accuracy: epoch / 2,
}));

test("the trained model stands in the place of the checkpoint that it became", () => {
  const points = trainingPoints({
    checkpoints,
    card: { best_epoch: 2, validation: { loss: 0.1, accuracy: 0.99 } },
  });
  assert.deepEqual(
    points.map(({ checkpoint, epoch }) => [checkpoint, epoch]),
    [
      [0, 0],
      [1, 0.3],
      [2, 1],
      [null, 2],
    ],
  );
  assert.deepEqual(points.at(-1), { checkpoint: null, epoch: 2, loss: 0.1, accuracy: 0.99 });
});

test("what came after the epoch that was chosen did not lead to the model", () => {
  const points = trainingPoints({ checkpoints, card: { best_epoch: 1.5 } });
  assert.deepEqual(
    points.map(({ checkpoint }) => checkpoint),
    [0, 1, 2, null],
  );
  assert.deepEqual(points.at(-1), { checkpoint: null, epoch: 1.5, loss: null, accuracy: null });
});

test("without a card every checkpoint stays, and without checkpoints there are no points", () => {
  assert.equal(trainingPoints({ checkpoints, card: {} }).length, 5);
  assert.deepEqual(trainingPoints({ checkpoints: [], card: { best_epoch: 3 } }), []);
});

test("a checkpoint that is not among the points stands at the end", () => {
  const points = trainingPoints({ checkpoints, card: { best_epoch: 2 } });
  assert.deepEqual(
    [null, 0, 2, 3].map((number) => placeOf(points, number)),
    [3, 0, 2, 3],
  );
});

test("a point is said in words", () => {
  const point = { checkpoint: 3, epoch: 0.3, loss: 0.198253, accuracy: 0.945833 };
  assert.equal(describePoint(point), "epoch 0.3, accuracy 94.58 %, loss 0.1983");
  assert.equal(describePoint({ checkpoint: null, epoch: null, loss: null, accuracy: null }), "trained");
  assert.equal(sayPoint(0), "As it was before its training.");
  assert.equal(sayPoint(0.3), "As it was after 0.3 epochs of training.");
  assert.equal(sayPoint(1), "As it was after 1 epoch of training.");
});

/** The points of a model's training, from random to trained: what the training slider goes over. */

import { texts } from "../texts.js";
import { print, printShare } from "./decimal.js";

/**
 * @typedef {object} Checkpoint a point of training that the server keeps; figures of the validation images
 * @property {number} number
 * @property {number} epoch
 * @property {number} [loss]
 * @property {number} [accuracy]
 *
 * @typedef {object} TrainingPoint
 * @property {number | null} checkpoint its number; null for the trained model itself
 * @property {number | null} epoch
 * @property {number | null} loss of the validation images
 * @property {number | null} accuracy of the validation images
 */

/**
 * The checkpoints on the way to the trained model, and the model itself in the last place. What came after the epoch
 * that was chosen for the model, by its validation images, did not lead to it. None where there are no checkpoints.
 * @param {{ checkpoints: Checkpoint[], card: Record<string, any> }} model
 * @returns {TrainingPoint[]}
 */
export function trainingPoints({ checkpoints, card }) {
  if (checkpoints.length === 0) return [];
  const epoch = card.best_epoch ?? null;
  const { loss = null, accuracy = null } = card.validation ?? {};
  return [
    ...checkpoints
      .filter((point) => epoch === null || point.epoch < epoch)
      .map((point) => ({
        checkpoint: point.number,
        epoch: point.epoch,
        loss: point.loss ?? null,
        accuracy: point.accuracy ?? null,
      })),
    { checkpoint: null, epoch, loss, accuracy },
  ];
}

/**
 * Where a checkpoint stands among the points: what is not among them is later than they are, and so at the end.
 * @param {TrainingPoint[]} points
 * @param {number | null} checkpoint
 */
export function placeOf(points, checkpoint) {
  const place = points.findIndex((point) => point.checkpoint === checkpoint);
  return place < 0 ? points.length - 1 : place;
}

/** @param {number} epoch */
export function printEpoch(epoch) {
  return String(Number(epoch.toFixed(2)));
}

/** @param {TrainingPoint} point */
export function epochName({ epoch }) {
  return epoch === null ? texts.training.trained : texts.training.epoch(printEpoch(epoch));
}

/**
 * "epoch 0.3, accuracy 94.58 %, loss 0.1983"
 * @param {TrainingPoint} point
 */
export function describePoint(point) {
  const words = [epochName(point)];
  if (point.accuracy !== null) words.push(texts.training.accuracyOf(printShare(point.accuracy)));
  if (point.loss !== null) words.push(texts.training.lossOf(print(point.loss, 4)));
  return words.join(", ");
}

/**
 * What is said beside an answer of a network that is not the trained one.
 * @param {number} epoch
 */
export function sayPoint(epoch) {
  if (epoch === 0) return texts.training.before;
  return texts.training.after(printEpoch(epoch), epoch);
}

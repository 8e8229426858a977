/** A model's card in words: what it was trained on, how, and how good it is on pictures that it never saw. */

import { print, printShare } from "./decimal.js";
import { printEpoch } from "./training.js";

/** @typedef {Pick<import("../api.js").ModelDescription, "card" | "classes" | "parameters" | "multiply_adds">} Described */

/**
 * @typedef {object} Measured figures of one set of pictures
 * @property {string} set "test" or "validation"
 * @property {number} images
 * @property {number} correct
 * @property {number} accuracy
 * @property {[number, number]} [interval] of 95 %
 * @property {number} [calibration_error]
 * @property {Record<string, number>} [recall]
 * @property {number[][]} [confusion] a row for each true class, a column for each answer
 *
 * @typedef {{ name: string, text: string, code?: boolean }} Fact
 */

/**
 * The figures that the model's accuracy is taken from; null where it was not measured.
 * @param {Described} model
 * @returns {Measured | null}
 */
export function measured({ card }) {
  const set = card.measured_on ?? (card.test ? "test" : "validation");
  return card[set] ? { set, ...card[set] } : null;
}

/**
 * "99.45 % of the 10,000 test images: 9,945 right; 95 % interval 99.28 % to 99.58 %"
 * @param {Measured} figures
 */
export function sayAccuracy({ set, images, correct, accuracy, interval }) {
  const which = set === "test" ? "test images" : "validation images, which also chose its best epoch";
  const range = interval ? `; 95 % interval ${printShare(interval[0])} to ${printShare(interval[1])}` : "";
  return `${printShare(accuracy)} of the ${printCount(images)} ${which}: ${printCount(correct)} right${range}`;
}

/**
 * What there is to say, a line each; less where less is known.
 * @param {Described} model
 * @returns {Fact[]}
 */
export function facts(model) {
  const { card } = model;
  const figures = measured(model);
  return known([
    ["Accuracy", figures && sayAccuracy(figures)],
    ["Reliability error", number(figures?.calibration_error, sayReliability)],
    ["Limits", card.limits],
    ["Network", card.architecture],
    [
      "Size",
      `${printCount(model.parameters)} parameters, ${printCount(model.multiply_adds)} multiply-adds a picture`,
    ],
    ["Trained on", card.data],
    ["Pictures", card.images && sayImages(card.images)],
    ["Training", sayTraining(card)],
    ["Time", number(card.training_seconds, sayDuration)],
  ]);
}

/**
 * How it was trained, as the trainer has it.
 * @param {Described} model
 * @returns {Fact[]}
 */
export function settings({ card }) {
  const figures = (/** @type {unknown} */ value) => (typeof value === "number" ? String(value) : null);
  return known([
    ["Optimiser", card.optimiser],
    ["Schedule", card.schedule],
    ["Augmentation", card.augmentation],
    ["Later augmentation", card.later_augmentation === "None" ? null : card.later_augmentation],
    ["Label smoothing", figures(card.label_smoothing)],
    ["Weight average", figures(card.weight_average)],
    [
      "Temperature",
      number(card.temperature, (value) => `${print(value, 4)}, which the logits are divided by`),
    ],
    ["Seed", figures(card.seed)],
    ["SHA-256 of the weights", card.weights_sha256],
  ]).map((fact) => ({ ...fact, code: true }));
}

/** @param {[string, unknown][]} pairs */
function known(pairs) {
  return pairs.flatMap(([name, text]) => (typeof text === "string" && text ? [{ name, text }] : []));
}

/**
 * @param {unknown} value
 * @param {(value: number) => string} say
 */
function number(value, say) {
  return typeof value === "number" ? say(value) : null;
}

/** @param {number} error */
function sayReliability(error) {
  return `${printShare(error)}: so far apart are, in the mean, how sure it is and how often it is right`;
}

/** @param {Record<string, number>} images */
function sayImages(images) {
  const some = Object.entries(images).filter(([, count]) => count > 0);
  return some.map(([set, count]) => `${printCount(count)} ${set}`).join(", ");
}

/** @param {Record<string, any>} card */
function sayTraining({ epochs, batch, best_epoch }) {
  if (typeof epochs !== "number") return null;
  const batches = typeof batch === "number" ? ` in batches of ${batch}` : "";
  const best =
    typeof best_epoch === "number" ? `; these are the weights of epoch ${printEpoch(best_epoch)}` : "";
  return `${epochs} ${epochs === 1 ? "epoch" : "epochs"}${batches}${best}`;
}

/**
 * "1 h 21 min", "3 min 50 s", "12 s"
 * @param {number} seconds
 */
export function sayDuration(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  const rest = Math.round(seconds % 60);
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

/** @param {number} count */
export function printCount(count) {
  return count.toLocaleString("en");
}

/** A model's card in words: what it was trained on, how, and how good it is on pictures that it never saw. */

import { texts } from "../texts.js";
import { print, printShare } from "./decimal.js";
import { printEpoch } from "./training.js";

/** @typedef {Pick<import("../api.js").ModelDescription, "card" | "classes" | "notes" | "parameters" | "multiply_adds">} Described */

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
  const ends = interval ? interval.map(printShare) : null;
  return texts.card.accuracy({ share: printShare(accuracy), images, correct, set, interval: ends });
}

/**
 * What there is to say, a line each; less where less is known.
 * @param {Described} model
 * @returns {Fact[]}
 */
export function facts(model) {
  const { card } = model;
  const figures = measured(model);
  const { names } = texts.card;
  return known([
    [names.accuracy, figures && sayAccuracy(figures)],
    [
      names.reliability,
      number(figures?.calibration_error, (error) => texts.card.reliability(printShare(error))),
    ],
    [names.limits, card.limits],
    [names.notes, model.notes.join(" ")],
    [names.network, card.architecture],
    [names.size, texts.card.size(model.parameters, model.multiply_adds)],
    [names.data, card.data],
    [names.pictures, card.images && sayImages(card.images)],
    [names.training, sayTraining(card)],
    [names.time, number(card.training_seconds, sayDuration)],
  ]);
}

/**
 * How it was trained, as the trainer has it.
 * @param {Described} model
 * @returns {Fact[]}
 */
export function settings({ card }) {
  const figures = (/** @type {unknown} */ value) => (typeof value === "number" ? String(value) : null);
  const { names } = texts.card;
  return known([
    [names.optimiser, card.optimiser],
    [names.schedule, card.schedule],
    [names.augmentation, card.augmentation],
    [names.later, card.later_augmentation === "None" ? null : card.later_augmentation],
    [names.smoothing, figures(card.label_smoothing)],
    [names.average, figures(card.weight_average)],
    [names.temperature, number(card.temperature, (value) => texts.card.temperature(print(value, 4)))],
    [names.seed, figures(card.seed)],
    [names.digest, card.weights_sha256],
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

/** @param {Record<string, number>} images */
function sayImages(images) {
  const some = Object.entries(images).filter(([, count]) => count > 0);
  return some.map(([set, count]) => texts.card.pictures(count, set)).join(", ");
}

/** @param {Record<string, any>} card */
function sayTraining({ epochs, batch, best_epoch }) {
  if (typeof epochs !== "number") return null;
  const best = typeof best_epoch === "number" ? printEpoch(best_epoch) : null;
  return texts.card.training(epochs, typeof batch === "number" ? batch : null, best);
}

/**
 * "1 h 21 min", "3 min 50 s", "12 s"
 * @param {number} seconds
 */
export function sayDuration(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return texts.card.hours(hours, minutes);
  const rest = Math.round(seconds % 60);
  return minutes > 0 ? texts.card.minutes(minutes, rest) : texts.card.seconds(rest);
}

/** The model's card, and the points of its training. */

import { printCount } from "../../core/count.js";
import { counted, plural } from "./counted.js";

const EPOCHS = { one: "epoch", other: "epochs" };

export const training = {
  name: "Training",
  point: "Point of training",
  watch: "Watch the training",
  stop: "Stop the training",
  figuresTitle: "Figures of the validation images, held back from the training",
  table: "Training: figures of the validation images",
  headings: { epoch: "Epoch", accuracy: "Accuracy", loss: "Loss" },
  accuracy: "accuracy",
  loss: "loss",
  trained: "trained",
  unknown: "not known",
  epoch: (/** @type {string} */ epoch) => `epoch ${epoch}`,
  epochOf: (/** @type {string} */ epoch, /** @type {string} */ last) => `epoch ${epoch} of ${last}`,
  accuracyOf: (/** @type {string} */ share) => `accuracy ${share}`,
  lossOf: (/** @type {string} */ loss) => `loss ${loss}`,
  before: "As it was before its training.",
  after: (/** @type {string} */ epoch, /** @type {number} */ count) =>
    `As it was after ${epoch} ${plural(count, EPOCHS)} of training.`,
};

export const card = {
  open: "About this model",
  confusion: (/** @type {string} */ set) => `What it takes for what, of the ${set} images`,
  confusionNote:
    "A row for each true class, a column for each answer; the stronger the colour, the more mistakes.",
  mistaken: (/** @type {number} */ count, /** @type {string} */ name, /** @type {string} */ answer) =>
    `${printCount(count)} × ${name} taken for ${answer}`,
  trueClass: "True class",
  recall: "recall",
  inFull: "How it was trained, in full",
  none: "This model came without a card: nothing is known of its training.",
  names: {
    accuracy: "Accuracy",
    reliability: "Reliability error",
    limits: "Limits",
    notes: "Not in its file",
    network: "Network",
    size: "Size",
    data: "Trained on",
    pictures: "Pictures",
    training: "Training",
    time: "Time",
    optimiser: "Optimiser",
    schedule: "Schedule",
    augmentation: "Augmentation",
    later: "Later augmentation",
    smoothing: "Label smoothing",
    average: "Weight average",
    temperature: "Temperature",
    seed: "Seed",
    digest: "SHA-256 of the weights",
  },
  accuracy: (
    /** @type {{ share: string, images: number, correct: number, set: string, interval: string[] | null }} */ figures,
  ) => {
    const { share, images, correct, set, interval } = figures;
    const which = set === "test" ? "test images" : "validation images, which also chose its best epoch";
    const range = interval ? `; 95 % interval ${interval[0]} to ${interval[1]}` : "";
    return `${share} of the ${printCount(images)} ${which}: ${printCount(correct)} right${range}`;
  },
  reliability: (/** @type {string} */ share) =>
    `${share}: so far apart are, in the mean, how sure it is and how often it is right`,
  size: (/** @type {number} */ parameters, /** @type {number} */ multiplyAdds) =>
    `${printCount(parameters)} parameters, ${printCount(multiplyAdds)} multiply-adds a picture`,
  temperature: (/** @type {string} */ figure) => `${figure}, which the logits are divided by`,
  training: (
    /** @type {number} */ epochs,
    /** @type {number | null} */ batch,
    /** @type {string | null} */ best,
  ) => {
    const batches = batch === null ? "" : ` in batches of ${batch}`;
    const chosen = best === null ? "" : `; these are the weights of epoch ${best}`;
    return `${counted(epochs, EPOCHS)}${batches}${chosen}`;
  },
  pictures: (/** @type {number} */ count, /** @type {string} */ set) => `${printCount(count)} ${set}`,
  hours: (/** @type {number} */ hours, /** @type {number} */ minutes) => `${hours} h ${minutes} min`,
  minutes: (/** @type {number} */ minutes, /** @type {number} */ seconds) => `${minutes} min ${seconds} s`,
  seconds: (/** @type {number} */ seconds) => `${seconds} s`,
};

/** What each op does and why, and the words of its working. */

import { printCount } from "../../core/count.js";

/** @typedef {{ title: string, sentences: [string, string, string] }} Told what the op does, what comes of it, and why */

/** @type {Record<string, Told>} by the op's name */
const told = {
  Input: {
    title: "Input",
    sentences: [
      "What the network really sees: the picture after all preprocessing steps, one number for each pixel and colour.",
      "Each number is a brightness, from 0 for none to 1 for the most there can be.",
      "All that follows is worked out from these numbers and from what was learned, and from nothing else.",
    ],
  },
  Conv: {
    title: "Convolution",
    sentences: [
      "A small kernel of weights slides over the maps; the values under it are multiplied by its weights and added up, over all channels, plus one bias.",
      "The result is large where the maps look like the kernel, so each map of the result says where one pattern is.",
      "The same few weights are used at every place: a pattern is found wherever it stands, and little has to be learned.",
    ],
  },
  Relu: {
    title: "ReLU",
    sentences: [
      "Values above zero pass as they are; values below become zero.",
      "What is left says where a pattern was found, and how strongly; where it was not, there is nothing.",
      "The bend at zero is what lets a stack of layers do more than one layer could: without it, all of them together would be a single sum of products.",
    ],
  },
  LeakyRelu: {
    title: "Leaky ReLU",
    sentences: [
      "Values above zero pass as they are; values below are made small, by one factor, and keep their sign.",
      "What is left says where a pattern was found, and, faintly, where its opposite was.",
      "As with ReLU the bend at zero lets a stack of layers do more than one could; and no cell is ever quite silent in training, for something always passes.",
    ],
  },
  Clip: {
    title: "Clip",
    sentences: [
      "Values below a least one become it, values above a largest one become that; those between pass as they are.",
      "From 0 to 6 this is ReLU6, a ReLU whose responses cannot grow without end.",
      "Networks for phones use it: values of a known range can be stored in few bits.",
    ],
  },
  Sigmoid: {
    title: "Sigmoid",
    sentences: [
      "Every value becomes one between 0 and 1: a half at zero, near 1 far above it, near 0 far below.",
      "The result can be read as how far something is there, from not at all to wholly.",
      "Far from zero the curve is nearly flat, so that little is learned there; deep networks mostly use ReLU instead.",
    ],
  },
  Tanh: {
    title: "Tanh",
    sentences: [
      "Every value becomes one between -1 and 1, and keeps its sign; zero stays zero.",
      "Small values pass nearly as they are, large ones are held near 1 or -1.",
      "The first networks for handwriting used it; far from zero the curve is nearly flat, so that little is learned there.",
    ],
  },
  MaxPool: {
    title: "Max pooling",
    sentences: [
      "Of each window only the largest value is kept; all others are thrown away.",
      "The maps become smaller, and the next kernels see more of the picture at once.",
      "It no longer matters exactly where in the window a pattern was found, so a small shift of the picture changes little.",
    ],
  },
  AveragePool: {
    title: "Average pooling",
    sentences: [
      "Each window becomes one value: its mean.",
      "The maps become smaller and smoother, and every value of the window has the same say.",
      "The next kernels see more of the picture at once, and one strong value counts for less than in max pooling.",
    ],
  },
  GlobalAveragePool: {
    title: "Global average pooling",
    sentences: [
      "Each map becomes one value: the mean of all its cells.",
      "It says how strongly a pattern was found over the whole map, and no longer where.",
      "It leaves one number a channel, so that the dense layer needs few weights, however large the maps were.",
    ],
  },
  Flatten: {
    title: "Flatten",
    sentences: [
      "The maps are written out as one long row, channel by channel, row by row.",
      "Nothing is computed: each value stays what it is and only gets an index.",
      "A dense layer needs this, for it gives each value of one long row a weight of its own.",
    ],
  },
  Gemm: {
    title: "Dense",
    sentences: [
      "Each neuron looks at every value of the stage before: a value times its weight speaks for it (red) or against it (blue), and the sum plus the bias is its score.",
      "Unlike a convolution it sees all places at once, each with a weight of its own.",
      "So it can weigh what was found anywhere, and the last such stage comes to one score a class.",
    ],
  },
  Softmax: {
    title: "Softmax",
    sentences: [
      "Scores become shares that add up to 1: the larger the score, the larger the share.",
      "The largest score is taken away from each first, which changes no share and keeps the exponentials small; each share is one exponential over the sum of all.",
      "Shares can be compared and trained on: training raises the share of the right class.",
    ],
  },
  BatchNormalization: {
    title: "Batch normalisation",
    sentences: [
      "From each value the mean of its channel is taken away, the rest is divided by the channel's spread, then scaled and shifted by two learned numbers.",
      "Mean and spread were measured during training, so that values of all channels are of like size.",
      "This makes training faster and steadier; afterwards the step can be folded into the convolution before it.",
    ],
  },
  Add: {
    title: "Addition",
    sentences: [
      "The values that stand at the same place of several stages are added up.",
      "A stage can so be added to what it was made from, and only has to find what is to be changed.",
      "This keeps deep networks trainable, for what was known earlier has a short way to the end.",
    ],
  },
  Concat: {
    title: "Concatenation",
    sentences: [
      "The maps of several stages are set one after another, as channels of one stage.",
      "Nothing is computed: each value stays what it is, and its channel gets another number.",
      "So the next kernels see all that these stages found at once.",
    ],
  },
};

/** @type {(first: number, last: number) => string} */
const channels = (first, last) => (first === last ? `channel ${first}` : `channels ${first} to ${last}`);

export const ops = {
  told,
  window: "window",
  kernel: "kernel",
  adds: "What each channel adds",
  addsLargest: "What each channel adds, the largest first",
  showChannel: (/** @type {string} */ name) => `Show channel ${name}`,
  channelBefore: "channel ",
  convolved: (/** @type {string} */ sum, /** @type {string} */ bias, /** @type {string} */ rounding) =>
    `sum ${sum}, bias ${bias}, rounding ${rounding}: `,
  inFavour: "most for",
  against: "most against",
  further: (/** @type {number} */ count) => `${printCount(count)} further`,
  productMaps: (/** @type {string} */ stage) => `Products, laid out as the maps of ${stage}`,
  productMap: (/** @type {string} */ stage, /** @type {number} */ channel, /** @type {string} */ sum) =>
    `${stage}, map ${channel}: ${sum} in all`,
  dense: (
    /** @type {{ inFavour: string, against: string, bias: string, rounding: string }} */ {
      inFavour,
      against,
      bias,
      rounding,
    },
  ) => `for ${inFavour}, against ${against}, bias ${bias}, rounding ${rounding}: `,
  place: (/** @type {number} */ channel, /** @type {number} */ row, /** @type {number} */ column) =>
    `channel ${channel}, row ${row}, column ${column}`,
  index: (/** @type {number} */ index) => `index ${index}`,
  goToAnother: "Go to another one, by index or by place:",
  fields: { index: "index", channel: "channel", row: "row", column: "column" },
  go: "Go",
  backwards: (
    /** @type {[number, number, number, number]} */ [index, size, channel, inMap],
    /** @type {[number, number, number]} */ [columns, row, column],
  ) =>
    `Back: ${index} / ${size} = ${channel}, remainder ${inMap}; ${inMap} / ${columns} = ${row}, remainder ${column}.`,
  added: "What is added up",
  sumIs: (/** @type {string} */ sum) => `sum = ${sum}`,
  resultIs: "result = ",
  rounded: (/** @type {string} */ rounding) => `rounding ${rounding}: `,
  joined: "Where the channels come from",
  joinedFrom: (/** @type {number} */ first, /** @type {number} */ last, /** @type {string} */ stage) =>
    `${channels(first, last)}: those of ${stage}`,
  valueIs: "value = ",
  termIs: (/** @type {string} */ place, /** @type {string} */ value) => `${place}: ${value}`,
  largestIs: "largest = ",
  sumOfWindow: (/** @type {string} */ count, /** @type {string} */ sum) =>
    `sum of the ${count} cells of the window = ${sum}`,
  sumOfCells: (/** @type {string} */ count, /** @type {string} */ sum) =>
    `sum of the ${count} cells = ${sum}`,
  withRounding: (/** @type {string} */ rounding) => ` (rounding ${rounding})`,
  thrown: (/** @type {string} */ values) => `Thrown away: ${values}`,
  nothingThrown: "Nothing is thrown away.",
  sizes: (/** @type {string} */ sizes) => `This map: ${sizes}.`,
  sizesAndLost: (/** @type {string} */ sizes, /** @type {number} */ kept, /** @type {number} */ all) =>
    `This map: ${sizes}; ${kept} of its ${all} cells are the largest of a window, ${all - kept} are thrown away.`,
  curve: (/** @type {string} */ op, /** @type {string} */ value) => `The curve of ${op} at ${value}`,
  nextNegative: "Next negative cell",
  cut: (/** @type {string} */ ofMap, /** @type {string} */ ofStage) =>
    `Below zero, so cut to zero: ${ofMap} of this map, ${ofStage} of the stage.`,
  cutOf: (/** @type {number} */ some, /** @type {number} */ all, /** @type {string} */ share) =>
    `${printCount(some)} of ${printCount(all)} (${share})`,
  shares: { class: "class", logit: "logit", shifted: "− largest", exponential: "exp", share: "share" },
  sum: "sum",
  play: "Play with a temperature",
  playNote:
    "All scores are divided by it first. This is play: the network has a temperature of 1, and no other number on the page changes.",
  temperature: "temperature ",
  temperatureLabel: "Temperature",
  sharesAt: "Shares at this temperature",
  norm: {
    centred: (/** @type {string} */ value, /** @type {string} */ mean, /** @type {string} */ result) =>
      `less the mean: ${value} − ${mean} = ${result}`,
    spread: (/** @type {string} */ variance, /** @type {string} */ epsilon, /** @type {string} */ result) =>
      `spread: √(${variance} + ${epsilon}) = ${result}`,
    folded: "Folded, as into the kernels and the bias of a convolution before it: one product and one sum.",
    factor: (/** @type {string} */ scale, /** @type {string} */ spread, /** @type {string} */ result) =>
      `factor: ${scale} / ${spread} = ${result}`,
    shift: (
      /** @type {string} */ bias,
      /** @type {string} */ factor,
      /** @type {string} */ mean,
      /** @type {string} */ result,
    ) => `shift: ${bias} − ${factor} × ${mean} = ${result}`,
    product: (/** @type {string} */ value, /** @type {string} */ factor, /** @type {string} */ result) =>
      `product: ${value} × ${factor} = ${result}`,
    shifted: (/** @type {string} */ shift, /** @type {string} */ rounding) =>
      `plus shift ${shift}, rounding ${rounding}: `,
    scaled: (/** @type {string} */ scale, /** @type {string} */ value, /** @type {string} */ result) =>
      `scaled: ${scale} × ${value} = ${result}`,
    plusBias: (/** @type {string} */ bias, /** @type {string} */ rounding) =>
      `plus bias ${bias}, rounding ${rounding}: `,
  },
};

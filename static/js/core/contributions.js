/** How much each map that a stage reads adds to a map of the stage, op by op, with the weights and values of a run. */

import { mapSize } from "./run.js";

/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("./run.js").Run} Run */

/** @typedef {{ shape: number[], values: Float32Array }} Parameter all its values, in the order of the shape */
/** @typedef {Record<string, Parameter>} Parameters of a stage, by name: weight, bias, ... */

/**
 * @typedef {object} Read what is weighed
 * @property {Run} run
 * @property {StageDescription} stage
 * @property {StageDescription[]} inputs what the stage reads, in its order
 * @property {Parameters} parameters of the stage
 * @property {string} source the name of one of the inputs
 */

/**
 * @typedef {object} Contribution
 * @property {number} size the mean of the absolute values of what is added, over all cells
 * @property {number} mean of what is added: above zero for, below against
 */

/** Ops whose contributions cannot be worked out without the stage's parameters. */
export const WEIGHTED = new Set(["Conv", "Gemm", "BatchNormalization"]);

/**
 * The channels of one input that a channel of a stage is made from; twice where it is read twice.
 * @param {StageDescription} stage
 * @param {StageDescription[]} inputs what the stage reads, in its order
 * @param {string} source the name of one of the inputs
 * @param {number} to
 * @returns {number[]}
 */
export function channelsRead(stage, inputs, source, to) {
  const [count = 1, ...cells] = inputs.find(({ name }) => name === source)?.shape ?? [];
  if (stage.op === "Gemm" || stage.op === "Softmax") return range(0, count);
  if (stage.op === "Flatten") return [Math.floor(to / cells.reduce((product, size) => product * size, 1))];
  if (stage.op === "Conv") {
    const { groups = 1 } = stage.attributes;
    const group = Math.floor((to * groups) / (stage.shape[0] ?? 1));
    return range((group * count) / groups, count / groups);
  }
  if (stage.op !== "Concat") return inputs.filter(({ name }) => name === source).map(() => to);
  let start = 0;
  return inputs.flatMap(({ name, shape: [size = 0] }) => {
    const own = to - start;
    start += size;
    return name === source && own >= 0 && own < size ? [own] : [];
  });
}

/**
 * What one map of an input adds to one map of a stage, in the mean over the cells. Of a vector all values can be asked about
 * together: null.
 * @param {Read} read
 * @param {number | null} from a channel of the input
 * @param {number | null} to a channel of the stage
 * @returns {Contribution}
 */
export function contribution(read, from, to) {
  const { run, stage, inputs, source } = read;
  const add = ADDED[stage.op] ?? whole;
  const { rows, columns } = mapSize(run.stage(stage.name).shape);
  const asked = to === null ? range(0, stage.shape[0] ?? 1) : [to];
  let [absolute, total] = [0, 0];
  for (const channel of asked) {
    const into = new Float64Array(rows * columns);
    for (const each of channelsRead(stage, inputs, source, channel)) {
      if (from === null || each === from) add(into, read, each, channel);
    }
    for (const value of into) {
      absolute += Math.abs(value);
      total += value;
    }
  }
  const cells = rows * columns * asked.length;
  return { size: absolute / cells, mean: total / cells };
}

/**
 * @typedef {(into: Float64Array, read: Read, from: number, to: number) => void} Add adds what channel `from` of the source
 *   gives to each cell of channel `to`
 */

/** @type {Record<string, Add>} by op */
const ADDED = {
  Conv: convolved,
  Gemm: weighed,
  BatchNormalization: scaled,
  Softmax: exponentials,
  Flatten: flattened,
  Add: asItIs,
  Concat: asItIs,
};

/** @type {Add} windows times kernel slice */
function convolved(into, { run, stage, inputs, parameters, source }, from, to) {
  const values = run.map(source, from);
  const { rows, columns } = mapSize(run.stage(source).shape);
  const { rows: outputRows, columns: outputColumns } = mapSize(stage.shape);
  const { stride, padding, dilation = [1, 1] } = stage.attributes;
  const { values: weight, shape } = /** @type {Parameter} */ (parameters.weight);
  const [, size = 1, height = 1, width = 1] = shape;
  const slice = from - (channelsRead(stage, inputs, source, to)[0] ?? 0);
  const kernel = weight.subarray((to * size + slice) * height * width);
  for (let r = 0; r < outputRows; r++) {
    for (let c = 0; c < outputColumns; c++) {
      let sum = 0;
      for (let i = 0; i < height; i++) {
        const row = r * stride[0] - padding[0] + i * dilation[0];
        if (row < 0 || row >= rows) continue;
        for (let j = 0; j < width; j++) {
          const column = c * stride[1] - padding[1] + j * dilation[1];
          if (column < 0 || column >= columns) continue;
          sum += (kernel[i * width + j] ?? 0) * (values[row * columns + column] ?? 0);
        }
      }
      into[r * outputColumns + c] = (into[r * outputColumns + c] ?? 0) + sum;
    }
  }
}

/** @type {Add} value times weight */
function weighed(into, { run, parameters, source }, from, to) {
  const { values, shape } = /** @type {Parameter} */ (parameters.weight);
  const weight = values[to * (shape[1] ?? 1) + from] ?? 0;
  into[0] = (into[0] ?? 0) + weight * (run.stageValues(source)[from] ?? 0);
}

/** @type {Add} the value times scale / deviation; the shift is the channel's own */
function scaled(into, { run, stage, parameters, source }, from) {
  const of = (/** @type {string} */ name) => parameters[name]?.values[from] ?? 0;
  addTo(into, run.map(source, from), of("scale") / Math.sqrt(of("variance") + stage.attributes.epsilon));
}

/** @type {Add} a class's own exponential, for it; those of the others, against it: each as a part of their sum */
function exponentials(into, { run, source }, from, to) {
  const logits = run.stageValues(source);
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  const share = Math.exp((logits[from] ?? 0) - largest) / sum;
  into[0] = (into[0] ?? 0) + (from === to ? share : -share);
}

/** @type {Add} the one cell that the value is */
function flattened(into, { run, source }, from, to) {
  const values = run.map(source, from);
  into[0] = (into[0] ?? 0) + (values[to % values.length] ?? 0);
}

/** @type {Add} */
function asItIs(into, { run, source }, from) {
  addTo(into, run.map(source, from), 1);
}

/** @type {Add} the map is made from this one alone */
function whole(into, { run, stage }, _, to) {
  addTo(into, run.map(stage.name, to), 1);
}

/**
 * @param {Float64Array} into
 * @param {Float32Array} values
 * @param {number} factor
 */
function addTo(into, values, factor) {
  for (let cell = 0; cell < into.length; cell++)
    into[cell] = (into[cell] ?? 0) + (values[cell] ?? 0) * factor;
}

/**
 * @param {number} start
 * @param {number} count
 */
function range(start, count) {
  return Array.from({ length: count }, (_, k) => start + k);
}

/** Where a stage's size, its parameters and its multiply-adds come from: the arithmetic, in the stage's own figures. */

import { texts } from "../texts.js";
import { printCount } from "./count.js";
import { size } from "./run.js";
import { windowOf } from "./window.js";

/** @typedef {import("../api.js").StageDescription} StageDescription */
const names = texts.about.lines;

/** @typedef {{ name: string, text: string }} Line a sum that is written out, such as `4 × 9 + 4 = 40` */

/**
 * @param {StageDescription} stage
 * @param {number[][]} inputs shapes of the stages that it reads
 * @returns {Line[]}
 */
export function sizeLines(stage, inputs) {
  const { rows, columns } = stage.receptive_field;
  const lines = [...lengths(stage, inputs), values(stage, inputs)];
  lines.push({ name: names.parameters, text: parameters(stage, inputs) });
  lines.push({ name: names.multiplyAdds, text: multiplyAdds(stage, inputs) });
  if (stage.inputs.length > 0) lines.push({ name: names.sees, text: texts.about.sees(rows, columns) });
  return lines;
}

/**
 * Channels, rows and columns, where they are not those of the stage before.
 * @param {StageDescription} stage
 * @param {number[][]} inputs
 * @returns {Line[]}
 */
function lengths(stage, inputs) {
  if (stage.op === "Concat") {
    const channels = inputs.map(([each = 0]) => printCount(each)).join(" + ");
    return [{ name: names.channels, text: `${channels} = ${printCount(stage.shape[0] ?? 0)}` }];
  }
  const window = windowOf(stage);
  if (!window) return [];
  const [vertical, horizontal] = [0, 1].map((axis) => {
    const before = window.padding[axis] ?? 0;
    const after = window.padding[axis + 2] ?? 0;
    const written = positions({
      length: inputs[0]?.[axis + 1] ?? 1,
      before,
      after,
      kernel: window.kernel[axis] ?? 1,
      stride: window.stride[axis] ?? 1,
      dilation: window.dilation[axis] ?? 1,
    });
    return `${written} = ${printCount(stage.shape[axis + 1] ?? 1)}`;
  });
  if (vertical === horizontal) return [{ name: names.both, text: vertical ?? "" }];
  return [
    { name: names.rows, text: vertical ?? "" },
    { name: names.columns, text: horizontal ?? "" },
  ];
}

/**
 * How many places a window has along one axis: (length + padding − extent) / stride + 1, rounded down.
 * @param {{ length: number, before: number, after: number, kernel: number, stride: number, dilation: number }} axis
 */
function positions({ length, before, after, kernel, stride, dilation }) {
  const padding = before === after ? (before === 0 ? "" : ` + 2 · ${before}`) : ` + ${before} + ${after}`;
  const extent = dilation === 1 ? `${kernel}` : `(${dilation} · (${kernel} − 1) + 1)`;
  const room = length + before + after - (dilation * (kernel - 1) + 1);
  const places = `(${length}${padding} − ${extent}) / ${stride}`;
  return `${room % stride === 0 ? places : `⌊${places}⌋`} + 1`;
}

/**
 * @param {StageDescription} stage
 * @param {number[][]} inputs
 * @returns {Line}
 */
function values({ op, shape }, inputs) {
  const written = op === "Flatten" ? (inputs[0] ?? shape) : shape;
  const text =
    written.length > 1 ? `${product(written)} = ${printCount(size(shape))}` : printCount(size(shape));
  return { name: names.values, text };
}

/**
 * @param {StageDescription} stage
 * @param {number[][]} inputs
 */
function parameters(stage, inputs) {
  const [outputs = 1] = stage.shape;
  const total = ` = ${printCount(stage.parameters)}`;
  if (stage.op === "Conv") return `${kernels(stage, inputs)} + ${printCount(outputs)}${total}`;
  if (stage.op === "Gemm")
    return `${product([inputs[0]?.[0] ?? 1, outputs])} + ${printCount(outputs)}${total}`;
  if (stage.op === "BatchNormalization") return `4 × ${printCount(outputs)}${total}`;
  return printCount(stage.parameters);
}

/**
 * @param {StageDescription} stage
 * @param {number[][]} inputs
 */
function multiplyAdds(stage, inputs) {
  const [outputs = 1, rows = 1, columns = 1] = stage.shape;
  const total = ` = ${printCount(stage.multiply_adds)}`;
  if (stage.op === "Conv") return `${kernels(stage, inputs)} × ${product([rows, columns])}${total}`;
  if (stage.op === "Gemm") return `${product([inputs[0]?.[0] ?? 1, outputs])}${total}`;
  return printCount(stage.multiply_adds);
}

/**
 * The weights of all kernels of a convolution: kernels × channels that each sees × rows × columns.
 * @param {StageDescription} stage
 * @param {number[][]} inputs
 */
function kernels({ shape, attributes }, inputs) {
  const { kernel = [1, 1], groups = 1 } = attributes;
  const channels = inputs[0]?.[0] ?? 1;
  const seen = groups === 1 ? printCount(channels) : `(${printCount(channels)} / ${printCount(groups)})`;
  return `${printCount(shape[0] ?? 1)} × ${seen} × ${product(kernel)}`;
}

/** @param {number[]} numbers */
function product(numbers) {
  return numbers.map(printCount).join(" × ");
}

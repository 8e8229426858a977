/** How much each map that a convolution reads adds to one of its maps. */

/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("./run.js").Run} Run */

/**
 * @typedef {object} Kernels
 * @property {Float32Array} weight all weights, in the order (kernels, channels, rows, columns)
 * @property {number[]} shape
 */

/**
 * @typedef {object} Contribution
 * @property {number} channel of the source
 * @property {number} size the mean of the absolute values of what it adds, over all cells
 * @property {number} mean of what it adds: above zero for, below against
 */

/**
 * @param {Run} run
 * @param {StageDescription} stage a convolution
 * @param {Kernels} kernels
 * @param {number} channel of the convolution
 * @param {number[]} [only] the source's channels that are asked about; all that it reads where left out
 * @returns {Contribution[]}
 */
export function contributions(run, stage, kernels, channel, only) {
  const [count = 1, size = 1] = kernels.shape;
  const first = Math.floor((channel * (stage.attributes.groups ?? 1)) / count) * size;
  const read = Array.from({ length: size }, (_, k) => first + k);
  const asked = only ? read.filter((each) => only.includes(each)) : read;
  return asked.map((source) => contribution(run, stage, kernels, channel, source, source - first));
}

/**
 * @param {Run} run
 * @param {StageDescription} stage
 * @param {Kernels} kernels
 * @param {number} channel
 * @param {number} source
 * @param {number} k which of the kernel's channels lies on the source
 * @returns {Contribution}
 */
function contribution(run, stage, { weight, shape }, channel, source, k) {
  const name = stage.inputs[0] ?? "";
  const values = run.map(name, source);
  const [, rows = 1, columns = 1] = run.stage(name).shape;
  const [, size = 1, height = 1, width = 1] = shape;
  const [, outputRows = 1, outputColumns = 1] = stage.shape;
  const { stride, padding, dilation = [1, 1] } = stage.attributes;
  const kernel = weight.subarray((channel * size + k) * height * width);
  let [absolute, total] = [0, 0];
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
      absolute += Math.abs(sum);
      total += sum;
    }
  }
  const cells = outputRows * outputColumns;
  return { channel: source, size: absolute / cells, mean: total / cells };
}

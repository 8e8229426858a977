/** A run in the browser: the server's summary, and every stage's values as typed arrays. */

/**
 * @typedef {object} StageSummary
 * @property {string} name
 * @property {string} op
 * @property {string[]} inputs
 * @property {number[]} shape
 * @property {number} minimum
 * @property {number} maximum
 *
 * @typedef {"stage" | "map" | "network"} Scale what one scale of colours spans
 *
 * @typedef {{ class: string, probability: number, logit: number }} Prediction
 * @typedef {{ code: string, message: string }} Notice
 * @typedef {{ step: string, message: string, width: number, height: number, picture: string, details?: Record<string, unknown> }} PreprocessingStep
 *
 * @typedef {object} RunSummary
 * @property {string} id
 * @property {string} model
 * @property {number | null} checkpoint the point of training that the model was at; null for the trained model
 * @property {Prediction[]} predictions
 * @property {Notice[]} warnings
 * @property {PreprocessingStep[]} preprocessing
 * @property {StageSummary[]} stages
 */

/** One image through one model. It is never changed: a new image is a new Run. */
export class Run {
  /**
   * @param {RunSummary} summary
   * @param {ArrayBuffer | Float32Array} values of all stages, in the order of `summary.stages`; bytes are
   *   little-endian float32
   * @param {Run[]} [alike] runs of the same shapes that are drawn beside this one: their colours have one scale
   */
  constructor(summary, values, alike = []) {
    this.summary = summary;
    this.id = summary.id;
    this.alike = alike;
    /** @type {Map<string, Float32Array>} */
    this.values = new Map();
    /** @type {Map<string, StageSummary>} */
    this.stages = new Map();
    const all = values instanceof Float32Array ? values : readFloats(values);
    this.all = all;
    let start = 0;
    for (const stage of summary.stages) {
      const end = start + size(stage.shape);
      this.values.set(stage.name, all.subarray(start, end));
      this.stages.set(stage.name, stage);
      start = end;
    }
    if (start !== all.length) {
      throw new Error(`The run's stages have ${start} values, but ${all.length} arrived.`);
    }
  }

  /** @param {string} name */
  stage(name) {
    const stage = this.stages.get(name);
    if (!stage) throw new Error(`The run has no stage ${name}.`);
    return stage;
  }

  /**
   * The values of one map, row by row; of a vector, its one value.
   * @param {string} name
   * @param {number} channel
   */
  map(name, channel) {
    const { rows, columns } = mapSize(this.stage(name).shape);
    const cells = rows * columns;
    return this.stageValues(name).subarray(channel * cells, (channel + 1) * cells);
  }

  /** @param {string} name */
  stageValues(name) {
    return this.values.get(name) ?? new Float32Array();
  }

  /**
   * @param {import("../api.js").Cell} cell
   */
  value({ stage, channel, row, column }) {
    return this.map(stage, channel)[row * mapSize(this.stage(stage).shape).columns + column] ?? 0;
  }

  /**
   * The largest absolute value, which colours are scaled by: of a stage, of one map, or of the whole network.
   * @param {string} name
   * @param {Scale} [scale]
   * @param {number} [channel] of the map; without one, of a stage whose values belong to no map
   * @returns {number}
   */
  limit(name, scale = "stage", channel) {
    const { minimum, maximum } = this.range(name, scale, channel);
    const others = this.alike.map((run) => run.limit(name, scale, channel));
    return Math.max(Math.abs(minimum), Math.abs(maximum), ...others);
  }

  /**
   * The smallest and the largest value that a scale spans.
   * @param {string} name
   * @param {Scale} [scale]
   * @param {number} [channel]
   */
  range(name, scale = "stage", channel) {
    const stage = this.stage(name);
    if (scale === "network") return this.#networkRange();
    if (scale === "map" && channel !== undefined && stage.shape.length > 1)
      return extent(this.map(name, channel));
    return { minimum: stage.minimum, maximum: stage.maximum };
  }

  /** Over all stages but the picture and the probabilities, which are not drawn with this scale's colours. */
  #networkRange() {
    const stages = this.summary.stages.filter(({ op }) => op !== "Input" && op !== "Softmax");
    return {
      minimum: Math.min(...stages.map(({ minimum }) => minimum)),
      maximum: Math.max(...stages.map(({ maximum }) => maximum)),
    };
  }
}

/** @param {Float32Array} values */
export function extent(values) {
  let [minimum, maximum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { minimum, maximum };
}

/** @param {number[]} shape */
export function size(shape) {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * Rows and columns of one map; a value of a vector is a map of one cell.
 * @param {number[]} shape
 */
export function mapSize(shape) {
  return { rows: shape[1] ?? 1, columns: shape[2] ?? 1 };
}

/**
 * "8 × 28 × 28"
 * @param {number[]} shape
 */
export function printShape(shape) {
  return shape.join(" × ");
}

/**
 * The index of the largest value, the first of equals.
 * @param {Float32Array | number[]} values
 */
export function argmax(values) {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

/**
 * The cell to look at first when a map is opened: where the map is strongest.
 * @param {Run} run
 * @param {string} stage
 * @param {number} channel
 */
export function strongestCell(run, stage, channel) {
  const values = run.map(stage, channel);
  const at = values.reduce(
    (best, value, index) => (Math.abs(value) > Math.abs(values[best] ?? 0) ? index : best),
    0,
  );
  const { columns } = mapSize(run.stage(stage).shape);
  return { stage, channel, row: Math.floor(at / columns), column: at % columns };
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Float32Array}
 */
function readFloats(bytes) {
  if (new Uint8Array(new Uint32Array([1]).buffer)[0] === 1) return new Float32Array(bytes);
  const view = new DataView(bytes);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/**
 * "conv1 [3, 10, 14]", or "dense [7]" for a value of a vector.
 * @param {import("../api.js").Cell} cell
 * @param {Run} run
 */
export function placeName(cell, run) {
  const vector = run.stage(cell.stage).shape.length === 1;
  return `${cell.stage} [${vector ? cell.channel : `${cell.channel}, ${cell.row}, ${cell.column}`}]`;
}

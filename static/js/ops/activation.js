/** Activations that bend every value by itself: the curve, with the point that this cell is. */

import { print } from "../core/decimal.js";
import { make, makeSvg } from "../elements/make.js";
import { texts } from "../texts.js";

const HALF = 90;
/** Pieces that a bent curve is drawn in. */
const PIECES = 90;

/**
 * @typedef {object} Curve
 * @property {(x: number, attributes: Record<string, any>) => number} of
 * @property {(x: string, print: (value: number) => string, attributes: Record<string, any>) => string} equation
 * @property {boolean} [bounded] its values lie between -1 and 1: they have a scale of their own
 */

/** @type {Record<string, Curve>} by the op's name */
const CURVES = {
  Relu: { of: (x) => Math.max(0, x), equation: (x) => `max(0, ${x})` },
  LeakyRelu: {
    of: (x, { alpha }) => (x > 0 ? x : alpha * x),
    equation: (x, _, { alpha }) => (x.startsWith("−") ? `${alpha} · ${x}` : x),
  },
  Clip: {
    of: (x, { minimum, maximum }) => Math.min(maximum, Math.max(minimum, x)),
    equation: (x, print, { minimum, maximum }) => `min(${print(maximum)}, max(${print(minimum)}, ${x}))`,
  },
  Sigmoid: {
    of: (x) => 1 / (1 + Math.exp(-x)),
    equation: (x) => `1 / (1 + exp(${x.startsWith("−") ? x.slice(1) : `−${x}`}))`,
    bounded: true,
  },
  Tanh: { of: Math.tanh, equation: (x) => `tanh(${x})`, bounded: true },
};

/**
 * The curve of an op, with the point of this cell; values of the map before go from end to end of its axis.
 * @param {import("./view.js").View} view
 */
export function curve({ ledger, run, stage }) {
  const { of, bounded } = curveOf(stage.op);
  const value = ledger.terms[0]?.value ?? 0;
  const limit = run.limit(stage.inputs[0] ?? "") || 1;
  const across = (/** @type {number} */ x) => round((x / limit) * HALF);
  const up = (/** @type {number} */ y) => round((-y / (bounded ? 1 : limit)) * HALF);
  const y = (/** @type {number} */ x) => up(of(x, stage.attributes));
  const line = Array.from({ length: 2 * PIECES + 1 }, (_, k) => {
    const x = (k / PIECES - 1) * limit;
    return `${across(x)} ${y(x)}`;
  });
  const below = Math.max(20, ...line.map((place) => Number(place.split(" ")[1]) + 10));
  return makeSvg(
    "svg",
    {
      viewBox: `-100 -100 200 ${100 + below}`,
      class: "curve",
      role: "img",
      "aria-label": texts.ops.curve(texts.ops.told[stage.op]?.title ?? stage.op, print(value, 2)),
    },
    makeSvg("path", { class: "axis", d: `M-96 0H96M0 ${below - 4}V-96` }),
    makeSvg("path", { class: "line", d: `M${line.join("L")}` }),
    makeSvg("path", { class: "drop", d: `M${across(value)} 0V${y(value)}` }),
    makeSvg("circle", { class: "point", cx: across(value), cy: y(value), r: 5 }),
  );
}

/**
 * "max(0, −1.20) = 0.00"
 * @param {import("./view.js").View} view
 */
export function equation({ ledger, stage, digits }) {
  const value = print(ledger.terms[0]?.value ?? 0, digits);
  const said = curveOf(stage.op).equation(value, (number) => print(number, digits), stage.attributes);
  return make("p", { class: "equation" }, `${said} = `, make("output", {}, print(ledger.result, digits)));
}

/** @param {import("./view.js").View} view */
export function activation(view) {
  return [curve(view), equation(view)];
}

/** @param {string} op */
function curveOf(op) {
  return /** @type {Curve} */ (CURVES[op]);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

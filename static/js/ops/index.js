/** The page's knowledge of each op, found by the op's name. */

import { texts } from "../texts.js";
import { activation } from "./activation.js";
import { conv } from "./conv.js";
import { dense } from "./dense.js";
import { flatten } from "./flatten.js";
import { addition, concatenation } from "./merge.js";
import { input, other } from "./move.js";
import { norm } from "./norm.js";
import { averagePool, globalAveragePool, maxPool } from "./pool.js";
import { relu } from "./relu.js";
import { softmax } from "./softmax.js";

/** @typedef {import("./view.js").Working} Working */

const VIEWS = /** @type {Record<string, Working>} */ ({
  Input: input,
  Conv: conv,
  Relu: relu,
  LeakyRelu: activation,
  Clip: activation,
  Sigmoid: activation,
  Tanh: activation,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  Flatten: flatten,
  Gemm: dense,
  Softmax: softmax,
  BatchNormalization: norm,
  Add: addition,
  Concat: concatenation,
});

/** @param {string} op */
export function viewOf(op) {
  const { title, sentences } = texts.ops.told[op] ?? { title: op, sentences: ["", "", ""] };
  return { title, sentences, working: VIEWS[op] ?? other };
}

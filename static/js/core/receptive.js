/** Receptive fields: what a cell sees of the input, and which cells a pixel reaches. The same geometry as the engine's. */

/** @typedef {import("../api.js").StageDescription} StageDescription */
/** @typedef {import("./window.js").Span} Span */

/**
 * The part of the input that a cell of a stage can see; it can reach over the edge, into the padding.
 * @param {StageDescription[]} stages in network order, the input first
 * @param {string} stage
 * @param {number} row
 * @param {number} column
 * @returns {Span | null} null for an unknown stage
 */
export function receptiveField(stages, stage, row, column) {
  /** @type {Map<string, Span>} */
  const spans = new Map([[stage, { top: row, left: column, bottom: row, right: column }]]);
  const shapes = new Map(stages.map((each) => [each.name, each.shape]));
  for (const reader of [...stages].reverse()) {
    const span = spans.get(reader.name);
    if (!span) continue;
    for (const source of reader.inputs) {
      const seen = spanBehind(reader, shapes.get(source) ?? [], span);
      const before = spans.get(source);
      spans.set(source, before ? union(before, seen) : seen);
    }
  }
  return spans.get(stages[0]?.name ?? "") ?? null;
}

/**
 * What a span of `reader` reads of a stage of shape `source`.
 * @param {StageDescription} reader
 * @param {number[]} source
 * @param {Span} span
 * @returns {Span}
 */
function spanBehind({ attributes, shape }, source, span) {
  const { kernel, stride, padding, dilation = [1, 1] } = attributes;
  if (kernel && stride && padding) {
    return {
      top: span.top * stride[0] - padding[0],
      left: span.left * stride[1] - padding[1],
      bottom: span.bottom * stride[0] - padding[0] + (kernel[0] - 1) * dilation[0],
      right: span.right * stride[1] - padding[1] + (kernel[1] - 1) * dilation[1],
    };
  }
  const [, rows = 1, columns = 1] = source;
  if (source.length === 3 && (shape[1] !== rows || shape[2] !== columns)) {
    return { top: 0, left: 0, bottom: rows - 1, right: columns - 1 };
  }
  return span;
}

/**
 * @param {Span} a
 * @param {Span} b
 * @returns {Span}
 */
function union(a, b) {
  return {
    top: Math.min(a.top, b.top),
    left: Math.min(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

/**
 * What a pixel of the input reaches in one stage: of maps the same stretch of each, of a vector some of its values.
 * @typedef {{ span: Span } | { values: number[] }} Reached
 */

/**
 * The cells of every stage that a pixel of the input can reach: those whose receptive field it lies in. Stages that it
 * does not reach are left out.
 * @param {StageDescription[]} stages in network order, the input first
 * @param {number} row
 * @param {number} column
 * @returns {Map<string, Reached>}
 */
export function reach(stages, row, column) {
  /** @type {Map<string, Reached>} */
  const reached = new Map();
  const shapes = new Map(stages.map((each) => [each.name, each.shape]));
  const [input] = stages;
  if (input) reached.set(input.name, { span: { top: row, left: column, bottom: row, right: column } });
  for (const stage of stages) {
    for (const name of stage.inputs) {
      const source = reached.get(name);
      const ahead = source && reachedAhead(stage, shapes.get(name) ?? [], source);
      const before = reached.get(stage.name);
      if (ahead) reached.set(stage.name, before ? both(before, ahead) : ahead);
    }
  }
  return reached;
}

/**
 * @param {StageDescription} stage
 * @param {number[]} source shape of what it reads
 * @param {Reached} reached of the source
 * @returns {Reached | null}
 */
function reachedAhead({ op, attributes, shape }, source, reached) {
  const [count = 0, rows = 1, columns = 1] = shape;
  if ("values" in reached) return op === "Gemm" || op === "Softmax" ? { values: range(count) } : reached;
  if (op === "Flatten" || op === "Reshape") return { values: flattened(source, reached.span) };
  if (shape.length === 1) return { values: range(count) };
  const { kernel, stride, padding, dilation = [1, 1] } = attributes;
  if (kernel && stride && padding) {
    const { span } = reached;
    const [top, bottom] = ahead(span.top, span.bottom, rows, kernel[0], stride[0], padding[0], dilation[0]);
    const [left, right] = ahead(
      span.left,
      span.right,
      columns,
      kernel[1],
      stride[1],
      padding[1],
      dilation[1],
    );
    return top <= bottom && left <= right ? { span: { top, left, bottom, right } } : null;
  }
  const same = source[1] === rows && source[2] === columns;
  return same ? reached : { span: { top: 0, left: 0, bottom: rows - 1, right: columns - 1 } };
}

/**
 * The first and the last place of a window that covers one of the cells from `low` to `high`.
 * @param {number} low
 * @param {number} high
 * @param {number} count places of the window
 * @param {number} kernel
 * @param {number} stride
 * @param {number} padding
 * @param {number} dilation
 * @returns {[number, number]} the first one is larger where there is none
 */
function ahead(low, high, count, kernel, stride, padding, dilation) {
  const covers = (/** @type {number} */ place) =>
    range(kernel).some((k) => {
      const cell = place * stride - padding + k * dilation;
      return cell >= low && cell <= high;
    });
  let first = Math.max(0, Math.ceil((low + padding - (kernel - 1) * dilation) / stride));
  let last = Math.min(count - 1, Math.floor((high + padding) / stride));
  while (first <= last && !covers(first)) first++;
  while (last >= first && !covers(last)) last--;
  return [first, last];
}

/**
 * The values of a vector that the cells of a stretch of each map were written to.
 * @param {number[]} shape of the maps
 * @param {Span} span
 */
function flattened([channels = 1, rows = 1, columns = 1], { top, left, bottom, right }) {
  const values = [];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++)
        values.push((channel * rows + row) * columns + column);
    }
  }
  return values;
}

/** @param {number} count */
function range(count) {
  return Array.from({ length: count }, (_, index) => index);
}

/**
 * @param {Reached} a
 * @param {Reached} b
 * @returns {Reached}
 */
function both(a, b) {
  if ("span" in a && "span" in b) return { span: union(a.span, b.span) };
  const values = [a, b].flatMap((each) => ("values" in each ? each.values : []));
  return { values: [...new Set(values)].sort((x, y) => x - y) };
}

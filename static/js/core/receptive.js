/** Receptive fields: what a cell sees of the input. The same geometry as the engine's. */

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

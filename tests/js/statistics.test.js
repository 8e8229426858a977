/** Statistics of values: exact counts, and bars with zero at an edge. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BARS, barsOf, histogram, statistics } from "../../static/js/core/statistics.js";

test("the figures of a few values", () => {
  const values = Float32Array.of(-2, 0, 0, 1, 4, -0);
  assert.deepEqual(statistics(values), {
    count: 6,
    minimum: -2,
    maximum: 4,
    mean: 0.5,
    zeros: 3,
    negative: 1,
  });
});

test("bars reach every value, and zero is an edge", () => {
  for (const [minimum, maximum] of [
    [-8.93, 5.05],
    [-1e-6, 3],
    [0, 2.5],
    [1, 2],
    [-4, -1],
    [-3, 1e-7],
  ]) {
    const { below, above, width } = barsOf({ minimum, maximum });
    assert.equal(below + above, BARS);
    assert.ok(
      -below * width <= Math.min(0, minimum) + 1e-12 && above * width >= Math.max(0, maximum) - 1e-12,
    );
  }
  assert.equal(barsOf({ minimum: 0, maximum: 0 }).width, 0);
});

test("each value that is not zero is in one bar, on its own side of zero", () => {
  const values = Float32Array.of(-8, -1e-20, 1e-20, 0, 0, 3.99, 4);
  const { counts, below } = histogram(values, barsOf({ minimum: -8, maximum: 4 }));
  assert.equal(
    counts.reduce((a, b) => a + b),
    5,
  );
  assert.equal(
    counts.slice(0, below).reduce((a, b) => a + b),
    2,
  );
  assert.equal(counts[below - 1], 1);
  assert.equal(counts[below], 1);
  assert.equal(counts.at(-1), 2);
  assert.equal(counts[0], 1);
});

test("zeros alone fill no bar", () => {
  const { counts } = histogram(new Float32Array(9), barsOf({ minimum: 0, maximum: 0 }));
  assert.ok(counts.every((count) => count === 0));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { largestGroups, printedShare, printedSum } from "../../static/js/core/ledger.js";

const term = (more) => ({
  source: null,
  value: null,
  weight: null,
  product: null,
  kernel: null,
  wins: null,
  shifted: null,
  exponential: null,
  ...more,
});
const ledger = (more) => ({
  terms: [],
  subtotals: [],
  figures: [],
  sum: null,
  bias: null,
  result: 0,
  ...more,
});

/** Numbers that look random and are the same each time. */
function* noise(seed) {
  let state = seed;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield (state / 2147483648 - 0.5) * 6;
  }
}

test("whatever the numbers and the digits, sum, bias and rounding make the result", () => {
  const numbers = noise(7);
  const next = () => Math.fround(numbers.next().value);
  for (let digits = 2; digits <= 7; digits++) {
    for (let count = 1; count < 200; count += 37) {
      const terms = Array.from({ length: count }, () => {
        const [value, weight] = [next(), next()];
        return term({ value, weight, product: value * weight });
      });
      const bias = next();
      const result = Math.fround(terms.reduce((total, each) => total + each.product, bias));
      const printed = printedSum(ledger({ terms, bias, result }), digits);
      assert.equal(printed.sum + printed.bias + printed.rounding, printed.result);
      assert.equal(printed.groups[0].sum, printed.sum);
      const bound = count * (0.5 + 3 + 0.5) + 2; // half a unit for each product, and for value and weight times 3
      assert.ok(Math.abs(Number(printed.rounding)) <= bound, `${printed.rounding} of ${bound}`);
    }
  }
});

test("terms are grouped by channel", () => {
  const terms = [1, 2, 3, 4].map((value) => term({ value, weight: 1, product: value }));
  const subtotals = [
    { channel: 5, sum: 3 },
    { channel: 6, sum: 7 },
  ];
  const { groups } = printedSum(ledger({ terms, subtotals, bias: 0, result: 10 }), 2);
  assert.deepEqual(
    groups.map(({ channel, sum }) => [channel, sum]),
    [
      [5, 300n],
      [6, 700n],
    ],
  );
});

test("a mean is its sum over its count", () => {
  const terms = [1, 2, 2].map((value) => term({ value }));
  const mean = ledger({ terms, sum: 5, figures: [{ name: "count", value: 3 }], result: 5 / 3 });
  assert.deepEqual(printedShare(mean, 2), { sum: 500n, rounding: 0n, result: 167n });
});

test("a share is an exponential over the sum of all", () => {
  const terms = [1, 0.5].map((exponential) => term({ exponential, value: 0 }));
  const share = ledger({ terms, sum: 1.5, figures: [{ name: "exponential", value: 0.5 }], result: 1 / 3 });
  assert.deepEqual(printedShare(share, 4), { sum: 15000n, rounding: 0n, result: 3333n });
});

test("of many channels those that add most are shown, and one that is asked for", () => {
  const groups = [3n, -9n, 1n, 7n, 0n, -2n].map((sum, channel) => ({ channel, terms: [], sum }));
  const channels = (/** @type {{ channel: number | null }[]} */ some) => some.map(({ channel }) => channel);
  assert.deepEqual(channels(largestGroups(groups, 3).shown), [1, 3, 0]);
  const asked = largestGroups(groups, 3, 4);
  assert.deepEqual(channels(asked.shown), [1, 3, 4]);
  assert.deepEqual(channels(asked.rest), [0, 5, 2]);
  assert.deepEqual(largestGroups(groups, 5), { shown: groups, rest: [] });
});

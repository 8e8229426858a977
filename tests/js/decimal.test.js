import assert from "node:assert/strict";
import { test } from "node:test";
import {
  add,
  divide,
  multiply,
  print,
  printDecimal,
  printPercent,
  toDecimal,
} from "../../static/js/core/decimal.js";

test("a value is rounded half away from zero, from its exact binary value", () => {
  assert.equal(toDecimal(0.5, 0), 1n);
  assert.equal(toDecimal(-0.5, 0), -1n);
  assert.equal(toDecimal(2.5, 0), 3n);
  assert.equal(toDecimal(1.005, 2), 100n); // the double below 1.005
  assert.equal(toDecimal(-0.03125, 4), -313n);
  assert.equal(toDecimal(123.456, 1), 1235n);
});

test("a value that is not a number has no decimal form", () => {
  assert.throws(() => toDecimal(Number.NaN, 2), /NaN/);
  assert.throws(() => toDecimal(Number.POSITIVE_INFINITY, 2), /Infinity/);
  assert.equal(print(Number.NaN, 2), "not a number");
  assert.equal(print(Number.NEGATIVE_INFINITY, 2), "−∞");
});

test("products and quotients are rounded once, with their sign", () => {
  assert.equal(multiply(21170n, -2364n, 4), -5005n); // 2.1170 * -0.2364 = -0.5004588
  assert.equal(multiply(1n, 5000n, 4), 1n); // a tie goes away from zero
  assert.equal(multiply(-1n, 5000n, 4), -1n);
  assert.equal(divide(10n, 30n, 1), 3n);
  assert.equal(divide(-10n, 60n, 1), -2n);
  assert.equal(divide(10n, -40n, 1), -3n);
});

test("sums are exact", () => {
  assert.equal(add(Array.from({ length: 10 }, () => toDecimal(0.1, 7))), toDecimal(1, 7));
});

test("figures are printed with a true minus sign and all their digits", () => {
  assert.equal(printDecimal(-312n, 4), "−0.0312");
  assert.equal(printDecimal(5n, 0), "5");
  assert.equal(print(-0.00001, 4), "0.0000");
  assert.equal(print(12.3456, 2), "12.35");
});

test("a share is never 100 % or 0 % by rounding alone", () => {
  assert.equal(printPercent(1), "100.0 %");
  assert.equal(printPercent(0.99999), ">99.9 %");
  assert.equal(printPercent(0.0001), "<0.1 %");
  assert.equal(printPercent(0), "0.0 %");
  assert.equal(printPercent(0.1234), "12.3 %");
});

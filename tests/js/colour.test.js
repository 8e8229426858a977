import assert from "node:assert/strict";
import { test } from "node:test";
import { ColourMap } from "../../static/js/core/colour.js";

const colours = new ColourMap([
  [-1, 0, 0, 100],
  [0, 255, 255, 255],
  [1, 100, 0, 0],
]);

/** @param {number} pixel as a canvas has it: red, green, blue, opacity */
const css = (pixel) => {
  const [red, green, blue] = new Uint8Array(new Uint32Array([pixel]).buffer);
  return `rgb(${red} ${green} ${blue})`;
};

test("a map that is coloured as a whole has the colour of each value", () => {
  const values = Float32Array.from({ length: 4000 }, (_, index) => (index - 2000) / 700);
  const pixels = new Uint32Array(values.length);
  for (const limit of [0.001, 1, 2.3, 5]) {
    colours.write(pixels, values, limit);
    for (const [index, value] of values.entries()) {
      assert.equal(css(pixels[index] ?? 0), colours.css(value, limit));
    }
  }
});

test("colours go from one end to the other, and stay there beyond it", () => {
  assert.equal(colours.css(-2, 2), "rgb(0 0 100)");
  assert.equal(colours.css(-3, 2), "rgb(0 0 100)");
  assert.equal(colours.css(0, 2), "rgb(255 255 255)");
  assert.equal(colours.css(7, 2), "rgb(100 0 0)");
  assert.equal(colours.ink(0, 1), "#000");
  assert.equal(colours.ink(2, 1), "#fff");
  // The nearest of 512 steps: half of one goes up.
  assert.notEqual(colours.css(0.5 / 256, 1), colours.css(0.49 / 256, 1));
});

test("a scale of nothing is all the colour of zero, and what has no value stays transparent", () => {
  const pixels = new Uint32Array([1, 2, 3, 4]);
  colours.write(pixels, [0, 0], 0);
  assert.deepEqual([...pixels].map(css).slice(0, 2), ["rgb(255 255 255)", "rgb(255 255 255)"]);
  assert.deepEqual([...pixels.slice(2)], [0, 0]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, writeAddress } from "../../static/js/address.js";
import { toNpy } from "../../static/js/core/npy.js";
import { exact, numbersOf, toCsv, toJson, toNumPy } from "../../static/js/core/numbers.js";
import { Run } from "../../static/js/core/run.js";

/** All kinds of float32, from their bits: ordinary, tiny, subnormal and huge ones. */
function floats() {
  const bits = new Uint32Array(20_000);
  let seed = 7;
  for (let index = 0; index < bits.length; index++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    bits[index] = index % 3 ? 0x3f000000 + (seed % 0x03000000) : seed;
  }
  bits.set([0, 1, 0x80000000, 0x007fffff, 0x00800000, 0x7f7fffff, 0x3f800000, 0x3dcccccd]);
  return new Float32Array(bits.buffer).filter(Number.isFinite);
}

test("every float32 is printed so that it is read back exactly, and in no more digits than that takes", () => {
  for (const value of floats()) {
    const text = exact(value);
    assert.ok(Object.is(Math.fround(Number(text)), value), `${value} is printed as ${text}`);
    const digits = text
      .replace(/e.*|^-/g, "")
      .replace(".", "")
      .replace(/^0+/, "")
      .replace(/0+$/, "").length;
    if (digits > 1) {
      assert.notEqual(Math.fround(Number(value.toPrecision(digits - 1))), value, `${text} is too long`);
    }
  }
});

test("round numbers stay short", () => {
  assert.deepEqual([0.1, 0.25, 1, -3, 1e10, 1e-7].map(Math.fround).map(exact), [
    "0.1",
    "0.25",
    "1",
    "-3",
    "10000000000",
    "1e-7",
  ]);
});

const map = { values: Float32Array.of(0.1, -2, 3, 0, 5.5, -0), shape: [2, 3] };
const vector = { values: Float32Array.of(0.1, -2), shape: [2] };
const strange = { values: Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -Infinity), shape: [3] };

test("a map becomes CSV, NumPy and JSON, row by row", () => {
  assert.equal(toCsv(map), "0.1,-2,3\n0,5.5,-0.0\n");
  assert.equal(toNumPy(map), "np.array([[0.1, -2, 3],\n          [0, 5.5, -0.0]], dtype=np.float32)");
  assert.deepEqual(JSON.parse(toJson(map)), [
    [0.1, -2, 3],
    [0, 5.5, -0],
  ]);
});

test("a vector becomes a list", () => {
  assert.equal(toCsv(vector), "0.1\n-2\n");
  assert.equal(toNumPy(vector), "np.array([0.1, -2], dtype=np.float32)");
  assert.equal(toJson(vector), "[0.1, -2]");
});

test("what is no number is said in each format's words", () => {
  assert.equal(toNumPy(strange), "np.array([np.nan, np.inf, -np.inf], dtype=np.float32)");
  assert.equal(toJson(strange), "[null, null, null]");
});

test("a .npy file has NumPy's header and the values, byte by byte", () => {
  const file = toNpy(map);
  assert.deepEqual([...file.slice(0, 8)], [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const start = 10 + new DataView(file.buffer).getUint16(8, true);
  assert.equal(start % 64, 0);
  const header = new TextDecoder().decode(file.slice(10, start));
  assert.match(header, /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/);
  assert.deepEqual(new Uint8Array(map.values.buffer), file.slice(start));
  assert.match(new TextDecoder().decode(toNpy(vector).slice(10, 128)), /'shape': \(2,\)/);
});

test("the numbers of a map are its rows and columns, those of a vector all its values", () => {
  const stage = { inputs: [], minimum: 0, maximum: 1 };
  const run = new Run(
    {
      id: "abc",
      model: "m",
      checkpoint: null,
      predictions: [],
      warnings: [],
      preprocessing: [],
      stages: [
        { ...stage, name: "conv", op: "Conv", shape: [2, 1, 2] },
        { ...stage, name: "dense", op: "Gemm", shape: [3] },
      ],
    },
    Float32Array.of(1, 2, 3, 4, 5, 6, 7).buffer,
  );
  assert.deepEqual(numbersOf(run, "conv", 1), { values: Float32Array.of(3, 4), shape: [1, 2] });
  assert.deepEqual(numbersOf(run, "dense", 2), { values: Float32Array.of(5, 6, 7), shape: [3] });
});

test("the map whose numbers are open stands in the address, whatever its stage is called", () => {
  for (const stage of ["conv1", "/features/0/Conv.2", "a b&c"]) {
    const sheet = { stage, channel: 12 };
    assert.deepEqual(readAddress(writeAddress({ model: "m", sheet })).sheet, sheet);
  }
  for (const search of ["?sheet=conv1", "?sheet=.3", "?sheet=conv1.x", "?sheet=", "?model=m"]) {
    assert.equal(readAddress(search).sheet, null);
  }
});

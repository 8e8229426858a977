/** NumPy's file format (NEP 1, version 1.0), for arrays of float32. */

/** The header fills up whole blocks of so many bytes. */
const BLOCK = 64;
const MAGIC = [0x93, ..."NUMPY"].map((each) => (typeof each === "string" ? each.charCodeAt(0) : each));
const VERSION = [1, 0];
/** Bytes before the header's text: magic, version, and the text's length. */
const BEFORE = MAGIC.length + VERSION.length + 2;

/**
 * The bytes of a `.npy` file.
 * @param {import("./numbers.js").Numbers} numbers
 */
export function toNpy({ values, shape }) {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const words = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((BEFORE + words.length + 1) / BLOCK) * BLOCK;
  const header = `${words.padEnd(length - BEFORE - 1)}\n`;
  const file = new Uint8Array(length + values.length * 4);
  const view = new DataView(file.buffer);
  file.set([...MAGIC, ...VERSION]);
  view.setUint16(BEFORE - 2, header.length, true);
  file.set(new TextEncoder().encode(header), BEFORE);
  for (const [index, value] of values.entries()) view.setFloat32(length + index * 4, value, true);
  return file;
}

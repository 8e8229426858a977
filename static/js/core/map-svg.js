/** A map as an SVG file: a square a cell in the page's colours, with its value written in it. */

import { inkOn } from "./colour.js";

/**
 * @typedef {object} Drawn
 * @property {ArrayLike<number>} pixels red, green, blue and opacity of each cell, row by row
 * @property {number} rows
 * @property {number} columns
 * @property {string} title
 * @property {(index: number) => string} text what stands in a cell
 */

/** Units of a cell, of its text, and of the widest letter of a figure. */
const CELL = 64;
const LETTER = 14;
const WIDTH = 0.62;

/** @param {Drawn} drawn */
export function mapToSvg({ pixels, rows, columns, title, text }) {
  const [width, height] = [columns * CELL, rows * CELL];
  const cells = Array.from({ length: rows * columns }, (_, index) => index).filter(
    (index) => (pixels[index * 4 + 3] ?? 0) > 0,
  );
  const texts = cells.map(text);
  const longest = Math.max(1, ...texts.map(({ length }) => length));
  const letter = Math.min(LETTER, Math.floor((CELL * 0.92) / (longest * WIDTH)));
  const squares = cells.map((index, place) => {
    const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((part) => pixels[index * 4 + part] ?? 0);
    const [x, y] = [(index % columns) * CELL, Math.floor(index / columns) * CELL];
    const ink = inkOn(red, green, blue);
    return (
      `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="${hex(red, green, blue)}"/>` +
      `<text x="${x + CELL / 2}" y="${y + CELL / 2}" fill="${ink}">${escapeXml(texts[place] ?? "")}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `shape-rendering="crispEdges" font-family="system-ui, sans-serif" font-size="${letter}" ` +
      `text-anchor="middle" dominant-baseline="central">`,
    `<title>${escapeXml(title)}</title>`,
    ...squares,
    "</svg>\n",
  ].join("\n");
}

/** @param {string} text */
export function escapeXml(text) {
  const names = /** @type {Record<string, string>} */ ({
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  });
  return text.replace(/[&<>"]/g, (letter) => names[letter] ?? letter);
}

/** @param {...number} bytes */
function hex(...bytes) {
  return `#${bytes.map((byte) => Math.round(byte).toString(16).padStart(2, "0")).join("")}`;
}

/** The project's own drawings of the ten digits, as pen strokes in a unit square. */

/** @typedef {[x: number, y: number]} Point from 0, 0 (left, top) to 1, 1 */
/** @typedef {Point[]} Stroke */

/**
 * An arc, as points.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {number} from degrees, 0 at three o'clock, clockwise
 * @param {number} to
 * @returns {Stroke}
 */
function arc(x, y, width, height, from, to) {
  const count = Math.max(2, Math.ceil(Math.abs(to - from) / 12));
  return Array.from({ length: count + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / count) * Math.PI) / 180;
    return /** @type {Point} */ ([x + (width / 2) * Math.cos(angle), y + (height / 2) * Math.sin(angle)]);
  });
}

/** @type {Stroke[][]} drawing k shows the digit k */
export const DRAWINGS = [
  [arc(0.5, 0.5, 0.42, 0.62, -70, 292)],
  [
    [
      [0.4, 0.3],
      [0.53, 0.18],
      [0.51, 0.5],
      [0.5, 0.82],
    ],
  ],
  [
    [
      ...arc(0.5, 0.36, 0.38, 0.36, 190, 375),
      [0.6, 0.55],
      [0.44, 0.68],
      [0.3, 0.8],
      [0.42, 0.78],
      [0.56, 0.79],
      [0.73, 0.79],
    ],
  ],
  [[...arc(0.48, 0.34, 0.36, 0.3, 205, 450), ...arc(0.47, 0.65, 0.42, 0.33, 270, 515)]],
  [
    [
      [0.42, 0.18],
      [0.35, 0.36],
      [0.28, 0.56],
      [0.5, 0.55],
      [0.76, 0.53],
    ],
    [
      [0.63, 0.3],
      [0.62, 0.55],
      [0.6, 0.84],
    ],
  ],
  [[[0.7, 0.19], [0.4, 0.2], [0.37, 0.34], [0.35, 0.47], ...arc(0.48, 0.63, 0.42, 0.34, 240, 510)]],
  [[[0.62, 0.16], [0.46, 0.28], [0.36, 0.46], ...arc(0.5, 0.65, 0.36, 0.34, 180, 540)]],
  [
    [
      [0.28, 0.22],
      [0.5, 0.21],
      [0.72, 0.2],
      [0.6, 0.42],
      [0.5, 0.62],
      [0.43, 0.84],
    ],
  ],
  [[...arc(0.5, 0.34, 0.32, 0.3, 90, -270).slice(0, -1), ...arc(0.5, 0.66, 0.38, 0.34, 270, 630)]],
  [[...arc(0.48, 0.35, 0.34, 0.34, 0, -360), [0.65, 0.5], [0.63, 0.66], [0.6, 0.84]]],
];

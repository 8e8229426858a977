/** How a photo is fitted to a network's input, and which part of it is taken. */

/** @typedef {import("./frame.js").Box} Box */

/**
 * @typedef {object} Fitting
 * @property {string | null} fit "crop", "pad" or "stretch"; null for the model's own way
 * @property {Box | null} crop in whole pixels of the picture; null for all of it
 *
 * @typedef {{ width: number, height: number }} Size in pixels
 */

/** @type {Fitting} */
export const AS_USUAL = { fit: null, crop: null };

/**
 * How the model fits photos by itself; null where it does not fit any.
 * @param {{ preprocessing: { step: string, how?: string }[] }} model
 */
export function ownFit({ preprocessing }) {
  return preprocessing.find(({ step }) => step === "fit")?.how ?? null;
}

/**
 * The box of whole pixels between two points of a picture: at least one pixel, and none outside.
 * @param {{ x: number, y: number }} a
 * @param {{ x: number, y: number }} b
 * @param {Size} picture
 * @returns {Box}
 */
export function boxBetween(a, b, { width, height }) {
  const [left, right] = stretch(a.x, b.x, width);
  const [top, bottom] = stretch(a.y, b.y, height);
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * The same box, or the nearest one that lies on the picture.
 * @param {Box} box
 * @param {Size} picture
 * @returns {Box}
 */
export function boxWithin(box, picture) {
  const left = limit(box.left, 0, picture.width - 1);
  const top = limit(box.top, 0, picture.height - 1);
  const width = limit(box.width, 1, picture.width - left);
  const height = limit(box.height, 1, picture.height - top);
  return { left, top, width, height };
}

/**
 * @param {number} a
 * @param {number} b
 * @param {number} length
 */
function stretch(a, b, length) {
  const first = limit(Math.floor(Math.min(a, b)), 0, length - 1);
  return [first, limit(Math.ceil(Math.max(a, b)), first + 1, length)];
}

/**
 * @param {number} value what is no number counts as the least
 * @param {number} least
 * @param {number} most
 */
function limit(value, least, most) {
  return Math.min(most, Math.max(least, Math.round(value) || 0));
}

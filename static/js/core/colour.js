/** The diverging colour map: from a value and the limit of its scale to a colour. */

/** @typedef {[position: number, red: number, green: number, blue: number]} Stop */

const STEPS = 512;

/**
 * A table of colours for -limit .. +limit, made once from the stops that the server uses too.
 */
export class ColourMap {
  /** @param {Stop[]} stops from position -1 to 1, each channel 0..255 */
  constructor(stops) {
    /** RGBA, 4 bytes an entry, STEPS + 1 entries. */
    this.table = new Uint8ClampedArray((STEPS + 1) * 4);
    for (let index = 0; index <= STEPS; index++) {
      this.table.set(interpolate(stops, (index / STEPS) * 2 - 1), index * 4);
    }
    /** The same, one number an entry, as a canvas has them. */
    this.pixels = new Uint32Array(this.table.buffer);
  }

  /**
   * Writes the colours of a whole map: several times as fast as asking for one after the other.
   * @param {Uint32Array} pixels one for each value; those beyond the values become transparent
   * @param {ArrayLike<number>} values
   * @param {number} limit the largest absolute value of the scale
   */
  write(pixels, values, limit) {
    const colours = this.pixels;
    const whole = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    for (let index = 0; index < values.length; index++) {
      pixels[index] = colours[step((values[index] ?? 0) / whole)] ?? 0;
    }
    pixels.fill(0, values.length);
  }

  /**
   * Where in the table the colour of `value` starts.
   * @param {number} value
   * @param {number} limit the largest absolute value of the scale
   */
  offset(value, limit) {
    return step(limit > 0 ? value / limit : 0) * 4;
  }

  /**
   * @param {number} value
   * @param {number} limit
   * @returns {string} a CSS colour
   */
  css(value, limit) {
    const at = this.offset(value, limit);
    return `rgb(${this.table[at]} ${this.table[at + 1]} ${this.table[at + 2]})`;
  }

  /**
   * Black or white, whichever is read more easily on the colour of `value`.
   * @param {number} value
   * @param {number} limit
   */
  ink(value, limit) {
    const at = this.offset(value, limit);
    return inkOn(this.table[at] ?? 0, this.table[at + 1] ?? 0, this.table[at + 2] ?? 0);
  }
}

/**
 * The entry of the table for a position from -1 to 1, or beyond.
 * @param {number} position
 */
function step(position) {
  if (position <= -1) return 0;
  if (position >= 1) return STEPS;
  // To the nearest: never below zero here, and this is much faster than Math.round.
  return ((position + 1) * (STEPS / 2) + 0.5) | 0;
}

/**
 * Black or white, whichever is read more easily on a colour.
 * @param {number} red 0 to 255
 * @param {number} green
 * @param {number} blue
 */
export function inkOn(red, green, blue) {
  // Relative luminance as in WCAG 2.2; 0.179 is where black and white have the same contrast.
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.179 ? "#000" : "#fff";
}

/**
 * @param {Stop[]} stops
 * @param {number} position
 * @returns {[number, number, number, number]}
 */
function interpolate(stops, position) {
  const after = Math.max(
    1,
    stops.findIndex((stop) => stop[0] >= position),
  );
  const [low, high] = [/** @type {Stop} */ (stops[after - 1]), /** @type {Stop} */ (stops[after])];
  const share = (position - low[0]) / (high[0] - low[0]);
  const mix = (/** @type {1 | 2 | 3} */ channel) => low[channel] + (high[channel] - low[channel]) * share;
  return [mix(1), mix(2), mix(3), 255];
}

/** @param {number} byte */
function linear(byte) {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

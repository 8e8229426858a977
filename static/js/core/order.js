/** In which order a block's channels are shown. */

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./shares.js").Shares} Shares */
/** @typedef {"channel" | "strength" | "share"} Order */

/**
 * @typedef {object} Sorting how the maps of a network are sorted
 * @property {Order} order
 * @property {(stage: string) => number[] | undefined} figures by channel, the largest goes first; none where they go by
 *   number
 * @property {Shares | null} [told] the shares that are told of the maps that are shown; null where they are not theirs
 */

/**
 * What the maps of a run are sorted by. Until the shares of a run have come, those of the one before stand for them: the
 * maps stay in their places.
 * @param {Order} order
 * @param {Run | null} run
 * @param {Shares | null} shares
 * @returns {(stage: string) => number[] | undefined}
 */
export function figuresOf(order, run, shares) {
  if (order === "strength" && run) return (stage) => strengths(run, stage);
  const same = run && shares?.run.summary.model === run.summary.model;
  return order === "share" && same ? (stage) => shares.of(stage) : () => undefined;
}

/**
 * The channels, first the one to show first: by their figures, the largest one first; by number where there are none.
 * @param {number} count
 * @param {ArrayLike<number>} [figures]
 * @returns {number[]}
 */
export function orderChannels(count, figures) {
  const channels = Array.from({ length: count }, (_, channel) => channel);
  if (!figures) return channels;
  return channels.sort((a, b) => (figures[b] ?? 0) - (figures[a] ?? 0) || a - b);
}

/**
 * How strong each map of a stage is: the mean of its absolute values.
 * @param {Run} run
 * @param {string} stage
 */
export function strengths(run, stage) {
  const count = run.stage(stage).shape[0] ?? 0;
  return Array.from({ length: count }, (_, channel) => {
    const values = run.map(stage, channel);
    let total = 0;
    for (const value of values) total += Math.abs(value);
    return total / values.length;
  });
}

/**
 * The page on which a channel is.
 * @param {number[]} order
 * @param {number} channel
 * @param {number} size channels a page
 */
export function pageOf(order, channel, size) {
  return Math.floor(Math.max(0, order.indexOf(channel)) / Math.max(1, size));
}

/**
 * The channels of one page; the last page is full too, so that nothing jumps.
 * @param {number[]} order
 * @param {number} page
 * @param {number} size
 */
export function pageChannels(order, page, size) {
  const start = Math.max(0, Math.min(page * size, order.length - size));
  return { channels: order.slice(start, start + size), start };
}

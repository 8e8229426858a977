/** What the page has to know of a model beyond its description. */

/** @typedef {import("../api.js").ModelDescription} ModelDescription */

/**
 * Whether the model reads drawings: its preprocessing looks for ink on paper. Others read photos.
 * @param {Pick<ModelDescription, "preprocessing">} model
 */
export function readsDrawings({ preprocessing }) {
  return preprocessing.some(({ step }) => step === "ink");
}

/** The planes of a picture in colours. */
const COLOURS = ["R", "G", "B"];

/**
 * What a channel is called: of a picture in colours by its colour, else by its number.
 * @param {{ op: string, shape: number[] }} stage
 * @param {number} channel
 */
export function channelName({ op, shape }, channel) {
  return op === "Input" && shape[0] === COLOURS.length ? (COLOURS[channel] ?? "") : String(channel);
}

/**
 * "conv1, map 3 of 8", "input, R", or the stage's name alone where it has one map.
 * @param {{ name: string, op: string, shape: number[] }} stage
 * @param {number} channel
 */
export function mapName(stage, channel) {
  if (stage.shape[0] === 1) return stage.name;
  const own = channelName(stage, channel);
  return own === String(channel)
    ? `${stage.name}, map ${channel} of ${stage.shape[0]}`
    : `${stage.name}, ${own}`;
}

/**
 * In which order a network's maps are shown where nobody chose one: those of a photo model are many, and the
 * strongest come first.
 * @param {Pick<ModelDescription, "preprocessing">} model
 * @returns {import("./order.js").Order}
 */
export function usualOrder(model) {
  return readsDrawings(model) ? "channel" : "strength";
}

/** What the page has to know of a model beyond its description. */

import { texts } from "../texts.js";

/** @typedef {import("../api.js").ModelDescription} ModelDescription */

/**
 * Whether the model reads drawings: its preprocessing looks for ink on paper. Others read photos.
 * @param {Pick<ModelDescription, "preprocessing">} model
 */
export function readsDrawings({ preprocessing }) {
  return preprocessing.some(({ step }) => step === "ink");
}

/**
 * What a channel is called: of a picture in colours by its colour, else by its number.
 * @param {{ op: string, shape: number[] }} stage
 * @param {number} channel
 */
export function channelName({ op, shape }, channel) {
  const { colours } = texts.names;
  return op === "Input" && shape[0] === colours.length ? (colours[channel] ?? "") : String(channel);
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
    ? texts.names.map(stage.name, channel, stage.shape[0] ?? 1)
    : texts.names.plane(stage.name, own);
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

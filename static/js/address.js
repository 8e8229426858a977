/** The address bar: which model, run and cell the page shows, and how, so that a link gives the same view. */

/** @typedef {import("./api.js").Cell} Cell */
/** @typedef {import("./core/order.js").Order} Order */
/** @typedef {import("./core/run.js").Scale} Scale */

/**
 * @typedef {object} Address
 * @property {string | null} model
 * @property {number | null} checkpoint a point of training; null for the trained model
 * @property {string | null} run
 * @property {Cell | null} cell
 * @property {Order | null} order of the maps; null for what suits the model
 * @property {Scale} scale of the colours
 */

/** @type {Order[]} */
const ORDERS = ["channel", "strength", "share"];
/** @type {Scale[]} */
const SCALES = ["stage", "map", "network"];

/**
 * @param {string} search the address's query
 * @returns {Address}
 */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const stage = query.get("stage");
  const [channel, row, column] = ["channel", "row", "column"].map((name) => Number(query.get(name) ?? 0));
  const whole = [channel, row, column].every((place) => Number.isInteger(place) && Number(place) >= 0);
  const cell = stage && whole ? { stage, channel: channel ?? 0, row: row ?? 0, column: column ?? 0 } : null;
  const order = ORDERS.find((each) => each === query.get("order")) ?? null;
  const scale = SCALES.find((each) => each === query.get("scale")) ?? "stage";
  return {
    model: query.get("model"),
    checkpoint: readCheckpoint(query),
    run: query.get("run"),
    cell,
    order,
    scale,
  };
}

/** @param {URLSearchParams} query */
function readCheckpoint(query) {
  const text = query.get("checkpoint") ?? "";
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

/** @param {Partial<Address>} address */
export function writeAddress({ model, checkpoint, run, cell, order, scale }) {
  const query = new URLSearchParams();
  if (model) query.set("model", model);
  if (checkpoint !== undefined && checkpoint !== null) query.set("checkpoint", String(checkpoint));
  if (run) query.set("run", run);
  for (const [name, value] of Object.entries(cell ?? {})) query.set(name, String(value));
  if (order) query.set("order", order);
  if (scale && scale !== "stage") query.set("scale", scale);
  const text = query.toString();
  return text ? `?${text}` : "?";
}

/** The address bar: which model, run and cell the page shows, and how, so that a link gives the same view. */

/** @typedef {import("./api.js").Cell} Cell */
/** @typedef {import("./core/order.js").Order} Order */
/** @typedef {import("./core/run.js").Scale} Scale */
/** @typedef {import("./core/comparison.js").Side} Side */
/** @typedef {"auto" | "light" | "dark"} Theme */

/**
 * @typedef {object} Address
 * @property {string | null} model
 * @property {number | null} checkpoint a point of training; null for the trained model
 * @property {string | null} run
 * @property {Cell | null} cell
 * @property {Order | null} order of the maps; null for what suits the model
 * @property {Scale} scale of the colours
 * @property {string | null} with the run that it is compared with
 * @property {Side} side which of the compared runs is shown
 * @property {import("./core/sheet.js").Place | null} sheet the map whose numbers are open
 * @property {Theme | null} theme null where the address says none
 */

/** @type {Order[]} */
const ORDERS = ["channel", "strength", "share"];
/** @type {Scale[]} */
const SCALES = ["stage", "map", "network"];
/** @type {Side[]} */
const SIDES = ["now", "kept", "difference"];
/** @type {Theme[]} */
const THEMES = ["auto", "light", "dark"];

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
    with: query.get("with"),
    side: SIDES.find((each) => each === query.get("side")) ?? "now",
    sheet: readSheet(query),
    theme: THEMES.find((each) => each === query.get("theme")) ?? null,
  };
}

/** @param {URLSearchParams} query */
function readCheckpoint(query) {
  const text = query.get("checkpoint") ?? "";
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}

/** @param {URLSearchParams} query "conv1.3": the stage, and the channel of its map */
function readSheet(query) {
  const [, stage, channel] = /^(.+)\.(\d{1,6})$/.exec(query.get("sheet") ?? "") ?? [];
  return stage ? { stage, channel: Number(channel) } : null;
}

/** @param {Partial<Address>} address */
export function writeAddress({ model, checkpoint, run, cell, order, scale, with: kept, side, sheet, theme }) {
  const query = new URLSearchParams();
  if (model) query.set("model", model);
  if (checkpoint !== undefined && checkpoint !== null) query.set("checkpoint", String(checkpoint));
  if (run) query.set("run", run);
  for (const [name, value] of Object.entries(cell ?? {})) query.set(name, String(value));
  if (order) query.set("order", order);
  if (scale && scale !== "stage") query.set("scale", scale);
  if (kept) query.set("with", kept);
  if (kept && side && side !== "now") query.set("side", side);
  if (sheet) query.set("sheet", `${sheet.stage}.${sheet.channel}`);
  if (theme && theme !== "auto") query.set("theme", theme);
  const text = query.toString();
  return text ? `?${text}` : "?";
}

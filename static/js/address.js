/** The address bar: which model, run and cell the page shows, so that a link gives the same view. */

/** @typedef {import("./api.js").Cell} Cell */

/**
 * @typedef {object} Address
 * @property {string | null} model
 * @property {string | null} run
 * @property {Cell | null} cell
 */

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
  return { model: query.get("model"), run: query.get("run"), cell };
}

/** @param {Partial<Address>} address */
export function writeAddress({ model, run, cell }) {
  const query = new URLSearchParams();
  if (model) query.set("model", model);
  if (run) query.set("run", run);
  for (const [name, value] of Object.entries(cell ?? {})) query.set(name, String(value));
  const text = query.toString();
  return text ? `?${text}` : "?";
}

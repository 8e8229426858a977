/** The address bar: which run and which cell the page shows, so that a link gives the same view. */

/** @typedef {import("./api.js").Cell} Cell */

/**
 * @param {string} search the address's query
 * @returns {{ run: string | null, cell: Cell | null }}
 */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const stage = query.get("stage");
  const [channel, row, column] = ["channel", "row", "column"].map((name) => Number(query.get(name) ?? 0));
  const whole = [channel, row, column].every((place) => Number.isInteger(place) && Number(place) >= 0);
  const cell = stage && whole ? { stage, channel: channel ?? 0, row: row ?? 0, column: column ?? 0 } : null;
  return { run: query.get("run"), cell };
}

/**
 * @param {string | null} run
 * @param {Cell | null} cell
 */
export function writeAddress(run, cell) {
  const query = new URLSearchParams();
  if (run) query.set("run", run);
  for (const [name, value] of Object.entries(cell ?? {})) query.set(name, String(value));
  const text = query.toString();
  return text ? `?${text}` : "?";
}

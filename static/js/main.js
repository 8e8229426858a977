/** Where the page comes together: the store, the API, and the elements. */

import { readAddress, writeAddress } from "./address.js";
import { Api, ApiError } from "./api.js";
import { ColourMap } from "./core/colour.js";
import { printPercent } from "./core/decimal.js";
import { DRAWINGS } from "./core/drawings.js";
import { Latest } from "./core/latest.js";
import { mapSize } from "./core/run.js";
import "./elements/colour-legend.js";
import "./elements/draw-pad.js";
import "./elements/network-view.js";
import "./elements/preprocessing-steps.js";
import "./elements/sample-strip.js";
import "./elements/stage-inspector.js";
import { Store, sameCell } from "./store.js";

/** @typedef {import("./api.js").Cell} Cell */
/** @typedef {import("./core/run.js").Run} Run */

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));

const settings = JSON.parse(find("#settings").textContent ?? "{}");
const api = new Api(settings.api);
const store = new Store();
const colours = new ColourMap(settings.colours);

const pad = /** @type {import("./elements/draw-pad.js").DrawPad} */ (find("draw-pad"));
const network = /** @type {import("./elements/network-view.js").NetworkView} */ (find("network-view"));
const legend = /** @type {import("./elements/colour-legend.js").ColourLegend} */ (find("colour-legend"));
const inspector = /** @type {import("./elements/stage-inspector.js").StageInspector} */ (
  find("stage-inspector")
);
const steps = /** @type {import("./elements/preprocessing-steps.js").PreprocessingSteps} */ (
  find("preprocessing-steps")
);
const chooser = /** @type {HTMLInputElement} */ (find("#file"));

// ---- runs: one at a time, the last one wins ----

const live = new Latest();
let runs = new AbortController();
/** Whether what was asked for last came from the pad. */
let drawing = false;
/** @type {(() => void) | null} */
let again = null;

/**
 * Shows the run that `request` gives, unless something newer was asked for meanwhile.
 * @param {(signal: AbortSignal) => Promise<Run>} request
 * @param {{ onto?: boolean }} [how] `onto`: the pad has to show the picture that was run
 */
async function show(request, { onto = false } = {}) {
  const { signal } = runs;
  again = () => live.submit(() => show(request, { onto }));
  store.update({ stale: store.state.run !== null });
  try {
    const run = await request(signal);
    if (signal.aborted) return;
    store.update({ run, stale: false, failure: "" });
    if (onto) await showPicture(run, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ApiError && !error.passing) again = null;
    const message = error instanceof ApiError ? error.message : "Something went wrong on this page.";
    store.update({ failure: message, stale: store.state.run !== null });
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Everything under way is of an older picture: let go of it. */
function supersede() {
  runs.abort();
  runs = new AbortController();
  live.forget();
  drawing = false;
}

/**
 * The pad shows the picture that the network was given, as the server read it; unless someone draws meanwhile.
 * @param {Run} run
 * @param {AbortSignal} signal
 */
async function showPicture(run, signal) {
  const address = run.summary.preprocessing[0]?.picture;
  if (!address) return;
  const bitmap = await api.picture(address, signal);
  if (!signal.aborted) pad.picture = bitmap;
}

/** @param {Blob | null | undefined} file */
function runFile(file) {
  if (!file) return;
  supersede();
  live.submit(() => show((signal) => api.createRun(settings.default_model, file, signal), { onto: true }));
}

pad.addEventListener("draw", (event) => {
  // A stroke lets go of a file that is still under way; strokes of one drawing only queue.
  if (!drawing) supersede();
  drawing = true;
  const picture = /** @type {CustomEvent<Blob>} */ (event).detail;
  live.submit(() => show((signal) => api.createRun(settings.default_model, picture, signal)));
});

// ---- the cell that is looked at ----

let asking = new AbortController();

async function ask() {
  const { run, cell, model, digits } = store.state;
  asking.abort();
  asking = new AbortController();
  inspector.hidden = !cell;
  if (!cell) network.receptiveField = null;
  if (!run || !cell || !model) return;
  const { signal } = asking;
  try {
    const ledger = await api.ledger(run.id, cell, signal);
    if (signal.aborted) return;
    network.receptiveField = ledger.receptive_field;
    inspector.inspected = {
      model,
      run,
      ledger,
      trail: store.state.trail,
      digits,
      archive: api.archiveAddress(run.id),
      request: api.base + api.ledgerPath(run.id, cell),
    };
  } catch (error) {
    if (signal.aborted) return;
    store.update({
      cell: null,
      failure: error instanceof ApiError ? error.message : "This cell cannot be shown.",
    });
    if (!(error instanceof ApiError)) throw error;
  }
}

/**
 * The cell to look at first when a map is opened: where the map is strongest.
 * @param {Run} run
 * @param {string} stage
 * @param {number} channel
 * @returns {Cell}
 */
function strongestCell(run, stage, channel) {
  const values = run.map(stage, channel);
  const at = values.reduce(
    (best, value, index) => (Math.abs(value) > Math.abs(values[best] ?? 0) ? index : best),
    0,
  );
  const { columns } = mapSize(run.stage(stage).shape);
  return { stage, channel, row: Math.floor(at / columns), column: at % columns };
}

network.addEventListener("open", (event) => {
  const { stage, channel } = /** @type {CustomEvent} */ (event).detail;
  const { run, cell } = store.state;
  if (!run) return;
  if (cell?.stage === stage && cell?.channel === channel) return store.open(null);
  const stays = cell && cell.stage === stage && run.stage(stage).shape.length === 3;
  store.open(stays ? { ...cell, channel } : strongestCell(run, stage, channel));
  inspector.announce();
});
network.addEventListener("look", (event) => showRange(/** @type {CustomEvent} */ (event).detail));
inspector.addEventListener("go", (event) =>
  store.update({ cell: /** @type {CustomEvent} */ (event).detail }),
);
inspector.addEventListener("ask", (event) => {
  store.open(/** @type {CustomEvent} */ (event).detail, { follow: true });
  inspector.announce();
});
inspector.addEventListener("digits", (event) =>
  store.update({ digits: /** @type {CustomEvent} */ (event).detail }),
);
inspector.addEventListener("close", () => closeInspector());

function closeInspector() {
  store.open(null);
  network.focusMap();
}

// ---- drawing the state ----

store.addEventListener("change", (event) => {
  const { before } = /** @type {CustomEvent} */ (event).detail;
  const { run, cell, stale, failure, digits } = store.state;
  if (run !== before.run && run) showRun(run);
  if (cell !== before.cell) network.selected = cell;
  if (run !== before.run || digits !== before.digits || !sameCell(cell, before.cell)) ask();
  document.body.classList.toggle("stale", stale && failure !== "");
  find("#failure").hidden = failure === "";
  find("#retry").hidden = again === null;
  find("#failure-text").textContent =
    failure && run ? `${failure} Below is still the picture before.` : failure;
  remember(before.cell, before.run);
});

/** @param {Run} run */
function showRun(run) {
  network.run = run;
  steps.steps = run.summary.preprocessing;
  showRange(store.state.cell?.stage ?? run.summary.stages[1]?.name ?? "");
  const [best] = run.summary.predictions;
  find("#answer").textContent = best?.class ?? "";
  find("#certainty").textContent = best ? printPercent(best.probability) : "";
  find("#warnings").replaceChildren(
    ...run.summary.warnings.map(({ message }) =>
      Object.assign(document.createElement("li"), { textContent: message }),
    ),
  );
  document.body.classList.add("ready");
}

/** @param {string} stage */
function showRange(stage) {
  const summary = store.state.run?.stages.get(stage);
  if (summary) legend.range = summary;
}

/**
 * Keeps the address in step: a new map is a new entry of the history, a new cell of it replaces the entry.
 * @param {Cell | null} cellBefore
 * @param {Run | null} runBefore
 */
function remember(cellBefore, runBefore) {
  const { run, cell } = store.state;
  if (run === runBefore && sameCell(cell, cellBefore)) return;
  const address = writeAddress(run?.id ?? null, cell);
  const moved = cell?.stage !== cellBefore?.stage || cell?.channel !== cellBefore?.channel;
  if (address === window.location.search) return;
  if (moved && run === runBefore) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

window.addEventListener("popstate", () => {
  const { run, cell } = readAddress(window.location.search);
  if (run && run !== store.state.run?.id) {
    supersede();
    live.submit(() => show((signal) => api.run(run, signal), { onto: true }));
  }
  store.open(cell);
});

// ---- the person's pictures: samples, files, paste, drop ----

find("sample-strip").addEventListener("sample", (event) => {
  supersede();
  pad.strokes = /** @type {CustomEvent} */ (event).detail;
});
find("#clear").addEventListener("click", () => {
  supersede();
  pad.clear();
});
find("#choose").addEventListener("click", () => chooser.click());
chooser.addEventListener("change", () => {
  runFile(chooser.files?.[0]);
  chooser.value = "";
});
document.addEventListener("paste", (event) => runFile(event.clipboardData?.files[0]));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  runFile(event.dataTransfer?.files[0]);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && store.state.cell) closeInspector();
});
find("#retry").addEventListener("click", () => again?.());

const theme = /** @type {HTMLSelectElement} */ (find("#theme"));
theme.addEventListener("change", () => {
  document.documentElement.dataset.theme = theme.value;
});

// ---- the first look ----

async function start() {
  network.colours = colours;
  legend.colours = colours;
  inspector.colours = colours;
  try {
    const model = await api.model(settings.default_model);
    store.update({ model });
    network.model = model;
  } catch (error) {
    again = start;
    store.update({ failure: error instanceof ApiError ? error.message : "The page could not start." });
    if (!(error instanceof ApiError)) throw error;
    return;
  }
  const { run, cell } = readAddress(window.location.search);
  if (run) {
    await live.submit(() => show((signal) => api.run(run, signal), { onto: true }));
    if (store.state.run) store.open(cell);
  } else pad.strokes = DRAWINGS[2] ?? [];
}

start();

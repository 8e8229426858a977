/** Where the page comes together: the store, the API, and the elements. */

import { readAddress, writeAddress } from "./address.js";
import { Api, ApiError } from "./api.js";
import { Comparing } from "./comparing.js";
import { ColourMap } from "./core/colour.js";
import { printPercent } from "./core/decimal.js";
import { DRAWINGS } from "./core/drawings.js";
import { actionOf } from "./core/keys.js";
import { readsDrawings, usualOrder } from "./core/model.js";
import { figuresOf } from "./core/order.js";
import { strongestCell } from "./core/run.js";
import { sayPoint, trainingPoints } from "./core/training.js";
import { texts } from "./texts.js";
import "./elements/colour-legend.js";
import "./elements/compare-control.js";
import "./elements/compare-panel.js";
import "./elements/draw-pad.js";
import "./elements/key-sheet.js";
import "./elements/model-card.js";
import "./elements/model-chooser.js";
import "./elements/network-options.js";
import "./elements/network-view.js";
import "./elements/photo-samples.js";
import "./elements/photo-sheet.js";
import "./elements/preprocessing-steps.js";
import "./elements/sample-strip.js";
import "./elements/save-picture.js";
import "./elements/sheet-frames.js";
import "./elements/stage-inspector.js";
import "./elements/training-slider.js";
import { History } from "./history.js";
import { takePictures } from "./intake.js";
import { Late } from "./late.js";
import { Looking } from "./looking.js";
import { Numbers } from "./numbers.js";
import { Runs } from "./runs.js";
import { Sharing } from "./sharing.js";
import { Store, sameCell } from "./store.js";
import { rememberedTheme, rememberTheme } from "./theme.js";

/** @typedef {import("./api.js").ModelDescription} ModelDescription */
/** @typedef {import("./api.js").Sample} Sample */
/** @typedef {import("./core/run.js").Run} Run */

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} selector
 */
const find = (selector) => /** @type {T} */ (document.querySelector(selector));

const settings = JSON.parse(find("#settings").textContent ?? "{}");
const api = new Api(settings.api);
const store = new Store();
const runs = new Runs(api, store);
const past = new History(store);
new Sharing(api, store);
const colours = new ColourMap(settings.colours);

const pad = /** @type {import("./elements/draw-pad.js").DrawPad} */ (find("draw-pad"));
const photo = /** @type {import("./elements/photo-sheet.js").PhotoSheet} */ (find("photo-sheet"));
const frames = /** @type {import("./elements/sheet-frames.js").SheetFrames} */ (find("sheet-frames"));
const models = /** @type {import("./elements/model-chooser.js").ModelChooser} */ (find("model-chooser"));
const samples = /** @type {import("./elements/photo-samples.js").PhotoSamples} */ (find("photo-samples"));
const network = /** @type {import("./elements/network-view.js").NetworkView} */ (find("network-view"));
const late = new Late(network);
const options = /** @type {import("./elements/network-options.js").NetworkOptions} */ (
  find("network-options")
);
const legend = /** @type {import("./elements/colour-legend.js").ColourLegend} */ (find("colour-legend"));
const steps = /** @type {import("./elements/preprocessing-steps.js").PreprocessingSteps} */ (
  find("preprocessing-steps")
);
const inspector = /** @type {import("./elements/stage-inspector.js").StageInspector} */ (
  find("stage-inspector")
);
const slider = /** @type {import("./elements/training-slider.js").TrainingSlider} */ (
  find("training-slider")
);
const card = /** @type {import("./elements/model-card.js").ModelCard} */ (find("model-card"));
const panel = /** @type {import("./elements/compare-panel.js").ComparePanel} */ (find("compare-panel"));
const chooser = /** @type {HTMLInputElement} */ (find("#file"));
const keys = /** @type {import("./elements/key-sheet.js").KeySheet} */ (find("key-sheet"));
const sheet = /** @type {import("./elements/map-sheet.js").MapSheet} */ (find("map-sheet"));

// ---- the model ----

models.addEventListener("choose", (event) =>
  runs.choose(/** @type {CustomEvent} */ (event).detail, takeOwnSample),
);

/**
 * Takes the first of the samples that suit a model; whether there was one, and a person did not give a picture meanwhile.
 * @param {string} model
 * @param {AbortSignal} signal
 */
async function takeOwnSample(model, signal) {
  const drawings = readsDrawings(await api.model(model));
  const [first] = drawings ? [] : await samplesOf(model);
  if (signal.aborted) return false;
  if (drawings) pad.strokes = DRAWINGS[2] ?? [];
  if (first) await takeSample(first);
  return drawings || first !== undefined;
}

/** @param {string} model */
async function samplesOf(model) {
  return (await api.samples()).filter((sample) => sample.models.includes(model));
}

/** @param {Sample} sample */
async function takeSample(sample) {
  const signal = runs.supersede();
  try {
    const picture = await api.picture(sample.url, signal);
    if (!signal.aborted) runs.give(picture, { sample: true });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    store.update({ failure: error.message });
  }
}

/** @param {ModelDescription} model */
async function showModel(model) {
  const drawings = readsDrawings(model);
  network.model = model;
  slider.points = trainingPoints(model);
  card.model = model;
  for (const element of [pad, find("#clear"), find("sample-strip")]) element.hidden = !drawings;
  for (const element of [photo, samples]) element.hidden = drawings;
  if (drawings) return;
  const own = await samplesOf(model.id);
  if (store.state.model === model) samples.samples = own;
}

// ---- the point of its training ----

slider.addEventListener("go", (event) => {
  const { checkpoint, first } = /** @type {CustomEvent} */ (event).detail;
  runs.at(checkpoint, { first });
});
find("#trained").addEventListener("click", () => runs.at(null));

/** @param {Run | null} run says beside its answer where the network was not the trained one */
function showPoint(run) {
  const { model } = store.state;
  const point = model?.checkpoints.find(({ number }) => number === run?.summary.checkpoint);
  find("#point").hidden = !point;
  find("#point-text").textContent = point ? sayPoint(point.epoch) : "";
}

// ---- the cell that is looked at ----

const comparing = new Comparing(
  store,
  /** @type {import("./elements/compare-control.js").CompareControl} */ (find("compare-control")),
  panel,
);
find(".sheet").addEventListener("pointermove", (event) => {
  // While someone draws, the pointer is a pen.
  const pixel = event.buttons === 0 && store.state.run ? frames.pixelAt(event) : null;
  looking.at(pixel && { stage: store.state.model?.stages[0]?.name ?? "", channel: 0, ...pixel });
});
find(".sheet").addEventListener("pointerleave", () => looking.at(null));
panel.addEventListener("cell", (event) => store.open(/** @type {CustomEvent} */ (event).detail));
const looking = new Looking(
  api,
  store,
  { network, frames, legend, inspector, note: find("#look") },
  comparing,
);
/** @type {Run | null} what the network shows: the run, or one of those that are compared */
let drawn = null;

network.addEventListener("open", (event) => {
  const { stage, channel } = /** @type {CustomEvent} */ (event).detail;
  const { run, cell } = store.state;
  if (!run) return;
  if (cell?.stage === stage && cell?.channel === channel) return store.open(null);
  const stays = cell && cell.stage === stage && run.stage(stage).shape.length === 3;
  store.open(stays ? { ...cell, channel } : strongestCell(run, stage, channel));
  inspector.announce();
});
network.addEventListener("look", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  looking.at(detail);
  comparing.look(detail);
});
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

// ---- the numbers of a map, pictures, and the keys ----

const numbers = new Numbers(store, { sheet, keys }, comparing, () => inspector.announce());
find("save-picture").addEventListener("save", async (event) => {
  const { state } = store;
  try {
    // Loaded when it is wanted: the first look does without.
    const { savePicture } = await import("./network-picture.js");
    // The picture says its address.
    past.settle();
    await savePicture(/** @type {CustomEvent} */ (event).detail, state, [legend, network]);
  } catch (error) {
    store.update({ failure: texts.page.notSaved });
    throw error;
  }
});

// ---- drawing the state ----

store.addEventListener("change", (event) => {
  const before = /** @type {import("./store.js").State} */ (/** @type {CustomEvent} */ (event).detail.before);
  const { asked, model, run, cell, stale, cleared, failure, checkpoint, order, shares, scale, digits } =
    store.state;
  const turned = drawn !== comparing.shown;
  drawn = comparing.shown;
  if (asked !== before.asked) models.chosen = asked;
  if (model) options.chosen = { order: order ?? usualOrder(model), scale };
  if (model !== before.model && model) showModel(model);
  if (scale !== before.scale) network.scale = scale;
  if (model !== before.model || order !== before.order || shares !== before.shares || turned) showMaps();
  if (run !== before.run) showRun(run, before.run);
  if (run !== before.run || cleared !== before.cleared) showAnswer();
  if (run !== before.run || model !== before.model) showFitting();
  const arrived = !stale && (run === null || run.summary.checkpoint === checkpoint);
  slider.state = { checkpoint, shown: arrived && failure === "", failed: failure !== "" };
  if (cell !== before.cell) network.selected = cell;
  if (turned || digits !== before.digits || !sameCell(cell, before.cell)) looking.ask();
  if (turned || shares !== before.shares || scale !== before.scale || cell !== before.cell) looking.refresh();
  if (
    run !== before.run ||
    turned ||
    scale !== before.scale ||
    digits !== before.digits ||
    cell !== before.cell
  )
    comparing.draw();
  document.documentElement.dataset.theme = theme.value = store.state.theme;
  find("#notice").hidden = store.state.notice === "";
  find("#notice-text").textContent = store.state.notice;
  late.waiting = stale && failure === "";
  document.body.classList.toggle("waiting", stale && failure === "");
  document.body.classList.toggle("stale", cleared || (stale && failure !== ""));
  find("#failure").hidden = failure === "";
  find("#retry").hidden = runs.again === null;
  find("#failure-text").textContent = failure && run ? texts.page.stillBefore(failure) : failure;
  past.remember(before);
});

function showMaps() {
  const { model, run, side, shares } = store.state;
  if (!model) return;
  const order = store.state.order ?? usualOrder(model);
  // By the run that is there now, whichever is shown: its maps stay in their places.
  const change = side === "difference" ? (comparing.comparison?.sides ?? null) : null;
  const told = order === "share" && shares?.run === drawn ? shares : null;
  network.show(drawn, { order, figures: figuresOf(order, run, shares), told }, change);
}

options.addEventListener("order", (event) =>
  store.update({ order: /** @type {CustomEvent} */ (event).detail }),
);
options.addEventListener("scale", (event) =>
  store.update({ scale: /** @type {CustomEvent} */ (event).detail }),
);

/**
 * @param {Run | null} run
 * @param {Run | null} before
 */
function showRun(run, before) {
  const { preprocessing = [], warnings = [], stages = [] } = run?.summary ?? {};
  if (!runs.sameInput(run, before)) steps.steps = preprocessing;
  showPoint(run);
  const whole = runs.givenFor(run)?.whole ?? { left: 0, top: 0, width: 1, height: 1 };
  frames.run = { steps: preprocessing, shape: stages[0]?.shape ?? [], whole };
  find("#warnings").replaceChildren(
    ...warnings.map(({ message }) => Object.assign(document.createElement("li"), { textContent: message })),
  );
  document.body.classList.toggle("ready", run !== null);
}

/** An empty pad has no answer: the one that was there is not of it. */
function showAnswer() {
  const { run, cleared } = store.state;
  const [best] = run?.summary.predictions ?? [];
  find("#answer").textContent = cleared ? "" : (best?.class ?? "");
  const certainty = best ? printPercent(best.probability) : "";
  find("#certainty").textContent = cleared ? texts.page.cleared : certainty;
}

window.addEventListener("popstate", () => {
  past.drop();
  goTo(window.location.search);
});
// Whoever leaves the page, or goes to the address bar, finds the address of what is shown.
for (const leaving of ["blur", "pagehide"]) window.addEventListener(leaving, () => past.settle());

/** @param {string} search an address of this page */
function goTo(search) {
  const { model, checkpoint, run, cell, order, scale, side, sheet: open, with: kept } = readAddress(search);
  const view = { cell, order, scale, side, sheet: open };
  if (run && run === store.state.run?.id && kept === (store.state.kept?.id ?? null)) {
    store.update({ ...view, trail: [] });
    const { checkpoint: shown } = store.state.run.summary;
    return shown === store.state.checkpoint ? undefined : runs.at(shown, { first: false });
  }
  const asked = model ?? settings.default_model;
  // Until the run is there, pictures go through the model that the address names.
  if (!store.state.model) store.update({ asked, order, scale });
  if (run) return runs.open(run, view, kept, () => goToModel(asked, checkpoint, texts.page.lostRun));
  return goToModel(asked, checkpoint);
}

/**
 * @param {string} model where there is none such, the first one
 * @param {number | null} checkpoint
 * @param {string} [notice] why the page shows this and not what was asked for
 */
function goToModel(model, checkpoint, notice) {
  if (notice) store.update({ notice });
  const first = (/** @type {string} */ message) => goToModel(settings.default_model, null, message);
  return runs.choose(model, takeOwnSample, checkpoint, model === settings.default_model ? undefined : first);
}

// ---- the person's pictures: drawings, samples, files ----

runs.addEventListener("picture", (event) => {
  const picture = /** @type {CustomEvent<ImageBitmap>} */ (event).detail;
  if (pad.hidden) photo.picture = picture;
  else pad.picture = picture;
});
pad.addEventListener("draw", (event) =>
  runs.draw(/** @type {CustomEvent<() => Blob>} */ (event).detail, { sample: !pad.touched }),
);
find("sample-strip").addEventListener("sample", (event) => {
  runs.supersede();
  pad.strokes = /** @type {CustomEvent} */ (event).detail;
});
samples.addEventListener("sample", (event) => takeSample(/** @type {CustomEvent<Sample>} */ (event).detail));
find("#clear").addEventListener("click", () => {
  runs.forgetPicture();
  pad.clear();
});
find("#choose").addEventListener("click", () => chooser.click());
photo.addEventListener("choose", () => chooser.click());
/** @type {Promise<import("./fitting.js").Fittings> | null} what is fetched with the first model that takes photos */
let fittings = null;

async function showFitting() {
  const { model } = store.state;
  if (!fittings && (!model || readsDrawings(model))) return;
  fittings ??= import("./fitting.js").then(({ loadFittings }) => loadFittings(runs, store));
  const loaded = await fittings.catch(() => null);
  // Where the server did not answer, they are asked for again with the next run.
  if (loaded) loaded.show();
  else fittings = null;
}
takePictures(chooser, (file) => runs.give(file));
document.addEventListener("keydown", (event) => {
  const { action } = actionOf("anywhere", event) ?? {};
  if (action === "close" && store.state.cell && !document.querySelector("dialog[open]")) closeInspector();
});
find("#retry").addEventListener("click", () => runs.again?.());
find("#notice button").addEventListener("click", () => store.update({ notice: "" }));

const theme = /** @type {HTMLSelectElement} */ (find("#theme"));
theme.addEventListener("change", () => {
  const chosen = /** @type {import("./address.js").Theme} */ (theme.value);
  rememberTheme(chosen);
  store.update({ theme: chosen });
});
window.addEventListener("beforeprint", () => {
  document.body.classList.add("printing");
  network.layOutAgain();
});
window.addEventListener("afterprint", () => document.body.classList.remove("printing"));

// ---- the first look ----

async function start() {
  network.colours = colours;
  network.parameters = async (model, stage, checkpoint) => {
    try {
      return await api.parameters(model, stage, checkpoint);
    } catch (error) {
      // Runs that are known play without the server; the links of the map that is looked at do not.
      if (slider.playing && error instanceof ApiError) store.update({ notice: error.message });
      slider.pause();
      throw error;
    }
  };
  legend.colours = colours;
  panel.colours = colours;
  // A link's theme, or else the person's own; Back leaves it as it is.
  store.update({ theme: readAddress(window.location.search).theme ?? rememberedTheme() ?? "auto" });
  inspector.colours = colours;
  numbers.colours = colours;
  await goTo(window.location.search);
  try {
    const offered = await api.models();
    offered.sort((a, b) => Number(b.id === settings.default_model) - Number(a.id === settings.default_model));
    models.models = offered.map(({ id, title }) => ({ id, title, address: writeAddress({ model: id }) }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    store.update({ failure: store.state.failure || error.message });
  }
}

start();

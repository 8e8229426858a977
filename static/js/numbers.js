/** The map sheet and the keys that work anywhere: which map's numbers are shown, and what opens them. */

import { actionOf } from "./core/keys.js";
import { texts } from "./texts.js";

/** @typedef {import("./comparing.js").Comparing} Comparing */
/** @typedef {import("./core/sheet.js").Place} Place */
/** @typedef {import("./elements/key-sheet.js").KeySheet} KeySheet */
/** @typedef {import("./elements/map-sheet.js").MapSheet} MapSheet */
/** @typedef {import("./store.js").Store} Store */

export class Numbers {
  /** @type {Place | null} the map under the pointer or the keyboard */
  #looked = null;
  /** Whether the sheet is of what the inspector shows, which is never a difference. */
  #inspected = false;
  /** @type {import("./core/colour.js").ColourMap | null} */
  #colours = null;

  /**
   * @param {Store} store
   * @param {{ sheet: MapSheet, keys: KeySheet }} elements
   * @param {Comparing} comparing
   * @param {() => void} asked called when a cell's ledger was opened from the sheet
   */
  constructor(store, { sheet, keys }, comparing, asked) {
    this.store = store;
    this.sheet = sheet;
    this.comparing = comparing;
    document.addEventListener("numbers", (event) => {
      if (event.target !== sheet) this.#inspected = true;
      store.update({ sheet: /** @type {CustomEvent<Place>} */ (event).detail });
    });
    document.addEventListener("look", (event) => {
      this.#looked = /** @type {CustomEvent} */ (event).detail ?? null;
    });
    document.addEventListener("keydown", (event) => {
      if (!keys.letters || document.querySelector("dialog[open]")) return;
      const { action } = actionOf("anywhere", event) ?? {};
      if (action === "keys") keys.show();
      if (action === "numbers") this.#openLooked();
    });
    sheet.addEventListener("close", () => store.state.sheet && store.update({ sheet: null }));
    sheet.addEventListener("cell", (event) => {
      store.update({ sheet: null, cell: /** @type {CustomEvent} */ (event).detail, trail: [] });
      asked();
    });
    sheet.addEventListener("digits", (event) =>
      store.update({ digits: /** @type {CustomEvent} */ (event).detail }),
    );
    store.addEventListener("change", (event) =>
      this.#draw(/** @type {CustomEvent} */ (event).detail.before.sheet),
    );
  }

  /** @param {import("./core/colour.js").ColourMap} colours */
  set colours(colours) {
    this.#colours = colours;
    if (customElements.get("map-sheet")) this.sheet.colours = colours;
  }

  /** Opens the map that is looked at, else that of the cell whose ledger is open, else the first stage's first map. */
  #openLooked() {
    const { run, cell } = this.store.state;
    if (!run) return;
    const place = [this.#looked, cell].find((each) => each && run.stages.has(each.stage));
    const [first, second] = run.summary.stages;
    const { stage, channel } = place ?? { stage: (second ?? first)?.name ?? "", channel: 0 };
    this.#inspected = false;
    this.store.update({ sheet: { stage, channel } });
  }

  /** The sheet is loaded when it is wanted: the first look does without. */
  async #load() {
    try {
      await import("./elements/map-sheet.js");
    } catch {
      this.store.update({ sheet: null, failure: texts.page.noAnswer });
      return;
    }
    if (this.#colours) this.sheet.colours = this.#colours;
    this.#draw(null);
  }

  /** @param {Place | null} before the map whose numbers were open */
  #draw(before) {
    const { model, scale, digits, cell, sheet, side } = this.store.state;
    const { comparison, shown, asked } = this.comparing;
    const loaded = customElements.get("map-sheet");
    if (!sheet) {
      if (before && loaded) this.sheet.shown = null;
      return;
    }
    if (!loaded) {
      this.#load();
      return;
    }
    const run = this.#inspected ? asked : shown;
    if (!model || !run) return;
    const { stage, channel } = sheet;
    if (run.summary.model !== model.id || channel >= (run.stages.get(stage)?.shape[0] ?? 0)) {
      this.sheet.shown = null;
      // Not while others are still told of the change before.
      queueMicrotask(() => this.store.update({ sheet: null }));
      return;
    }
    const told = this.#inspected && side === "difference" ? "now" : side;
    const compared = comparison ? told : null;
    this.sheet.shown = { model, run, side: compared, stage, channel, scale, digits, selected: cell };
  }
}

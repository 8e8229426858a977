/** The map sheet and the page: which map's numbers are shown, and what opens them. */

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./elements/map-sheet.js").MapSheet} MapSheet */
/** @typedef {{ stage: string, channel: number }} Place a map */

export class Numbers {
  /** @type {Place | null} the map whose sheet is open */
  #open = null;
  /** @type {Place | null} the map under the pointer or the keyboard */
  #looked = null;

  /**
   * @param {Store} store
   * @param {MapSheet} sheet
   * @param {(cell: import("./api.js").Cell) => void} ask opens a cell's ledger
   */
  constructor(store, sheet, ask) {
    this.store = store;
    this.sheet = sheet;
    document.addEventListener("numbers", (event) =>
      this.open(/** @type {CustomEvent<Place>} */ (event).detail),
    );
    document.addEventListener("look", (event) => {
      this.#looked = /** @type {CustomEvent} */ (event).detail ?? null;
    });
    sheet.addEventListener("close", () => {
      this.#open = null;
    });
    sheet.addEventListener("cell", (event) => {
      this.open(null);
      ask(/** @type {CustomEvent} */ (event).detail);
    });
    store.addEventListener("change", () => this.#draw());
  }

  /** @param {Place | null} place */
  open(place) {
    this.#open = place;
    this.#draw(true);
  }

  /** Opens the map that is looked at, else that of the cell whose ledger is open, else the first stage's first map. */
  openLooked() {
    const { run, cell } = this.store.state;
    if (!run) return;
    const looked = [this.#looked, cell].find((place) => place && run.stages.has(place.stage));
    this.open(
      looked ?? { stage: run.summary.stages[1]?.name ?? run.summary.stages[0]?.name ?? "", channel: 0 },
    );
  }

  /** @param {boolean} [asked] whether a person asked for it just now */
  #draw(asked = false) {
    const { model, run, scale, digits, cell } = this.store.state;
    const place = this.#open;
    if (!place && !asked) return;
    const { stage = "", channel = 0 } = place ?? {};
    const known =
      model && run?.summary.model === model.id && channel < (run.stages.get(stage)?.shape[0] ?? 0);
    if (!known) this.#open = null;
    this.sheet.shown = known ? { model, run, stage, channel, scale, digits, selected: cell } : null;
  }
}

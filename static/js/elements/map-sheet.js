/** The numbers of a map: a dialog that shows one map large, as cells or as a table, to read, copy and save. */

import { actionOf, keyName } from "../core/keys.js";
import { mapToSvg } from "../core/map-svg.js";
import { toNpy } from "../core/npy.js";
import { numbersOf, toCsv, toJson, toNumPy } from "../core/numbers.js";
import { Sheet } from "../core/sheet.js";
import { copyText, fileName, saveFile, toPng } from "../files.js";
import { enlarge, readPixels } from "../pixels.js";
import { texts } from "../texts.js";
import { make } from "./make.js";
import "./number-table.js";
import "./zoom-map.js";

/** @typedef {import("../core/sheet.js").Asked} Asked */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("./number-table.js").NumberTable} NumberTable */
/** @typedef {import("./zoom-map.js").ZoomMap} ZoomMap */

const ZOOM = 1.25;
/** Pixels of the longer side of a saved picture, at the most; a cell has a whole number of them. */
const SAVED = 1024;
const words = texts.numbers;
const HINT = words.hint;

/**
 * Fires `numbers` (detail: { stage, channel }) when another map is asked for, `cell` (detail: a cell whose ledger is
 * asked for), `digits`, and `close`.
 */
export class MapSheet extends HTMLElement {
  /** @type {Sheet | null} */
  #sheet = null;
  /** @type {import("../api.js").Cell | null} the cell whose ledger is open */
  #selected = null;
  #tabled = false;
  #dialog = make("dialog", { "aria-labelledby": "sheet-title" });
  #title = make("h2", { id: "sheet-title" });
  #facts = make("p", { class: "note" });
  #stages = make("select", { "aria-label": words.stage });
  #channel = make("span", { class: "channel" });
  #back = this.#button("‹", words.before, "PageUp", () => this.turn(-1));
  #next = this.#button("›", words.next, "PageDown", () => this.turn(1));
  #digits = make("select", { "aria-label": words.digits });
  #out = this.#button("−", words.zoomOut, "-", () => this.#map.zoomBy(1 / ZOOM));
  #in = this.#button("+", words.zoomIn, "+", () => this.#map.zoomBy(ZOOM));
  #whole = this.#button(words.whole, words.wholeTitle, "0", () => this.#map.fit());
  #read = this.#button(words.read, words.readTitle, "v", () => this.#map.showValues());
  #asMap = this.#button(words.map, words.mapTitle, "t", () => this.#show(false));
  #asTable = this.#button(words.table, words.tableTitle, "t", () => this.#show(true));
  #map = /** @type {ZoomMap} */ (document.createElement("zoom-map"));
  #table = /** @type {NumberTable} */ (document.createElement("number-table"));
  #sentence = make("output", { class: "sentence" }, HINT);
  #said = make("p", { class: "said", role: "status" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    for (let digits = 2; digits <= 7; digits++) this.#digits.append(make("option", {}, String(digits)));
    this.#map.tabIndex = 0;
    this.#map.setAttribute("role", "application");
    this.#map.setAttribute("autofocus", "");
    this.#table.tabIndex = 0;
    const close = this.#button("×", texts.page.close, "Escape", () => this.#dialog.close());
    close.className = "close";
    const group = (/** @type {string} */ name, /** @type {(Node | string)[]} */ ...children) =>
      make("div", { class: "group", role: "group", "aria-label": name }, ...children);
    this.#dialog.append(
      make("header", {}, this.#title, this.#facts, close),
      make(
        "div",
        { class: "tools" },
        group(words.groups.map, this.#stages, this.#back, this.#channel, this.#next),
        group(words.groups.kind, this.#asMap, this.#asTable),
        make("label", { class: "group" }, make("span", {}, words.digits), this.#digits),
        group(words.groups.zoom, this.#out, this.#in, this.#whole, this.#read),
      ),
      make("div", { class: "body" }, this.#map, this.#table),
      make(
        "footer",
        {},
        this.#sentence,
        this.#said,
        group(
          words.groups.copy,
          make("span", {}, words.groups.copy),
          this.#button("CSV", words.copyCsv, null, () => this.#copy("CSV", toCsv)),
          this.#button("NumPy", words.copyNumPy, null, () => this.#copy("NumPy", toNumPy)),
          this.#button("JSON", words.copyJson, null, () => this.#copy("JSON", toJson)),
        ),
        group(
          words.groups.save,
          make("span", {}, words.groups.save),
          this.#button("PNG", words.savePng, null, () => this.#savePng()),
          this.#button("SVG", words.saveSvg, null, () => this.#saveSvg()),
          this.#button(".npy", words.saveNpy, null, () => this.#saveNpy()),
        ),
      ),
    );
    this.append(this.#dialog);
    this.#stages.addEventListener("change", () => this.#ask(this.#stages.value, 0));
    this.#digits.addEventListener("change", () => this.#tell("digits", Number(this.#digits.value)));
    this.#map.addEventListener("point", (event) => this.#point(/** @type {CustomEvent} */ (event).detail));
    this.#map.addEventListener("zoom", (event) => {
      const { values, most, least } = /** @type {CustomEvent} */ (event).detail;
      this.#in.disabled = most;
      this.#out.disabled = this.#whole.disabled = least;
      this.#read.disabled = values;
    });
    for (const part of [this.#map, this.#table]) {
      part.addEventListener("cell", (event) => {
        event.stopPropagation();
        const cell = this.#sheet?.cell(/** @type {CustomEvent} */ (event).detail);
        if (cell) this.#tell("cell", cell);
      });
    }
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("close", () => this.#tell("close", null));
    this.#show(false);
  }

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    this.#map.colours = colours;
  }

  /** @param {Asked & { selected: import("../api.js").Cell | null } | null} shown null closes the sheet */
  set shown(shown) {
    if (!shown) {
      this.#dialog.close();
      return;
    }
    const before = this.#sheet;
    const sheet = new Sheet(shown);
    this.#sheet = sheet;
    this.#selected = shown.selected;
    if (before?.run.summary.model !== shown.run.summary.model || this.#stages.length === 0)
      this.#listStages(shown.run);
    this.#title.textContent = sheet.name;
    this.#facts.textContent = sheet.facts;
    this.#stages.value = sheet.stage.name;
    this.#digits.value = String(sheet.digits);
    this.#channel.textContent = sheet.vector ? "" : words.channel(sheet.channel, sheet.channels);
    for (const part of [this.#back, this.#channel, this.#next]) part.hidden = sheet.channels < 2;
    const opened = !this.#dialog.open;
    if (opened) {
      this.#show(false);
      this.#dialog.showModal();
    }
    this.#draw();
    const another = opened || before?.stage.name !== sheet.stage.name || before?.channel !== sheet.channel;
    if (!another) return;
    this.#said.textContent = "";
    this.#sentence.textContent = HINT;
    this.#map.cursor = sheet.place(this.#selected);
  }

  /** @param {number} by maps; after the last one comes the first */
  turn(by) {
    const sheet = this.#sheet;
    if (sheet && sheet.channels > 1)
      this.#ask(sheet.stage.name, (sheet.channel + by + sheet.channels) % sheet.channels);
  }

  /** @param {Run} run */
  #listStages(run) {
    this.#stages.replaceChildren(...run.summary.stages.map(({ name }) => make("option", {}, name)));
  }

  #draw() {
    const sheet = this.#sheet;
    if (!sheet) return;
    const { values, rows, columns, limit, gray, print, row, name } = sheet;
    const label = words.label(name, rows, columns);
    this.#map.zoomed = { values, rows, columns, limit, gray, print, row, label };
    this.#table.tabled = this.#tabled ? { values, rows, columns, print, row, label: name } : null;
  }

  /** @param {boolean} tabled */
  #show(tabled) {
    const focused = this.contains(document.activeElement) && document.activeElement;
    this.#tabled = tabled;
    this.#map.hidden = tabled;
    this.#table.hidden = !tabled;
    this.#asMap.setAttribute("aria-pressed", String(!tabled));
    this.#asTable.setAttribute("aria-pressed", String(tabled));
    for (const button of [this.#out, this.#in, this.#whole, this.#read]) button.hidden = tabled;
    this.#draw();
    // What is hidden loses the focus, and the keys with it.
    const shown = tabled ? this.#table : this.#map;
    if (focused && focused !== shown && [this.#map, this.#table].some((part) => part === focused))
      shown.focus();
  }

  /** @param {{ row: number, column: number } | null} place */
  #point(place) {
    this.#sentence.textContent = (place && this.#sheet?.sentence(place)) || HINT;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target instanceof HTMLSelectElement) return;
    const { action = "", by = 0 } = actionOf("numbers", event) ?? {};
    /** @type {Record<string, () => void>} */
    const acts = {
      zoom: () => this.#map.zoomBy(ZOOM ** by),
      whole: () => this.#map.fit(),
      read: () => this.#map.showValues(),
      table: () => this.#show(!this.#tabled),
      anotherMap: () => this.turn(by),
    };
    const act = acts[action];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // ---- what leaves the page ----

  /**
   * @param {string} name
   * @param {(numbers: import("../core/numbers.js").Numbers) => string} write
   */
  async #copy(name, write) {
    const sheet = /** @type {Sheet} */ (this.#sheet);
    const text = write(numbersOf(sheet.run, sheet.stage.name, sheet.channel));
    try {
      await copyText(text);
      this.#said.textContent = words.copied(sheet.values.length, name);
    } catch {
      this.#said.textContent = words.notCopied;
    }
  }

  async #savePng() {
    const { width, height } = this.#map.image;
    const scale = Math.max(1, Math.floor(SAVED / Math.max(width, height)));
    this.#save(await toPng(enlarge(this.#map.image, scale)), "png");
  }

  #saveSvg() {
    const { rows, columns, values, print, name } = /** @type {Sheet} */ (this.#sheet);
    const pixels = readPixels(this.#map.image);
    const text = (/** @type {number} */ index) => print(values[index] ?? 0);
    this.#save(
      new Blob([mapToSvg({ pixels, rows, columns, title: name, text })], { type: "image/svg+xml" }),
      "svg",
    );
  }

  #saveNpy() {
    const { run, stage, channel } = /** @type {Sheet} */ (this.#sheet);
    this.#save(new Blob([toNpy(numbersOf(run, stage.name, channel))]), "npy");
  }

  /**
   * @param {Blob} file
   * @param {string} kind
   */
  #save(file, kind) {
    const name = fileName(/** @type {Sheet} */ (this.#sheet).file, kind);
    saveFile(file, name);
    this.#said.textContent = words.saved(name);
  }

  /**
   * @param {string} stage
   * @param {number} channel
   */
  #ask(stage, channel) {
    this.#tell("numbers", { stage, channel });
  }

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  /**
   * @param {string} text
   * @param {string} name
   * @param {string | null} key that does the same
   * @param {() => void} act
   */
  #button(text, name, key, act) {
    const title = key === null ? name : words.byKey(name, keyName(key));
    const button = make("button", { type: "button", title, "aria-label": name }, text);
    button.addEventListener("click", act);
    return button;
  }
}

customElements.define("map-sheet", MapSheet);

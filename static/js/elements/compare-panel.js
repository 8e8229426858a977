/** Two runs side by side: one map of both and its difference, the figures of a cell, and the classes. */

import { printPercent } from "../core/decimal.js";
import { mapName } from "../core/model.js";
import { cellAt, pictureColumns, placeOf } from "../core/places.js";
import { mapSize, placeName } from "../core/run.js";
import { epochName } from "../core/training.js";
import { texts } from "../texts.js";
import "./big-map.js";
import { ComparedClasses } from "./compared-classes.js";
import { make } from "./make.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../core/comparison.js").Comparison} Comparison */
/** @typedef {import("../core/comparison.js").Side} Side */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {{ comparison: Comparison, model: ModelDescription, side: Side, scale: import("../core/run.js").Scale, digits: number, cell: Cell, small: boolean }} Compared */

const SIDES = /** @type {const} */ (["kept", "now", "difference"]);
const NAMES = texts.comparing.sides;
/** Pixels of a map's longer side: alone, and over an open inspector. */
const [LARGE, SMALL] = [116, 72];

/** Fires `cell` (detail: a cell) when one is chosen on a map. */
export class ComparePanel extends HTMLElement {
  /** @type {Compared | null} */
  #compared = null;
  #title = make("p", { class: "title" });
  #classes = new ComparedClasses();
  #figures = SIDES.map((side) => new Figure(side));

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(
      this.#title,
      make("div", { class: "compared-maps" }, ...this.#figures.map(({ element }) => element)),
      this.#classes.element,
    );
    for (const { map } of this.#figures) {
      map.addEventListener("pointermove", (event) => this.#look(map.placeAt(event)));
      map.addEventListener("pointerleave", () => this.#look(null));
      map.addEventListener("cell", (event) => {
        event.stopPropagation();
        const cell = this.#cellAt(/** @type {CustomEvent} */ (event).detail);
        if (cell) this.dispatchEvent(new CustomEvent("cell", { bubbles: true, detail: cell }));
      });
    }
  }

  /** @param {import("../core/colour.js").ColourMap} colours */
  set colours(colours) {
    for (const { map } of this.#figures) map.colours = colours;
  }

  /** @param {Compared} compared */
  set compared(compared) {
    this.#compared = compared;
    const { comparison, model, side, scale, cell, small } = compared;
    this.classList.toggle("small", small);
    for (const figure of this.#figures) {
      figure.map.setAttribute("side", String(small ? SMALL : LARGE));
      figure.show(comparison.sides[figure.side], cell, scale);
      figure.name = nameOf(figure.side, comparison, model);
      figure.element.classList.toggle("shown", figure.side === side);
    }
    this.#classes.show(comparison, model);
    this.#say(cell);
  }

  /** @param {{ row: number, column: number }} place */
  #cellAt(place) {
    const { comparison, cell } = /** @type {Compared} */ (this.#compared);
    const { now } = comparison.sides;
    return cellAt(now, /** @type {any} */ (now.stage(cell.stage)), cell.channel, place);
  }

  /** @param {{ row: number, column: number } | null} place under the pointer */
  #look(place) {
    if (!this.#compared) return;
    this.#say((place && this.#cellAt(place)) ?? this.#compared.cell);
  }

  /** @param {Cell} cell */
  #say(cell) {
    const { comparison, digits } = /** @type {Compared} */ (this.#compared);
    const { now } = comparison.sides;
    const stage = now.stage(cell.stage);
    this.#title.replaceChildren(make("strong", {}, mapName(stage, cell.channel)), ` ${placeName(cell, now)}`);
    const texts = comparison.figures(cell, digits);
    for (const figure of this.#figures) {
      figure.value = texts[figure.side];
      figure.frame(now, cell);
    }
  }
}

/** One of the three maps, with its name and the figure of a cell. */
class Figure {
  map = /** @type {import("./big-map.js").BigMap} */ (document.createElement("big-map"));
  #name = make("figcaption");
  #value = make("output", {});

  /** @param {Side} side */
  constructor(side) {
    this.side = side;
    this.map.setAttribute("role", side === "now" ? "application" : "img");
    if (side === "now") this.map.setAttribute("tabindex", "0");
    this.#value.dataset.figure = side;
    this.element = make(
      "figure",
      { class: side },
      this.#name,
      this.map,
      make("p", { class: "value" }, this.#value),
    );
  }

  /** @param {string[]} name in bold, and what follows it */
  set name([name = "", ...rest]) {
    this.#name.replaceChildren(make("strong", {}, name), ...rest.map((text) => make("span", {}, text)));
  }

  /** @param {string} text */
  set value(text) {
    this.#value.textContent = text;
  }

  /**
   * @param {Run} run
   * @param {Cell} cell
   * @param {import("../core/run.js").Scale} scale
   */
  show(run, { stage: name, channel }, scale) {
    const stage = run.stage(name);
    const vector = stage.shape.length === 1;
    const values = vector ? run.stageValues(name) : run.map(name, channel);
    const columns = pictureColumns(run, /** @type {any} */ (stage));
    const { rows } = mapSize(stage.shape);
    this.map.picture = {
      values,
      rows: vector ? Math.ceil(values.length / columns) : rows,
      columns,
      limit: run.limit(name, scale, channel),
      gray: stage.op === "Input" && this.side !== "difference",
      padding: [0, 0, 0, 0],
      label: texts.comparing.map(NAMES[this.side], vector ? name : mapName(stage, channel)),
    };
  }

  /**
   * @param {Run} run
   * @param {Cell} cell
   */
  frame(run, cell) {
    const { row, column } = placeOf(run, /** @type {any} */ (run.stage(cell.stage)), cell);
    this.map.cursor = { row, column };
    this.map.frames = [{ span: { top: row, left: column, bottom: row, right: column }, kind: "cell" }];
  }
}

/**
 * "Kept", with its answer and the point of training it is of.
 * @param {Side} side
 * @param {Comparison} comparison
 * @param {ModelDescription} model
 */
function nameOf(side, comparison, model) {
  if (side === "difference") return [NAMES[side], texts.comparing.differenceNote];
  const { predictions, checkpoint } = comparison.sides[side].summary;
  const [best] = predictions;
  const point = model.checkpoints.find(({ number }) => number === checkpoint);
  const answer = best ? `${best.class} ${printPercent(best.probability)}` : "";
  const { epoch = null } = point ?? {};
  const trained = epochName({ checkpoint, epoch, loss: null, accuracy: null });
  return [NAMES[side], texts.comparing.answer(answer, trained)];
}

customElements.define("compare-panel", ComparePanel);

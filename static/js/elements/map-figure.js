/** A large map with its caption and the way to its numbers: the source or the result of what the inspector shows. */

import { mapName } from "../core/model.js";
import { mapSize } from "../core/run.js";
import { texts } from "../texts.js";
import "./big-map.js";
import { make } from "./make.js";

/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("./big-map.js").BigMap} BigMap */

/** Its element fires `numbers` (detail: { stage, channel }) when the numbers of its map are asked for. */
export class MapFigure {
  map = /** @type {BigMap} */ (document.createElement("big-map"));
  #caption = make("figcaption");
  #numbers = make(
    "button",
    { type: "button", class: "numbers", title: texts.inspector.numbersTitle },
    texts.inspector.numbers,
  );
  /** What is shown. */
  #shown = { stage: "", channel: 0 };

  /**
   * @param {string} kind
   * @param {boolean} walked whether arrow keys and dragging move over its cells
   */
  constructor(kind, walked) {
    this.map.setAttribute("role", walked ? "application" : "img");
    if (walked) this.map.setAttribute("tabindex", "0");
    this.element = make("figure", { class: kind }, this.#caption, this.map, this.#numbers);
    this.#numbers.addEventListener("click", () =>
      this.element.dispatchEvent(new CustomEvent("numbers", { bubbles: true, detail: this.#shown })),
    );
  }

  /** @param {string} text */
  set caption(text) {
    this.#caption.textContent = text;
  }

  /**
   * @param {Run} run
   * @param {string} name of the stage
   * @param {number} channel
   * @param {[number, number, number, number]} [padding] cells drawn around the map
   */
  showMap(run, name, channel, padding = [0, 0, 0, 0]) {
    const stage = run.stage(name);
    this.#shown = { stage: name, channel };
    this.map.picture = {
      values: run.map(name, channel),
      ...mapSize(stage.shape),
      limit: run.limit(name),
      gray: stage.op === "Input",
      padding,
      label: mapName(stage, channel),
    };
  }

  /**
   * A vector, written in rows.
   * @param {Run} run
   * @param {string} name
   * @param {number} columns
   */
  showVector(run, name, columns) {
    const values = run.stageValues(name);
    this.#shown = { stage: name, channel: 0 };
    this.map.picture = {
      values,
      rows: Math.ceil(values.length / columns),
      columns,
      limit: run.limit(name),
      gray: false,
      padding: [0, 0, 0, 0],
      label: texts.names.values(name, values.length),
    };
  }
}

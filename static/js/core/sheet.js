/** What the map sheet shows of a run: one map, or a vector written in rows, with a name for each row. */

import { texts } from "../texts.js";
import { print } from "./decimal.js";
import { mapName } from "./model.js";
import { exact } from "./numbers.js";
import { cellAt, pictureColumns, placeOf } from "./places.js";
import { mapSize, placeName, printShape } from "./run.js";

/** @typedef {import("../api.js").Cell} Cell */
/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./run.js").Scale} Scale */
/** @typedef {import("./comparison.js").Side} Side */
/** @typedef {{ stage: string, channel: number }} Place a map */
/**
 * @typedef {object} Asked
 * @property {ModelDescription} model
 * @property {Run} run
 * @property {Side | null} side which of the compared runs it is; null while nothing is compared
 * @property {string} stage
 * @property {number} channel
 * @property {Scale} scale
 * @property {number} digits
 */

/** Letters of a class's name that are shown. */
const LONGEST = 16;

export class Sheet {
  /** @param {Asked} asked */
  constructor({ model, run, side, stage, channel, scale, digits }) {
    this.model = model;
    this.run = run;
    this.channel = channel;
    this.side = side;
    this.scale = scale;
    this.digits = digits;
    this.stage = run.stage(stage);
    this.vector = this.stage.shape.length === 1;
    this.channels = this.vector ? 1 : (this.stage.shape[0] ?? 1);
    const { rows, columns } = mapSize(this.stage.shape);
    this.columns = this.vector ? pictureColumns(run, this.#described) : columns;
    this.values = this.vector ? run.stageValues(stage) : run.map(stage, channel);
    this.rows = this.vector ? Math.ceil(this.values.length / this.columns) : rows;
    this.gray = this.stage.op === "Input" && side !== "difference";
    // A vector is one picture: each of its values alone has no scale.
    this.limit = run.limit(stage, this.gray || (this.vector && scale === "map") ? "stage" : scale, channel);
  }

  get #described() {
    return /** @type {import("../api.js").StageDescription} */ (
      this.model.stages.find(({ name }) => name === this.stage.name)
    );
  }

  get name() {
    return this.vector
      ? texts.names.values(this.stage.name, this.values.length)
      : mapName(this.stage, this.channel);
  }

  /** The name of a file of it. */
  get file() {
    const side = this.side && this.side !== "now" ? [this.side] : [];
    return [this.run.summary.model, this.stage.name, ...(this.vector ? [] : [String(this.channel)]), ...side];
  }

  /** The size, the range and what the colours span, in words. */
  get facts() {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of this.values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const whose = this.side ? `${texts.comparing.whose[this.side]} · ` : "";
    const size = `${whose}${this.vector ? "" : `${printShape([this.rows, this.columns])} · `}`;
    const facts = `${size}${texts.names.range(print(low, this.digits), print(high, this.digits))}`;
    if (this.gray) return facts;
    const limit = print(this.limit, this.digits);
    const span = this.vector && this.scale === "map" ? "stage" : this.scale;
    return texts.numbers.colours(facts, limit, texts.numbers.spans[span]);
  }

  /** @param {number} value */
  print = (value) => print(value, this.digits);

  /**
   * The name of a row: its number, or of a vector's row the class or the index of its first value.
   * @param {number} row
   */
  row = (row) => {
    if (!this.vector) return String(row);
    return this.#className(row * this.columns) ?? String(row * this.columns);
  };

  /** @param {number} index */
  #className(index) {
    const last = this.model.stages.at(-1);
    const scored = last?.op === "Softmax" && [last.name, ...last.inputs].includes(this.stage.name);
    const name = scored && this.columns === 1 ? this.model.classes[index] : undefined;
    return name && name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  }

  /**
   * @param {{ row: number, column: number }} place
   * @returns {Cell | null}
   */
  cell(place) {
    return cellAt(this.run, this.#described, this.channel, place);
  }

  /**
   * Where a cell stands, if it stands here.
   * @param {Cell | null} cell
   */
  place(cell) {
    if (cell?.stage !== this.stage.name || (!this.vector && cell.channel !== this.channel)) return null;
    return placeOf(this.run, this.#described, cell);
  }

  /**
   * "conv1 [3, 10, 14] = −0.031249", with all the digits that tell this float32 from others.
   * @param {{ row: number, column: number }} place
   */
  sentence(place) {
    const cell = this.cell(place);
    if (!cell) return "";
    const name = this.vector ? this.#className(cell.channel) : undefined;
    const value = exact(this.run.value(cell)).replace("-", "−");
    return `${placeName(cell, this.run)}${name && name !== String(cell.channel) ? `, ${name}` : ""} = ${value}`;
  }
}

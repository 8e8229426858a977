/** Loss and accuracy over the points of training, with the present point marked. */

import { describePoint } from "../core/training.js";
import { makeSvg } from "./make.js";

/** @typedef {import("../core/training.js").TrainingPoint} TrainingPoint */

const [WIDTH, HEIGHT] = [1000, 100];

/** Fires `point` (detail: the place of the point) when one is chosen with the mouse or a finger. */
export class TrainingCurves extends HTMLElement {
  /** @type {TrainingPoint[]} */
  #points = [];
  #curves = makeSvg("g");
  #present = makeSvg("g", { class: "present" });
  #columns = makeSvg("g", { class: "columns" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const viewBox = `0 0 ${WIDTH} ${HEIGHT}`;
    this.append(
      // Whoever cannot see the curves has the slider's words and the table.
      makeSvg(
        "svg",
        { viewBox, preserveAspectRatio: "none", "aria-hidden": "true" },
        this.#curves,
        this.#present,
        this.#columns,
      ),
    );
  }

  /** @param {TrainingPoint[]} points */
  set points(points) {
    this.#points = points;
    this.#curves.replaceChildren(
      ...CURVES.map(({ name, height }) => {
        const line = points.flatMap((point, place) => {
          const y = height(point, points);
          return y === null ? [] : [`${this.#x(place)} ${y}`];
        });
        return makeSvg("polyline", { class: name, points: line.join(" ") });
      }),
    );
    const width = WIDTH / Math.max(1, points.length - 1);
    this.#columns.replaceChildren(
      ...points.map((point, place) => {
        const x = this.#x(place) - width / 2;
        const title = makeSvg("title", {}, describePoint(point));
        const column = makeSvg("rect", { x, y: 0, width, height: HEIGHT }, title);
        column.addEventListener("click", () =>
          this.dispatchEvent(new CustomEvent("point", { bubbles: true, detail: place })),
        );
        return column;
      }),
    );
  }

  /** @param {number} place of the point that is marked */
  set place(place) {
    const x = this.#x(place);
    const dots = this.#points.slice(place, place + 1).flatMap((point) =>
      CURVES.flatMap(({ name, height }) => {
        const y = height(point, this.#points);
        // A line without length and with round ends: a dot that is round however wide the curves are drawn.
        return y === null ? [] : [makeSvg("path", { class: `dot ${name}`, d: `M${x} ${y}h0` })];
      }),
    );
    this.#present.replaceChildren(makeSvg("path", { class: "now", d: `M${x} 0V${HEIGHT}` }), ...dots);
  }

  /** @param {number} place */
  #x(place) {
    return (place / Math.max(1, this.#points.length - 1)) * WIDTH;
  }
}

/** Accuracy from 0 to 1; loss from 0 to the largest. */
const CURVES = [
  {
    name: "loss",
    height: (/** @type {TrainingPoint} */ { loss }, /** @type {TrainingPoint[]} */ points) =>
      loss === null ? null : HEIGHT * (1 - loss / Math.max(...points.map((point) => point.loss ?? 0), 1e-9)),
  },
  {
    name: "accuracy",
    height: (/** @type {TrainingPoint} */ { accuracy }) =>
      accuracy === null ? null : HEIGHT * (1 - accuracy),
  },
];

customElements.define("training-curves", TrainingCurves);

/** About a step: what its op does and why, the formula, where its sizes come from, and what its values are like. */

import { printCount } from "../core/count.js";
import { print, printPercent } from "../core/decimal.js";
import { mapName } from "../core/model.js";
import { sizeLines } from "../core/sizes.js";
import { barsOf, histogram, statistics } from "../core/statistics.js";
import { viewOf } from "../ops/index.js";
import { texts } from "../texts.js";
import { make, makeSvg } from "./make.js";

/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("../core/statistics.js").Histogram} Histogram */
/** @typedef {import("../core/statistics.js").Statistics} Statistics */
/** @typedef {import("../ops/view.js").View} View */
/** @typedef {{ name: string, statistics: Statistics, histogram: Histogram }} Measured */

const words = texts.about;

export class StageAbout extends HTMLElement {
  /** @type {Run | null} */
  #run = null;
  /** What was drawn last: it is drawn again only where it would be another. */
  #drawn = "";

  /** @param {View} view */
  set view({ run, stage, ledger, digits, colours }) {
    if (this.hidden) return;
    const vector = stage.shape.length === 1;
    const key = `${stage.name} ${vector ? "" : ledger.cell.channel} ${digits}`;
    if (run === this.#run && key === this.#drawn) return;
    this.#run = run;
    this.#drawn = key;
    const whole = run.stageValues(stage.name);
    const bars = barsOf(run.range(stage.name));
    const measure = (/** @type {string} */ name, /** @type {Float32Array} */ values) => ({
      name,
      statistics: statistics(values),
      histogram: histogram(values, bars),
    });
    const measured = [measure(words.wholeStage, whole)];
    if (!vector && (stage.shape[0] ?? 1) > 1) {
      measured.unshift(measure(words.thisMap, run.map(stage.name, ledger.cell.channel)));
    }
    // It can be longer than there is room: the keyboard scrolls it.
    this.setAttribute("tabindex", "0");
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", words.label(mapName(stage, ledger.cell.channel)));
    this.replaceChildren(
      make("section", { class: "told" }, ...told(stage.op)),
      make("section", { class: "sizes" }, make("h3", {}, words.sizes), sizes(run, stage)),
      make(
        "section",
        { class: "values" },
        make("h3", {}, words.values),
        table(measured, digits),
        ...measured.map((each) => figure(each, digits, colours)),
        make("p", { class: "note" }, words.note),
      ),
    );
  }
}

/**
 * The words and the formula of an op.
 * @param {string} op
 * @returns {Node[]}
 */
function told(op) {
  const template = document.getElementById(`formula-${op}`);
  const formula = template instanceof HTMLTemplateElement ? [template.content.cloneNode(true)] : [];
  return [make("p", {}, viewOf(op).sentences.join(" ")), ...formula];
}

/**
 * @param {Run} run
 * @param {import("../api.js").StageDescription} stage
 */
function sizes(run, stage) {
  const shapes = stage.inputs.map((name) => run.stage(name).shape);
  const list = make("dl");
  for (const { name, text } of sizeLines(stage, shapes)) {
    list.append(make("div", {}, make("dt", {}, name), make("dd", {}, text)));
  }
  return list;
}

/**
 * @param {Measured[]} measured
 * @param {number} digits
 */
function table(measured, digits) {
  const count = (/** @type {number} */ part, /** @type {Statistics} */ { count }) =>
    words.part(part, printPercent(part / count));
  const names = words.rows;
  const rows = /** @type {[string, (each: Statistics) => string][]} */ ([
    [names.values, (each) => printCount(each.count)],
    [names.minimum, (each) => print(each.minimum, digits)],
    [names.mean, (each) => print(each.mean, digits)],
    [names.maximum, (each) => print(each.maximum, digits)],
    [names.zero, (each) => count(each.zeros, each)],
    [names.negative, (each) => count(each.negative, each)],
  ]);
  const headings = measured.map(({ name }) => make("th", { scope: "col" }, name));
  return make(
    "table",
    { class: "statistics" },
    make("thead", {}, make("tr", {}, make("td"), ...headings)),
    make(
      "tbody",
      {},
      ...rows.map(([name, say]) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name),
          ...measured.map((each) => make("td", {}, say(each.statistics))),
        ),
      ),
    ),
  );
}

/**
 * @param {Measured} measured
 * @param {number} digits
 * @param {import("../core/colour.js").ColourMap} colours
 */
function figure({ name, histogram: { below, above, width, counts } }, digits, colours) {
  const tallest = Math.max(1, ...counts);
  const [low, high] = [print(-below * width, digits), print(above * width, digits)];
  const svg = makeSvg("svg", {
    viewBox: `0 0 ${counts.length} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": words.histogram(name, counts.length, low, high),
  });
  for (const [at, count] of counts.entries()) {
    const height = (count / tallest) * 100;
    const from = print((at - below) * width, digits);
    const to = print((at - below + 1) * width, digits);
    const bar = makeSvg(
      "rect",
      { x: at + 0.05, y: 100 - height, width: 0.9, height, "data-count": count },
      makeSvg("title", {}, words.bar(from, to, count)),
    );
    bar.style.fill = colours.css(at < below ? -0.62 : 0.62, 1);
    svg.append(bar);
  }
  svg.append(makeSvg("path", { class: "zero", d: `M${below} 0V100` }));
  return make(
    "figure",
    { class: "histogram" },
    make("figcaption", {}, make("span", {}, name), make("span", { class: "note" }, words.tallest(tallest))),
    svg,
    make("p", { class: "ends note", "aria-hidden": "true" }, make("span", {}, low), make("span", {}, high)),
  );
}

customElements.define("stage-about", StageAbout);

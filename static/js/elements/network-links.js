/** The links between maps and the maps that they are made from. */

import { makeSvg } from "./make.js";

/** @typedef {import("../api.js").StageDescription} StageDescription */

/**
 * @typedef {{ stage: StageDescription, section: HTMLElement, maps: HTMLButtonElement[] }} Shown a stage on the page
 * @typedef {{ from: HTMLButtonElement, source: Shown, to: HTMLButtonElement, reader: Shown }} Link
 */

export class NetworkLinks {
  svg = makeSvg("svg", { class: "links", "aria-hidden": "true" });
  /** @type {Link[][]} the links of each stage */
  #links = [];
  #lookedAt = makeSvg("path", { class: "looked-at" });

  /** @param {HTMLElement} frame what the links are drawn over */
  constructor(frame) {
    this.frame = frame;
  }

  /** @param {Shown[]} placed */
  set placed(placed) {
    this.#links = placed.map((reader) =>
      placed
        .filter(({ stage }) => reader.stage.inputs.includes(stage.name))
        .flatMap((source) =>
          reader.maps.flatMap((to, channel) =>
            readMaps(reader.stage, channel, source).map((from) => ({ from, source, to, reader })),
          ),
        ),
    );
  }

  /** @param {boolean} stacked where stages stand one under another there are no links */
  draw(stacked) {
    this.#lookedAt.setAttribute("d", "");
    if (stacked) return this.svg.replaceChildren();
    // The more links there are, the fainter each: a fan of hundreds must not outshine the maps.
    const paths = this.#links.map((links) =>
      makeSvg("path", {
        d: this.#curves(links),
        "stroke-opacity": Math.min(1, 10 / links.length).toFixed(3),
      }),
    );
    this.svg.replaceChildren(...paths, this.#lookedAt);
  }

  /** @param {HTMLElement | null} map whose links, to both sides, are drawn strongly */
  highlight(map) {
    const links = this.#links.flat().filter(({ from, to }) => map && (from === map || to === map));
    this.#lookedAt.setAttribute("d", this.#curves(links));
  }

  /** @param {Link[]} links */
  #curves(links) {
    const origin = this.frame.getBoundingClientRect();
    const middle = (/** @type {DOMRect} */ box) => box.top + box.height / 2 - origin.top;
    return links
      .map(({ from, source, to, reader }) => {
        // From edge to edge of the columns, so that no link runs across the maps of its own grid.
        const left = source.section.getBoundingClientRect().right - origin.left + this.frame.scrollLeft;
        const right = reader.section.getBoundingClientRect().left - origin.left + this.frame.scrollLeft;
        const [start, end] = [middle(from.getBoundingClientRect()), middle(to.getBoundingClientRect())];
        const turn = (left + right) / 2;
        return `M${left} ${start}C${turn} ${start} ${turn} ${end} ${right} ${end}`;
      })
      .join("");
  }
}

/** Ops whose every value reads all of the stage before. */
const READS_ALL = new Set(["Gemm", "Softmax", "Flatten"]);

/**
 * The maps of `source` that map `channel` of `stage` is made from.
 * @param {StageDescription} stage
 * @param {number} channel
 * @param {Shown} source
 */
function readMaps(stage, channel, { maps }) {
  if (READS_ALL.has(stage.op)) return maps;
  if (stage.op !== "Conv") return maps.slice(channel, channel + 1);
  const groups = stage.attributes.groups ?? 1;
  const size = maps.length / groups;
  const group = Math.floor((channel * groups) / (stage.shape[0] ?? 1));
  return maps.slice(group * size, (group + 1) * size);
}

/** The links between maps and the maps that they are made from. */

import { makeSvg } from "./make.js";

/** @typedef {import("../core/contributions.js").Contribution} Contribution */
/** @typedef {import("./network-stage.js").NetworkStage} NetworkStage */

/** @typedef {{ source: NetworkStage, reader: NetworkStage, from: number, to: number }} Link channels of two stages */
/** @typedef {{ link: Link, weight: number, colour: string }} Weighted weight: 0 to 1 */

/** Pixels of the widest link. */
const WIDEST = 3;

export class NetworkLinks {
  svg = makeSvg("svg", { class: "links", "aria-hidden": "true" });
  #lookedAt = makeSvg("g", { class: "looked-at" });
  /** @type {Map<NetworkStage, { left: number, right: number, middles: number[] }>} by slot */
  #places = new Map();
  #stacked = true;

  /** @param {HTMLElement} frame what the links are drawn over */
  constructor(frame) {
    this.frame = frame;
  }

  /**
   * All links, faintly, from slot to slot: they stay as they are while other channels come into the slots. Where stages stand one under another there are none.
   * @param {{ source: NetworkStage, reader: NetworkStage }[]} pairs
   * @param {boolean} stacked
   */
  draw(pairs, stacked) {
    this.#stacked = stacked;
    this.#lookedAt.replaceChildren();
    if (stacked) return this.svg.replaceChildren();
    this.#measure(pairs.flatMap(({ source, reader }) => [source, reader]));
    // The more links there are, the fainter each: a fan of hundreds must not outshine the maps.
    const paths = pairs.map(({ source, reader }) => {
      const links = linksBetween(source, reader);
      const d = links.map((link) => this.#curve(link)).join("");
      return makeSvg("path", { d, "stroke-opacity": Math.min(1, 1.5 / Math.sqrt(links.length)).toFixed(3) });
    });
    this.svg.replaceChildren(...paths, this.#lookedAt);
  }

  /** @param {Weighted[]} links drawn strongly, each by its weight */
  highlight(links) {
    if (this.#stacked) return;
    this.#lookedAt.replaceChildren(
      ...links.map(({ link, weight, colour }) => {
        const path = makeSvg("path", {
          d: this.#curve(link),
          "stroke-width": (WIDEST * weight).toFixed(2),
          "stroke-opacity": (0.25 + 0.75 * weight).toFixed(2),
        });
        if (colour) path.style.stroke = colour;
        return path;
      }),
    );
  }

  /** @param {NetworkStage[]} stages */
  #measure(stages) {
    const origin = this.frame.getBoundingClientRect();
    const [x, y] = [this.frame.scrollLeft - origin.left, this.frame.scrollTop - origin.top];
    this.#places = new Map(
      [...new Set(stages)].map((stage) => {
        // From edge to edge of the columns, so that no link runs across the maps of its own grid.
        const box = stage.section.getBoundingClientRect();
        const middles = stage.maps.map((map) => {
          const { top, height } = map.getBoundingClientRect();
          return top + height / 2 + y;
        });
        return [stage, { left: box.left + x, right: box.right + x, middles }];
      }),
    );
  }

  /** @param {Link} link */
  #curve({ source, reader, from, to }) {
    const [left, right] = [this.#places.get(source), this.#places.get(reader)];
    const start = left?.middles[slotOf(source, from)];
    const end = right?.middles[slotOf(reader, to)];
    if (!left || !right || start === undefined || end === undefined) return "";
    const turn = (left.right + right.left) / 2;
    return `M${left.right} ${start}C${turn} ${start} ${turn} ${end} ${right.left} ${end}`;
  }
}

/**
 * @param {NetworkStage} stage
 * @param {number} channel
 */
function slotOf({ kind, channels }, channel) {
  return kind === "strip" ? 0 : channels.indexOf(channel);
}

/** Ops whose every value reads all of the stage before. */
const READS_ALL = new Set(["Gemm", "Softmax", "Flatten"]);

/**
 * @param {NetworkStage} source
 * @param {NetworkStage} reader
 * @returns {Link[]}
 */
export function linksBetween(source, reader) {
  return reader.channels.flatMap((to) => linksTo(source, reader, to));
}

/**
 * The links to one map from those maps of `source` that are shown and that it is made from.
 * @param {NetworkStage} source
 * @param {NetworkStage} reader
 * @param {number} to
 * @returns {Link[]}
 */
export function linksTo(source, reader, to) {
  return source.channels
    .filter((from) => reads(source, reader, from, to))
    .map((from) => ({ source, reader, from, to }));
}

/**
 * @param {NetworkStage} source
 * @param {NetworkStage} reader
 * @param {number} from
 * @param {number} to
 */
export function reads(source, { stage, count, kind }, from, to) {
  if (READS_ALL.has(stage.op) || kind === "strip") return true;
  if (stage.op !== "Conv") return from === to;
  const groups = stage.attributes.groups ?? 1;
  return Math.floor((from * groups) / source.count) === Math.floor((to * groups) / count);
}

/** The links between maps and the maps that they are made from. */

import { channelsRead } from "../core/contributions.js";
import { makeSvg } from "./make.js";

/** @typedef {import("./network-stage.js").NetworkStage} NetworkStage */

/**
 * @typedef {object} Link
 * @property {NetworkStage} source
 * @property {NetworkStage} reader
 * @property {number | null} from the source's channel; null for all values of a strip
 * @property {number | null} to the reader's channel; null for all values of a strip
 */
/** @typedef {{ link: Link, weight: number, colour: string }} Weighted weight: 0 to 1 */

/** Pixels of the widest link. */
const WIDEST = 3;

export class NetworkLinks {
  svg = makeSvg("svg", { class: "links", "aria-hidden": "true" });
  #lookedAt = makeSvg("g", { class: "looked-at" });
  /** @type {Map<NetworkStage, { left: number, right: number, tops: number[], heights: number[] }>} by slot */
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
          "data-source": name(link.source, link.from),
          "data-reader": name(link.reader, link.to),
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
        const boxes = stage.maps.map((map) => map.getBoundingClientRect());
        const tops = boxes.map(({ top }) => top + y);
        return [
          stage,
          { left: box.left + x, right: box.right + x, tops, heights: boxes.map(({ height }) => height) },
        ];
      }),
    );
  }

  /** @param {Link} link */
  #curve({ source, reader, from, to }) {
    const [left, right] = [this.#places.get(source), this.#places.get(reader)];
    const [start, end] = [this.#middle(source, from), this.#middle(reader, to)];
    if (!left || !right || start === undefined || end === undefined) return "";
    const turn = (left.right + right.left) / 2;
    return `M${left.right} ${start}C${turn} ${start} ${turn} ${end} ${right.left} ${end}`;
  }

  /**
   * Where the middle of a map is, or of a value of a strip, from above.
   * @param {NetworkStage} stage
   * @param {number | null} channel
   */
  #middle(stage, channel) {
    const place = this.#places.get(stage);
    const strip = stage.kind === "strip";
    const slot = strip ? 0 : stage.channels.indexOf(channel ?? 0);
    const [top, height] = [place?.tops[slot], place?.heights[slot]];
    if (top === undefined || height === undefined) return undefined;
    const { down } = stage.column;
    return top + height * (strip && channel !== null ? ((channel % down) + 0.5) / down : 0.5);
  }
}

/**
 * @param {NetworkStage} stage
 * @param {number | null} channel
 */
function name({ stage }, channel) {
  return channel === null ? stage.name : `${stage.name} ${channel}`;
}

/**
 * All links between two stages, from slot to slot.
 * @param {NetworkStage} source
 * @param {NetworkStage} reader
 * @returns {Link[]}
 */
export function linksBetween(source, reader) {
  const tos = reader.kind === "strip" ? [null] : reader.channels;
  return tos.flatMap((to) => linksTo(source, reader, to));
}

/**
 * The links to one map from those maps of `source` that are shown and that it is made from.
 * @param {NetworkStage} source
 * @param {NetworkStage} reader
 * @param {number | null} to
 * @returns {Link[]}
 */
export function linksTo(source, reader, to) {
  const read = to === null ? null : channelsRead(reader.stage, reader.inputs, source.stage.name, to);
  const [only = null, ...others] = read ?? [];
  if (source.kind === "strip") return [{ source, reader, from: others.length === 0 ? only : null, to }];
  return source.channels
    .filter((from) => read === null || read.includes(from))
    .map((from) => ({ source, reader, from, to }));
}

/**
 * The links from one map to those maps of `reader` that are shown and that are made from it.
 * @param {NetworkStage} source
 * @param {NetworkStage} reader
 * @param {number | null} from
 * @returns {Link[]}
 */
export function linksFrom(source, reader, from) {
  if (reader.kind === "strip") return [{ source, reader, from, to: null }];
  return reader.channels
    .filter(
      (to) =>
        from === null || channelsRead(reader.stage, reader.inputs, source.stage.name, to).includes(from),
    )
    .map((to) => ({ source, reader, from, to }));
}

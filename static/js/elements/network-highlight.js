/** What is drawn strongly while a map is looked at: the links to its sources and its readers, by what they add. */

import { contributions } from "../core/contributions.js";
import { linksTo, reads } from "./network-links.js";

/** @typedef {import("../core/contributions.js").Contribution} Contribution */
/** @typedef {import("../core/contributions.js").Kernels} Kernels */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("./network-block.js").NetworkBlock} NetworkBlock */
/** @typedef {import("./network-links.js").Link} Link */
/** @typedef {import("./network-links.js").NetworkLinks} NetworkLinks */
/** @typedef {import("./network-links.js").Weighted} Weighted */
/** @typedef {import("./network-stage.js").NetworkStage} NetworkStage */

/** How strong the colours of for and against are, of 1. */
const TINT = 0.7;

export class NetworkHighlight {
  /** @type {NetworkBlock[]} */
  blocks = [];
  /** @type {import("../core/colour.js").ColourMap | null} */
  colours = null;
  /** @type {(model: string, stage: string, checkpoint: number | null) => Promise<Kernels>} */
  kernels = () => Promise.reject(new Error("There are no kernels."));
  /** @type {Run | null} */
  #run = null;
  /** @type {string | null} empty while nothing is looked at; null while that is not known, after another run came */
  #looked = "";

  /** @param {NetworkLinks} links */
  constructor(links) {
    this.links = links;
  }

  /** @param {Run | null} run */
  set run(run) {
    this.#run = run;
    this.#looked = null;
  }

  /**
   * Draws the links of a map; whether another one was looked at before.
   * @param {NetworkStage | null} stage
   * @param {number} channel
   */
  look(stage, channel) {
    const looked = stage ? `${stage.stage.name} ${channel}` : "";
    if (looked === this.#looked) return false;
    this.#looked = looked;
    if (!stage) {
      this.links.highlight([]);
      return true;
    }
    const links = this.#linksOf(stage, channel);
    this.links.highlight(links.map((link) => ({ link, weight: 0.4, colour: "" })));
    this.#weigh(links, looked);
    return true;
  }

  /**
   * All links of the channel's row in its block, to both sides.
   * @param {NetworkStage} looked
   * @param {number} channel
   * @returns {Link[]}
   */
  #linksOf(looked, channel) {
    const stages = this.blocks.flatMap((block) => block.stages);
    const own = this.blocks.find((block) => block.stages.includes(looked))?.stages ?? [looked];
    const sources = own.flatMap((reader) =>
      stages
        .filter(({ stage }) => reader.stage.inputs.includes(stage.name))
        .flatMap((source) => linksTo(source, reader, channel)),
    );
    const readers = own.flatMap((source) =>
      stages
        .filter((reader) => !own.includes(reader) && reader.stage.inputs.includes(source.stage.name))
        .flatMap((reader) =>
          reader.channels
            .filter((to) => reads(source, reader, channel, to))
            .map((to) => ({ source, reader, from: channel, to })),
        ),
    );
    return [...sources, ...readers];
  }

  /**
   * Gives the links of convolutions their weights, once their kernels have come.
   * @param {Link[]} links
   * @param {string} looked
   */
  async #weigh(links, looked) {
    const run = this.#run;
    const weighed = await Promise.all(
      [...new Set(links.map(({ reader }) => reader))].map((reader) =>
        this.#weights(
          run,
          reader,
          links.filter((link) => link.reader === reader),
        ),
      ),
    ).catch(() => null);
    // Without the kernels the links stay as they are: all alike.
    if (weighed && this.#looked === looked && this.#run === run) this.links.highlight(weighed.flat());
  }

  /**
   * @param {Run | null} run
   * @param {NetworkStage} reader
   * @param {Link[]} links
   * @returns {Promise<Weighted[]>}
   */
  async #weights(run, reader, links) {
    if (!run || reader.stage.op !== "Conv") return links.map((link) => ({ link, weight: 0.4, colour: "" }));
    const kernels = await this.kernels(run.summary.model, reader.stage.name, run.summary.checkpoint);
    const added = links.map(({ from, to }) => contributions(run, reader.stage, kernels, to, [from])[0]);
    const largest = Math.max(...added.map((each) => each?.size ?? 0));
    return links.map((link, index) => {
      const { size = 0, mean = 0 } = added[index] ?? {};
      const colour = this.colours?.css(Math.sign(mean) * TINT, 1) ?? "";
      return { link, weight: largest > 0 ? size / largest : 0, colour };
    });
  }
}

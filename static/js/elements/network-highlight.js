/** What is drawn strongly while a map is looked at: the links to its sources and its readers, by what they add. */

import { contribution, WEIGHTED } from "../core/contributions.js";
import { linksFrom, linksTo } from "./network-links.js";

/** @typedef {import("../core/contributions.js").Parameters} Parameters */
/** @typedef {import("../core/run.js").Run} Run */
/** @typedef {import("./network-block.js").NetworkBlock} NetworkBlock */
/** @typedef {import("./network-links.js").Link} Link */
/** @typedef {import("./network-links.js").NetworkLinks} NetworkLinks */
/** @typedef {import("./network-links.js").Weighted} Weighted */
/** @typedef {import("./network-stage.js").NetworkStage} NetworkStage */

/** How strong the colours of for and against are, of 1. */
const TINT = 0.7;
/** The weight of a link while what it adds is not known, of 1. */
const UNKNOWN = 0.4;

export class NetworkHighlight {
  /** @type {NetworkBlock[]} */
  blocks = [];
  /** @type {import("../core/colour.js").ColourMap | null} */
  colours = null;
  /** @type {(model: string, stage: string, checkpoint: number | null) => Promise<Parameters>} */
  parameters = () => Promise.reject(new Error("There are no parameters."));
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
   * @param {number | null} channel null for all values of a strip
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
    this.links.highlight(links.map((link) => ({ link, weight: UNKNOWN, colour: "" })));
    this.#weigh(links, looked);
    return true;
  }

  /**
   * All links of the channel's row in its block, to both sides.
   * @param {NetworkStage} looked
   * @param {number | null} channel
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
        .flatMap((reader) => linksFrom(source, reader, channel)),
    );
    return [...sources, ...readers];
  }

  /**
   * Gives the links their weights, once the parameters that these need have come.
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
    );
    if (this.#looked === looked && this.#run === run) this.links.highlight(weighed.flat());
  }

  /**
   * @param {Run | null} run
   * @param {NetworkStage} reader
   * @param {Link[]} links
   * @returns {Promise<Weighted[]>}
   */
  async #weights(run, reader, links) {
    const parameters = run && (await this.#parametersOf(run, reader));
    // Without them the links stay as they are: all alike.
    if (!parameters) return links.map((link) => ({ link, weight: UNKNOWN, colour: "" }));
    const { stage, inputs } = reader;
    const added = links.map(({ source, from, to }) =>
      contribution({ run, stage, inputs, parameters, source: source.stage.name }, from, to),
    );
    const largest = Math.max(...added.map(({ size }) => size));
    return links.map((link, index) => {
      const { size = 0, mean = 0 } = added[index] ?? {};
      const colour = this.colours?.css(Math.sign(mean) * TINT, 1) ?? "";
      return { link, weight: largest > 0 ? size / largest : 0, colour };
    });
  }
  /**
   * What the stage's contributions are worked out with; null where it is not to be had.
   * @param {Run} run
   * @param {NetworkStage} reader
   * @returns {Promise<Parameters | null>}
   */
  async #parametersOf({ summary: { model, checkpoint } }, { stage }) {
    if (!WEIGHTED.has(stage.op)) return {};
    return this.parameters(model, stage.name, checkpoint).catch(() => null);
  }
}

/** Several stages of the network that work map by map: a row of them is one channel, and they turn pages together. */

import { groupBlocks } from "../core/blocks.js";
import { widthOfWords } from "../core/compact.js";
import { orderChannels, pageChannels, pageOf } from "../core/order.js";
import { texts } from "../texts.js";
import { make } from "./make.js";
import { NetworkStage } from "./network-stage.js";

/** @typedef {import("../api.js").ModelDescription} ModelDescription */

/** Pixels between two words over a block. */
const WORD_GAP = 4;

export class NetworkBlock {
  #page = 0;
  #size = 0;
  /** @type {number[]} */
  #order = [];
  /** @type {import("../core/order.js").Order | "probability"} what its maps or classes are really sorted by */
  #sortedBy = "channel";
  /** @type {Float32Array | undefined} of its classes, if it has some */
  #probabilities;
  #pager = make("button", { type: "button", class: "pager" });
  #words;

  /**
   * @param {NetworkStage[]} stages
   * @param {() => void} turned called when another page is shown
   */
  constructor(stages, turned) {
    this.stages = stages;
    this.element = make("div", { class: "block" });
    const names = stages.map(({ stage }) => make("span", { title: stage.op }, stage.name));
    this.#words = [
      make("span", { class: "names", "aria-hidden": "true" }, ...names),
      make(
        "span",
        { class: "shapes", "aria-hidden": "true" },
        ...printShapes(stages.map(({ stage }) => stage.shape)).map((shape) => make("span", {}, shape)),
      ),
    ];
    const unit =
      this.last.kind === "shares"
        ? [make("span", { class: "unit", "aria-hidden": "true" }, texts.network.unit)]
        : [];
    this.#pager.addEventListener("click", () => {
      this.turn(1);
      turned();
    });
    this.about = make("div", { class: "about" }, ...this.#words, ...unit, this.#pager);
    this.element.append(this.about, ...stages.map(({ section }) => section));
    this.#size = this.count;
    this.#order = orderChannels(this.count);
    this.#show();
  }

  get count() {
    return this.stages[0]?.count ?? 0;
  }

  /** The last stage with maps: what later blocks read, and what the channels are judged by. */
  get last() {
    return /** @type {NetworkStage} */ (this.stages.at(-1));
  }

  /** Whether it shows a page at a time where there is not room for all. */
  get #turns() {
    return this.last.kind === "maps" || this.last.kind === "shares";
  }

  /** Whether its channels can be put in another order. */
  get sortable() {
    return this.last.kind === "maps" && this.last.stage.op !== "Input";
  }

  /** @param {number} size channels that are shown at a time */
  set size(size) {
    const page = this.#page;
    const first = this.#order[Math.min(page * this.#size, this.#order.length - 1)] ?? 0;
    this.#size = this.#turns ? Math.max(1, Math.min(size, this.count)) : this.count;
    this.#sortClasses();
    this.#page = page === 0 ? 0 : pageOf(this.#order, first, this.#size);
    this.#show();
  }

  /** Pixels of the words over it: names and shapes in one line each, and in two lines each. */
  get labelWidths() {
    const widths = this.#words.map((words) =>
      widthOfWords(
        [...words.children].map((word) => word.getBoundingClientRect().width),
        WORD_GAP,
      ),
    );
    const pager = this.#turns ? this.#pager.getBoundingClientRect().width : 0;
    const widest = (/** @type {"one" | "two"} */ lines) =>
      Math.ceil(Math.max(pager, ...widths.map((width) => width[lines])));
    return { one: widest("one"), two: widest("two") };
  }

  /**
   * @param {import("../core/order.js").Sorting} sorting values and classes stay in their order
   * @param {import("../core/run.js").Run | null} run by whose probabilities classes go that are too many to be shown
   */
  sortBy({ order, figures, told = null }, run) {
    const own = this.sortable ? figures(this.last.stage.name) : undefined;
    this.#order = orderChannels(this.count, own);
    this.#sortedBy = own ? order : "channel";
    for (const stage of this.stages) stage.shares = told;
    if (this.last.kind === "shares") this.#probabilities = run?.stageValues(this.last.stage.name);
    this.#sortClasses();
    this.#show();
  }

  /** Classes stay in their order where all are shown; of more, those with the largest probability come first. */
  #sortClasses() {
    if (this.last.kind !== "shares") return;
    const probabilities = this.#size < this.count ? this.#probabilities : undefined;
    this.#order = orderChannels(this.count, probabilities);
    this.#sortedBy = probabilities ? "probability" : "channel";
  }

  /**
   * Turns to the page that has a channel.
   * @param {number} channel
   */
  reveal(channel) {
    if (!this.#turns || this.stages[0]?.channels.includes(channel)) return false;
    this.#page = pageOf(this.#order, channel, this.#size);
    this.#show();
    return true;
  }

  /** @param {number} by pages; after the last one comes the first */
  turn(by) {
    const pages = Math.ceil(this.count / this.#size);
    this.#page = (this.#page + by + pages) % pages;
    this.#show();
  }

  #show() {
    const { channels, start } = pageChannels(this.#order, this.#page, this.#size);
    for (const stage of this.stages) stage.shown = channels;
    const paged = channels.length < this.count;
    this.element.classList.toggle("paged", paged);
    const places = `${start + 1}–${start + channels.length}`;
    const range = texts.network.someOf(places, this.count);
    const some = start > 0 ? range : texts.network.someOf(channels.length, this.count);
    this.#pager.replaceChildren(start > 0 ? places : some, make("span", { class: "next" }, " ›"));
    const names = this.stages.map(({ stage }) => stage.name).join(", ");
    const classes = this.last.kind === "shares";
    const { pager, pagerTitle } = classes ? texts.network.classes : texts.network;
    this.#pager.setAttribute("aria-label", pager(names, range, this.#sortedBy));
    this.#pager.title = pagerTitle(some, this.#sortedBy);
    this.#pager.hidden = !paged;
  }
}

/**
 * The blocks of a model.
 * @param {ModelDescription} model
 * @param {(block: NetworkBlock) => void} turned called when a block shows another page
 */
export function makeBlocks(model, turned) {
  const inputs = (/** @type {string[]} */ names) =>
    names.flatMap((each) => model.stages.find(({ name }) => name === each) ?? []);
  return groupBlocks(model.stages).map((stages) => {
    /** @type {NetworkBlock} */
    const block = new NetworkBlock(
      stages.map((stage) => new NetworkStage(stage, model.classes, inputs(stage.inputs))),
      () => turned(block),
    );
    return block;
  });
}

/**
 * "32×32×32", and what later stages make of it: " → 16×16".
 * @param {number[][]} shapes of stages with as many channels
 */
function printShapes(shapes) {
  const [first = "", ...rest] = shapes.map((shape) => shape.join("×"));
  const sizes = rest.map((_, index) => shapes[index + 1]?.slice(1).join("×") ?? "");
  const changes = sizes.filter((size, index) => size !== [shapes[0]?.slice(1).join("×"), ...sizes][index]);
  return [first, ...changes.map((change) => ` → ${change}`)];
}

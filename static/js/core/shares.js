/** The share of each map in the answer: how much of the class's logit comes through it, as the server worked it out. */

import { texts } from "../texts.js";
import { print } from "./decimal.js";

/** @typedef {import("./run.js").Run} Run */

/**
 * @typedef {object} SharesAnswer
 * @property {string} class
 * @property {number} logit
 * @property {{ stage: string, shares: number[], sum: number, rest: number }[]} stages from the input to the logits
 */

export class Shares {
  /** @type {Map<string, number[]>} by stage */
  #stages;

  /**
   * @param {Run} run whose maps these are
   * @param {SharesAnswer} answer
   */
  constructor(run, answer) {
    this.run = run;
    this.class = answer.class;
    this.logit = answer.logit;
    this.#stages = new Map(answer.stages.map(({ stage, shares }) => [stage, shares]));
  }

  /**
   * By channel; none for what comes after the logits.
   * @param {string} stage
   */
  of(stage) {
    return this.#stages.get(stage);
  }

  /**
   * "share in “2”: 1.2031 of 7.8412"; empty where there is none.
   * @param {string} stage
   * @param {number} channel
   */
  say(stage, channel) {
    const share = this.of(stage)?.[channel];
    return share === undefined ? "" : texts.network.share(this.class, print(share, 4), print(this.logit, 4));
  }
}

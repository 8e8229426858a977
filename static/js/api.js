/** The REST API, and the only place that knows its addresses. */

import { Run } from "./core/run.js";
import { Shares } from "./core/shares.js";
import { texts } from "./texts.js";

/** @typedef {import("./core/run.js").RunSummary} RunSummary */

/**
 * @typedef {object} Cell
 * @property {string} stage
 * @property {number} channel
 * @property {number} row
 * @property {number} column
 *
 * @typedef {object} Term
 * @property {Cell | null} source
 * @property {number | null} value
 * @property {number | null} weight
 * @property {number | null} product
 * @property {[number, number] | null} kernel
 * @property {boolean | null} wins
 * @property {number | null} shifted
 * @property {number | null} exponential
 *
 * @typedef {object} Ledger
 * @property {Cell} cell
 * @property {string} op
 * @property {Term[]} terms
 * @property {number | null} sum
 * @property {{ channel: number, sum: number }[]} subtotals
 * @property {number | null} bias
 * @property {{ name: string, value: number }[]} figures
 * @property {number} result
 * @property {string} formula
 * @property {string[]} numpy
 * @property {import("./core/window.js").Span} receptive_field
 *
 * @typedef {object} StageDescription
 * @property {string} name
 * @property {string} op
 * @property {string[]} inputs
 * @property {Record<string, any>} attributes
 * @property {number[]} shape
 * @property {number} parameters
 * @property {number} multiply_adds
 * @property {{ rows: number, columns: number }} receptive_field
 *
 * @typedef {object} ModelDescription
 * @property {string} id
 * @property {string} title
 * @property {string[]} classes
 * @property {{ step: string }[]} preprocessing
 * @property {number | null} accuracy
 * @property {number} parameters
 * @property {number} multiply_adds
 * @property {import("./core/training.js").Checkpoint[]} checkpoints
 * @property {Record<string, any>} card what is known of its training; empty where nothing is
 * @property {string[]} notes what its file left open, and what stands for it
 * @property {StageDescription[]} stages
 *
 * @typedef {Pick<ModelDescription, "id" | "title" | "classes" | "accuracy">} ModelSummary
 *
 * @typedef {object} Sample a picture to try
 * @property {string} id
 * @property {string} title
 * @property {string} credit who made it, and how it may be used
 * @property {string[]} models whom it suits
 * @property {string} url on this origin
 */

/** What went wrong, in words for a person, and whether trying again can help. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status the HTTP status, or 0 where no answer came
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }

  /** The same request can go well at another time: nothing was wrong with it. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  /** @type {Map<string, Promise<ModelDescription>>} */
  #models = new Map();
  /** @type {Map<string, Promise<import("./core/contributions.js").Parameters>>} */
  #parameters = new Map();
  /** @type {Promise<Sample[]> | null} */
  #samples = null;

  /** @param {string} base such as /api/v1 */
  constructor(base) {
    this.base = base;
  }

  /** @returns {Promise<ModelSummary[]>} */
  async models() {
    return (await (await this.#ask("/models")).json()).models;
  }

  /**
   * Asked for once: a model is never changed.
   * @param {string} model
   * @returns {Promise<ModelDescription>}
   */
  model(model) {
    const known = this.#models.get(model);
    if (known) return known;
    const asked = this.#ask(`/models/${encodeURIComponent(model)}`).then((response) => response.json());
    this.#models.set(model, asked);
    asked.catch(() => this.#models.delete(model));
    return asked;
  }

  /**
   * Pictures to try; none where the server has none.
   * @returns {Promise<Sample[]>}
   */
  samples() {
    this.#samples ??= this.#ask("/samples")
      .then(async (response) => /** @type {Sample[]} */ ((await response.json()).samples ?? []))
      .catch((error) => {
        if (!(error instanceof ApiError)) throw error;
        if (error.passing) this.#samples = null;
        return [];
      });
    return this.#samples;
  }

  /**
   * A stage's parameters, asked for once.
   * @param {string} model
   * @param {string} stage
   * @param {number | null} [checkpoint] a point of training; the trained model without one
   * @returns {Promise<import("./core/contributions.js").Parameters>}
   */
  parameters(model, stage, checkpoint = null) {
    const stages = `/models/${encodeURIComponent(model)}/stages`;
    const path = `${stages}/${encodeURIComponent(stage)}/parameters${query({ checkpoint })}`;
    const known = this.#parameters.get(path);
    if (known) return known;
    const asked = this.#ask(path).then(async (response) =>
      readParameters((await response.json()).parameters),
    );
    this.#parameters.set(path, asked);
    asked.catch(() => this.#parameters.delete(path));
    return asked;
  }

  /**
   * Sends a picture through a model.
   * @param {string} model
   * @param {Blob} picture
   * @param {{ checkpoint: number | null } & import("./core/fitting.js").Fitting} how `checkpoint` is a point of its
   *   training; null for the trained model
   * @param {AbortSignal} signal
   */
  async createRun(model, picture, { checkpoint, fit, crop }, signal) {
    const headers = {
      "Content-Type": picture.type.startsWith("image/") ? picture.type : "application/octet-stream",
    };
    const path = `/models/${encodeURIComponent(model)}/runs${query({ checkpoint, fit, crop: crop && [crop.left, crop.top, crop.width, crop.height] })}`;
    const response = await this.#ask(path, { method: "POST", body: picture, headers, signal });
    return this.#withValues(/** @type {RunSummary} */ (await response.json()), signal);
  }

  /**
   * The picture of a run, at another point of its model's training.
   * @param {string} id
   * @param {number | null} checkpoint
   * @param {AbortSignal} signal
   */
  async runAgain(id, checkpoint, signal) {
    const path = `/runs/${encodeURIComponent(id)}/again${query({ checkpoint })}`;
    const response = await this.#ask(path, { method: "POST", signal });
    return this.#withValues(/** @type {RunSummary} */ (await response.json()), signal);
  }

  /**
   * @param {string} id
   * @param {AbortSignal} signal
   */
  async run(id, signal) {
    const response = await this.#ask(`/runs/${encodeURIComponent(id)}`, { signal });
    return this.#withValues(/** @type {RunSummary} */ (await response.json()), signal);
  }

  /**
   * The share of each of a run's maps in its answer.
   * @param {Run} run
   * @param {AbortSignal} signal
   */
  async shares(run, signal) {
    return new Shares(run, await (await this.#ask(`/runs/${run.id}/shares`, { signal })).json());
  }

  /**
   * @param {string} run
   * @param {Cell} cell
   * @param {AbortSignal} signal
   * @returns {Promise<Ledger>}
   */
  async ledger(run, cell, signal) {
    return (await this.#ask(this.ledgerPath(run, cell), { signal })).json();
  }

  /**
   * @param {string} run
   * @param {Cell} cell
   */
  ledgerPath(run, { stage, channel, row, column }) {
    return `/runs/${run}/stages/${encodeURIComponent(stage)}/cells/${channel}/${row}/${column}`;
  }

  /**
   * A picture at an address that an answer gave.
   * @param {string} address a path on this origin
   * @param {AbortSignal} [signal]
   */
  async picture(address, signal) {
    return (await this.#fetch(address, { signal })).blob();
  }

  /** @param {string} run */
  archiveAddress(run) {
    return `${this.base}/runs/${run}.npz`;
  }

  /**
   * @param {RunSummary} summary
   * @param {AbortSignal} signal
   */
  async #withValues(summary, signal) {
    const headers = { Accept: "application/octet-stream" };
    const response = await this.#ask(`/runs/${summary.id}`, { headers, signal });
    return new Run(summary, await response.arrayBuffer());
  }

  /**
   * A busy server (503) is asked again after the time that it says.
   * @param {string} path
   * @param {RequestInit} [options]
   * @param {number} [attempts]
   * @returns {Promise<Response>}
   */
  #ask(path, options = {}, attempts = 3) {
    return this.#fetch(this.base + path, options, attempts);
  }

  /**
   * @param {string} address
   * @param {RequestInit} [options]
   * @param {number} [attempts]
   * @returns {Promise<Response>}
   */
  async #fetch(address, options = {}, attempts = 3) {
    let response;
    try {
      response = await fetch(address, options);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ApiError(texts.page.noAnswer, 0);
    }
    if (response.status === 503 && attempts > 1) {
      await pause(Number(response.headers.get("Retry-After") ?? 1), options.signal);
      return this.#fetch(address, options, attempts - 1);
    }
    if (!response.ok) throw new ApiError(await problem(response), response.status);
    return response;
  }
}

/** @param {Record<string, unknown>} parameters null is left out */
function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null);
  return given.length === 0 ? "" : `?${given.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/** @param {Record<string, any[]>} parameters by name, nested lists */
function readParameters(parameters) {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, list]) => {
      const shape = [];
      for (let each = list; Array.isArray(each); each = each[0]) shape.push(each.length);
      return [name, { shape, values: Float32Array.from(list.flat(shape.length)) }];
    }),
  );
}

/**
 * @param {number} seconds
 * @param {AbortSignal | null} [signal] ends the pause with an AbortError
 * @returns {Promise<void>}
 */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("The pause was cut short.", "AbortError"));
    });
  });
}

/** @param {Response} response */
async function problem(response) {
  try {
    const body = await response.json();
    if (typeof body.detail === "string") return body.detail;
  } catch {
    // Not a problem document: say the status alone.
  }
  return texts.page.status(response.status);
}

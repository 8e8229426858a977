/** The runs that a person asks for: one at a time, and the one that was asked for last wins. */

import { ApiError } from "./api.js";
import { whyNot } from "./core/comparison.js";
import { AS_USUAL, ownFit } from "./core/fitting.js";
import { Latest } from "./core/latest.js";
import { readsDrawings } from "./core/model.js";
import { Given, Pictures } from "./pictures.js";
import { texts } from "./texts.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./core/run.js").Run} Run */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {Pick<import("./store.js").State, "cell" | "order" | "scale" | "side">} View */

/** How long a point of training may go on to arrive when a newer one was asked for, in milliseconds. */
const PATIENCE = 150;

/** Fires `picture` (detail: the picture that was run, as the server read it) where no pad shows it already. */
export class Runs extends EventTarget {
  #live = new Latest();
  #running = new AbortController();
  /** @type {"drawing" | "sliding" | ""} what was asked for last, where more of its kind may follow */
  #goingOn = "";
  /** @type {Given | null} */
  #given = null;
  #pictures = new Pictures();
  /** @type {{ pad: Given | null, sheet: Given | null }} whose pictures can be seen */
  #seen = { pad: null, sheet: null };
  /** @type {(() => void) | null} asks again for what failed */
  again = null;

  /**
   * @param {Api} api
   * @param {Store} store
   */
  constructor(api, store) {
    super();
    this.api = api;
    this.store = store;
  }

  /**
   * Everything under way is of an older picture: let go of it.
   * @returns {AbortSignal} of what comes now: aborted once something newer was asked for
   */
  supersede() {
    this.#running.abort();
    this.#running = new AbortController();
    this.#live.forget();
    this.#goingOn = "";
    return this.#running.signal;
  }

  /**
   * Runs a picture through the model that was chosen.
   * @param {Blob} picture
   * @param {{ sample?: boolean }} [how]
   */
  give(picture, { sample = false } = {}) {
    this.supersede();
    this.#move(sample);
    this.#given = new Given(picture, { sample });
    return this.#live.submit(() => this.#create());
  }

  /**
   * Runs what is on the pad. A stroke lets go of a file that is still under way; strokes of one drawing only queue.
   * @param {() => Blob} picture
   * @param {{ sample?: boolean }} [how]
   */
  draw(picture, { sample = false } = {}) {
    if (this.#goingOn !== "drawing") {
      this.supersede();
      this.#move(sample);
    }
    this.#goingOn = "drawing";
    this.#given = new Given(picture, { sample });
    this.#seen.pad = this.#given;
    return this.#live.submit(() => this.#create());
  }

  /**
   * The picture that is there goes through the model in another way, or another part of it.
   * @param {import("./core/fitting.js").Fitting} fitting
   */
  fit(fitting) {
    const given = this.#given ?? this.#pictures.givenFor(this.store.state.run);
    if (!given) return;
    this.supersede();
    this.#move();
    this.#given = given.fitted(fitting);
    return this.#live.submit(() => this.#create());
  }

  /**
   * Another picture is on its way: what comes of it is another view than the one before.
   * @param {boolean} [sample] one of ours can come by itself: what a person was told stays to be read
   */
  #move(sample = false) {
    const { moves, run, notice } = this.store.state;
    this.store.update({ moves: moves + 1, stale: run !== null, notice: sample ? notice : "" });
  }

  /** There is no picture any more: the pad was wiped. */
  forgetPicture() {
    this.supersede();
    this.#given = null;
    this.#seen.pad = null;
    this.store.update({ cleared: this.store.state.run !== null, stale: false, failure: "" });
  }

  /**
   * Another model: the picture that is there goes through it. A sample of ours is let go of where `replace` has
   * one that suits the model better.
   * @param {string} model
   * @param {(model: string, signal: AbortSignal) => Promise<boolean>} replace gives the model's own sample, or is false
   * @param {number | null} [checkpoint] a point of its training; the trained model without one, and where it has none such
   * @param {(message: string) => void} [lost] called where there is no such model, and none is shown yet
   */
  choose(model, replace, checkpoint = null, lost) {
    this.supersede();
    this.store.update({ asked: model, checkpoint });
    return this.#live.submit(() =>
      this.#try(async (signal) => {
        const description = await this.#orLost(this.api.model(model), signal, lost);
        if (!description || signal.aborted) return;
        const { checkpoints } = description;
        if (checkpoint !== null && !checkpoints.some(({ number }) => number === checkpoint)) {
          const notice = texts.page.noCheckpoint(checkpoint, description.title);
          this.store.update({ checkpoint: null, notice });
        }
        if (!this.#given || this.#given.sample) {
          if (await replace(model, signal)) return;
          if (signal.aborted) return;
        }
        if (this.#given) return this.#create();
        this.store.update({
          model: description,
          run: null,
          kept: null,
          side: "now",
          cell: null,
          trail: [],
          cleared: false,
          stale: false,
          failure: "",
        });
      }),
    );
  }

  /**
   * Another point of the training of the model that is shown: the picture that is there goes through it. What was asked
   * for on the way is shown if it arrives soon, and let go of if not.
   * @param {number | null} checkpoint null for the trained model
   * @param {{ first?: boolean }} [how] whether this begins a move, rather than goes on with one
   */
  at(checkpoint, { first = true } = {}) {
    const { model, run, moves } = this.store.state;
    if (!model) return;
    const given = this.#given ?? this.#pictures.givenFor(run);
    const known = given && this.#pictures.run(given, model.id, checkpoint);
    if (this.#goingOn !== "sliding" || known || !given) this.supersede();
    this.#goingOn = "sliding";
    this.store.update({
      asked: model.id,
      checkpoint,
      moves: moves + Number(first),
      stale: given !== null && run !== null,
      failure: "",
    });
    if (!given) return;
    const under = this.#running;
    window.setTimeout(() => this.#running === under && under.abort(), PATIENCE);
    return this.#live.submit(() => {
      this.#running = new AbortController();
      return this.#try(async (signal) => {
        const at = known ?? (await this.#runAt(given, model.id, checkpoint, signal));
        await this.#show(at, given, signal, {});
      });
    });
  }

  /**
   * @param {Given} given
   * @param {string} model
   * @param {number | null} checkpoint
   * @param {AbortSignal} signal
   */
  async #runAt(given, model, checkpoint, signal) {
    const made = given.made.get(model);
    if (made) {
      try {
        return await this.api.runAgain(made, checkpoint, signal);
      } catch (error) {
        // The server has forgotten the run: it is sent the picture again, if that is here.
        if (!(error instanceof ApiError && error.status === 404 && given.picture)) throw error;
      }
    }
    return this.#runNew(given, model, checkpoint, signal);
  }

  /**
   * @param {Given} given
   * @param {string} model
   * @param {number | null} checkpoint
   * @param {AbortSignal} signal
   */
  async #runNew(given, model, checkpoint, signal) {
    const picture = await this.#pictureOf(given);
    // Models that fit no photos take every picture as it is.
    const fitting =
      given.fitting === AS_USUAL || !ownFit(await this.api.model(model)) ? AS_USUAL : given.fitting;
    return this.api.createRun(model, picture, { checkpoint, ...fitting }, signal);
  }

  /**
   * A run that was made before.
   * @param {string} id
   * @param {View} view what is looked at in it, and how
   * @param {string | null} [kept] the run that it is compared with
   * @param {(message: string) => void} [lost] called where the run is not kept any more, and no model is shown yet
   */
  open(id, view, kept = null, lost) {
    this.supersede();
    return this.#live.submit(() =>
      this.#try(async (signal) => {
        const find = async (/** @type {string} */ each) =>
          [this.store.state.run, this.store.state.kept].find((run) => run?.id === each) ??
          this.#pictures.runOf(each) ??
          (await this.api.run(each, signal));
        const run = await this.#orLost(find(id), signal, lost);
        if (!run) return;
        const compared = kept === null ? { kept: null, notice: "" } : await this.#findKept(kept, find);
        // After a reload the file itself is gone; what the server read of it, and took, goes on to other models.
        this.#given =
          this.#pictures.given(id) ?? new Given(null, { fitting: { fit: fitOf(run), crop: null } });
        const checkpoint = run.summary.checkpoint;
        await this.#show(run, this.#given, signal, { ...view, ...compared, checkpoint });
      }),
    );
  }

  /**
   * What a link names; null where it is not there, and `lost` shows something else: an empty page helps nobody.
   * @template T
   * @param {Promise<T>} asked
   * @param {AbortSignal} signal
   * @param {((message: string) => void) | undefined} lost
   */
  async #orLost(asked, signal, lost) {
    try {
      return await asked;
    } catch (error) {
      const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
      if (!missing || !lost || this.store.state.model || signal.aborted) throw error;
      lost(error.message);
      return null;
    }
  }

  /**
   * @param {string} id
   * @param {(id: string) => Promise<Run>} find
   */
  async #findKept(id, find) {
    try {
      return { kept: await find(id), notice: "" };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      return { kept: null, notice: texts.comparing.ended(error.message) };
    }
  }

  /**
   * Whether two runs are of one picture through one model, at whatever points of its training.
   * @param {Run | null} a
   * @param {Run | null} b
   */
  sameInput(a, b) {
    const given = this.#pictures.givenFor(a);
    return given !== null && given === this.#pictures.givenFor(b) && a?.summary.model === b?.summary.model;
  }

  /**
   * The picture that a run is of, as it was given.
   * @param {Run | null} run
   */
  givenFor(run) {
    return this.#pictures.givenFor(run);
  }

  #create() {
    const given = /** @type {Given} */ (this.#given);
    const { asked, checkpoint } = this.store.state;
    return this.#try(async (signal) => {
      const run = await this.#runNew(given, asked, checkpoint, signal);
      await this.#show(run, given, signal, {});
    });
  }

  /**
   * @param {Run} run
   * @param {Given} given
   * @param {AbortSignal} signal
   * @param {Partial<View & { checkpoint: number | null, kept: Run | null, notice: string }>} view the cell stays as it is where none is given, and the
   *   model is the same
   */
  async #show(run, given, signal, { cell, ...how }) {
    this.#pictures.keep(run, given);
    const model = await this.api.model(run.summary.model);
    if (signal.aborted) return;
    const before = this.store.state;
    const kept = before.model?.id === model.id ? before.cell : null;
    const shown = cell === undefined ? kept : cell;
    const trail = shown === before.cell ? before.trail : [];
    const compared = compare(how.kept === undefined ? before.kept : how.kept, run);
    this.store.update({
      ...how,
      ...compared,
      model,
      run,
      asked: model.id,
      cell: shown,
      trail,
      cleared: false,
      stale: false,
      failure: "",
    });
    await this.#showPicture(given, readsDrawings(model) ? "pad" : "sheet", signal);
  }

  /**
   * @param {Given} given
   * @param {"pad" | "sheet"} place
   * @param {AbortSignal} signal
   */
  async #showPicture(given, place, signal) {
    // On the pad a drawing may have gone on since: its newest stroke stays.
    if (place === "pad" && this.#goingOn === "drawing") return;
    if (!given.copy || this.#seen[place] === given) return;
    const copy = await this.api.picture(given.copy, signal);
    given.picture ??= copy;
    const detail = await createImageBitmap(copy);
    if (signal.aborted) return;
    this.dispatchEvent(new CustomEvent("picture", { detail }));
    this.#seen[place] = given;
  }

  /**
   * The file that was given, or, where it is gone, what the server read of it.
   * @param {Given} given
   */
  async #pictureOf(given) {
    given.picture ??= await this.api.picture(given.copy);
    return given.picture;
  }

  /**
   * Does a job and tells what failed, unless something newer was asked for meanwhile.
   * @param {(signal: AbortSignal) => Promise<void>} job
   */
  async #try(job) {
    const { signal } = this.#running;
    this.again = () => this.#live.submit(() => this.#try(job));
    this.store.update({ stale: this.store.state.run !== null });
    try {
      await job(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && !error.passing) this.again = null;
      const message = error instanceof ApiError ? error.message : texts.page.wrong;
      this.store.update({ failure: message, stale: this.store.state.run !== null });
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

/**
 * How a run's photo was fitted; null where it was not.
 * @param {Run} run
 */
function fitOf({ summary }) {
  const step = summary.preprocessing.find(({ step }) => step === "fit");
  return /** @type {string | undefined} */ (step?.details?.how) ?? null;
}

/**
 * The run that stays the one to compare with; where it cannot be compared, comparing ends, and a person is told.
 * @param {Run | null} kept
 * @param {Run} run
 */
function compare(kept, run) {
  if (!kept) return { side: /** @type {const} */ ("now") };
  const notice = whyNot(kept, run);
  return notice ? { kept: null, side: /** @type {const} */ ("now"), notice } : { kept };
}

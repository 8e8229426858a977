/** Which of several answers may be shown: never an older one over a newer one. */

/**
 * Runs at most one job at a time. A job that comes while one runs waits; of several that wait only the last is
 * run. So fast input never piles up, and what is shown last is what came last.
 */
export class Latest {
  /** @type {(() => Promise<void>) | null} */
  #waiting = null;
  #running = false;

  /**
   * @param {() => Promise<void>} job must handle its own errors
   * @returns {Promise<void>} settled when no job runs or waits
   */
  async submit(job) {
    this.#waiting = job;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#waiting) {
        const next = this.#waiting;
        this.#waiting = null;
        await next();
      }
    } finally {
      this.#running = false;
    }
  }

  /** Drops the job that waits, if there is one. */
  forget() {
    this.#waiting = null;
  }
}

/** When what is shown has to pale: not for each run, only where the next one takes its time. */

/** How long a run may take before what is shown is called out of date, in milliseconds. */
const PATIENCE = 250;

export class Late {
  #timer = 0;

  /** @param {Element} element gets the class `late` */
  constructor(element) {
    this.element = element;
  }

  /**
   * Says it again and again with the same word without starting anew. A class after a while, not a transition with a
   * delay: that begins and ends with every run, and for each map the browser then prepares a layer of its own.
   * @param {boolean} waiting whether a newer run is on its way
   */
  set waiting(waiting) {
    if (waiting) this.#timer ||= window.setTimeout(() => this.element.classList.add("late"), PATIENCE);
    else {
      window.clearTimeout(this.#timer);
      this.#timer = 0;
      this.element.classList.remove("late");
    }
  }
}

/** Moving the window over a map: play, pause, step, speed, and a slider to any place. */

import { texts } from "../texts.js";
import { make } from "./make.js";

const SPEEDS = /** @type {const} */ ([2, 6, 20]);
const words = texts.inspector;

/** Fires `place` (detail: the index of the cell, row by row) whenever the window is moved. */
export class TransportControls extends HTMLElement {
  #count = 1;
  #place = 0;
  #timer = 0;
  #play = make(
    "button",
    { type: "button", class: "play", "aria-label": words.play, title: words.playTitle },
    "▶",
  );
  #back = make("button", { type: "button", "aria-label": words.back, title: words.back }, "‹");
  #next = make("button", { type: "button", "aria-label": words.next, title: words.next }, "›");
  #slider = make("input", { type: "range", min: 0, value: 0, step: 1, "aria-label": words.place });
  #speed = make("select", { "aria-label": words.speed });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    for (const [index, name] of words.speeds.entries()) {
      this.#speed.append(make("option", { value: SPEEDS[index], selected: index === 1 }, name));
    }
    this.append(this.#back, this.#play, this.#next, this.#slider, this.#speed);
    this.#play.addEventListener("click", () => (this.#timer ? this.pause() : this.#start()));
    this.#back.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    this.#slider.addEventListener("input", () => this.#go(Number(this.#slider.value)));
    this.#speed.addEventListener("change", () => this.#timer && this.#start());
  }

  disconnectedCallback() {
    this.pause();
  }

  /** @param {{ place: number, count: number }} state which of how many places the window is at */
  set state({ place, count }) {
    this.#place = place;
    this.#count = count;
    this.#slider.max = String(count - 1);
    this.#slider.value = String(place);
    this.hidden = count < 2;
  }

  pause() {
    window.clearInterval(this.#timer);
    this.#timer = 0;
    this.#show(false);
  }

  #start() {
    window.clearInterval(this.#timer);
    this.#timer = window.setInterval(
      () => this.#go((this.#place + 1) % this.#count),
      1000 / Number(this.#speed.value),
    );
    this.#show(true);
  }

  /** @param {boolean} playing */
  #show(playing) {
    this.#play.textContent = playing ? "❚❚" : "▶";
    this.#play.setAttribute("aria-label", playing ? words.pause : words.play);
  }

  /** @param {number} by */
  #step(by) {
    this.pause();
    this.#go(Math.max(0, Math.min(this.#count - 1, this.#place + by)));
  }

  /** @param {number} place */
  #go(place) {
    this.dispatchEvent(new CustomEvent("place", { bubbles: true, detail: place }));
  }
}

customElements.define("transport-controls", TransportControls);

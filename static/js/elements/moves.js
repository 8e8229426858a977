/** What wheel, pointers and keys do to something that is zoomed and moved. */

import { actionOf } from "../core/keys.js";

/**
 * @typedef {object} Taken what is told; places are those of the page
 * @property {(factor: number, x: number, y: number) => void} zoom
 * @property {(x: number, y: number) => void} move pixels
 * @property {(x: number, y: number) => void} point
 * @property {() => void} away
 * @property {(x: number, y: number) => void} choose
 * @property {(rows: number, columns: number) => void} step
 * @property {() => void} enter
 */

/** Pixels that a press may move and still be a choice. */
const STILL = 5;

export class Moves {
  /** @type {Map<number, { x: number, y: number }>} where each finger is */
  #pointers = new Map();
  /** @type {{ x: number, y: number } | null} where the press began, as long as it may be a choice */
  #pressed = null;

  /**
   * @param {HTMLElement} element
   * @param {Taken} taken
   */
  constructor(element, taken) {
    this.element = element;
    this.taken = taken;
    element.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    element.addEventListener("pointerdown", (event) => this.#press(event));
    element.addEventListener("pointermove", (event) => this.#drag(event));
    element.addEventListener("pointerup", (event) => this.#release(event));
    element.addEventListener("pointercancel", (event) => this.#forget(event));
    element.addEventListener("pointerleave", () => taken.away());
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {WheelEvent} event */
  #turn(event) {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
    // A pinch on a trackpad comes as a wheel with the control key, in smaller steps.
    const speed = event.ctrlKey ? 0.01 : 0.002;
    this.taken.zoom(Math.exp(-event.deltaY * lines * speed), event.clientX, event.clientY);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    const place = { x: event.clientX, y: event.clientY };
    this.#pressed = this.#pointers.size === 0 ? place : null;
    this.#pointers.set(event.pointerId, place);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const { clientX: x, clientY: y } = event;
    const before = this.#pointers.get(event.pointerId);
    if (!before) return this.taken.point(x, y);
    if (this.#pressed && Math.hypot(x - this.#pressed.x, y - this.#pressed.y) < STILL) return;
    this.#pressed = null;
    const spread = this.#spread();
    this.#pointers.set(event.pointerId, { x, y });
    const share = 1 / this.#pointers.size;
    this.taken.move((x - before.x) * share, (y - before.y) * share);
    if (this.#pointers.size !== 2) return;
    const [a, b] = /** @type {[{ x: number, y: number }, { x: number, y: number }]} */ ([
      ...this.#pointers.values(),
    ]);
    this.taken.zoom(this.#spread() / spread, (a.x + b.x) / 2, (a.y + b.y) / 2);
  }

  /** How far two fingers are apart. */
  #spread() {
    const [a, b] = [...this.#pointers.values()];
    return a && b ? Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) : 1;
  }

  /** @param {PointerEvent} event */
  #release(event) {
    const chosen = this.#pressed && this.#pointers.has(event.pointerId);
    this.#forget(event);
    if (chosen) this.taken.choose(event.clientX, event.clientY);
  }

  /** @param {PointerEvent} event */
  #forget(event) {
    this.#pointers.delete(event.pointerId);
    this.#pressed = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { action, by } = actionOf("numbers", event) ?? {};
    if (action === "ask") this.taken.enter();
    else if (action === "fromCell" || action === "columnEnds") this.taken.step(by[0], by[1]);
    else return;
    event.preventDefault();
  }
}

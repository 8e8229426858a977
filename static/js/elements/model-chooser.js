/** The models, as links: one is chosen. */

import { make } from "./make.js";

/** @typedef {import("../api.js").ModelSummary} ModelSummary */

/** Fires `choose` (detail: the model's id). */
export class ModelChooser extends HTMLElement {
  /** @type {Map<string, HTMLAnchorElement>} */
  #links = new Map();
  #chosen = "";

  /**
   * @param {{ id: string, title: string, address: string }[]} models in the order in which they are offered
   */
  set models(models) {
    this.#links = new Map(
      models.map(({ id, title, address }) => {
        const link = make("a", { href: address }, title);
        link.addEventListener("click", (event) => this.#choose(id, event));
        return [id, link];
      }),
    );
    this.replaceChildren(...this.#links.values());
    this.#mark();
  }

  /** @param {string} model */
  set chosen(model) {
    this.#chosen = model;
    this.#mark();
  }

  #mark() {
    for (const [id, link] of this.#links) {
      if (id === this.#chosen) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    this.#reveal();
  }

  /** Where the links are wider than the page, the chosen one is brought into sight; the page itself stays. */
  #reveal() {
    const link = this.#links.get(this.#chosen);
    if (!link) return;
    const [own, shown] = [link.getBoundingClientRect(), this.getBoundingClientRect()];
    this.scrollLeft += own.left + own.width / 2 - shown.left - shown.width / 2;
  }

  /**
   * A plain click stays on this page; with a key held down the link is the browser's.
   * @param {string} model
   * @param {MouseEvent} event
   */
  #choose(model, event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("choose", { bubbles: true, detail: model }));
  }
}

customElements.define("model-chooser", ModelChooser);

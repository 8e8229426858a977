/** How the network is drawn: the order of the maps, and what a colour's scale spans. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** Fires `order` and `scale` (detail: the choice). */
export class NetworkOptions extends HTMLElement {
  #order = choice(texts.network.orders);
  #scale = choice(texts.network.scales);

  connectedCallback() {
    if (this.childElementCount > 0) return;
    for (const [name, words, select] of /** @type {const} */ ([
      ["order", texts.network.order, this.#order],
      ["scale", texts.network.scale, this.#scale],
    ])) {
      this.append(make("label", {}, make("span", {}, words), select));
      select.addEventListener("change", () =>
        this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: select.value })),
      );
    }
  }

  /** @param {{ order: string, scale: string }} chosen */
  set chosen({ order, scale }) {
    this.#order.value = order;
    this.#scale.value = scale;
  }
}

/** @param {Record<string, string>} options */
function choice(options) {
  const select = make("select");
  for (const [value, text] of Object.entries(options)) select.append(make("option", { value }, text));
  return select;
}

customElements.define("network-options", NetworkOptions);

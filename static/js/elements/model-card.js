/** The card of the model that is shown: what it was trained on, how, how long, and how good it is. */

import { facts, measured, settings } from "../core/card.js";
import { texts } from "../texts.js";
import { confusionTable } from "./confusion-table.js";
import { make } from "./make.js";

/** @typedef {import("../api.js").ModelDescription} ModelDescription */
/** @typedef {import("../core/card.js").Fact} Fact */

/** A link that opens the card in a dialog. */
export class ModelCard extends HTMLElement {
  /** @type {ModelDescription | null} */
  #model = null;
  #open = make("button", { type: "button", class: "quiet", "aria-haspopup": "dialog" }, texts.card.open);
  #dialog = make("dialog", { "aria-labelledby": "card-title" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    this.append(this.#open, this.#dialog);
    this.#open.addEventListener("click", () => this.#show());
    // The dialog's own box is its backdrop's: what stands in it is in the article.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
  }

  /** @param {ModelDescription} model */
  set model(model) {
    this.#model = model;
    this.hidden = false;
    this.#dialog.close();
  }

  #show() {
    const model = this.#model;
    if (!model) return;
    const close = make("button", { type: "button", class: "close", "aria-label": texts.page.close }, "×");
    close.addEventListener("click", () => this.#dialog.close());
    const heading = make("h2", { id: "card-title", tabindex: -1, autofocus: true }, model.title);
    const article = make("article", {}, make("header", {}, heading, close), list(facts(model)));
    const figures = measured(model);
    if (figures?.confusion) {
      article.append(
        make("h3", {}, texts.card.confusion(figures.set)),
        confusionTable(model.classes, figures.confusion, figures.recall ?? {}),
      );
    }
    const how = settings(model);
    if (how.length > 0)
      article.append(make("details", {}, make("summary", {}, texts.card.inFull), list(how)));
    if (Object.keys(model.card).length === 0) {
      article.append(make("p", { class: "note" }, texts.card.none));
    }
    this.#dialog.replaceChildren(article);
    this.#dialog.showModal();
  }
}

/** @param {Fact[]} all */
function list(all) {
  return make(
    "dl",
    {},
    ...all.flatMap(({ name, text, code }) => [
      make("dt", {}, name),
      make("dd", {}, code ? make("code", {}, text) : text),
    ]),
  );
}

customElements.define("model-card", ModelCard);

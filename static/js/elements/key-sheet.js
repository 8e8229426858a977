/** The key sheet: a button, and a dialog of all keys. */

import { KEYS, keyName, listedKeys } from "../core/keys.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

/** Where the person's choice is kept. */
const KEPT = "letter-keys";

export class KeySheet extends HTMLElement {
  #dialog = make("dialog", { "aria-labelledby": "keys-title" });
  #letters = make("input", { type: "checkbox" });

  connectedCallback() {
    if (this.childElementCount > 0) return;
    const open = make(
      "button",
      {
        type: "button",
        "aria-label": texts.keys.title,
        title: texts.keys.openTitle,
        "aria-haspopup": "dialog",
      },
      "?",
    );
    open.addEventListener("click", () => this.show());
    const close = make("button", { type: "button", class: "close", "aria-label": texts.page.close }, "×");
    close.addEventListener("click", () => this.#dialog.close());
    this.#letters.checked = read() !== "off";
    this.#letters.addEventListener("change", () => keep(this.#letters.checked ? "on" : "off"));
    this.#dialog.append(
      make(
        "article",
        {},
        make(
          "header",
          {},
          make("h2", { id: "keys-title", tabindex: -1, autofocus: true }, texts.keys.title),
          close,
        ),
        make("div", { class: "lists" }, ...Object.entries(KEYS).map(section)),
        // People who speak to their computer may set off keys of one letter unawares (WCAG 2.1.4).
        make("label", {}, this.#letters, texts.keys.letters),
      ),
    );
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    });
    this.append(open, this.#dialog);
  }

  /** Whether keys of one letter may work anywhere on the page. */
  get letters() {
    return this.#letters.checked;
  }

  show() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

/** @param {[string, import("../core/keys.js").Row[]]} part of the page */
function section([where, rows]) {
  return make(
    "section",
    {},
    make("h3", {}, texts.keys.where[/** @type {import("../core/keys.js").Where} */ (where)]),
    make(
      "dl",
      {},
      ...rows.flatMap((row) => [
        make("dt", {}, ...listedKeys(row).flatMap((key) => [" ", make("kbd", {}, keyName(key))])),
        make("dd", {}, String(texts.keys[row.action])),
      ]),
    ),
  );
}

function read() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    // Storage is off: as if nothing had been chosen.
    return null;
  }
}

/** @param {string} choice */
function keep(choice) {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // Storage is off: the choice holds as long as the page.
  }
}

customElements.define("key-sheet", KeySheet);

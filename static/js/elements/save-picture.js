/** Saving a picture of the network: a button, and the kinds of file. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** Fires `save` (detail: "svg" or "png"). */
export class SavePicture extends HTMLElement {
  connectedCallback() {
    if (this.childElementCount > 0) return;
    const kinds = make("div", {
      id: "picture-kinds",
      popover: "auto",
      role: "group",
      "aria-label": texts.picture.saveAs,
    });
    const button = make(
      "button",
      { type: "button", class: "quiet", title: texts.picture.saveTitle, popovertarget: kinds.id },
      texts.picture.save,
    );
    for (const [kind, name, about] of [
      ["svg", "SVG", texts.picture.asSvg],
      ["png", "PNG", texts.picture.asPng],
    ]) {
      const choice = make("button", { type: "button" }, make("strong", {}, name ?? ""), ` ${about}`);
      choice.addEventListener("click", () => {
        kinds.hidePopover();
        this.dispatchEvent(new CustomEvent("save", { bubbles: true, detail: kind }));
      });
      kinds.append(choice);
    }
    // Popovers stand over the page, wherever they are in it.
    kinds.addEventListener("toggle", () => {
      const { left, bottom } = button.getBoundingClientRect();
      const room = document.documentElement.clientWidth - kinds.offsetWidth - 8;
      kinds.style.left = `${Math.max(8, Math.min(left, room))}px`;
      kinds.style.top = `${bottom + 4}px`;
    });
    this.append(button, kinds);
  }
}

customElements.define("save-picture", SavePicture);

/** What leaves the page: text that is copied, and files that are saved. */

import { texts } from "./texts.js";

/**
 * Puts text on the clipboard. Where the page came over plain HTTP from another machine, browsers offer only the old way.
 * @param {string} text
 */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), {
    value: text,
    className: "visually-hidden",
  });
  // In the dialog that is open, since nothing outside of it can be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error(texts.page.cannotCopy);
}

/**
 * @param {Blob} file
 * @param {string} name
 */
export function saveFile(file, name) {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // Not at once: the browser reads it after this click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * A name that every system takes.
 * @param {string[]} parts
 * @param {string} kind
 */
export function fileName(parts, kind) {
  const safe = parts.map((part) => part.replace(/[^\w.-]+/g, "-").replace(/^[-.]+|-+$/g, ""));
  return `${safe.filter(Boolean).join("-") || "picture"}.${kind}`;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export function toPng(canvas) {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(texts.page.tooLarge)))),
  );
}

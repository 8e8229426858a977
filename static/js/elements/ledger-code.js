/** The lines of NumPy and of curl that give a cell and its ledger again, to be copied. */

import { texts } from "../texts.js";
import { make } from "./make.js";

/** @typedef {{ archive: string, request: string }} Addresses of the run's arrays, and of the ledger */

/**
 * @param {import("../api.js").Ledger} ledger
 * @param {Addresses} addresses
 * @param {boolean} open
 */
export function numpyLines(ledger, { archive, request }, open) {
  const code = ["import numpy", 'run = numpy.load("run.npz")', ...ledger.numpy].join("\n");
  const links = [
    make("a", { href: archive, download: "run.npz" }, "run.npz"),
    " ",
    make("a", { href: request }, "JSON"),
  ];
  return folded("numpy", texts.ledger.numpy, code, open, links);
}

/**
 * @param {Addresses} addresses
 * @param {boolean} open
 */
export function curlLines({ archive, request }, open) {
  const { origin } = window.location;
  const code = [
    `curl --fail '${origin}${request}'`,
    `curl --fail --output run.npz '${origin}${archive}'`,
  ].join("\n");
  return folded("curl", texts.ledger.curl, code, open, []);
}

/**
 * @param {string} kind
 * @param {string} title
 * @param {string} code
 * @param {boolean} open
 * @param {(Node | string)[]} links
 */
function folded(kind, title, code, open, links) {
  const text = make("code", {}, code);
  const copy = make(
    "button",
    { type: "button", "aria-label": texts.ledger.copyLines(kind) },
    texts.ledger.copy,
  );
  copy.addEventListener("click", async () => {
    const done = await copied(code);
    copy.textContent = done ? texts.ledger.copied : texts.ledger.copyByKey;
    if (!done) window.getSelection()?.selectAllChildren(text);
  });
  return make(
    "details",
    { class: kind, open },
    make("summary", {}, title),
    make("pre", { tabindex: 0 }, text),
    make("p", {}, copy, " ", ...links),
  );
}

/**
 * Whether the text is on the clipboard: browsers refuse it on pages that came without encryption from elsewhere.
 * @param {string} text
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

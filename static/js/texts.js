/**
 * The page's texts: all that it says by itself. What the server says (titles, classes, messages, cards) comes with
 * its answers, and what the templates say is in `templates/texts`.
 *
 * For another language write another catalogue of the same shape and name it here: the page's `lang` chooses.
 */

import { en } from "./texts/en.js";

/** @typedef {typeof en} Texts */

/** @type {Record<string, Texts>} by language */
const CATALOGUES = { en };

export const texts = CATALOGUES[globalThis.document?.documentElement.lang ?? ""] ?? en;

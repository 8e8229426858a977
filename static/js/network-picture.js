/** A picture of the network as it is seen, saved as a file. */

import { fileName, saveFile, toPng } from "./files.js";
import { drawImage } from "./pixels.js";
import { seenAsSvg } from "./seen.js";
import { texts } from "./texts.js";

/** Pixels of a saved PNG for one of the page. */
const DENSITY = 2;

/**
 * @param {"svg" | "png"} kind
 * @param {import("./store.js").State} state
 * @param {Element[]} parts from top to bottom
 */
export async function savePicture(kind, { model, run }, parts) {
  if (!model || !run) return;
  const [best] = run.summary.predictions;
  const title = texts.page.savedName(model.title, best?.class ?? "");
  const { text, width, height } = seenAsSvg(parts, title, window.location.href);
  const svg = new Blob([text], { type: "image/svg+xml" });
  const name = fileName([model.id, run.id.slice(0, 8)], kind);
  if (kind === "svg") return saveFile(svg, name);
  const address = URL.createObjectURL(svg);
  const image = new Image(width, height);
  try {
    image.src = address;
    await image.decode();
    saveFile(await toPng(drawImage(image, width * DENSITY, height * DENSITY)), name);
  } finally {
    URL.revokeObjectURL(address);
  }
}

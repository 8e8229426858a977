/** Which class was taken for which: the confusion matrix of a model, with the recall of each class. */

import { printCount } from "../core/count.js";
import { printShare } from "../core/decimal.js";
import { texts } from "../texts.js";
import { make } from "./make.js";

/**
 * @param {string[]} classes
 * @param {number[][]} confusion a row for each true class, a column for each answer
 * @param {Record<string, number>} recall
 */
export function confusionTable(classes, confusion, recall) {
  const mistakes = confusion.flatMap((row, is) => row.filter((_, answer) => answer !== is));
  const most = Math.max(1, ...mistakes);
  const upright = classes.length > 4 && classes.some((name) => name.length > 3);
  const table = make(
    "table",
    { class: upright ? "confusion upright" : "confusion" },
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        make("th", { scope: "col" }, make("span", { class: "visually-hidden" }, texts.card.trueClass)),
        ...classes.map((name) => make("th", { scope: "col", class: "answer-class" }, make("span", {}, name))),
        make("th", { scope: "col", class: "recall" }, texts.card.recall),
      ),
    ),
    make(
      "tbody",
      {},
      ...confusion.map((row, is) => {
        const name = classes[is] ?? "";
        const cells = row.map((count, answer) => {
          const title = texts.card.mistaken(count, name, classes[answer] ?? "");
          const cell = make("td", { class: answer === is && "right", title }, printCount(count));
          if (answer !== is) cell.style.setProperty("--share", String(count / most));
          return cell;
        });
        const share = recall[name];
        const words = share === undefined ? "" : printShare(share);
        return make(
          "tr",
          {},
          make("th", { scope: "row" }, name),
          ...cells,
          make("td", { class: "recall" }, words),
        );
      }),
    ),
  );
  // Wide tables scroll by themselves, by keyboard too.
  return make(
    "figure",
    {},
    make("figcaption", { class: "note", id: "confusion" }, texts.card.confusionNote),
    make("div", { class: "scrolled", tabindex: 0, role: "region", "aria-labelledby": "confusion" }, table),
  );
}

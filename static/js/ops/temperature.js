/** Softmax's temperature, to play with: it changes nothing else on the page. */

import { print, printPercent } from "../core/decimal.js";
import { softmaxAt } from "../core/softmax.js";
import { make } from "../elements/make.js";

/** The slider's ends: a temperature of 1/4 and of 16, and of 1 in between. */
const [COLDEST, HOTTEST, STEP] = [-2, 4, 0.25];

/**
 * @param {import("./view.js").View} view
 */
export function temperaturePlay({ ledger, model }) {
  const scores = ledger.terms.map(({ value }) => value ?? 0);
  const slider = make("input", {
    type: "range",
    min: COLDEST,
    max: HOTTEST,
    step: STEP,
    value: 0,
    "aria-label": "Temperature",
  });
  const said = make("output");
  const list = make("ol", { "aria-label": "Shares at this temperature" });
  const draw = () => {
    const temperature = Number((2 ** Number(slider.value)).toFixed(2));
    const text = print(temperature, 2);
    said.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    list.replaceChildren(
      ...softmaxAt(scores, temperature).map((share, index) => {
        const bar = make("span", { class: "bar", "aria-hidden": "true" });
        bar.style.width = `${share * 100}%`;
        return make(
          "li",
          {},
          make("span", { class: "class" }, model.classes[index] ?? String(index)),
          make("span", { class: "track" }, bar),
          make("span", { class: "number" }, printPercent(share)),
        );
      }),
    );
  };
  slider.addEventListener("input", draw);
  draw();
  return make(
    "details",
    { class: "temperature" },
    make("summary", {}, "Play with a temperature"),
    make(
      "p",
      { class: "note" },
      "All scores are divided by it first. This is play: the network has a temperature of 1, and no other number on the page changes.",
    ),
    make("label", {}, "temperature ", slider, said),
    list,
  );
}

/** Softmax's temperature, to play with: it changes nothing else on the page. */

import { print, printPercent } from "../core/decimal.js";
import { softmaxAt } from "../core/softmax.js";
import { make } from "../elements/make.js";
import { texts } from "../texts.js";

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
    "aria-label": texts.ops.temperatureLabel,
  });
  const said = make("output");
  const list = make("ol", { "aria-label": texts.ops.sharesAt });
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
    make("summary", {}, texts.ops.play),
    make("p", { class: "note" }, texts.ops.playNote),
    make("label", {}, texts.ops.temperature, slider, said),
    list,
  );
}

/** The network and its maps, and two runs that are compared. */

import { counted } from "./counted.js";

const VALUES = { one: "value", other: "values" };

/** What maps, values and places are called. */
export const names = {
  colours: ["R", "G", "B"],
  map: (/** @type {string} */ stage, /** @type {number} */ channel, /** @type {number} */ count) =>
    `${stage}, map ${channel} of ${count}`,
  plane: (/** @type {string} */ stage, /** @type {string} */ colour) => `${stage}, ${colour}`,
  value: (/** @type {string} */ stage, /** @type {number} */ index) => `${stage}, value ${index}`,
  values: (/** @type {string} */ stage, /** @type {number} */ count) => `${stage}, ${counted(count, VALUES)}`,
  ofClass: (/** @type {string} */ stage, /** @type {string} */ name) => `${stage}, class ${name}`,
  channel: (/** @type {string | number} */ channel) => `channel ${channel}`,
  range: (/** @type {string} */ low, /** @type {string} */ high) => `${low} to ${high}`,
};

/** Which maps come first. */
const FIRST = {
  channel: "",
  strength: ", the strongest first",
  share: ", the largest shares first",
  probability: ", the likeliest first",
};

/** @typedef {keyof typeof FIRST} Order */

export const network = {
  stage: (/** @type {string} */ name, /** @type {string} */ op) => `${name}, ${op}`,
  stageTitle: (/** @type {string} */ name, /** @type {string} */ op, /** @type {string} */ shape) =>
    `${name}: ${op}, ${shape}`,
  inColours: (/** @type {string} */ stage) => `${stage}, in its colours`,
  unit: "probability, logit",
  shareBefore: (/** @type {string} */ stage) => `${stage}, class `,
  logitBefore: ", logit ",
  valueTitle: (/** @type {string} */ label, /** @type {string} */ value) => `${label}: ${value}`,
  shareTitle: (/** @type {string} */ label, /** @type {string} */ share, /** @type {string} */ logit) =>
    `${label}: ${share}, logit ${logit}`,
  changeTitle: (/** @type {string} */ label, /** @type {string} */ share, /** @type {string} */ logit) =>
    `${label}: ${share}, change of the logit ${logit}`,
  someOf: (/** @type {string | number} */ some, /** @type {number} */ all) => `${some} of ${all}`,
  pager: (/** @type {string} */ stages, /** @type {string} */ range, /** @type {Order} */ order) =>
    `${stages}: maps ${range}${FIRST[order]}. Show the next ones.`,
  pagerTitle: (/** @type {string} */ some, /** @type {Order} */ order) =>
    `${some} maps${FIRST[order]}. The next ones: Page Down`,
  classes: {
    pager: (/** @type {string} */ stage, /** @type {string} */ range, /** @type {Order} */ order) =>
      `${stage}: classes ${range}${FIRST[order]}. Show the next ones.`,
    pagerTitle: (/** @type {string} */ some, /** @type {Order} */ order) =>
      `${some} classes${FIRST[order]}. The next ones: Page Down`,
  },
  order: "Maps",
  orders: { channel: "by channel", strength: "strongest first", share: "by share in the answer" },
  share: (/** @type {string} */ name, /** @type {string} */ share, /** @type {string} */ logit) =>
    `share in “${name}”: ${share} of ${logit}`,
  toldShare: (/** @type {string} */ share) => `, ${share}`,
  shortShare: (/** @type {string} */ share, /** @type {string} */ logit) => `share ${share} of ${logit}`,
  unsorted: (/** @type {string} */ why) => `The maps cannot be sorted by their share. ${why}`,
  scale: "One scale for",
  scales: { stage: "each stage", map: "each map", network: "the whole network" },
  whole: "whole network",
  legend: (/** @type {string} */ name, /** @type {string} */ low, /** @type {string} */ high) =>
    `${name}: ${low} to ${high}`,
};

export const comparing = {
  compare: "Compare",
  compareTitle: "Keep this run, and compare the next ones with it",
  end: "End comparing",
  show: "Show",
  sides: { kept: "Kept", now: "Now", difference: "Difference" },
  sideTitles: {
    kept: "The run that was kept",
    now: "The run that is there now",
    difference: "Now − kept, cell by cell",
  },
  whose: { kept: "the kept run", now: "the run now", difference: "the difference, now − kept" },
  differenceNote: "now − kept",
  map: (/** @type {string} */ side, /** @type {string} */ map) => `${side}: ${map}`,
  answer: (/** @type {string} */ answer, /** @type {string} */ point) => `${answer}, ${point}`,
  figures: (
    /** @type {string} */ place,
    /** @type {{ kept: string, now: string, difference: string }} */ { kept, now, difference },
  ) => `${place}: kept ${kept}, now ${now}, difference ${difference}`,
  probabilities: "Probabilities in %, rounded",
  someProbabilities: (/** @type {number} */ rest) =>
    `Probabilities in %, rounded; ${counted(rest, { one: "smaller one is", other: "smaller ones are" })} left out`,
  headings: { class: "class", kept: "kept", now: "now", change: "change" },
  ended: (/** @type {string} */ reason) => `The comparison has ended: ${reason}`,
  otherModel: (/** @type {string} */ kept, /** @type {string} */ now) =>
    `The comparison has ended: the kept run is of the model \`${kept}\`, and this one is of \`${now}\`.`,
  otherShapes: "The comparison has ended: the stages of the two runs have different shapes.",
};

/** The texts in English: plain sentences, and functions of what is put into them. */

import { card, training } from "./en/card.js";
import { about, inspector, ledger } from "./en/inspector.js";
import { comparing, names, network } from "./en/network.js";
import { keys, numbers } from "./en/numbers.js";
import { ops } from "./en/ops.js";
import { fitting, page, picture } from "./en/page.js";

export const en = {
  names,
  page,
  picture,
  fitting,
  network,
  comparing,
  training,
  card,
  inspector,
  about,
  ledger,
  ops,
  numbers,
  keys,
};

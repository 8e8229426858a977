/** Blocks: a convolution and what is done to each of its maps on its own, so that a row is one channel's way. */

/** @typedef {{ name: string, op: string, inputs: string[], shape: number[] }} Stage */

/**
 * The stages in network order, those that follow one another map by map together.
 * @template {Stage} Each
 * @param {Each[]} stages
 * @returns {Each[][]}
 */
export function groupBlocks(stages) {
  /** @type {Each[][]} */
  const blocks = [];
  for (const stage of stages) {
    const block = blocks.at(-1);
    const last = block?.at(-1);
    if (block && last && last.op !== "Input" && followsMapByMap(stage, last)) block.push(stage);
    else blocks.push([stage]);
  }
  return blocks;
}

/**
 * Whether each map of `stage` is made from the same map of `source` alone.
 * @param {Stage} stage
 * @param {Stage} source
 */
function followsMapByMap({ op, inputs, shape }, source) {
  const sameChannels = shape.length === 3 && source.shape.length === 3 && shape[0] === source.shape[0];
  return op !== "Conv" && sameChannels && inputs.length === 1 && inputs[0] === source.name;
}

/** Softmax with a temperature, to play with: what the shares would be if all scores were divided by it. */

/**
 * @param {number[]} scores
 * @param {number} temperature above zero; 1 is the softmax of the network
 */
export function softmaxAt(scores, temperature) {
  const largest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp((score - largest) / temperature));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
}

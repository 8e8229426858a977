/** Which thing is next, for the arrow keys. */

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Where an arrow key leads; null for other keys, and where there is nothing.
 * @template {HTMLElement} Target
 * @param {string} key
 * @param {HTMLElement} from
 * @param {Target[]} targets
 */
export function nextTarget(key, from, targets) {
  const direction = DIRECTIONS[/** @type {keyof typeof DIRECTIONS} */ (key)];
  return direction ? nearest(from, targets, direction[0] ?? 0, direction[1] ?? 0) : null;
}

/**
 * The nearest target in a direction: straight ahead counts, sideways counts more.
 * @template {HTMLElement} Target
 * @param {HTMLElement} from
 * @param {Target[]} targets
 * @param {number} dx
 * @param {number} dy
 */
function nearest(from, targets, dx, dy) {
  const centre = (/** @type {DOMRect} */ box) => [box.left + box.width / 2, box.top + box.height / 2];
  const [x = 0, y = 0] = centre(from.getBoundingClientRect());
  /** @type {Target | null} */
  let best = null;
  let least = Number.POSITIVE_INFINITY;
  for (const target of targets) {
    const [bx = 0, by = 0] = centre(target.getBoundingClientRect());
    const ahead = (bx - x) * dx + (by - y) * dy;
    const aside = Math.abs((bx - x) * dy) + Math.abs((by - y) * dx);
    if (ahead <= 1 || (dy !== 0 && aside > 2)) continue;
    const distance = ahead + aside * 2;
    if (distance < least) [best, least] = [target, distance];
  }
  return best;
}

/** Which thing is next, for the arrow keys. */

/**
 * The nearest target in a direction, null where there is none: straight ahead counts, sideways counts more.
 * @template {HTMLElement} Target
 * @param {HTMLElement} from
 * @param {Target[]} targets
 * @param {[rows: number, columns: number]} step -1, 0 or 1 of each
 */
export function nearest(from, targets, [dy, dx]) {
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

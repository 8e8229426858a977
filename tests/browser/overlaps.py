"""Whether parts of the page lie over one another, and which."""

from __future__ import annotations

from playwright.sync_api import Page

OVERLAPS = """() => {
    const box = element => {
        const {left, top, right, bottom} = element.getBoundingClientRect();
        const seen = {left, top, right, bottom};
        // What a scrolled part hides does not lie over anything.
        for (let part = element.parentElement; part; part = part.parentElement) {
            const {overflowX, overflowY} = getComputedStyle(part);
            if (part === document.documentElement || part === document.body) continue;
            const clip = part.getBoundingClientRect();
            if (overflowX !== 'visible') {
                seen.left = Math.max(seen.left, clip.left);
                seen.right = Math.min(seen.right, clip.right);
            }
            if (overflowY !== 'visible') {
                seen.top = Math.max(seen.top, clip.top);
                seen.bottom = Math.min(seen.bottom, clip.bottom);
            }
        }
        return seen;
    };
    const name = element => [element.localName, element.id, element.dataset.stage, element.dataset.channel,
        element.className?.baseVal ?? element.className].filter(Boolean).join(' ');
    const found = [];
    const apart = (...selectors) => {
        const all = selectors.flatMap(selector => [...document.querySelectorAll(selector)])
            .filter(each => each.checkVisibility() && !each.matches('.visually-hidden, .skip, svg.links'))
            .map(each => [each, box(each)])
            .filter(([, {left, top, right, bottom}]) => right - left > 1 && bottom - top > 1);
        for (const [index, [a, one]] of all.entries()) for (const [b, two] of all.slice(index + 1)) {
            if (a.contains(b) || b.contains(a)) continue;
            const [across, down] = [Math.min(one.right, two.right) - Math.max(one.left, two.left),
                Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top)];
            if (across > 1 && down > 1)
                found.push(`${name(a)} over ${name(b)} by ${Math.round(across)} x ${Math.round(down)}`);
        }
    };
    // A bar that stays at hand at the window's edge: where it stands when the network has been scrolled through.
    const bar = document.querySelector('training-slider');
    bar.style.position = 'static';
    apart('header.top', 'section.picture', '.network > .heading', '.stage header', '.maps', '.about', 'compare-panel',
        'training-slider', 'stage-inspector');
    apart('.network > .heading > *');
    apart('.stage header', 'button.map', 'canvas.whole');
    apart('training-slider > *');
    apart('stage-inspector > *');
    apart('stage-inspector > header > *');
    apart('stage-inspector .body > *');
    apart('.panes > *');
    apart('header.top > *');
    bar.style.position = '';
    return found;
}"""


def overlaps(page: Page) -> list[str]:
    """Each pair of parts that lie over one another, with the pixels that they share."""
    found: list[str] = page.evaluate(OVERLAPS)
    return found

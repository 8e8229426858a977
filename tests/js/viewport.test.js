import assert from "node:assert/strict";
import { test } from "node:test";
import { Viewport } from "../../static/js/core/viewport.js";

function viewport({ rows = 28, columns = 28, width = 900, height = 600, most = 100 } = {}) {
  const view = new Viewport();
  view.resize(width, height);
  view.take(rows, columns, most);
  return view;
}

test("a map is seen whole at first, in its middle, with whole pixels a cell", () => {
  const view = viewport();
  assert.deepEqual([view.scale, view.left, view.top], [21, 156, 6]);
  assert.deepEqual(view.span, { top: 0, left: 0, bottom: 27, right: 27 });
});

test("zooming keeps what is under the pointer there", () => {
  const view = viewport();
  for (const factor of [1.25, 1.6, 1.1, 0.8]) {
    const before = view.cellAt(450, 300);
    view.zoom(factor, 450, 300);
    assert.equal(view.scale, Math.round(view.scale));
    assert.deepEqual(view.cellAt(450, 300), before);
  }
});

test("many small turns of the wheel zoom as far as one large one", () => {
  const [small, large] = [viewport(), viewport()];
  for (let turn = 0; turn < 50; turn++) small.zoom(1.01);
  large.zoom(1.01 ** 50);
  assert.equal(small.scale, large.scale);
  assert.ok(small.scale > 21);
});

test("zooming ends at the bounds, and out again shows the whole map", () => {
  const view = viewport();
  view.zoom(1000, 0, 0);
  assert.equal(view.scale, 100);
  view.zoom(0.0001);
  assert.deepEqual([view.scale, view.left, view.top], [21, 156, 6]);
});

test("a large map cannot be dragged out of sight", () => {
  const view = viewport();
  view.zoom(4);
  view.move(1e6, 1e6);
  assert.deepEqual([view.left, view.top], [0, 0]);
  view.move(-1e6, -1e6);
  assert.deepEqual(view.span.right, 27);
  assert.deepEqual([view.left + 28 * view.scale, view.top + 28 * view.scale], [900, 600]);
});

test("only what is in sight is in the span", () => {
  const view = viewport();
  view.zoom(1000);
  const { top, left, bottom, right } = view.span;
  assert.ok((bottom - top + 1) * (right - left + 1) <= 8 * 11);
  assert.deepEqual(view.cellAt(1, 1), { row: top, column: left });
  assert.deepEqual(view.cellAt(899, 599), { row: bottom, column: right });
});

test("a cell is brought into sight by the shortest way", () => {
  const view = viewport();
  view.zoom(1000);
  view.reveal(0, 27);
  assert.deepEqual([view.span.top, view.span.right], [0, 27]);
  const { left, top } = view;
  view.reveal(1, 26);
  assert.deepEqual([view.left, view.top], [left, top]);
});

test("another map of the same size stays where it was; one of another size is seen whole", () => {
  const view = viewport();
  view.zoom(3, 10, 10);
  const { scale, left } = view;
  view.take(28, 28, 100);
  assert.deepEqual([view.scale, view.left], [scale, left]);
  view.take(14, 14, 100);
  assert.deepEqual([view.scale, view.span.right], [42, 13]);
});

test("a small map does not grow without end, and a huge one has a pixel a cell at the least", () => {
  assert.equal(viewport({ rows: 1, columns: 1 }).scale, 100);
  const view = viewport({ rows: 2000, columns: 10 });
  assert.equal(view.scale, 1);
  assert.equal(view.cellAt(-5, 10), null);
});

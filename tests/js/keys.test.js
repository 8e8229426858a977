import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, KEYS, keyName, listedKeys } from "../../static/js/core/keys.js";
import { texts } from "../../static/js/texts.js";

const plain = { ctrlKey: false, metaKey: false, altKey: false, target: { tagName: "BODY" } };

test("a key is looked up in the part of the page that it is pressed in", () => {
  assert.deepEqual(actionOf("anywhere", { ...plain, key: "?" }), { action: "keys", by: null });
  assert.deepEqual(actionOf("numbers", { ...plain, key: "PageUp" }), { action: "anotherMap", by: -1 });
  assert.deepEqual(actionOf("network", { ...plain, key: "PageUp" }), { action: "turn", by: -1 });
  assert.deepEqual(actionOf("result", { ...plain, key: "ArrowUp" }), { action: "moveWindow", by: [-1, 0] });
  assert.equal(actionOf("anywhere", { ...plain, key: "x" }), null);
  assert.equal(actionOf("anywhere", { ...plain, key: "constructor" }), null);
});

test("what the browser does by itself is listed, and not looked up", () => {
  for (const [where, rows] of Object.entries(KEYS)) {
    for (const { press, native } of rows.filter((row) => row.native)) {
      for (const key of Object.keys(press)) assert.equal(actionOf(where, { ...plain, key }), null, native);
    }
  }
});

test("letters that are typed into a field, and keys held together with others, do nothing", () => {
  for (const tagName of ["INPUT", "SELECT", "TEXTAREA"]) {
    assert.equal(actionOf("anywhere", { ...plain, key: "n", target: { tagName } }), null);
    assert.equal(actionOf("anywhere", { ...plain, key: "Escape", target: { tagName } })?.action, "close");
  }
  assert.equal(actionOf("anywhere", { ...plain, key: "n", target: { isContentEditable: true } }), null);
  for (const held of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(actionOf("anywhere", { ...plain, key: "n", [held]: true }), null);
  }
});

test("no key means two things in one place, and each row has words and a key that is listed", () => {
  for (const [where, rows] of Object.entries(KEYS)) {
    const all = rows.flatMap(({ press }) => Object.keys(press));
    assert.equal(new Set(all).size, all.length, where);
    assert.ok(texts.keys.where[where]);
    for (const row of rows) {
      assert.ok(typeof texts.keys[row.action] === "string" && texts.keys[row.action], row.action);
      assert.ok(listedKeys(row).length > 0 && listedKeys(row).every((key) => keyName(key).length > 0));
    }
  }
});

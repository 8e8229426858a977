import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, KEYS, keyName } from "../../static/js/core/keys.js";

const plain = { ctrlKey: false, metaKey: false, altKey: false, target: { tagName: "BODY" } };

test("keys that work anywhere are found in the catalogue", () => {
  assert.equal(actionOf({ ...plain, key: "?" }), "keys");
  assert.equal(actionOf({ ...plain, key: "n" }), "numbers");
  assert.equal(actionOf({ ...plain, key: "x" }), undefined);
  assert.equal(actionOf({ ...plain, key: "Escape" }), undefined);
});

test("what is typed into a field, or held together with others, does nothing", () => {
  for (const tagName of ["INPUT", "SELECT", "TEXTAREA"]) {
    assert.equal(actionOf({ ...plain, key: "n", target: { tagName } }), undefined);
  }
  assert.equal(actionOf({ ...plain, key: "n", target: { isContentEditable: true } }), undefined);
  for (const held of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(actionOf({ ...plain, key: "n", [held]: true }), undefined);
  }
});

test("no key means two things in one place, and each has a name", () => {
  for (const { where, keys } of KEYS) {
    const all = keys.flatMap(({ press }) => press);
    assert.equal(new Set(all).size, all.length, where);
    assert.ok(all.every((key) => keyName(key).length > 0));
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "../../static/js/core/latest.js";

test("one job at a time, and of those that wait only the last", async () => {
  const latest = new Latest();
  const ran = [];
  let running = 0;
  const job = (name) => async () => {
    assert.equal(++running, 1);
    ran.push(name);
    await new Promise((done) => setTimeout(done, 5));
    running--;
  };
  const first = latest.submit(job("first"));
  for (const name of ["second", "third", "last"]) latest.submit(job(name));
  await first;
  assert.deepEqual(ran, ["first", "last"]);
  await latest.submit(job("after"));
  assert.deepEqual(ran, ["first", "last", "after"]);
});

test("a job that fails does not stop the next", async () => {
  const latest = new Latest();
  await assert.rejects(latest.submit(() => Promise.reject(new Error("lost"))));
  let ran = false;
  await latest.submit(async () => {
    ran = true;
  });
  assert.ok(ran);
});

test("what waits can be forgotten", async () => {
  const latest = new Latest();
  const ran = [];
  const first = latest.submit(async () => ran.push("first"));
  latest.submit(async () => ran.push("second"));
  latest.forget();
  await first;
  assert.deepEqual(ran, ["first"]);
});

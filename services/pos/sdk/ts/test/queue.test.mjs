import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DamagedError, LockedError, OfflineQueue, reasonOf } from "@changke/sdk";
import { bill, client, onFile } from "./place.mjs";

const dirOf = (t) => {
  const dir = mkdtempSync(join(process.env.CHANGKE_STATE ?? tmpdir(), "queue-"));
  t.diagnostic(dir);
  return dir;
};
const numbers = (n) => Array.from({ length: n }, (_, i) => String(i));

test("OK what waits is sent in order, over a line that breaks, and the refused are kept with their reason", async (t) => {
  const dir = dirOf(t);
  let q = await OfflineQueue.open(dir);
  await assert.rejects(OfflineQueue.open(dir), LockedError);
  for (let i = 0; i < 1100; i++) {
    const change = i === 7 ? { storeCode: "S99" } : i === 600 ? { amountFen: -1n } : {};
    q.add(bill("ts-queue", i, change));
  }
  // The first call arrives and its answer is lost; the retry is cut off as well.
  let calls = 0;
  const cut = client({ wait: () => Promise.reject(new Error("no")), fetch: async (i, init) => {
    const res = await fetch(i, init);
    if (++calls === 1) throw new TypeError("fetch failed");
    return res;
  } });
  await assert.rejects(q.drain(cut), (e) => reasonOf(e) === "client.unreachable");
  assert.equal(q.length, 1100, "nobody has answered");
  q.close();

  q = await OfflineQueue.open(dir);
  const sum = await q.drain(client());
  assert.deepEqual(sum, { recorded: 599, known: 499, refused: 2 });
  assert.equal(q.length, 0);
  q.close();

  q = await OfflineQueue.open(dir);
  assert.deepEqual(q.deadLetters.map((d) => [d.bill.billNo, d.reason]), [["7", "bill.unknown_store"], ["600", "invalid_field"]]);
  assert.ok(q.deadLetters.every((d) => d.message && d.time instanceof Date));
  assert.equal(q.revive((d) => d.reason === "bill.unknown_store"), 1);
  assert.equal(q.forget((d) => d.reason === "invalid_field"), 1);
  assert.equal(q.length, 1);
  await q.drain(client());
  assert.equal(q.deadLetters.length, 1);
  q.close();
});

test("OK cut off at any byte it holds every line that was whole", async (t) => {
  const dir = dirOf(t);
  const path = join(dir, "queue.log");
  let q = await OfflineQueue.open(dir);
  const ends = [];
  for (let i = 0; i < 3; i++) {
    q.add(bill("ts-cut", i, { tableName: "牡丹厅 <A&B>" }));
    ends.push(statSync(path).size);
  }
  q.close();
  const whole = readFileSync(path);
  for (let cut = 0; cut <= whole.length; cut++) {
    writeFileSync(path, Buffer.concat([whole.subarray(0, cut), Buffer.alloc((cut % 2) * 3)]));
    q = await OfflineQueue.open(dir);
    assert.equal(q.length, ends.filter((end) => cut >= end).length, `cut at byte ${cut}`);
    q.close();
  }
  whole[ends[0] + 20] ^= 1;
  writeFileSync(path, whole);
  await assert.rejects(OfflineQueue.open(dir), DamagedError);
  assert.deepEqual(readFileSync(path), whole, "nothing is thrown away");
});

test("OK a killed till has what it told, and holds no lock", async (t) => {
  const dir = dirOf(t);
  let safe = -1;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [fileURLToPath(new URL("adder.mjs", import.meta.url)), dir], { stdio: ["ignore", "pipe", "inherit"] });
    let told = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      safe = Number(line);
      if (++told === 7) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const q = await OfflineQueue.open(dir);
    assert.ok(q.length > safe, `${q.length} wait, ${safe} was told`);
    q.close();
  }
  const q = await OfflineQueue.open(dir);
  const n = q.length;
  await q.drain(client());
  q.close();
  let there = [];
  while (there.length < n) there = await onFile("ts-killed"); // the feed's horizon is two seconds behind
  assert.deepEqual(there.map(Number).sort((a, b) => a - b).map(String), numbers(n));
});

test("OK one directory's files are read by the Go SDK too", async () => {
  // Written here, drained by the Go half of TestVendorSDKs.
  const q = await OfflineQueue.open(process.env.CHANGKE_FOR_GO);
  q.add(bill("ts-for-go", 1, { tableName: "牡丹厅 <A&B>", lines: [{ name: "虾饺", quantityMilli: 2000n, amountFen: 5600n }] }), bill("ts-for-go", 2));
  q.close();
});

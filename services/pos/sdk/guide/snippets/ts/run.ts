// Runs everything that the guide shows in TypeScript against CHANGKE_URL.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as till from "./till.js";

const env = process.env as Record<string, string>;
const client = till.newClient();
const today = env.CHANGKE_TODAY!;
const bill = await till.firstBill(client, today);
await till.sendWithOwnKey(client, [bill], "saved-with-the-request");
const warnings: string[] = [];
await till.offline(client, mkdtempSync(join(tmpdir(), "changke-")), { ...bill, storeCode: "S99" }, (text) => warnings.push(text));
assert.equal(warnings.length, 1);
const seen: string[] = [];
for (let cursor = ""; seen.length === 0; ) {
  // The feed's horizon is two seconds behind.
  await till.reconcile(client, cursor, (b) => seen.push(b.bill!.billNo), (c) => (cursor = c));
}
assert.deepEqual(seen, [`${today}-0001`]);
await till.dayTotals(client, today);
await till.lookup(client, env.CHANGKE_GUEST!, () => {});
await till.booking(client, today, env.CHANGKE_BOOKER!);
await till.ring(client, today, env.CHANGKE_GUEST!);
assert.equal(await till.explain(client), "这张账单还没有传过");

const { headers, body, secrets } = JSON.parse(env.CHANGKE_EVENT!) as { headers: Record<string, string>; body: string; secrets: [string, string] };
const handled: string[] = [];
const server = till.webhooks(secrets[0], secrets[1], async (event) => void handled.push(event.type)).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
assert.equal((await fetch(url, { method: "POST", headers, body })).status, 204);
assert.equal((await fetch(url, { method: "POST", headers, body: `${body} ` })).status, 400);
assert.deepEqual(handled, ["guest.blacklisted"]);
server.close();

import { test } from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { BillOutcome, BookingKind, BookingState, ChangkeError, GuestClass, MealPeriod, Reason, createChangke, isTemporary, reasonOf } from "@changke/sdk";
import { bill, booker, client, guest, key, today, url } from "./place.mjs";

/** A line that loses the first answers of writes, and keeps what was sent. */
function badLine(losses) {
  const tries = [];
  const fetch = async (input, init) => {
    tries.push(new Headers(init.headers));
    const answer = await globalThis.fetch(input, init);
    if (losses-- > 0) {
      await answer.arrayBuffer();
      throw new TypeError("fetch failed");
    }
    return answer;
  };
  return { fetch, tries };
}

test("OK a lost answer is asked for again under the same key, and counts once", async () => {
  const line = badLine(2);
  const waits = [];
  const c = client({ fetch: line.fetch, userAgent: "demo-till/3.2", wait: async (ms) => waits.push(ms) });
  const res = await c.recordBills({ bills: [bill("ts-retry", 1)] });
  assert.equal(res.results[0].outcome, BillOutcome.DUPLICATE, "the first try had arrived");
  assert.equal(line.tries.length, 3);
  assert.equal(waits.length, 2);
  assert.ok(waits[0] <= 250 && waits[1] <= 500);
  assert.equal(new Set(line.tries.map((h) => h.get("Idempotency-Key"))).size, 1);
  assert.equal(new Set(line.tries.map((h) => h.get("X-Request-Id"))).size, 1);
  assert.match(line.tries[0].get("User-Agent"), /^changke-ts\/\S+ demo-till\/3.2$/);
});

test("OK a Retry-After is waited for before the next try", async () => {
  const waits = [];
  let calls = 0;
  const limited = async (input, init) => (++calls > 1 ? globalThis.fetch(input, init)
    : new Response(JSON.stringify({ code: "resource_exhausted", message: "apikey.too_many_calls" }), { status: 429, headers: { "Content-Type": "application/json", "Retry-After": "3" } }));
  const res = await client({ fetch: limited, wait: async (ms) => waits.push(ms) }).recordBills({ bills: [bill("ts-limited", 1)] });
  assert.equal(res.results[0].outcome, BillOutcome.RECORDED);
  assert.equal(waits.length, 1);
  assert.ok(waits[0] >= 3000, `${waits[0]} ms`);
});

test("OK everything a till does", async () => {
  const c = client();
  const checked = await c.recordBills({ bills: [bill("ts-all", 1)], validateOnly: true });
  assert.equal(checked.results[0].outcome, BillOutcome.RECORDED);
  const res = await c.recordBills({ bills: [bill("ts-all", 1, { number: guest }), bill("ts-all", 2, { storeCode: "S99" })] });
  assert.deepEqual(res.results.map((r) => r.reason), ["", "bill.unknown_store"]);
  assert.notEqual(res.results[1].message, "");
  const got = await c.getBill({ storeCode: "S01", source: "ts-all", billNo: "1" });
  assert.equal(got.bill.bill.amountFen, 100n);
  const told = await c.reportDayTotals({ totals: [{ storeCode: "S01", businessDate: today, source: "ts-all", billCount: 1, amountFen: 100n }] });
  assert.equal(told.totals[0].matches, true);
  const who = await client({ timeouts: { lookup: 1000 } }).lookupGuest({ storeCode: "S01", number: guest });
  assert.equal(who.guestClass, GuestClass.OWNED);
  const booked = await c.upsertBooking({
    storeCode: "S01", ref: "TS-1", state: BookingState.CONFIRMED, businessDate: today, mealPeriod: MealPeriod.SUPPER, bookerNo: booker, kind: BookingKind.HALL, guests: 4,
  });
  assert.equal(booked.booking.state, BookingState.CONFIRMED);
  const seated = await c.seatBooking({ storeCode: "S01", ref: "TS-1" });
  assert.equal(seated.booking.state, BookingState.SEATED);
  assert.equal((await c.ringCall({ storeCode: "S01", source: "pbx", callId: "ts-1", number: guest })).rang, true);
});

test("OK pages hold every revision once, and go on from a cursor", async () => {
  const c = client();
  const nos = Array.from({ length: 25 }, (_, i) => String(i).padStart(3, "0"));
  await c.recordBills({ bills: nos.map((no) => bill("ts-feed", no)) });
  const seen = [];
  let cursor;
  for (let page; !page?.last || seen.length < 25; ) {
    // One page, then as after a restart; the last seconds come once the horizon has passed them.
    for await (page of c.pages({ store: "S01", source: "ts-feed", size: 10, cursor })) {
      seen.push(...page.bills.map((b) => b.bill.billNo));
      cursor = page.cursor;
      break;
    }
  }
  assert.deepEqual(seen.sort(), nos);
});

/** A line on which no answer comes. It keeps the process up, as an open socket does. */
const never = (_, init) =>
  new Promise((_, no) => {
    const open = setInterval(() => {}, 1000);
    init.signal.addEventListener("abort", () => {
      clearInterval(open);
      no(init.signal.reason);
    });
  });

test("Err errors say what to do and never the key", async () => {
  const wrong = key.slice(0, -1) + (key.endsWith("a") ? "b" : "a");
  const call = (c) => c.recordBills({ bills: [bill("ts-err", 1)] }).then(() => assert.fail("must throw"), (e) => e);
  const refused = await call(createChangke(url, wrong));
  assert.ok(refused instanceof ChangkeError);
  assert.match(refused.reason, /^auth\./);
  assert.match(refused.sentence, /[\u4e00-\u9fff]/);
  assert.notEqual(refused.requestId, "");
  assert.equal(isTemporary(refused), false);

  const invalid = await client().recordBills({ bills: [bill("ts-err", 1, { amountFen: -1n })] }).catch((e) => e);
  assert.equal(invalid.reason, "invalid_field");
  assert.equal(invalid.violations[0].field, "bills[0].amount_fen");

  const gone = await call(createChangke("http://127.0.0.1:1", key, { wait: async () => {} }));
  assert.equal(reasonOf(gone), Reason.Unreachable);
  assert.equal(isTemporary(gone), true);
  const slow = await client({ timeouts: { lookup: 1 }, fetch: never })
    .lookupGuest({ storeCode: "S01", number: guest })
    .catch((e) => e);
  assert.equal(reasonOf(slow), Reason.Timeout, "the till goes on without us");
  const ended = await client().getBill({ storeCode: "S01", source: "x", billNo: "1" }, { signal: AbortSignal.abort() }).catch((e) => e);
  assert.equal(ended.code, 1);
  const leaky = await client({ fetch: async (_, init) => { throw new Error(`refused ${new Headers(init.headers).get("Authorization")}`); } }).lookupGuest({ storeCode: "S01", number: guest }).catch((e) => e);
  for (const e of [refused, invalid, gone, leaky, client()]) assert.ok(!inspect(e, { depth: 9, showHidden: true }).includes(key), "the key is shown");
  for (const bad of ["http://changke.example.com", "changke.example.com", "https://a:b@c.example"]) assert.throws(() => createChangke(bad, key));
  assert.throws(() => createChangke(url, "two words"));
});

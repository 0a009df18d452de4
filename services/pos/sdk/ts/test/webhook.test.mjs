import { test } from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { NotSignedError, StaleError, TOLERANCE_MS, WebhookVerifier } from "@changke/sdk";
import { event } from "./place.mjs";

// An event as the server signs it, by two secrets.
const { secrets, headers, body } = JSON.parse(event);
const at = new Date(Number(headers["webhook-timestamp"]) * 1000);

test("OK either secret proves it", () => {
  for (const s of secrets) {
    const e = new WebhookVerifier(s).verify(headers, body, at);
    assert.equal(e.id, headers["webhook-id"]);
    assert.equal(e.type, "guest.blacklisted");
    assert.equal(e.data.store_code, "S01");
  }
  assert.equal(new WebhookVerifier(...secrets).verify(new Headers(headers), Buffer.from(body), at).id, headers["webhook-id"]);
});

test("Err whatever was changed is refused", () => {
  const v = new WebhookVerifier(...secrets);
  const other = new WebhookVerifier(`whsec_${Buffer.alloc(32).toString("base64")}`);
  assert.throws(() => other.verify(headers, body, at), NotSignedError);
  assert.throws(() => v.verify(headers, `${body} `, at), NotSignedError);
  assert.throws(() => v.verify({ ...headers, "webhook-id": "x" }, body, at), NotSignedError);
  assert.throws(() => v.verify({ ...headers, "webhook-timestamp": String(at.getTime() / 1000 + 1) }, body, at), NotSignedError);
  assert.throws(() => v.verify({ ...headers, "webhook-signature": headers["webhook-signature"].replaceAll("v1,", "v2,") }, body, at), NotSignedError);
  assert.throws(() => v.verify({}, body, at), NotSignedError);
  for (const away of [TOLERANCE_MS + 1000, -TOLERANCE_MS - 1000]) assert.throws(() => v.verify(headers, body, new Date(at.getTime() + away)), StaleError);
  for (const bad of [[], ["whsec_"], ["whsec_%%%"]]) assert.throws(() => new WebhookVerifier(...bad));
  assert.ok(!inspect(v, { showHidden: true, depth: 9 }).includes(secrets[0].slice(6)));
});

import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a webhook's clock and ours may be apart. */
export const TOLERANCE_MS = 5 * 60_000;

/** The webhook is not signed by any of the secrets: answer 400. */
export class NotSignedError extends Error {
  override name = "NotSignedError";
  constructor() {
    super("changke: the webhook is not signed by any of the secrets");
  }
}

/** An old one sent again, or a clock is wrong: answer 400. */
export class StaleError extends Error {
  override name = "StaleError";
  constructor() {
    super("changke: the webhook's timestamp is more than five minutes away");
  }
}

/** What booking.changed says. */
export interface BookingData {
  booking_id: string;
  store_code: string;
  ref: string;
  state: "requested" | "confirmed" | "seated" | "finished" | "cancelled" | "no_show";
  business_date: string;
  /** 1 lunch, 2 tea, 3 dinner, 4 supper. */
  meal_period: number;
}

/** What the events of guests say. */
export interface GuestsData {
  store_code: string;
  /** Ids of their files, up to 500. */
  guest_ids: string[];
}

/** What a webhook says. Its id is the same for every try: whoever has handled it
 * answers 200 and does nothing. A type unknown to you is accepted and passed over. */
export type WebhookEvent = { id: string; time: Date } & (
  | { type: "booking.changed"; data: BookingData }
  | { type: "guest.became_vip" | "guest.became_public" | "guest.blacklisted"; data: GuestsData }
  | { type: "ping"; data: { webhook_id: string } }
);

/** Proves that webhooks are the chain's (Standard Webhooks). */
export class WebhookVerifier {
  readonly #keys: Buffer[];

  /** Takes the webhook's secrets (whsec_…): one, or while it is rotated the new and the old one. */
  constructor(...secrets: string[]) {
    this.#keys = secrets.map((s) => {
      const text = s.replace(/^whsec_/, "");
      const key = Buffer.from(text, "base64");
      if (key.length < 16 || key.toString("base64") !== text) throw new Error("changke: a webhook's secret is whsec_ and base64; copy it anew from the console");
      return key;
    });
    if (this.#keys.length === 0) throw new Error("changke: a verifier needs a webhook's secret");
  }

  /** Proves a request: its headers, its body byte for byte as it came, and the time
   * now. Comparing takes the same time whatever is wrong. Throws NotSignedError or
   * StaleError. */
  verify(headers: Headers | Record<string, string | string[] | undefined>, body: string | Uint8Array, now = new Date()): WebhookEvent {
    const header = (name: string) => (headers instanceof Headers ? headers.get(name) : [headers[name]].flat()[0]) ?? "";
    const id = header("webhook-id");
    const stamp = header("webhook-timestamp");
    if (!id || !/^\d{1,15}$/.test(stamp) || !this.#signed(header("webhook-signature"), `${id}.${stamp}.`, body)) throw new NotSignedError();
    if (Math.abs(now.getTime() - Number(stamp) * 1000) > TOLERANCE_MS) throw new StaleError();
    const said = JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString("utf8"));
    return { id, type: said.type, time: new Date(said.timestamp), data: said.data };
  }

  /** Whether any signature is that of any secret. All are looked at. */
  #signed(signatures: string, head: string, body: string | Uint8Array): boolean {
    let found = false;
    for (const given of signatures.split(/\s+/)) {
      const [version, text = ""] = given.split(",", 2);
      const signature = Buffer.from(text, "base64");
      for (const key of this.#keys) {
        const own = createHmac("sha256", key).update(head).update(body).digest();
        // Other versions came later.
        if (version === "v1" && signature.length === own.length && timingSafeEqual(signature, own)) found = true;
      }
    }
    return found;
  }
}

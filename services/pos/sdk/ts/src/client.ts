import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type Client, type Interceptor, type UnaryRequest, type StreamRequest } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { PosService } from "../../../../../gen/ts/changke/pos/v1/pos_service_pb.js";
import { errorOf, isTemporary, type ChangkeError } from "./error.js";
import { pagesOf, type Feed, type Page } from "./feed.js";

/** Every method of PosService, and the walk over the feed. Errors are ChangkeError. */
export type Changke = Client<typeof PosService> & {
  /** Walks ListBillsUpdatedSince from a cursor to its end as it is now. */
  pages(feed: Feed): AsyncGenerator<Page>;
};

/** Bound how long calls take, in milliseconds. */
export interface Timeouts {
  /** Of one try; usually 10,000. */
  try?: number;
  /** Of a call with its retries and waits; usually 30,000. */
  call?: number;
  /** Of lookupGuest, which is tried once; usually 300, at most 1,000: the guest stands at the till. */
  lookup?: number;
}

/** How a client works. */
export interface Options {
  timeouts?: Timeouts;
  /** Allows http:// to other machines: the key then travels readable. For a network of your own only. */
  plainHttp?: boolean;
  /** Names your product and its version to the chain's administrators. */
  userAgent?: string;
  /** Another fetch, for a proxy or a company's own certificates. */
  fetch?: typeof globalThis.fetch;
  /** Waits between tries, in milliseconds; for tests. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** How a method is called: whether it carries an Idempotency-Key, whether the same
 * again does no harm (pos.proto, Retries), whether somebody waits at the till. Of a
 * method that is not listed nothing is taken for granted. */
const manners: Record<string, { write?: boolean; retry?: boolean; lookup?: boolean }> = {
  recordBills: { write: true, retry: true },
  getBill: { retry: true },
  listBillsUpdatedSince: { retry: true },
  reportDayTotals: { write: true, retry: true },
  getDayTotals: { retry: true },
  lookupGuest: { lookup: true },
  upsertBooking: { write: true, retry: true },
  seatBooking: { write: true, retry: true },
  ringCall: { write: true, retry: true },
};

const VERSION = "1.0.0";

/** Makes a client of a server, e.g. "https://changke.example.com", that calls with a
 * key of the chain's (ck_live_…). It makes no call. A call's own Idempotency-Key goes
 * into its headers: recordBills(request, { headers: { "Idempotency-Key": … } }). */
export function createChangke(baseUrl: string, key: string, options: Options = {}): Changke {
  checkUrl(baseUrl, options.plainHttp ?? false);
  if (!/^[\x21-\x7e]+$/.test(key)) throw new Error("changke: the key is empty or holds a character that no key has; copy it anew");
  const transport = createConnectTransport({
    baseUrl: baseUrl.replace(/\/+$/, ""),
    useBinaryFormat: true,
    interceptors: [carry(key, options)],
    ...(options.fetch && { fetch: options.fetch }),
  });
  const client = createClient(PosService, transport);
  return Object.assign(client, { pages: (feed: Feed) => pagesOf(client, feed) });
}

/** Carries every call: key, Idempotency-Key and request id, once made and kept over
 * the retries; timeouts; retries. The key lives in this closure only, so that
 * printing a client can't show it. */
function carry(key: string, options: Options): Interceptor {
  const { try: one = 10_000, call = 30_000, lookup = 300 } = options.timeouts ?? {};
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }));
  return (next) => async (req) => {
    const how = manners[req.method.localName] ?? {};
    const requestId = req.header.get("X-Request-Id") ?? randomUUID();
    req.header.set("Authorization", `Bearer ${key}`);
    req.header.set("User-Agent", `changke-ts/${VERSION} ${options.userAgent ?? ""}`.trim());
    req.header.set("X-Request-Id", requestId);
    if (how.write && !req.header.has("Idempotency-Key")) req.header.set("Idempotency-Key", randomUUID());
    const longest = how.lookup ? Math.min(lookup, 1000) : call;
    const whole = AbortSignal.any([req.signal, AbortSignal.timeout(longest)]);
    const end = Date.now() + longest;
    let waited = 0;
    for (let bound = 250; ; bound = Math.min(2 * bound, 8000)) {
      const late = AbortSignal.timeout(how.lookup ? longest : one);
      let error: ChangkeError;
      try {
        return await next(within(req, AbortSignal.any([whole, late])));
      } catch (e) {
        error = errorOf(e, { requestId, key, cancelled: req.signal.aborted, late: whole.aborted || late.aborted });
      }
      // Full jitter, so that a thousand tills that lost one server do not come back in step.
      const pause = error.retryAfterMs + Math.random() * bound;
      if (!how.retry || !isTemporary(error) || whole.aborted || Date.now() + waited + pause > end) throw error;
      if (options.wait) waited += pause; // on a clock that stands
      await wait(pause, whole).catch(() => {
        throw error;
      });
    }
  };
}

const within = <R extends UnaryRequest | StreamRequest>(req: R, signal: AbortSignal): R => ({ ...req, signal });

function checkUrl(text: string, plain: boolean): void {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error("changke: the server's address must be like https://changke.example.com");
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new Error("changke: the server's address must be like https://changke.example.com");
  }
  const here = url.hostname === "localhost" || url.hostname === "[::1]" || url.hostname.startsWith("127.");
  if (url.protocol === "http:" && !plain && !here) {
    throw new Error("changke: http:// to another machine would show the key to everybody on the way; use https://");
  }
}

import type { Client } from "@connectrpc/connect";
import { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { PosService } from "../../../../../gen/ts/changke/pos/v1/pos_service_pb.js";
import type { RecordedBill } from "../../../../../gen/ts/changke/pos/v1/pos_pb.js";

/** Which of a store's bills to list. */
export interface Feed {
  /** The store's code. */
  store: string;
  /** Only of this till system; absent = of all. */
  source?: string;
  /** Without a cursor: what was recorded then or later; absent = all. */
  start?: Date;
  /** That of the last page handled; absent = begin at start. */
  cursor?: string;
  /** Bills a page, at most 500; absent = 200. */
  size?: number;
}

/** Some of the feed. */
export interface Page {
  bills: RecordedBill[];
  /** Keep it once the page is handled, also of an empty page: the next run goes on there. */
  cursor: string;
  /** On the last page: everything recorded before this moment has been listed. */
  horizon: Date;
  /** There is no more now. */
  last: boolean;
}

/** Every revision comes exactly once, whoever recorded it. The cursor is the caller's
 * to keep: save page.cursor after a page is handled, in the transaction that handles
 * it. An error ends the walk; begin again with the last cursor. */
export async function* pagesOf(client: Pick<Client<typeof PosService>, "listBillsUpdatedSince">, feed: Feed): AsyncGenerator<Page> {
  for (let cursor = feed.cursor ?? "", last = false; !last; ) {
    const res = await client.listBillsUpdatedSince({
      storeCode: feed.store,
      source: feed.source ?? "",
      cursor,
      pageSize: feed.size ?? 0,
      ...(feed.start && { startTime: timestampFromDate(feed.start) }),
    });
    cursor = res.nextCursor;
    last = !res.hasMore;
    yield { bills: res.bills, cursor, last, horizon: res.horizonTime ? timestampDate(res.horizonTime) : new Date(0) };
  }
}

// What the vendor's guide shows in TypeScript; its tests run all of it.
// [import]
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import {
  BillOutcome, BillStatus, BookingKind, BookingState, ChangkeError, GuestClass, MealPeriod, OfflineQueue, WebhookVerifier,
  createChangke, reasonOf, timestampFromDate, type Changke, type RecordedBill, type WebhookEvent,
} from "@changke/sdk";
// [end]

export function newClient() {
  // [client]
  const client = createChangke(process.env.CHANGKE_URL!, process.env.CHANGKE_KEY!, { userAgent: "demo-till/3.2" });
  // [end]
  return client;
}

export async function firstBill(client: Changke, today: string) {
  // [first-bill]
  const bill = {
    storeCode: "S01",
    source: "demo-ts",
    billNo: `${today}-0001`,
    revision: 1,
    number: "138 1001 0001",
    businessDate: today,
    mealPeriod: MealPeriod.DINNER,
    closeTime: timestampFromDate(new Date(`${today}T20:15:00+08:00`)),
    amountFen: 128800n, // 1288.00 元
    status: BillStatus.PAID,
    tableName: "牡丹厅",
  };
  const { results } = await client.recordBills({ bills: [bill] });
  for (const r of results) {
    if (r.outcome === BillOutcome.REFUSED) throw new Error(`账单被拒绝 ${r.reason}：${r.message}`);
  }
  // [end]
  return bill;
}

export async function sendWithOwnKey(client: Changke, bills: Parameters<OfflineQueue["add"]>, savedKey: string) {
  // [own-key]
  // 与请求一起存盘，重启后原样再用
  await client.recordBills({ bills }, { headers: { "Idempotency-Key": savedKey } });
  // [end]
}

export async function offline(client: Changke, dir: string, bill: Parameters<OfflineQueue["add"]>[0], warn: (text: string) => void) {
  // [queue]
  const queue = await OfflineQueue.open(dir); // 一个目录只给一个进程
  queue.add(bill); // 返回即已落盘，断电也不丢

  // 网络恢复时、以及每隔几分钟调用一次
  try {
    await queue.drain(client);
  } catch (error) {
    console.warn("还没有传完，稍后再传", queue.length, reasonOf(error));
  }
  for (const d of queue.deadLetters) warn(`${d.bill.billNo}：${d.message}`); // 被拒绝的账单：不会丢，要人来看
  // [end]
  queue.close();
}

export async function reconcile(client: Changke, cursor: string, have: (bill: RecordedBill) => void, save: (cursor: string) => void) {
  // [feed]
  for await (const page of client.pages({ store: "S01", source: "demo-ts", cursor })) {
    for (const bill of page.bills) have(bill);
    save(page.cursor); // 处理完一页再存
  }
  // [end]
}

export async function dayTotals(client: Changke, today: string) {
  // [totals]
  const { totals } = await client.reportDayTotals({
    totals: [{ storeCode: "S01", businessDate: today, source: "demo-ts", billCount: 1, amountFen: 128800n }],
  });
  for (const t of totals) {
    if (!t.matches) throw new Error(`${t.businessDate} 对不上：收银 ${t.toldCount} 张，常客 ${t.heldCount} 张`);
  }
  // [end]
}

export async function lookup(client: Changke, number: string, show: (text: string) => void) {
  // [lookup]
  try {
    const guest = await client.lookupGuest({ storeCode: "S01", number });
    if (guest.blacklisted) show("请叫店长");
    else if (guest.guestClass !== GuestClass.UNKNOWN) show(`${guest.salutation}　忌口：${guest.allergies}`);
  } catch (error) {
    console.info("没有查到客人", reasonOf(error)); // 300 毫秒没有回答就算了，收银照常进行
  }
  // [end]
}

export async function booking(client: Changke, today: string, booker: string) {
  // [booking]
  await client.upsertBooking({
    storeCode: "S01",
    ref: `Y-${today}-02`, // 贵方的预定号，永远指这一个预定
    state: BookingState.CONFIRMED,
    businessDate: today,
    mealPeriod: MealPeriod.SUPPER,
    number: "138 1001 0001",
    guestName: "王先生",
    bookerNo: booker, // 订单人的员工号
    kind: BookingKind.HALL,
    guests: 4,
    arriveTime: "21:30",
    sendNotice: true,
  });
  await client.seatBooking({ storeCode: "S01", ref: `Y-${today}-02` }); // 客人到店
  // [end]
}

export async function ring(client: Changke, today: string, number: string) {
  // [ring]
  await client.ringCall({ storeCode: "S01", source: "pbx", callId: `${today}-18`, number, line: "8001" });
  // [end]
}

export function webhooks(newSecret: string, oldSecret: string, handle: (event: WebhookEvent) => Promise<void>) {
  // [webhook]
  const verifier = new WebhookVerifier(newSecret, oldSecret); // 轮换期间两个都收；平时一个
  const server = createServer(async (request, response) => {
    const body = await text(request); // 原样的内容，不要先解析
    let event: WebhookEvent;
    try {
      event = verifier.verify(request.headers, body);
    } catch {
      response.writeHead(400).end();
      return;
    }
    // 按 event.id 去重；不认识的类型直接放过；处理失败等对方重推
    await handle(event).then(() => response.writeHead(204).end(), () => response.writeHead(500).end());
  });
  // [end]
  return server;
}

export async function explain(client: Changke) {
  let words = "";
  // [errors]
  try {
    await client.getBill({ storeCode: "S01", source: "demo-ts", billNo: "没有这张" });
  } catch (error) {
    if (!(error instanceof ChangkeError)) throw error;
    if (error.reason === "bill.not_found") words = "这张账单还没有传过";
    else if (error.temporary) words = "稍后原样重发";
    else words = `${error.sentence}（请求编号 ${error.requestId}）`;
  }
  // [end]
  return words;
}

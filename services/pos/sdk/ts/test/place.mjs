// Where the tests call: a running server that the Go test beside services/changke
// has started (TestVendorSDKs).
import { createChangke, timestampFromDate, BillStatus, MealPeriod } from "@changke/sdk";

export const { CHANGKE_URL: url, CHANGKE_KEY: key, CHANGKE_GUEST: guest, CHANGKE_BOOKER: booker, CHANGKE_TODAY: today, CHANGKE_EVENT: event } = process.env;

/** A client; fetch may be a line of its own that breaks. */
export const client = (options = {}) => createChangke(url, key, options);

/** A bill of a till of the test's own. */
export const bill = (source, no, change = {}) => ({
  storeCode: "S01",
  source,
  billNo: String(no),
  revision: 1,
  businessDate: today,
  mealPeriod: MealPeriod.DINNER,
  closeTime: timestampFromDate(new Date(`${today}T12:00:00Z`)),
  amountFen: 100n,
  status: BillStatus.PAID,
  ...change,
});

/** All that is on file of a till, in order. */
export async function onFile(source) {
  const bills = [];
  for await (const page of client().pages({ store: "S01", source, size: 100 })) bills.push(...page.bills.map((b) => b.bill.billNo));
  return bills;
}

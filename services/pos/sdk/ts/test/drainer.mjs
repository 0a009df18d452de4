// A till that drains the queue in a directory and tells of each call before and after
// it, as the Go half of TestKilledWhileDraining does. With CHANGKE_TEST_HOLDS it stops
// after an answer until somebody kills it.
import { createChangke, OfflineQueue } from "@changke/sdk";
import { writeSync } from "node:fs";

const { CHANGKE_URL: url, CHANGKE_KEY: key, CHANGKE_TEST_DRAINS: dir, CHANGKE_TEST_HOLDS: holds } = process.env;
const client = createChangke(url, key);
const q = await OfflineQueue.open(dir);
await q.drain({
  recordBills: async (request) => {
    writeSync(1, "sending\n");
    try {
      return await client.recordBills(request);
    } finally {
      writeSync(1, "answered\n");
      if (holds) for await (const _ of process.stdin);
    }
  },
});
q.close();

// A till that prints each number once it is safe, until it is killed.
import { OfflineQueue } from "@changke/sdk";
import { bill } from "./place.mjs";

const q = await OfflineQueue.open(process.argv[2]);
for (let i = q.length; ; i++) {
  q.add(bill("ts-killed", i));
  process.stdout.write(`${i}\n`);
  if (i % 3 === 0) await new Promise(setImmediate); // lets the line out
}

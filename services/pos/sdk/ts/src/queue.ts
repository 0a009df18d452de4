import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { create, equals, fromJson, toJson, toBinary, type JsonValue, type MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { BillOutcome, BillSchema, type Bill, type BillResult } from "../../../../../gen/ts/changke/visit/v1/bill_service_pb.js";
import { ChangkeError, Reason } from "./error.js";
import { Journal } from "./journal.js";
import { lockDir } from "./lock.js";

/** How many bills one call takes. */
export const MAX_BATCH = 500;

const MAX_BATCH_BYTES = 512 << 10; // half of what the server reads
const COMPACT_AT = 8 << 20; // a file of so much is written anew without what is settled

/** Records bills: a client. */
export interface Recorder {
  recordBills(request: { bills: Bill[] }): Promise<{ results: Pick<BillResult, "outcome" | "reason" | "message">[] }>;
}

/** A bill that the server has refused: somebody has to look. */
export interface DeadLetter {
  bill: Bill;
  /** Stable; see the guide's table. */
  reason: string;
  /** Chinese, how to mend it. */
  message: string;
  /** Where the whole call was refused. */
  requestId: string;
  /** When it was refused. */
  time: Date;
}

/** What a drain did. */
export interface Drained {
  /** Recorded now, superseded ones and parked refund notes too. */
  recorded: number;
  /** On file already: sent before, and the answer was lost. */
  known: number;
  /** Dead letters now. */
  refused: number;
}

/** Keeps bills on disk until the server has taken them (离线队列). What add has returned
 * for is not lost, whenever the process or the machine stops. Bills are sent in the
 * order of add, so each bill's revisions keep theirs; one that the server refuses
 * becomes a dead letter with its reason and holds nobody up. */
export class OfflineQueue {
  readonly #unlock: () => void;
  readonly #log: Journal;
  readonly #dead: Journal;
  #pending: Bill[] = [];
  #letters: DeadLetter[] = [];
  #draining: Promise<unknown> = Promise.resolve();

  /** Opens or makes a queue in a directory of its own, which holds guests' numbers:
   * keep it to your program's user. Throws LockedError, DamagedError. */
  static async open(dir: string): Promise<OfflineQueue> {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const unlock = await lockDir(dir);
    try {
      return new OfflineQueue(dir, unlock);
    } catch (e) {
      unlock();
      throw e;
    }
  }

  private constructor(dir: string, unlock: () => void) {
    this.#unlock = unlock;
    this.#dead = new Journal(join(dir, "dead.log"), (line) => this.#letters.push(readLetter(line)));
    this.#log = new Journal(join(dir, "queue.log"), (line) => this.#read(line));
  }

  #read(line: string): void {
    const { add = [], done = 0 } = JSON.parse(line) as { add?: JsonValue[]; done?: number };
    this.#pending.push(...add.map((b) => fromJson(BillSchema, b)));
    if (!Number.isInteger(done) || done < 0 || done > this.#pending.length) throw new Error("more bills settled than added");
    this.#pending.splice(0, done);
  }

  /** Puts bills on disk, all or none; when it returns they are safe. */
  add(...bills: MessageInitShape<typeof BillSchema>[]): void {
    if (bills.length === 0) return;
    const own = bills.map((b) => create(BillSchema, structuredClone(b))); // the caller may change his own
    this.#log.append(addLine(own));
    this.#pending.push(...own);
  }

  /** How many bills wait to be sent. */
  get length(): number {
    return this.#pending.length;
  }

  /** Sends what waits, in calls of up to 500, until nothing does or a call fails in a
   * way that waiting may mend: then it throws that error, what was answered is
   * settled, and the rest stays. Cut off at any point nothing is lost, and what is
   * sent twice counts once, by its natural key. A second drain waits for the first. */
  drain(to: Recorder): Promise<Drained> {
    const mine = this.#draining.then(() => this.#drain(to));
    this.#draining = mine.catch(() => {});
    return mine;
  }

  async #drain(to: Recorder): Promise<Drained> {
    const sum: Drained = { recorded: 0, known: 0, refused: 0 };
    for (;;) {
      const batch = this.#next();
      if (batch.length === 0) return sum;
      const answers: Answer[] = [];
      try {
        await send(to, batch, answers);
      } finally {
        const refused = answers.flatMap((a, i) => (a.reason ? [{ bill: batch[i]!, reason: a.reason, message: a.message, requestId: a.requestId, time: new Date() }] : []));
        this.#settle(answers.length, refused);
        sum.refused += refused.length;
        sum.known += answers.filter((a) => a.known).length;
        sum.recorded += answers.filter((a) => !a.known && !a.reason).length;
      }
    }
  }

  /** What one call takes from the front. */
  #next(): Bill[] {
    let size = 0;
    let n = 0;
    for (const b of this.#pending.slice(0, MAX_BATCH)) {
      size += toBinary(BillSchema, b).length;
      if (n > 0 && size > MAX_BATCH_BYTES) break;
      n++;
    }
    return this.#pending.slice(0, n);
  }

  /** Takes bills off the front: first the refused ones are safe as dead letters, then
   * the rest is done with. Cut off between the two, they are sent once more. */
  #settle(n: number, refused: DeadLetter[]): void {
    if (n === 0) return;
    for (const d of refused) {
      if (this.#letters.some((there) => equals(BillSchema, there.bill, d.bill))) continue; // written before a stop
      this.#dead.append(letterLine(d));
      this.#letters.push(d);
    }
    const rest = this.#pending.slice(n);
    if (rest.length === 0 || this.#log.size > COMPACT_AT) this.#log.replace(addLines(rest));
    else this.#log.append(JSON.stringify({ done: n }));
    this.#pending = rest;
  }

  /** The refused bills, oldest first. */
  get deadLetters(): DeadLetter[] {
    return [...this.#letters];
  }

  /** Puts dead letters that match back to the end of the queue, once what was wrong
   * is mended. It gives how many. */
  revive(match: (letter: DeadLetter) => boolean): number {
    const taken = this.#letters.filter(match);
    if (taken.length === 0) return 0;
    this.#log.append(addLine(taken.map((d) => d.bill)));
    this.#pending.push(...taken.map((d) => d.bill));
    return this.#keep(match);
  }

  /** Takes dead letters that match away for good, after a person has dealt with them. */
  forget(match: (letter: DeadLetter) => boolean): number {
    return this.#keep(match);
  }

  #keep(match: (letter: DeadLetter) => boolean): number {
    const rest = this.#letters.filter((d) => !match(d));
    const taken = this.#letters.length - rest.length;
    if (taken > 0) this.#dead.replace(rest.map(letterLine));
    this.#letters = rest;
    return taken;
  }

  /** Lets another process open the queue. */
  close(): void {
    this.#log.close();
    this.#dead.close();
    this.#unlock(); // last: now the files are another's
  }
}

interface Answer {
  known: boolean;
  reason: string;
  message: string;
  requestId: string;
}

/** Sends a batch and pushes answers for as many of its first bills as were answered.
 * One bill that makes the server refuse the whole call is found by halving. */
async function send(to: Recorder, batch: Bill[], answers: Answer[]): Promise<void> {
  let results: Pick<BillResult, "outcome" | "reason" | "message">[];
  try {
    ({ results } = await to.recordBills({ bills: batch }));
  } catch (e) {
    if (!ofContent(e)) throw e;
    if (batch.length === 1) {
      const message = [e.sentence, ...e.violations.map((v) => `${v.field}：${v.message}`)].join(" ");
      answers.push({ known: false, reason: e.reason, message, requestId: e.requestId });
      return;
    }
    const half = Math.floor(batch.length / 2);
    await send(to, batch.slice(0, half), answers);
    await send(to, batch.slice(half), answers);
    return;
  }
  if (results.length !== batch.length) throw new ChangkeError(Code.Internal, { reason: Reason.NotChangke });
  answers.push(...results.map(answerOf));
}

function answerOf(r: Pick<BillResult, "outcome" | "reason" | "message">): Answer {
  switch (r.outcome) {
    case BillOutcome.RECORDED:
    case BillOutcome.SUPERSEDED:
    case BillOutcome.PARKED:
      return { known: false, reason: "", message: "", requestId: "" };
    case BillOutcome.DUPLICATE:
      return { known: true, reason: "", message: "", requestId: "" };
    case BillOutcome.REFUSED:
      return { known: false, reason: r.reason, message: r.message, requestId: "" };
    default: // a word that came later: nothing is dropped that nobody understood
      return { known: false, reason: Reason.UnknownOutcome, message: "服务器给出了此版本 SDK 不认识的结果，请升级 SDK 后重新上传。", requestId: "" };
  }
}

/** Whether the server refuses what the call holds, so that the same again is in vain. */
function ofContent(e: unknown): e is ChangkeError {
  return e instanceof ChangkeError && e.reason !== Reason.NotChangke && (e.code === Code.InvalidArgument || e.reason === "request_too_large");
}

const addLine = (bills: Bill[]) => JSON.stringify({ add: bills.map((b) => toJson(BillSchema, b)) });

/** Bills written anew, in lines of a batch each. */
function addLines(bills: Bill[]): string[] {
  const lines = [];
  for (let at = 0; at < bills.length; at += MAX_BATCH) lines.push(addLine(bills.slice(at, at + MAX_BATCH)));
  return lines;
}

const letterLine = (d: DeadLetter) =>
  JSON.stringify({ bill: toJson(BillSchema, d.bill), reason: d.reason, message: d.message, request_id: d.requestId || undefined, time: d.time.toISOString() });

function readLetter(line: string): DeadLetter {
  const d = JSON.parse(line) as { bill: JsonValue; reason: string; message: string; request_id?: string; time: string };
  return { bill: fromJson(BillSchema, d.bill), reason: d.reason, message: d.message, requestId: d.request_id ?? "", time: new Date(d.time) };
}

import { Code, ConnectError } from "@connectrpc/connect";
import { FaultSchema, type Fault } from "../../../../../gen/ts/changke/fault/v1/fault_pb.js";

/** Reasons that the SDK gives itself, where no answer of the server's holds one. */
export const Reason = {
  /** No answer, or one of a proxy that the server is away. */
  Unreachable: "client.unreachable",
  /** No answer in time. */
  Timeout: "client.timeout",
  /** The caller's signal ended the call. */
  Cancelled: "client.cancelled",
  /** Something else answered. */
  NotChangke: "client.not_changke",
  /** A result that this version does not know. */
  UnknownOutcome: "client.unknown_outcome",
} as const;

const ownWords: Record<string, string> = {
  [Reason.Unreachable]: "没有连上常客服务器，请检查网络；原样重发即可，不会重复记账。",
  [Reason.Timeout]: "常客服务器没有及时回答；原样重发即可，不会重复记账。",
  [Reason.Cancelled]: "调用已取消。",
  [Reason.NotChangke]: "回答的不是常客服务器，请核对服务器地址和代理设置。",
};

/** What is wrong with one field. */
export interface Violation {
  /** Path in the request: "bills[3].amount_fen". */
  field: string;
  /** Chinese, how to mend it. */
  message: string;
  /** English, of plain bounds; empty of rules of the house. */
  messageEn: string;
}

/** Why a call failed. Its text holds neither the key nor a guest's number. */
export class ChangkeError extends ConnectError {
  // Connect knows its own errors by their name, and so keeps the name it gave.
  readonly #ours = true;
  static override [Symbol.hasInstance](v: unknown): boolean {
    return typeof v === "object" && v !== null && #ours in v;
  }
  /** Stable, for programs: "bill.not_found"; see the guide's table. */
  readonly reason: string;
  /** Chinese, for people; may be shown as it is. */
  readonly sentence: string;
  /** Field by field, with the reason "invalid_field". */
  readonly violations: Violation[];
  /** To be named when asking for help. */
  readonly requestId: string;
  /** Wait at least so long; 0: not said. */
  readonly retryAfterMs: number;

  constructor(code: Code, said: { reason: string; sentence?: string; violations?: Violation[]; requestId?: string; retryAfterMs?: number; text?: string }) {
    const sentence = said.sentence ?? ownWords[said.reason] ?? "";
    const fields = (said.violations ?? []).map((v) => ` [${v.field}: ${v.message}]`).join("");
    super(`${said.reason}: ${sentence}${fields}${said.text ? ` (${said.text})` : ""}${said.requestId ? ` request_id=${said.requestId}` : ""}`, code);
    this.reason = said.reason;
    this.sentence = sentence;
    this.violations = said.violations ?? [];
    this.requestId = said.requestId ?? "";
    this.retryAfterMs = said.retryAfterMs ?? 0;
  }

  /** Whether the same call may succeed later: no answer, or one that says to come again. */
  get temporary(): boolean {
    // Without a Retry-After the body is too large, for ever.
    return this.code === Code.Unavailable || this.code === Code.DeadlineExceeded || (this.code === Code.ResourceExhausted && this.retryAfterMs > 0);
  }
}

/** The stable word of an error of this package; "" for others. */
export const reasonOf = (error: unknown): string => (error instanceof ChangkeError ? error.reason : "");

/** Whether an error of this package may pass by itself. */
export const isTemporary = (error: unknown): boolean => error instanceof ChangkeError && error.temporary;

/** Reads what the server says, or what became of a call that it never answered. */
export function errorOf(error: unknown, how: { requestId: string; key: string; cancelled: boolean; late: boolean }): ChangkeError {
  const { requestId } = how;
  const answer = error instanceof ConnectError ? error : undefined;
  const retryAfterMs = seconds(answer?.metadata.get("Retry-After")) * 1000;
  const fault = answer?.findDetails(FaultSchema)[0];
  if (answer && fault) return new ChangkeError(answer.code, { ...said(fault, requestId), retryAfterMs: retryAfterMs || fault.retryAfterSeconds * 1000 });
  if (how.cancelled) return new ChangkeError(Code.Canceled, { reason: Reason.Cancelled, requestId });
  if (how.late || answer?.code === Code.DeadlineExceeded) return new ChangkeError(Code.DeadlineExceeded, { reason: Reason.Timeout, requestId });
  const text = String(error).replaceAll(how.key, "ck_…");
  // fetch tells of a line that is not there by a TypeError.
  const noLine = error instanceof TypeError || answer?.cause instanceof TypeError || answer?.code === Code.Unavailable;
  if (noLine) return new ChangkeError(Code.Unavailable, { reason: Reason.Unreachable, requestId, retryAfterMs, text });
  const code = answer?.code ?? Code.Unknown;
  return new ChangkeError(code, { reason: Reason.NotChangke, requestId, retryAfterMs, text });
}

function said(fault: Fault, requestId: string) {
  return {
    reason: fault.reason,
    sentence: fault.message,
    requestId: fault.requestId || requestId,
    violations: fault.violations.map((v) => ({ field: v.field, message: v.message, messageEn: v.messageEn })),
  };
}

/** Reads a Retry-After; one that is a date of a proxy's counts as not said. */
function seconds(text: string | null | undefined): number {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

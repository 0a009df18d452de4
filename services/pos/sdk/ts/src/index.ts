// @changke/sdk: what a till, a booking system or a switchboard needs to work with
// Changke (常客). For servers and tills: the key is never for a browser.
export * from "./words.js";
export { createChangke, type Changke, type Options, type Timeouts } from "./client.js";
export { ChangkeError, Reason, isTemporary, reasonOf, type Violation } from "./error.js";
export type { Feed, Page } from "./feed.js";
export { OfflineQueue, MAX_BATCH, type DeadLetter, type Drained, type Recorder } from "./queue.js";
export { DamagedError } from "./journal.js";
export { LockedError } from "./lock.js";
export { WebhookVerifier, NotSignedError, StaleError, TOLERANCE_MS, type BookingData, type GuestsData, type WebhookEvent } from "./webhook.js";

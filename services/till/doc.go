// Command till plays a store's day against a sandbox through the Go SDK, as a POS
// vendor's program would live it, and certifies vendors' integrations.
//
//	till --url URL --key ck_live_… --store S01              a day, reconciled at its end
//	till --url URL --key ck_live_… --store S01 --certify    the 20 checks
//
// The day is the same for the same seed. It has a lunch and a dinner peak, bookings
// that are seated, bills opened, split, merged, refunded, reopened and voided, answers
// that get lost, bills sent twice, an hour without a line whose bills come in the
// evening, in any order, and a till whose clock is wrong by an hour. At its end the
// day's totals are told, and what the server holds is compared with the till's own
// book, bill by bill. Whatever differs is named, and the program ends with 1.
package main

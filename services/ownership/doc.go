// Package ownership holds the words and rules of who owns which guest (归属):
// ties between referrer and file, activity (LIF-01), dormancy (LIF-03), wake-up
// (LIF-13), the order in which the chain of runs goes, and the sentences in
// which all of it is told. Values in, verdict out: it knows no clock, no
// database and no interface, so a run, "why is he still mine" and a trial of
// other rules all call the same functions.
//
// It does not own the list row's owner (customer's `guest.owner_id` follows the
// tie through a port) nor the visits (visit's).
package ownership

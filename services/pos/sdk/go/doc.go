// Package changke is the Go SDK of the POS interface (changke.pos.v1): what a till,
// a booking system or a switchboard needs to work with Changke (常客).
//
//	client, err := changke.New("https://changke.example.com", os.Getenv("CHANGKE_KEY"))
//	queue, err := changke.OpenQueue("/var/lib/till/changke")
//	err = queue.Add(bill)                 // on disk when it returns
//	report, err := queue.Drain(ctx, client)
//
// A Client has every method of posv1connect.PosServiceClient. It adds the key, an
// Idempotency-Key for each call, timeouts, retries that are safe, and errors that say
// what to do. A Queue keeps bills while there is no line. A Verifier proves webhooks.
// All of them may be used by many goroutines at once.
package changke

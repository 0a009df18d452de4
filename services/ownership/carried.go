package ownership

import "github.com/changke/changke/services/kernel"

// Piece is what another context made of a chunk of a run that this chain carries
// for it: how much of it, for the ledger, and where the next piece begins.
type Piece struct {
	Examined, Decided int
	Last              kernel.UUID // the last it dealt with, by its own ids
	More              bool        // there is something after Last
	Digest            []byte      // over what came out, without ids of this run and moments (RUL-03)
}

package ownership

import (
	"time"

	"github.com/changke/changke/services/kernel"
)

// At is when a piece is worked: it sees what was known by the run's cut-off, whatever
// was learned since (RUL-03).
type At struct{ CutOff, Now time.Time }

// Piece is what another context made of a chunk of a run that this chain carries
// for it: how much of it, for the ledger, and where the next piece begins.
type Piece struct {
	Examined, Decided int
	Last              kernel.UUID // the last it dealt with, by its own ids
	More              bool        // there is something after Last
	Digest            []byte      // over what came out, without ids of this run and moments (RUL-03)
}

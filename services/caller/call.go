package caller

import (
	"time"

	"github.com/changke/changke/services/kernel"
)

// Ring is a call as a telephone system reports it.
type Ring struct {
	Store  kernel.StoreID
	Source string // the telephone system
	No     string // its id of the call
	Line   string
	Number kernel.Phone // empty: withheld
	At     time.Time
}

// LateAfter is how late a call may be reported and still ring: after that nobody is
// on the line.
const LateAfter = 5 * time.Minute

// Rings reports whether consoles are told of it. A clock that is a little ahead is
// forgiven.
func (r Ring) Rings(now time.Time) bool {
	ago := now.Sub(r.At)
	return ago <= LateAfter && ago >= -LateAfter
}

// ShownFor is how long a console lists a call.
const ShownFor = 10 * time.Minute

// MaxShown is how many it lists.
const MaxShown = 20

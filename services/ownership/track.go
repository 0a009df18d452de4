package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Track is a line of kinds that act for a store one after the other: a store that
// waits before one of them waits before all that follow in its track (RUL-07,
// RUL-08), and catches up in their order. What is in none never waits.
type Track string

// The tracks.
const (
	TrackVisits Track = "visits" // what rests on the visits of complete days: LIF-07, LIF-04, LIF-03
	TrackAway   Track = "away"   // LIF-05, which rests on posts
)

// Tracks are all of them.
var Tracks = []Track{TrackVisits, TrackAway}

// Track is the one a kind belongs to; empty: none.
func (k Kind) Track() Track {
	switch k {
	case KindAdoption, KindShare, KindDormancy:
		return TrackVisits
	case KindAway:
		return TrackAway
	default:
		return ""
	}
}

// Releases reports whether a kind takes guests from their referrers: what the
// brake is for (RUL-08).
func (k Kind) Releases() bool { return k == KindShare || k == KindAway || k == KindDormancy }

// FromGoLive reports whether a kind acts in a store only from its go-live on
// (RUL-06). LIF-14 ends what people of the store began themselves, DEL-02 is no
// rule of ownership; QTA-04 asks for itself.
func (k Kind) FromGoLive() bool { return k.Track() != "" || k == KindWakeUp || k == KindWarn }

// After is the step of the track that follows one, with only some kinds in force.
func (t Track) After(kinds []Kind, s Step) Step {
	return Next(slices.DeleteFunc(slices.Clone(kinds), func(k Kind) bool { return k.Track() != t }), s)
}

// ClockStart is when the clock of a tie begins: one that was taken over never runs
// before its store's go-live (RUL-06).
func ClockStart(o Origin, start kernel.BusinessDate, store tenant.Store) kernel.BusinessDate {
	if o == OriginImport && store.LiveOn != nil {
		return max(start, *store.LiveOn)
	}
	return start
}

package ownership_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// TestWorked is where a post counts as one in the file's store: in the one it was in at
// the time (HND-08), and in no other.
func TestWorked(t *testing.T) {
	t.Parallel()
	a, b, other := kernel.StoreID{1}, kernel.StoreID{2}, kernel.StoreID{3}
	posts := func(s kernel.StoreID) []ownership.Period {
		return map[kernel.StoreID][]ownership.Period{
			a: {{From: 10, To: new(kernel.BusinessDate(40))}}, b: {{From: 5, To: new(kernel.BusinessDate(60))}}, other: {{From: 0}},
		}[s]
	}
	on := func(former []ownership.Place, day kernel.BusinessDate) bool {
		for _, p := range ownership.Worked(b, former, posts) {
			if p.Holds(day) {
				return true
			}
		}
		return false
	}
	moved := []ownership.Place{{Store: a, Until: 30}}
	for day, want := range map[kernel.BusinessDate][2]bool{4: {false, false}, 7: {true, false}, 10: {true, true}, 29: {true, true}, 30: {true, true}, 59: {true, true}, 60: {false, false}} {
		require.Equal(t, want, [2]bool{on(nil, day), on(moved, day)}, "day %d, in one store always, and before in another", day)
	}
	require.True(t, on([]ownership.Place{{Store: a, Until: 20}, {Store: other, Until: 30}}, 25))
	require.False(t, on([]ownership.Place{{Store: other, Until: 8}, {Store: a, Until: 30}}, 9))
}

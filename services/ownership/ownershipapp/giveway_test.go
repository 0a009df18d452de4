package ownershipapp

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestGiveWay: a run stands aside five times as long as its chunk took while people are
// served, and for nobody else: a replay or a chain at night goes on at once.
func TestGiveWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		took, over time.Duration
		served     int64
		want       time.Duration
	}{
		{"nobody is served", 3 * time.Second, 3 * time.Second, ownCalls, 0},
		{"people are served", 3 * time.Second, 3 * time.Second, ownCalls + 3*busy + 1, 15 * time.Second},
		{"while it stood aside only the queue asked", 3 * time.Second, 18 * time.Second, ownCalls + 18*busy, 0},
		{"too short to be felt", shortChunk - 1, shortChunk, 1000, 0},
		{"never for long", time.Minute, time.Minute, 1000, longestWay},
	} {
		require.Equal(t, c.want, giveWay(c.took, c.over, c.served), c.name)
	}
}

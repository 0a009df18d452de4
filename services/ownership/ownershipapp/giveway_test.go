package ownershipapp

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestGiveWay: a run stands aside for as long as its chunk took while people are
// served, and for nobody else: a replay or a chain at night goes on at once.
func TestGiveWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		took   time.Duration
		served int64
		want   time.Duration
	}{
		{"nobody is served", 3 * time.Second, ownCalls, 0},
		{"people are served", 3 * time.Second, ownCalls + 1, 3 * time.Second},
		{"too short to be felt", shortChunk - 1, 1000, 0},
		{"never for long", time.Minute, 1000, longestWay},
	} {
		require.Equal(t, c.want, giveWay(c.took, c.served), c.name)
	}
}

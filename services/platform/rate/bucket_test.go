package rate_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/platform/rate"
)

var start = time.Unix(1_700_000_000, 0)

func TestBucket(t *testing.T) {
	t.Parallel()
	var b rate.Bucket
	for range 60 {
		ok, _, _ := b.Take(start, 60)
		require.True(t, ok)
	}
	ok, wait, reset := b.Take(start, 60)
	require.False(t, ok)
	require.Equal(t, time.Second, wait)
	require.Equal(t, time.Minute, reset)
	ok, _, _ = b.Take(start.Add(wait-1), 60)
	require.False(t, ok, "a moment too early")
	ok, _, _ = b.Take(start.Add(wait), 60)
	require.True(t, ok, "when it said")
	ok, _, _ = b.Take(start.Add(wait), 60)
	require.False(t, ok, "one call a second")
}

// However calls come, no stretch of time has more than a bucket and what flowed
// in meanwhile, and whoever waits as told gets through.
func TestBucketNeverGivesMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int32Range(1, 1_000_000).Draw(t, "limit")
		var b rate.Bucket
		now := start
		took := 0
		for range rapid.IntRange(1, 400).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Second)).Draw(t, "gap")))
			ok, wait, _ := b.Take(now, limit)
			if !ok {
				now = now.Add(wait)
				ok, _, _ = b.Take(now, limit)
				require.True(t, ok)
			}
			took++
			each := time.Minute / time.Duration(limit)
			require.LessOrEqual(t, took, int(limit)+int(now.Sub(start)/each))
		}
	})
}

func TestBucketAtOnce(t *testing.T) {
	t.Parallel()
	var b rate.Bucket
	var took atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				if ok, _, _ := b.Take(start, 1000); ok {
					took.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1000, took.Load())
}

func TestBucketAllocatesNothing(t *testing.T) {
	var b rate.Bucket
	require.Zero(t, testing.AllocsPerRun(100, func() { b.Take(start, 6000) }))
}

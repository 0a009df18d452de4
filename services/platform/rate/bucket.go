// Package rate bounds how often something may be done, without locks: one number
// is what a bucket keeps.
package rate

import (
	"sync/atomic"
	"time"
)

// Bucket holds a minute's worth of calls and fills evenly. The zero value is
// full. It is kept as the moment when it would be full again (GCRA), so that a
// call costs one compare-and-swap and nothing runs in the background.
type Bucket struct{ full atomic.Int64 }

// Take takes one call out of a bucket of perMinute. When it is empty, nothing is
// taken and wait says when the next call is free; reset is when all of them are.
func (b *Bucket) Take(now time.Time, perMinute int32) (ok bool, wait, reset time.Duration) {
	at, each := now.UnixNano(), int64(time.Minute)/int64(perMinute)
	whole := each * int64(perMinute) // a little less than a minute where it does not divide evenly
	for {
		old := b.full.Load()
		full := max(old, at) + each
		if over := full - at - whole; over > 0 {
			return false, time.Duration(over), time.Duration(old - at)
		}
		if b.full.CompareAndSwap(old, full) {
			return true, 0, time.Duration(full - at)
		}
	}
}

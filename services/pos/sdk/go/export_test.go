package changke

import (
	"context"
	"time"
)

// WithClock waits by somebody else's hands: tests pass no time.
func WithClock(now func() time.Time, sleep func(ctx context.Context, d time.Duration) error, random func(most time.Duration) time.Duration) Option {
	return func(o *config) { o.now, o.sleep, o.random = now, sleep, random }
}

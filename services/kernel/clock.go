package kernel

import "time"

// Clock tells the time. Only the edges hold one; everything inside takes the
// moment as a parameter, so that a replay can walk a year through the very use
// cases that run in production.
type Clock interface{ Now() time.Time }

// ClockFunc lets a function be a Clock.
type ClockFunc func() time.Time

// Now calls the function.
func (f ClockFunc) Now() time.Time { return f() }

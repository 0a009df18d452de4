// Package memory says how much of it a process may take.
package memory

import (
	"os"
	"runtime/debug"
)

const (
	// growth lets the heap grow to five times of what lives before it is cleaned: a
	// server holds little and throws much away, and each cleaning takes processors
	// from those who wait for an answer.
	growth = 400
	// most is from where on it is cleaned sooner instead, in bytes.
	most = 384 << 20
)

// Use trades memory for time, unless GOGC and GOMEMLIMIT say otherwise.
func Use() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(most)
	}
}

// Package process says how much of a machine a process takes.
package process

import (
	"os"
	"runtime"
	"runtime/debug"
)

const (
	// growth lets the heap grow to five times of what lives before it is cleaned: a
	// server holds little and throws much away, and each cleaning takes processors
	// from those who wait for an answer.
	growth = 400
	// most is from where on it is cleaned sooner instead, in bytes.
	most = 384 << 20
	// threads is how many may run Go for each processor. What computes, a run's chunk
	// or a password's hash, keeps its place for 10 ms before Go lets another have it;
	// among more threads than processors the kernel lets whoever wakes go first. While
	// a million files' month is closed on two processors, of a hundred requests the
	// slowest waits 10 ms then instead of 25, and the close takes no longer.
	threads = 2
)

// processors is how many this process may use: the machine's, or less in a container.
var processors = runtime.GOMAXPROCS(0)

// Use trades memory for time and lets who waits go before what computes, unless
// GOGC, GOMEMLIMIT and GOMAXPROCS say otherwise. Called again it changes nothing more.
func Use() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(most)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(threads * processors)
	}
}

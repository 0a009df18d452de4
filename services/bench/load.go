package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// What other programs and the machine's other guests may take before a round
// is thrown away.
const (
	mostOther  = 0.08 // of all processors
	mostStolen = 0.05
)

// load is processor time since the machine's start, in ticks.
type load struct {
	known               bool
	total, busy, stolen uint64
	ours                uint64 // this process and all that it started
}

// watchLoad begins to watch. Without Linux's /proc nothing is known, and no
// round counts as disturbed.
func watchLoad() load {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return load{}
	}
	first, _, _ := strings.Cut(string(text), "\n")
	var l load
	// cpu user nice system idle iowait irq softirq steal …
	for i, f := range strings.Fields(first)[1:] {
		n, _ := strconv.ParseUint(f, 10, 64)
		if i > 7 {
			break // guests' time is in user's
		}
		l.total += n
		switch i {
		case 3, 4:
		case 7:
			l.stolen += n
		default:
			l.busy += n
		}
	}
	l.ours, l.known = ours(), true
	return l
}

// disturbed says in words that others worked meanwhile; "" when they did not.
func (l load) disturbed() string {
	now := watchLoad()
	total := float64(now.total - l.total)
	if !l.known || !now.known || total == 0 {
		return ""
	}
	other := (float64(now.busy-l.busy) - float64(now.ours) + float64(l.ours)) / total
	stolen := float64(now.stolen-l.stolen) / total
	if other < mostOther && stolen < mostStolen {
		return ""
	}
	average, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("other programs took %.0f %%, the host %.0f %% of the processors (load %s)",
		100*other, 100*stolen, strings.Join(strings.Fields(string(average))[:1], ""))
}

// ours is the time that this process and its descendants have used, those that
// have ended too.
func ours() (ticks uint64) {
	parents, used := map[int]int{}, map[int]uint64{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // ended meanwhile
		}
		// pid (name) state ppid … utime stime cutime cstime are the 14th to 17th.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		parents[pid], _ = strconv.Atoi(fields[1])
		for _, f := range fields[11:15] {
			n, _ := strconv.ParseUint(f, 10, 64)
			used[pid] += n
		}
	}
	for pid := range used {
		for p := pid; p > 1; p = parents[p] {
			if p == os.Getpid() {
				ticks += used[pid]
				break
			}
		}
	}
	return ticks
}

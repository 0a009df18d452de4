package pg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// recover stops what an earlier process left running on the cluster, and removes its stale files. It needs the lock:
// whoever holds that knows that nobody living wants these processes. A left-over postmaster gets a fast shutdown (its
// data is written out); server processes without a postmaster, which would keep the next one from starting, and one
// that does not end, are ended at once, which the write-ahead log repairs.
func (h *home) recover(ctx context.Context, log *slog.Logger) error {
	first := true
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, time.Minute}, {syscall.SIGQUIT, 10 * time.Second}, {syscall.SIGKILL, 10 * time.Second}} {
		pids := processesIn(h.data(), h.pidFile())
		if len(pids) == 0 {
			break
		}
		if first {
			log.Warn("stopping a PostgreSQL that was left running", "directory", h.data(), "processes", pids)
			first = false
		}
		targets := pids
		if step.signal == syscall.SIGINT {
			if !slices.Contains(pids, h.pidFile()) {
				continue // no postmaster: the others would not pass the request on
			}
			targets = []int{h.pidFile()}
		}
		for _, pid := range targets {
			_ = syscall.Kill(pid, step.signal)
		}
		if err := h.waitGone(ctx, step.wait); err != nil {
			return err
		}
	}
	if pids := processesIn(h.data(), h.pidFile()); len(pids) > 0 {
		return fmt.Errorf("PostgreSQL processes %v of %s cannot be stopped: end them by hand", pids, h.data())
	}
	// A stale file may name a process id that is another program's by now, which PostgreSQL takes for a running server.
	if err := os.Remove(h.data() + "/postmaster.pid"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// waitGone returns when no process is left or the time is over; ending of another's child cannot be waited for, so it
// is looked up.
func (h *home) waitGone(ctx context.Context, limit time.Duration) error {
	over := time.After(limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for len(processesIn(h.data(), h.pidFile())) > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
			return nil
		case <-tick.C:
		}
	}
	return nil
}

// pidFile is the postmaster's id in postmaster.pid, 0 when there is none.
func (h *home) pidFile() int {
	text, _ := os.ReadFile(h.data() + "/postmaster.pid")
	line, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(line))
	return pid
}

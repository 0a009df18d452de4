package watch

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
)

// kept is how many changes of a chain a process remembers: who was away for more
// reads everything again.
const kept = 256

// Hub is what a process has heard lately, by chain, and who waits for more. A
// reader has a place in it and no queue of its own, so that a slow one costs
// nothing and stops nobody: when he comes too late he is told to read all.
type Hub struct {
	epoch string // of this process: another one's places mean nothing here
	log   *slog.Logger

	mu     sync.Mutex
	rooms  map[kernel.TenantID]*room
	closed chan struct{}
}

// room is one chain's part.
type room struct {
	next   uint64 // number of the change to come; the first is 1
	oldest uint64 // number of changes[0]
	lately []Change
	wake   chan struct{} // closed with the next change
}

// NewHub makes a hub; it hears nothing until Run.
func NewHub(log *slog.Logger) *Hub {
	return &Hub{epoch: strings.ToLower(rand.Text()[:12]), log: log, rooms: map[kernel.TenantID]*room{}, closed: make(chan struct{})}
}

// Run listens until ctx ends, which ends every stream. When the connection breaks
// it is made anew, and since nobody knows what was said meanwhile, everybody is
// told to read all.
func (h *Hub) Run(ctx context.Context, pool *db.Pool) {
	defer close(h.closed)
	for wait := time.Second; ctx.Err() == nil; wait = min(2*wait, 15*time.Second) {
		err := pool.Listen(ctx, channel, func() {
			wait = time.Second
			h.gap()
		}, func(payload string) {
			tenant, c, err := read(payload)
			if err != nil {
				h.log.WarnContext(ctx, "what was told could not be read", "error", err.Error())
				return
			}
			h.Tell(tenant, c)
		})
		if ctx.Err() != nil {
			return
		}
		h.log.WarnContext(ctx, "listening for changes broke off, trying again", "error", fmt.Sprintf("%T", err))
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// Tell passes a change on to the readers of this process.
func (h *Hub) Tell(tenant kernel.TenantID, c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.room(tenant)
	if len(r.lately) == kept {
		copy(r.lately, r.lately[1:])
		r.lately[kept-1] = c
		r.oldest++
	} else {
		r.lately = append(r.lately, c)
	}
	r.next++
	r.call()
}

// gap says that changes may have been missed, to everybody.
func (h *Hub) gap() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.rooms {
		r.next++
		r.oldest, r.lately = r.next, nil
		r.call()
	}
}

// call wakes whoever waits.
func (r *room) call() {
	close(r.wake)
	r.wake = make(chan struct{})
}

// room needs the lock.
func (h *Hub) room(tenant kernel.TenantID) *room {
	r, ok := h.rooms[tenant]
	if !ok {
		r = &room{next: 1, oldest: 1, wake: make(chan struct{})}
		h.rooms[tenant] = r
	}
	return r
}

// Reader is a place in a chain's changes. It is used by one goroutine.
type Reader struct {
	hub    *Hub
	tenant kernel.TenantID
	next   uint64 // number of the first change not yet read; 0: unknown, all must be read
}

// Reader begins behind what an earlier one's token names; empty: now. A token of
// another process, or one from too long ago, means that all must be read.
func (h *Hub) Reader(tenant kernel.TenantID, token string) *Reader {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := &Reader{hub: h, tenant: tenant, next: h.room(tenant).next}
	if token == "" {
		return r
	}
	r.next = 0
	if epoch, place, ok := strings.Cut(token, "."); ok && epoch == h.epoch {
		if n, err := strconv.ParseUint(place, 10, 64); err == nil && n <= h.room(tenant).next {
			r.next = n
		}
	}
	return r
}

// Token names the reader's place.
func (r *Reader) Token() string { return fmt.Sprintf("%s.%d", r.hub.epoch, r.next) }

// Read gives what has come since the last time, each once; lost says that there
// was more than is known.
func (r *Reader) Read() (changes []Change, lost bool) {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	room := r.hub.room(r.tenant)
	if lost = r.next < room.oldest; !lost {
		seen := map[Change]bool{}
		for _, c := range room.lately[r.next-room.oldest:] {
			if !seen[c] {
				seen[c] = true
				changes = append(changes, c)
			}
		}
	}
	r.next = room.next
	return changes, lost
}

// More is closed when there is something to read.
func (r *Reader) More() <-chan struct{} {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	room := r.hub.room(r.tenant)
	if r.next != room.next {
		ready := make(chan struct{})
		close(ready)
		return ready
	}
	return room.wake
}

package handoverapp_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/testdb"
)

// TestCollisions plays every pair of acts that may meet on one guest, in both orders:
// the first is stopped before one of its statements, the second acts until it is done
// or waits for the first, which then goes on. So for each of the first's statements.
// Whatever came of it is what one of them after the other would have made of it, or one
// between two transactions of the other, or one of them alone where the other was told so;
// and what must always hold, holds.
// With SOAK: before every statement, also the reads beforehand, and all pairs of a
// scene.
func TestCollisions(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, sc)
			for i, a := range sc.acts {
				if i >= sc.about && !long {
					break
				}
				for j, b := range sc.acts[i:] {
					if a.meets(b) {
						h.pair(t, a, b)
					}
					if a.meets(b) && j > 0 {
						h.pair(t, b, a)
					}
					h.settle(t)
				}
			}
			t.Logf("%d plays", h.plays)
		})
	}
}

// TestGoneMeanwhile: whoever breaks a case off sends its files to the giver as he stands
// when it is done. Who has left since it was looked at gets nothing back: head office is
// asked (HND-05).
func TestGoneMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t, scene{set: set(requested, checked)})
	for _, a := range []act{withdraws, refuses} {
		c, p := h.guest(t), newPlayer(a.name, 0)
		c.starts(a, p)
		<-p.there
		require.Equal(t, "begin", p.before)
		require.True(t, told(gone.do(t.Context(), c)))
		close(p.on)
		c.ends(p)
		require.NoError(t, p.err)
		require.Equal(t, "desk "+a.name, c.state(c.slip))
	}
}

// house is where the plays of a scene are given.
type house struct {
	*world
	stage  *stage
	of     scene
	chains int
	plays  int
	serial map[string]string // what acts come to that are not stopped

	// What two acts came to where one, which is several transactions, stood between two of
	// them; and what they came to that is not one after the other.
	between []string
	doubts  []doubt
}

// doubt is a play that must have come to what another did in which one act stood between
// two transactions.
type doubt struct {
	what, got string
	want      []string
	check     func()
}

// settle says which plays of a pair came to what they must not.
func (h *house) settle(t *testing.T) {
	t.Helper()
	for _, d := range h.doubts {
		if slices.Contains(h.between, d.got) {
			continue
		}
		t.Errorf("%s is neither one after the other", d.what)
		d.check()
		for _, w := range append(d.want, h.between...) {
			t.Logf("here only:\n%s\nthere only:\n%s", without(d.got, w), without(w, d.got))
		}
	}
	h.between, h.doubts = nil, nil
}

func newHouse(t *testing.T, of scene) *house {
	t.Helper()
	d, s, ctx := testdb.New(t), newStage(), t.Context()
	super := d.Super(t)
	// Who waits for each other is told so at once.
	_, err := super.Exec(ctx, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 20', current_database()); END $$")
	require.NoError(t, err)
	pool, err := db.Open(ctx, d.AppURL, db.Options{Tracer: s})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	h := &house{world: worldOn(t, d, pool), stage: s, of: of, serial: map[string]string{}}
	h.watch()
	return h
}

// act is something that somebody does to the guest of a scene.
type act struct {
	name string
	run  ownership.Kind // a step of the chain of runs; empty: do
	do   func(ctx context.Context, c *guestOf) error
}

// pair plays one act before each statement of another.
func (h *house) pair(t *testing.T, a, b act) {
	t.Helper()
	for stop := 0; h.play(t, a, b, stop); stop++ {
	}
}

// telling are the statements before which an act is stopped: where it begins to write,
// and before each write that others could meet, or wait for. What it read before them
// is old by then.
var telling = regexp.MustCompile(`^(begin|commit)$|FOR UPDATE|(INTO|UPDATE|DELETE FROM) (tie|offer|appeal|correction|decision|guest|file_revision|handover|leaving)\b`)

// meets reports whether two acts can meet: of the runs of a chain one follows another.
func (a act) meets(b act) bool { return a.run == "" || b.run == "" }

// play reports whether the first act has that many statements.
func (h *house) play(t *testing.T, a, b act, stop int) bool {
	t.Helper()
	c := h.guest(t)
	first, second := newPlayer(a.name, stop), newPlayer(b.name, -1)
	c.starts(a, first)
	select {
	case <-first.there:
	case <-first.done:
		return false
	}
	h.plays++
	c.starts(b, second)
	c.untilHeld(second)
	close(first.on)
	c.ends(first)
	c.ends(second)
	what := fmt.Sprintf("%s, stopped before %q, and %s", a.name, first.before, b.name)
	for _, p := range []*player{first, second} {
		require.True(t, told(p.err), "%s: %s: %v", what, p.name, p.err)
	}
	got, want := c.outcome(), []string{h.after(t, a, b), h.after(t, b, a)}
	if first.err != nil {
		want = append(want, h.after(t, b))
	}
	if second.err != nil {
		want = append(want, h.after(t, a))
	}
	check := func() { c.check(named{t, what}) }
	switch {
	case slices.Contains(want, got):
	case strings.HasPrefix(first.before, "-- name: LockChunk "): // with nothing done in its transaction yet
		check()
		h.between = append(h.between, got)
	default:
		h.doubts = append(h.doubts, doubt{fmt.Sprintf("%s (%v; %v)", what, first.err, second.err), got, want, check})
	}
	return true
}

// after is what acts come to one after the other.
func (h *house) after(t *testing.T, acts ...act) string {
	t.Helper()
	key := ""
	for _, a := range acts {
		key += a.name + "; "
	}
	if out, ok := h.serial[key]; ok {
		return out
	}
	c := h.guest(t)
	for _, a := range acts {
		p := newPlayer(a.name, -1)
		c.starts(a, p)
		c.ends(p)
		require.True(t, told(p.err), "%s of %s: %v", a.name, key, p.err)
	}
	c.check(named{t, key})
	h.serial[key] = c.outcome()
	return h.serial[key]
}

// told reports whether somebody was told no. Nobody is ended by the database so that
// another may go on: ties are held first, then offers, then files.
func told(err error) bool {
	var no *fault.Fault
	return err == nil || errors.As(err, &no)
}

// starts lets somebody act.
func (c *guestOf) starts(a act, p *player) {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	do := a.do
	if a.run == "" {
		ctx = context.WithValue(ctx, playerKey{}, p)
	} else {
		c.stage.begins(c.id.String(), p)
		do = func(ctx context.Context, c *guestOf) error { return c.ownership.CatchUp(ctx, c.id) }
		c.due(a.run)
	}
	go func() {
		defer stop()
		p.err = do(ctx, c)
		close(p.done)
	}()
}

// untilHeld waits until an act is over or waits for another.
func (c *guestOf) untilHeld(p *player) {
	for len(p.gaveUp) == 0 {
		select {
		case <-p.done:
			return
		case <-time.After(time.Millisecond): // then look again
		}
		if c.texts("SELECT (cardinality(pg_blocking_pids($1)) > 0)::text", int32(p.session.Load()))[0] == "true" {
			return
		}
	}
}

// ends waits until an act is over. A run that gave way is tried again at once.
func (c *guestOf) ends(p *player) {
	for {
		select {
		case <-p.done:
			return
		case <-p.gaveUp:
			c.hurries(p)
		}
	}
}

// hurries lets the queue try again what failed, as soon as it knows.
func (c *guestOf) hurries(p *player) {
	for again := ""; again == ""; {
		select {
		case <-p.done:
			return
		case <-time.After(time.Millisecond): // then look again
		}
		again = c.texts(`WITH again AS (UPDATE river.river_job SET scheduled_at = now(), state = 'available' WHERE state IN ('available', 'retryable') AND scheduled_at > now() RETURNING queue)
			SELECT coalesce(string_agg(pg_notify('river.river_insert', json_build_object('queue', queue)::text)::text, ''), '-') FROM again HAVING count(*) > 0 UNION ALL SELECT '' LIMIT 1`)[0]
	}
}

// without are the lines of one text that another lacks.
func without(a, b string) string {
	there := strings.Split(b, "\n")
	out := []string{}
	for _, line := range strings.Split(a, "\n") {
		if i := slices.Index(there, line); i >= 0 {
			there = slices.Delete(there, i, i+1)
		} else {
			out = append(out, "\t"+line)
		}
	}
	return strings.Join(out, "\n")
}

// named says in which play something failed.
type named struct {
	*testing.T
	what string
}

func (n named) Errorf(format string, args ...any) {
	n.Helper()
	n.T.Errorf(n.what+": "+format, args...)
}

// FailNow lets the other plays go on.
func (n named) FailNow() { n.Fail() }

// long reports whether every play is asked for.
var long = os.Getenv("SOAK") != ""

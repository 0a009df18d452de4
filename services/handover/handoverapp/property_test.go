package handoverapp_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
)

// plays are enough: each walks some thirty days through the chain of runs.
const plays = 15

// TestNobodyTwiceNobodyLost plays random interleavings of handovers, offers, days
// and people who leave, some of them at the same moment and some broken off in the
// middle as a killed process would be. After each the database says of every file: one
// owner at most, tie and list row agree, what is in handover is somebody's, and what is
// nobody's was released by a decision of a rule, never by a handover.
func TestNobodyTwiceNobodyLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		if n++; n > plays {
			return
		}
		w.at("2026-03-02")
		c := w.chain(fmt.Sprintf("any%d", n))
		files := append(c.files("2025-12-05", 2), c.files("2026-02-20", 2)...)
		day := date(r, "2026-03-02")
		c.catchUp(day.String())
		p := &play{chain: c, files: files, day: day}
		for range rapid.IntRange(3, 10).Draw(r, "acts") {
			p.act(r)
			p.check(r)
		}
		// Whatever happened: once the days of every clock are over nothing is in handover.
		c.catchUp((p.day + 20).String())
		p.day += 20
		p.check(r)
		require.Equal(r, []string{"0"}, c.texts("SELECT count(*)::text FROM tie WHERE tenant_id = $1 AND hold_id IS NOT NULL AND end_on IS NULL", c.id))
	})
}

// play is one run of the property.
type play struct {
	*chain
	files []kernel.FileID
	cases []kernel.UUID
	day   kernel.BusinessDate
}

// allowed are answers that say no; anything else that is not nil is a failure.
func allowed(r *rapid.T, err error) {
	var f *fault.Fault
	if err != nil && !errors.As(err, &f) && !errors.Is(err, errKilled) {
		require.NoError(r, err)
	}
}

var errKilled = errors.New("killed")

// act does something at random, or two things at once.
func (p *play) act(r *rapid.T) {
	kinds := []string{"begin", "check", "accept", "refuse", "confirm", "send", "withdraw", "day", "week", "leave", "claim", "killed", "at once"}
	switch kind := rapid.SampledFrom(kinds).Draw(r, "act"); kind {
	case "day", "week":
		p.day += map[string]kernel.BusinessDate{"day": 1, "week": 7}[kind]
		p.catchUp(p.day.String())
	case "leave":
		p.leaves(rapid.SampledFrom([]kernel.PersonID{p.giver, p.receiver}).Draw(r, "who"), p.day.String())
	case "killed": // everything of the step is done, but the process dies before it commits
		p.killed(r)
	case "at once":
		one, other := p.one(r), p.one(r)
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, do := range []func() error{one, other} {
			both.Go(func() { errs[i] = do() })
		}
		both.Wait()
		allowed(r, errs[0])
		allowed(r, errs[1])
		p.learn()
	default:
		allowed(r, p.step(r, kind)())
		p.learn()
	}
}

// learn reads which cases there are.
func (p *play) learn() {
	p.cases = p.cases[:0]
	for _, s := range p.texts("SELECT handover_id::text FROM handover WHERE tenant_id = $1 ORDER BY no", p.id) {
		id, err := kernel.ParseID[kernel.UUID](s)
		require.NoError(p.t, err)
		p.cases = append(p.cases, id)
	}
}

func (p *play) one(r *rapid.T) func() error {
	return p.step(r, rapid.SampledFrom([]string{"begin", "check", "accept", "refuse", "confirm", "send", "withdraw", "claim"}).Draw(r, "at once"))
}

// step prepares one thing to do.
func (p *play) step(r *rapid.T, kind string) func() error {
	ctx, now := context.Background(), p.clock.Now()
	if kind == "begin" {
		in := p.ask(func(q *handover.Request) {
			q.Receiver = rapid.SampledFrom([]kernel.PersonID{p.receiver, p.third}).Draw(r, "receiver")
			q.Kind, q.All = handover.OtherPost, false
			q.Files = rapid.SliceOfNDistinct(rapid.SampledFrom(p.files), 1, 4, rapid.ID[kernel.FileID]).Draw(r, "files")
			if rapid.IntRange(0, 3).Draw(r, "custody") == 0 {
				until := p.day + kernel.BusinessDate(rapid.IntRange(1, 10).Draw(r, "until"))
				q.Kind, q.Until = handover.Custody, &until
			}
		})
		return func() error {
			_, err := p.app.Request(ctx, p.grant(p.manager, kernel.ReachWhere), now, in)
			return err
		}
	}
	if kind == "claim" { // somebody takes a public guest on, as an offer that was approved does
		file := rapid.SampledFrom(p.files).Draw(r, "claimed")
		return func() error {
			return p.pool.InTenant(ctx, p.id, func(tx pgx.Tx) error {
				return p.ownership.TieTx(ctx, tx, p.id, file, p.store, p.third, p.day, "claim", nil, now)
			})
		}
	}
	if len(p.cases) == 0 {
		return func() error { return nil }
	}
	id := rapid.SampledFrom(p.cases).Draw(r, "case")
	receiver := func() kernel.Grant {
		v, err := p.app.Get(ctx, p.office(), now, id)
		require.NoError(p.t, err)
		return p.own(v.Receiver)
	}
	yes := rapid.IntRange(0, 4).Draw(r, "yes") > 0
	return map[string]func() error{
		"check":   func() error { _, err := p.app.Check(ctx, p.office(), now, id, yes, "席", "不对"); return err },
		"accept":  func() error { _, err := p.app.Answer(ctx, receiver(), now, id, true, ""); return err },
		"refuse":  func() error { _, err := p.app.Answer(ctx, receiver(), now, id, false, "不要"); return err },
		"confirm": func() error { _, err := p.app.Confirm(ctx, p.office(), now, id, yes, "不对"); return err },
		"send":    func() error { _, err := p.app.Send(ctx, p.office(), now, id); return err },
		"withdraw": func() error {
			_, err := p.app.Withdraw(ctx, p.grant(p.manager, kernel.ReachWhere), now, id, "撤回")
			return err
		},
	}[kind]
}

// killed holds, passes on or lets go in a transaction that never commits.
func (p *play) killed(r *rapid.T) {
	ctx, now := context.Background(), p.clock.Now()
	before := p.picture()
	err := p.pool.InTenant(ctx, p.id, func(tx pgx.Tx) error {
		id := kernel.NewID[kernel.UUID](now)
		held, err := p.ownership.HoldTx(ctx, tx, p.id, ownership.Holding{ID: id, Store: p.store, Giver: p.giver, Position: rep, On: p.day}, now)
		if err != nil {
			return err
		}
		require.NotEmpty(r, held)
		if _, err := p.ownership.PassTx(ctx, tx, p.id, ownership.Passing{ID: id, Case: id, No: 99, Store: p.store, From: p.giver, To: p.third, On: p.day}, now); err != nil {
			return err
		}
		return errKilled
	})
	allowed(r, err)
	require.Equal(r, before, p.picture())
}

// picture is whose every file is, by ties, holds and list rows.
func (p *play) picture() []string {
	return p.texts(`SELECT g.file_id || ' ' || coalesce(g.owner_id::text, '') || ' ' || coalesce(t.referrer_id::text, '') || ' ' || coalesce(t.hold_id::text, '') FROM guest g
		LEFT JOIN tie t ON t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.end_on IS NULL WHERE g.tenant_id = $1 ORDER BY 1`, p.id)
}

// check says what must hold at every moment.
func (p *play) check(r *rapid.T) {
	for _, f := range p.files {
		owner := p.owner(f) // one at most; tie and list row agree
		released := p.texts("SELECT d.rule FROM tie t JOIN decision d USING (tenant_id, decision_id) WHERE t.tenant_id = $1 AND t.file_id = $2 ORDER BY t.end_on DESC, t.created_at DESC LIMIT 1", p.id, f)
		if owner.IsZero() {
			require.NotEmpty(r, released, "nobody's without a decision")
			require.Contains(r, []string{"LIF-03", "LIF-04", "LIF-05"}, released[0], "only a rule releases")
		}
	}
	require.Empty(r, p.texts(`SELECT t.file_id::text FROM tie t JOIN guest g USING (tenant_id, file_id) WHERE t.tenant_id = $1 AND t.hold_id IS NOT NULL AND t.end_on IS NULL AND g.owner_id IS NULL`, p.id), "in handover and nobody's")
	require.Empty(r, p.texts(`SELECT h.file_id::text FROM tie_hold h LEFT JOIN handover c ON c.tenant_id = h.tenant_id AND c.handover_id = h.hold_id
		WHERE h.tenant_id = $1 AND h.to_on IS NULL AND (c.handover_id IS NULL OR c.state NOT IN ('requested', 'checked', 'accepted', 'desk'))`, p.id), "held by no case that is under way")
	require.Empty(r, p.texts(`SELECT a.file_id::text FROM tie a JOIN tie b ON a.tenant_id = b.tenant_id AND a.file_id = b.file_id AND a.tie_id < b.tie_id
		WHERE a.tenant_id = $1 AND daterange(greatest(a.start_on, a.resumed_on), a.end_on) && daterange(greatest(b.start_on, b.resumed_on), b.end_on)`, p.id), "two owners on one day")
	numbers := p.texts("SELECT no::text FROM handover WHERE tenant_id = $1 ORDER BY no", p.id)
	for i, no := range numbers {
		require.Equal(r, fmt.Sprint(i+1), no, "numbers have no gaps")
	}
}

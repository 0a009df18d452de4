package handoverapp_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// plays are enough: each walks some months through the chain of runs. With SOAK: all
// that rapid asks for.
const plays = 3

// TestNobodyTwiceNobodyLost plays random interleavings of everything that moves
// guests: handovers, single transfers, custody, claims, assignments, adoptions,
// appeals, visits by others, people who leave, days and month closes, and the store's
// merging into another or closing; one after the other, at the same moment, and with
// the connections of the whole process cut in the middle. After each the database says
// of every file, over all of its history: never two owners on a day, and nobody's only
// where a decision made him so.
func TestNobodyTwiceNobodyLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.watch()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		if n++; n > plays && os.Getenv("SOAK") == "" {
			return
		}
		w.at("2026-03-02")
		w.pool.River().Reset() // of the last play's connections some may be cut
		p := newPlay(r, w.chain(fmt.Sprintf("any%d", n)), rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), rapid.Uint64().Draw(r, "more of it"))))
		for range p.between(12, 40) {
			p.act(r)
			p.check(r)
		}
		// Whatever happened: once the days of every clock are over nothing is in handover.
		p.day += 40
		p.days(r)
		p.rested(r)
	})
	t.Log(w.reached())
}

// play is one run of the property.
type play struct {
	*chain
	first, other kernel.StoreID
	files        []kernel.FileID
	cases        []kernel.UUID
	day          kernel.BusinessDate
	rooms        map[kernel.StoreID]*kernel.UUID // one of each store
	// dice chooses, from a seed that rapid draws: each choice is as likely as the next,
	// where rapid's own prefer the first, and what moves at once shrinks to nothing.
	dice *rand.Rand
}

func (p *play) between(least, most int) int { return least + p.dice.IntN(most-least+1) }

func one[T any](p *play, of ...T) T { return of[p.dice.IntN(len(of))] }

func shuffled[T any](p *play, of []T) []T {
	out := slices.Clone(of)
	p.dice.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func newPlay(r *rapid.T, c *chain, dice *rand.Rand) *play {
	p := &play{chain: c, dice: dice, first: c.store, other: c.second("S02", "高新店"), day: date(r, "2026-03-02")}
	p.rooms = map[kernel.StoreID]*kernel.UUID{p.first: new(c.room(p.first, "牡丹厅", 12)), p.other: new(c.room(p.other, "牡丹厅", 8))}
	p.files = append(c.files("2025-12-05", 2), c.files("2026-02-20", 3)...)
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, 'r', $3, false, $4, '2020-01-01', $5)`, c.id, c.manager, rep, []kernel.StoreID{p.other}, c.clock.Now())
	p.days(r)
	return p
}

// allowed are answers that say no, and those of a connection that was cut; anything
// else that is not nil is a failure.
func allowed(r *rapid.T, err error) {
	var no *fault.Fault
	var pg *pgconn.PgError
	switch {
	case err == nil, errors.As(err, &no), errors.As(err, &pg) && (pg.Code == "57P01" || pg.Code == "40P01"), pgconn.SafeToRetry(err):
	default:
		require.Regexp(r, "unexpected EOF|closed|reset|broken pipe|conn", err.Error())
	}
}

// steps are what people do.
var steps = []string{
	"begin", "begin", "begin", "begin", "carry on", "carry on", "carry on", "carry on", "carry on", "carry on", "carry on", "carry on", "check", "accept", "refuse", "confirm", "send", "withdraw", "claim", "assign", "take on", "decline", "approve", "contest", "take back", "grant", "correct",
	"visit", "regular", "book", "plan", "approve plan", "withdraw plan", "close leaving",
}

// acts are what happens, by how often.
var acts = []string{"day", "day", "day", "week", "month", "leave", "at once", "at once", "run at once", "cut", "step", "step", "step", "step", "step", "step", "step", "step"}

// act does something at random: lets days pass, or one or several people act, at the
// same moment or while the process loses the database.
func (p *play) act(r *rapid.T) {
	kind := one(p, acts...)
	r.Logf("%s %s", p.day, kind)
	switch kind {
	case "day", "week", "month":
		p.day += map[string]kernel.BusinessDate{"day": 1, "week": 7, "month": 31}[kind]
		p.days(r)
	case "leave": // not each time, lest nobody be left
		if p.between(0, 2) > 0 {
			break
		}
		p.leaves(one(p, p.giver, p.receiver), p.day.String())
	case "run at once", "cut": // cut: as a killed process would leave it: some of it done, some not
		p.day += kernel.BusinessDate(one(p, 0, 1, 3, 31))
		p.at(p.day.String())
		do := append(p.some(r, p.between(1, 4)), func() error {
			ctx, stop := context.WithTimeout(context.Background(), time.Minute)
			defer stop()
			return p.ownership.CatchUp(ctx, p.id)
		})
		if kind == "cut" {
			do = append(do, p.cuts(p.between(1, 12)))
		}
		p.together(r, do)
		p.days(r)
	case "at once":
		p.together(r, p.some(r, p.between(2, 5)))
	default:
		p.together(r, p.some(r, 1))
	}
	p.learn()
}

// days lets everything that is due be done, by whichever connections are left.
func (p *play) days(r *rapid.T) {
	p.at(p.day.String())
	var err error
	for range 5 {
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		err = p.ownership.CatchUp(ctx, p.id)
		stop()
		if err == nil {
			return
		}
		allowed(r, err)
	}
	require.NoError(r, err)
}

// cut ends every connection that the application has to the database.
func (p *play) cut() error {
	conn, err := pgx.Connect(context.Background(), p.super.Config().ConnString())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(context.Background(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user")
	return err
}

// cuts does so some times, one after the other: sooner or later in what goes on beside.
func (p *play) cuts(n int) func() error {
	return func() error {
		for range n {
			if err := p.cut(); err != nil {
				return err
			}
		}
		return nil
	}
}

func (p *play) some(r *rapid.T, n int) (out []func() error) {
	for range n {
		kind := one(p, steps...)
		r.Log("  " + kind)
		out = append(out, p.step(kind))
	}
	return out
}

// together does things at the same moment.
func (p *play) together(r *rapid.T, do []func() error) {
	var all sync.WaitGroup
	errs := make([]error, len(do))
	for i, one := range do {
		all.Go(func() { errs[i] = one() })
	}
	all.Wait()
	for _, err := range errs {
		allowed(r, err)
	}
}

// learn reads which cases there are, and in which store people are by now.
func (p *play) learn() {
	p.cases = p.ids("SELECT handover_id::text FROM handover WHERE tenant_id = $1 ORDER BY no", p.id)
	if len(p.ids("SELECT move_id::text FROM store_move WHERE tenant_id = $1 AND state IN ('moving', 'done')", p.id)) > 0 {
		p.store = p.other
	}
}

func (c *chain) ids(sql string, args ...any) (out []kernel.UUID) {
	for _, s := range c.texts(sql, args...) {
		id, err := kernel.ParseID[kernel.UUID](s)
		require.NoError(c.t, err)
		out = append(out, id)
	}
	return out
}

// step prepares one thing that somebody does.
func (p *play) step(kind string) func() error {
	ctx, now, file := context.Background(), p.clock.Now(), one(p, p.files...)
	who := one(p, p.giver, p.receiver, p.third, p.manager)
	yes := p.between(0, 4) > 0
	head, second := p.office(), p.grant(p.hqTo, kernel.ReachWhere)
	done := func(_ any, err error) error { return err }
	switch kind {
	case "begin":
		in := p.request()
		return func() error { return done(p.app.Request(ctx, p.grant(p.manager, kernel.ReachWhere), now, in)) }
	case "claim":
		file = p.public(file)
		return func() error { return done(p.ownership.Claim(ctx, p.grant(who, kernel.ReachWhere), now, file)) }
	case "assign":
		file = p.public(file)
		return func() error { return done(p.ownership.Assign(ctx, p.grant(p.hq, kernel.ReachWhere), now, file, who)) }
	case "take on":
		return p.each("SELECT offer_id::text || person_id FROM offer WHERE tenant_id = $1 AND state = 'pending'", func(offer kernel.UUID, person kernel.PersonID) error {
			return done(p.ownership.Confirm(ctx, p.own(person).Actor(), now, offer))
		})
	case "decline":
		return p.each("SELECT offer_id::text || person_id FROM offer WHERE tenant_id = $1 AND state IN ('pending', 'confirmed') ORDER BY offer_id LIMIT 1", func(offer kernel.UUID, person kernel.PersonID) error {
			return done(p.ownership.Decline(ctx, p.own(person).Actor(), now, offer))
		})
	case "approve":
		return p.each("SELECT file_id::text || person_id FROM offer WHERE tenant_id = $1 AND state = 'confirmed'", func(file kernel.UUID, _ kernel.PersonID) error {
			return p.approve(ctx, kernel.FileID(file), now)
		})
	case "contest":
		return p.each("SELECT decision_id::text || from_id FROM decision WHERE tenant_id = $1 AND to_id IS NULL AND from_id IS NOT NULL", func(decision kernel.UUID, person kernel.PersonID) error {
			return done(p.ownership.Raise(ctx, p.grant(person, kernel.ReachWhere), now, decision, "客人当天来过", nil))
		})
	case "grant":
		return p.each("SELECT appeal_id::text || person_id FROM appeal WHERE tenant_id = $1 AND state = 'open'", func(appeal kernel.UUID, _ kernel.PersonID) error {
			return p.ownership.DecideAppeal(ctx, head, now, appeal, yes, "核实过")
		})
	case "take back":
		return p.each("SELECT appeal_id::text || person_id FROM appeal WHERE tenant_id = $1 AND state = 'open'", func(appeal kernel.UUID, person kernel.PersonID) error {
			return p.ownership.Withdraw(ctx, p.grant(person, kernel.ReachWhere), now, appeal)
		})
	case "correct":
		settle := p.ownership.ConfirmCorrection
		if !yes {
			settle = p.ownership.DismissCorrection
		}
		return p.each("SELECT correction_id::text || file_id FROM correction WHERE tenant_id = $1 AND state = 'proposed'", func(correction kernel.UUID, _ kernel.PersonID) error {
			return done(settle(ctx, head, correction, "核实过"))
		})
	case "close leaving":
		return func() error { return done(p.staff.CloseLeaving(ctx, head, who)) }
	case "regular": // comes often enough to be adopted
		file = p.public(file)
		return func() error {
			for ago := range kernel.BusinessDate(3) {
				if err := p.visited(ctx, file, who, p.day-ago, now); err != nil {
					return err
				}
			}
			return nil
		}
	case "visit":
		days := p.between(0, 20)
		return func() error { return p.visited(ctx, file, who, p.day-kernel.BusinessDate(days), now) }
	case "book":
		in := visitapp.NewBooking{
			Store: p.store, Request: kernel.NewID[kernel.UUID](now), Number: "+8613900000001", GuestName: "陆建国", Date: p.day + kernel.BusinessDate(p.between(0, 9)), Meal: tenant.Dinner,
			Kind: visit.Room, Resource: p.rooms[p.store], Guests: int32(p.between(1, 12)),
		}
		return func() error { return done(p.visits.CreateBooking(ctx, p.grant(who, kernel.ReachWhere), in, now)) }
	case "plan":
		m := handover.Move{Kind: handover.MergeStores, Store: p.first, To: p.other, On: p.day + kernel.BusinessDate(p.between(1, 5)), Reason: "租约到期"}
		if p.between(0, 1) == 0 {
			m.Kind = handover.CloseStore
			for _, x := range []kernel.PersonID{p.giver, p.receiver, p.third} {
				m.Lines = append(m.Lines, handover.MoveLine{Referrer: x, To: p.other, Receiver: one(p, x, p.manager)})
			}
		}
		approved := p.between(0, 3) > 0 // at once, else by a later step
		return func() error {
			planned, err := p.app.PlanMove(ctx, head, now, m)
			if err != nil || !approved {
				return err
			}
			return done(p.app.ApproveMove(ctx, second, now, planned.ID))
		}
	case "approve plan", "withdraw plan":
		do := map[string]func(context.Context, kernel.Grant, time.Time, kernel.UUID) (handover.Move, error){"approve plan": p.app.ApproveMove, "withdraw plan": p.app.WithdrawMove}[kind]
		return func() error {
			for _, id := range p.moves() {
				if err := done(do(ctx, second, now, id)); err != nil {
					return err
				}
			}
			return nil
		}
	}
	if len(p.cases) == 0 {
		return func() error { return nil }
	}
	id := one(p, p.cases...)
	if kind == "carry on" {
		var open bool
		if id, kind, open = p.nextStep(); !open {
			return func() error { return nil }
		}
	}
	receiver := p.own(p.people("SELECT receiver_id::text FROM handover WHERE tenant_id = $1 AND handover_id = $2", p.id, id)[0])
	return map[string]func() error{
		"check":   func() error { return done(p.app.Check(ctx, head, now, id, yes, "席", "不对")) },
		"accept":  func() error { return done(p.app.Answer(ctx, receiver, now, id, true, "")) },
		"refuse":  func() error { return done(p.app.Answer(ctx, receiver, now, id, false, "不要")) },
		"confirm": func() error { return done(p.app.Confirm(ctx, head, now, id, yes, "不对")) },
		"send":    func() error { return done(p.app.Send(ctx, head, now, id)) },
		"withdraw": func() error {
			return done(p.app.Withdraw(ctx, p.grant(p.manager, kernel.ReachWhere), now, id, "撤回"))
		},
	}[kind]
}

// public is one of those who are nobody's; a file, if there is none.
func (p *play) public(file kernel.FileID) kernel.FileID {
	free := p.ids("SELECT file_id::text FROM guest WHERE tenant_id = $1 AND owner_id IS NULL ORDER BY file_id", p.id)
	if len(free) == 0 || p.between(0, 3) == 0 {
		return file
	}
	return kernel.FileID(one(p, free...))
}

// nextStep is what a case that goes on waits for.
func (p *play) nextStep() (id kernel.UUID, kind string, open bool) {
	cases := p.ids("SELECT handover_id::text FROM handover WHERE tenant_id = $1 AND state IN ('requested', 'checked', 'accepted', 'confirmed') ORDER BY no", p.id)
	if len(cases) == 0 {
		return id, "", false
	}
	id = one(p, cases...)
	state := p.texts("SELECT state FROM handover WHERE tenant_id = $1 AND handover_id = $2", p.id, id)[0]
	return id, map[string]string{"requested": "check", "checked": "accept", "accepted": "confirm", "confirmed": "send"}[state], true
}

// request is some of somebody's guests, one, or all, to somebody, or in custody.
func (p *play) request() handover.Request {
	return p.ask(func(q *handover.Request) {
		people := shuffled(p, []kernel.PersonID{p.giver, p.receiver, p.third})
		q.Giver, q.Receiver = people[0], people[1]
		q.Kind, q.All = handover.OtherPost, p.between(0, 3) == 0
		q.Files = shuffled(p, p.files)[:p.between(1, 4)]
		var his []kernel.FileID
		for _, id := range p.ids("SELECT file_id::text FROM tie WHERE tenant_id = $1 AND referrer_id = $2 AND end_on IS NULL", p.id, q.Giver) {
			if slices.Contains(q.Files, kernel.FileID(id)) {
				his = append(his, kernel.FileID(id))
			}
		}
		if len(his) > 0 {
			q.Files = his
		}
		if p.between(0, 2) == 0 {
			until := p.day + kernel.BusinessDate(p.between(1, 10))
			q.Kind, q.Until = handover.Custody, &until
		}
	})
}

// each prepares to do something with every row of a query: an id and a person, side
// by side. The rows are those of now.
func (p *play) each(sql string, do func(kernel.UUID, kernel.PersonID) error) func() error {
	rows := p.texts(sql, p.id)
	return func() error {
		for _, row := range rows {
			id, err := kernel.ParseID[kernel.UUID](row[:36])
			if err != nil {
				return err
			}
			person, err := kernel.ParseID[kernel.PersonID](row[36:])
			if err != nil {
				return err
			}
			if err := do(id, person); err != nil {
				return err
			}
		}
		return nil
	}
}

func (p *play) people(sql string, args ...any) (out []kernel.PersonID) {
	for _, id := range p.ids(sql, args...) {
		out = append(out, kernel.PersonID(id))
	}
	return out
}

func (p *play) moves() []kernel.UUID {
	var out []kernel.UUID
	_ = p.pool.InTenant(context.Background(), p.id, func(tx pgx.Tx) error {
		rows, err := tx.Query(context.Background(), "SELECT move_id FROM store_move WHERE state IN ('planned', 'approved')")
		if err == nil {
			out, err = pgx.CollectRows(rows, pgx.RowTo[kernel.UUID])
		}
		return err
	})
	return out
}

// approve is the review of a file that was submitted after an adoption, claim or
// assignment: the tie begins with it.
func (p *play) approve(ctx context.Context, file kernel.FileID, now time.Time) error {
	begin, err := p.ownership.BeginTie(ctx, p.id, p.day)
	if err != nil {
		return err
	}
	return p.pool.InTenant(ctx, p.id, func(tx pgx.Tx) error {
		if err := begin(ctx, tx, file, now); err != nil {
			return err
		}
		for _, sql := range []string{
			"UPDATE file_revision SET state = 'approved', decided_at = $2 WHERE file_id = $1 AND state <> 'approved'",
			"UPDATE guest SET state = 'approved', editor_id = NULL WHERE file_id = $1 AND $2::timestamptz IS NOT NULL",
		} {
			if _, err := tx.Exec(ctx, sql, file, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// visited is a dinner of a file's guest on a day, credited to whoever took the booking.
func (c *chain) visited(ctx context.Context, file kernel.FileID, by kernel.PersonID, day kernel.BusinessDate, now time.Time) error {
	minute := int32(60)
	return c.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
		var number []byte
		var store kernel.StoreID
		if err := tx.QueryRow(ctx, "SELECT number_key, store_id FROM guest WHERE file_id = $1", file).Scan(&number, &store); err != nil {
			return err
		}
		return c.visits.PutBookingsTx(ctx, tx, c.id, []visit.ImportedBooking{{
			Store: store, Ref: fmt.Sprintf("B%s%d", file, day), Number: visit.NumberKey(number), Booker: by, Date: day, Meal: tenant.Dinner, Kind: visit.Hall, State: visit.Finished, SeatedMinute: &minute, Noticed: true,
		}}, now)
	})
}

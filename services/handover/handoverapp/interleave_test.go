package handoverapp_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		if n++; n > plays && os.Getenv("SOAK") == "" {
			return
		}
		w.at("2026-03-02")
		p := newPlay(r, w.chain(fmt.Sprintf("any%d", n)))
		for range rapid.IntRange(8, 24).Draw(r, "acts") {
			p.act(r)
			p.check(r)
		}
		// Whatever happened: once the days of every clock are over nothing is in handover.
		p.day += 40
		p.days(r)
		p.check(r)
		require.Equal(r, []string{"0"}, p.texts("SELECT count(*)::text FROM tie WHERE tenant_id = $1 AND hold_id IS NOT NULL AND end_on IS NULL", p.id))
	})
}

// play is one run of the property.
type play struct {
	*chain
	first, other kernel.StoreID
	files        []kernel.FileID
	cases        []kernel.UUID
	day          kernel.BusinessDate
}

func newPlay(r *rapid.T, c *chain) *play {
	p := &play{chain: c, first: c.store, other: c.second("S02", "高新店"), day: date(r, "2026-03-02")}
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
var steps = []string{"begin", "check", "accept", "refuse", "confirm", "send", "withdraw", "claim", "assign", "take on", "approve", "contest", "grant", "visit", "plan", "plan", "plan", "approve plan", "withdraw plan"}

// act does something at random: lets days pass, or one or several people act, at the
// same moment or while the process loses the database.
func (p *play) act(r *rapid.T) {
	switch kind := rapid.SampledFrom([]string{"day", "week", "month", "leave", "at once", "cut", "step", "step", "step", "step", "step"}).Draw(r, "act"); kind {
	case "day", "week", "month":
		p.day += map[string]kernel.BusinessDate{"day": 1, "week": 7, "month": 31}[kind]
		p.days(r)
	case "leave":
		p.leaves(rapid.SampledFrom([]kernel.PersonID{p.giver, p.receiver}).Draw(r, "who"), p.day.String())
	case "cut": // as a killed process would leave it: some of it done, some not
		p.day += kernel.BusinessDate(rapid.IntRange(0, 3).Draw(r, "days"))
		p.at(p.day.String())
		p.together(r, append(p.some(r, 2), func() error {
			ctx, stop := context.WithTimeout(context.Background(), time.Minute)
			defer stop()
			return p.ownership.CatchUp(ctx, p.id)
		}, p.cut, p.cut))
		p.days(r)
	case "at once":
		p.together(r, p.some(r, rapid.IntRange(2, 5).Draw(r, "many")))
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

func (p *play) some(r *rapid.T, n int) (out []func() error) {
	for range n {
		out = append(out, p.step(r, rapid.SampledFrom(steps).Draw(r, "step")))
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

func (p *play) ids(sql string, args ...any) (out []kernel.UUID) {
	for _, s := range p.texts(sql, args...) {
		id, err := kernel.ParseID[kernel.UUID](s)
		require.NoError(p.t, err)
		out = append(out, id)
	}
	return out
}

// step prepares one thing that somebody does.
func (p *play) step(r *rapid.T, kind string) func() error {
	ctx, now, file := context.Background(), p.clock.Now(), rapid.SampledFrom(p.files).Draw(r, "file")
	who := rapid.SampledFrom([]kernel.PersonID{p.giver, p.receiver, p.third, p.manager}).Draw(r, "who")
	yes := rapid.IntRange(0, 4).Draw(r, "yes") > 0
	head, second := p.office(), p.grant(p.hqTo, kernel.ReachWhere)
	done := func(_ any, err error) error { return err }
	switch kind {
	case "begin":
		in := p.request(r)
		return func() error { return done(p.app.Request(ctx, p.grant(p.manager, kernel.ReachWhere), now, in)) }
	case "claim":
		return func() error { return done(p.ownership.Claim(ctx, p.grant(who, kernel.ReachWhere), now, file)) }
	case "assign":
		return func() error { return done(p.ownership.Assign(ctx, p.grant(p.hq, kernel.ReachWhere), now, file, who)) }
	case "take on":
		return p.each("SELECT offer_id::text || person_id FROM offer WHERE tenant_id = $1 AND state = 'pending'", func(offer kernel.UUID, person kernel.PersonID) error {
			return done(p.ownership.Confirm(ctx, p.own(person).Actor(), now, offer))
		})
	case "approve":
		return func() error { return p.approve(ctx, file, now) }
	case "contest":
		return p.each("SELECT decision_id::text || from_id FROM decision WHERE tenant_id = $1 AND to_id IS NULL AND from_id IS NOT NULL", func(decision kernel.UUID, person kernel.PersonID) error {
			return done(p.ownership.Raise(ctx, p.grant(person, kernel.ReachWhere), now, decision, "客人当天来过", nil))
		})
	case "grant":
		return p.each("SELECT appeal_id::text || person_id FROM appeal WHERE tenant_id = $1 AND state = 'open'", func(appeal kernel.UUID, _ kernel.PersonID) error {
			return p.ownership.DecideAppeal(ctx, head, now, appeal, yes, "核实过")
		})
	case "visit":
		days := rapid.IntRange(0, 20).Draw(r, "ago")
		return func() error { return p.visited(ctx, file, who, p.day-kernel.BusinessDate(days), now) }
	case "plan":
		m := handover.Move{Kind: handover.MergeStores, Store: p.first, To: p.other, On: p.day + kernel.BusinessDate(rapid.IntRange(1, 5).Draw(r, "in")), Reason: "租约到期"}
		if rapid.Bool().Draw(r, "closes") {
			m.Kind = handover.CloseStore
			for _, x := range []kernel.PersonID{p.giver, p.receiver, p.third} {
				m.Lines = append(m.Lines, handover.MoveLine{Referrer: x, To: p.other, Receiver: rapid.SampledFrom([]kernel.PersonID{x, p.manager}).Draw(r, "goes to")})
			}
		}
		approved := rapid.IntRange(0, 3).Draw(r, "approved") > 0 // at once, else by a later step
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
	id := rapid.SampledFrom(p.cases).Draw(r, "case")
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

// request is some of the giver's guests, one, or all, to somebody, or in custody.
func (p *play) request(r *rapid.T) handover.Request {
	return p.ask(func(q *handover.Request) {
		q.Receiver = rapid.SampledFrom([]kernel.PersonID{p.receiver, p.third}).Draw(r, "receiver")
		q.Kind, q.All = handover.OtherPost, false
		q.Files = rapid.SliceOfNDistinct(rapid.SampledFrom(p.files), 1, 4, rapid.ID[kernel.FileID]).Draw(r, "files")
		if rapid.IntRange(0, 2).Draw(r, "custody") == 0 {
			until := p.day + kernel.BusinessDate(rapid.IntRange(1, 10).Draw(r, "until"))
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
func (p *play) visited(ctx context.Context, file kernel.FileID, by kernel.PersonID, day kernel.BusinessDate, now time.Time) error {
	minute := int32(60)
	return p.pool.InTenant(ctx, p.id, func(tx pgx.Tx) error {
		var number []byte
		var store kernel.StoreID
		if err := tx.QueryRow(ctx, "SELECT number_key, store_id FROM guest WHERE file_id = $1", file).Scan(&number, &store); err != nil {
			return err
		}
		return p.visits.PutBookingsTx(ctx, tx, p.id, []visit.ImportedBooking{{
			Store: store, Ref: fmt.Sprintf("B%s%d", file, day), Number: visit.NumberKey(number), Booker: by, Date: day, Meal: tenant.Dinner, Kind: visit.Hall, State: visit.Finished, SeatedMinute: &minute, Noticed: true,
		}}, now)
	})
}

// always is what no row of the chain may be, whatever happened, over all history.
var always = map[string]string{
	"two owners on one day": `SELECT a.file_id::text FROM tie a JOIN tie b ON a.tenant_id = b.tenant_id AND a.file_id = b.file_id AND a.tie_id < b.tie_id
		WHERE a.tenant_id = $1 AND daterange(greatest(a.start_on, a.resumed_on), a.end_on) && daterange(greatest(b.start_on, b.resumed_on), b.end_on)`,
	"nobody's, and no decision made him so": `SELECT x.file_id::text FROM (
			SELECT t.*, lead(greatest(start_on, resumed_on)) OVER (PARTITION BY file_id ORDER BY greatest(start_on, resumed_on), end_on NULLS LAST, created_at, tie_id) AS next FROM tie t WHERE t.tenant_id = $1) x
		LEFT JOIN decision d ON d.tenant_id = x.tenant_id AND d.decision_id = x.decision_id
		WHERE x.end_on IS NOT NULL AND (x.next IS NULL OR x.next > x.end_on) AND (d.decision_id IS NULL OR d.to_id IS NOT NULL OR d.rule NOT IN ('LIF-03', 'LIF-04', 'LIF-05', 'RUL-09'))`,
	"nobody's from its first day on": `SELECT g.file_id::text FROM guest g WHERE g.tenant_id = $1 AND g.approved_on IS NOT NULL
		AND NOT EXISTS (SELECT FROM tie t WHERE t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.start_on = g.approved_on)`,
	"list row and tie differ": `SELECT g.file_id::text FROM guest g LEFT JOIN tie t ON t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.end_on IS NULL
		WHERE g.tenant_id = $1 AND (g.owner_id IS DISTINCT FROM t.referrer_id OR t.store_id <> g.store_id)`,
	"in another store than its number": `SELECT g.file_id::text FROM guest g JOIN file_number n ON n.tenant_id = g.tenant_id AND n.file_id = g.file_id
		JOIN guest_visits v ON v.tenant_id = g.tenant_id AND v.file_id = g.file_id WHERE g.tenant_id = $1 AND (n.store_id <> g.store_id OR v.store_id <> g.store_id)`,
	"held by nothing that is under way": `SELECT h.file_id::text FROM tie_hold h
		LEFT JOIN handover c ON c.tenant_id = h.tenant_id AND c.handover_id = h.hold_id AND c.state IN ('requested', 'checked', 'accepted', 'desk')
		LEFT JOIN store_move m ON m.tenant_id = h.tenant_id AND m.move_id = h.hold_id AND m.state = 'moving'
		WHERE h.tenant_id = $1 AND h.to_on IS NULL AND c.handover_id IS NULL AND m.move_id IS NULL`,
	"a hold and its tie differ": `SELECT t.tie_id::text FROM tie t FULL JOIN (SELECT * FROM tie_hold WHERE to_on IS NULL) h ON h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id
		WHERE coalesce(t.tenant_id, h.tenant_id) = $1 AND (t.end_on IS NULL AND t.hold_id IS DISTINCT FROM h.hold_id OR t.end_on IS NOT NULL AND h.tie_id IS NOT NULL)`,
	"two ways to somebody at once": `SELECT file_id::text FROM offer WHERE tenant_id = $1 AND state IN ('pending', 'confirmed') GROUP BY file_id HAVING count(*) > 1`,
	"an appeal decided twice":      `SELECT appeal_id::text FROM appeal WHERE tenant_id = $1 GROUP BY appeal_id HAVING count(*) > 1`,
	"numbers with gaps":            `SELECT max(no)::text FROM handover WHERE tenant_id = $1 HAVING max(no) <> count(*)`,
	"people and guests in two stores": `SELECT m.move_id::text FROM store_move m WHERE m.tenant_id = $1 AND m.state = 'done'
		AND EXISTS (SELECT FROM guest g WHERE g.tenant_id = m.tenant_id AND g.store_id = m.store_id)`,
}

// check says what must hold at every moment.
func (p *play) check(r *rapid.T) {
	for _, what := range slices.Sorted(maps.Keys(always)) {
		require.Empty(r, p.texts(always[what], p.id), what)
	}
}

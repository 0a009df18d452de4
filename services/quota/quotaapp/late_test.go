package quotaapp_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// lateScores are the runs of three months, each at noon of its day.
var lateScores = []string{"2025-07-01", "2025-07-05", "2025-08-03", "2025-08-05", "2025-09-01", "2025-09-05"}

// learned is a fact of the property, and when it was learned.
type learned struct {
	at     time.Time
	kind   string
	day    kernel.BusinessDate
	n, who int
	what   visit.Kind
	state  visit.State
	noted  bool
}

// TestLateIsTimely is RUL-03 for scores: whatever is learned and when, runs that are
// made after everything is known give what they give in time, to the byte; and what
// was learned after a month was final, of visits, bookings, posts and leaves, is exactly
// what its corrections say (QTA-04).
func TestLateIsTimely(t *testing.T) {
	t.Parallel()
	w, n := newWorld(t), 0
	w.app.LateFiles = 2 // of six, so that runs work them in several transactions
	rapid.Check(t, func(r *rapid.T) {
		if n++; n > 12 && os.Getenv("SOAK") == "" {
			return
		}
		facts := rapid.SliceOfN(rapid.Custom(aFact), 5, 40).Draw(r, "facts")
		slices.SortStableFunc(facts, func(a, b learned) int { return a.at.Compare(b.at) })
		play := func(name string, timely bool, only func(learned) bool) *lateChain {
			w.at("2025-05-01")
			c := newLateChain(w.chain(fmt.Sprint(name, n)))
			runs := lateScores
			for _, f := range facts {
				for timely && len(runs) > 0 && noon(runs[0]).Before(f.at) {
					c.score(runs[0])
					runs = runs[1:]
				}
				if only(f) {
					c.learn(f)
				}
			}
			w.at("2025-10-20")
			for _, day := range runs {
				if timely {
					c.score(day)
				} else {
					c.scoreAt(day, noon(day))
				}
			}
			return c
		}
		all := func(learned) bool { return true }
		timely, late := play("timely", true, all), play("late", false, all)
		for _, m := range []string{"2025-06", "2025-07", "2025-08"} {
			require.Equal(r, timely.lines(m), late.lines(m), m)
		}
		require.Equal(r, timely.corrections(), late.corrections())

		last := noon(lateScores[len(lateScores)-1])
		known := play("known", false, func(f learned) bool { return !f.at.After(last) })
		known.exec("DELETE FROM score_correction WHERE tenant_id = $1", known.id)
		known.exec("DELETE FROM score WHERE tenant_id = $1", known.id)
		known.scoreAt("2025-07-05", last) // June as it stands when August becomes final
		require.Equal(r, known.stands("2025-06"), timely.stands("2025-06"))
		require.Empty(r, w.texts("SELECT file_id::text FROM score_late_file UNION ALL SELECT person_id::text FROM score_late"), "nothing is kept of runs that are done")
	})
}

// approvedOn is the first approval of a guest: of the last one later than of the others.
func approvedOn(guest int) kernel.BusinessDate {
	if guest == 5 {
		return date("2025-06-15")
	}
	return date("2025-05-20")
}

func noon(day string) time.Time { return date(day).At(12*time.Hour, tenant.Shanghai) }

// aFact is anything that bears on a score, of a day of the three months, learned on any
// day from then on.
func aFact(r *rapid.T) learned {
	day := date("2025-05-25") + kernel.BusinessDate(rapid.IntRange(0, 100).Draw(r, "day"))
	f := learned{
		day: day, kind: rapid.SampledFrom([]string{"booking", "booking", "booking", "bill", "void", "post", "leave", "back", "merge", "unmerge"}).Draw(r, "kind"),
		n: rapid.IntRange(0, 5).Draw(r, "which"), who: rapid.IntRange(0, 3).Draw(r, "who"),
		state: rapid.SampledFrom([]visit.State{visit.Finished, visit.Finished, visit.Cancelled}).Draw(r, "state"), noted: rapid.IntRange(0, 4).Draw(r, "noticed") > 0,
	}
	f.what = []visit.Kind{visit.Hall, visit.Room, visit.Banquet}[f.n%3]
	f.at = day.At(13*time.Hour, tenant.Shanghai).AddDate(0, 0, rapid.IntRange(0, 60).Draw(r, "learned after"))
	return f
}

// lateChain is a chain with four people and six guests whose visits come from facts.
type lateChain struct {
	*chain
	people []kernel.PersonID
	guests []guest
	bills  map[string]int32
	merged []customer.NumberMerge // newest last
}

func newLateChain(c *chain) *lateChain {
	l := &lateChain{chain: c, bills: map[string]int32{}}
	for i := range 4 { // the last has no score until a post of his is learned of
		l.people = append(l.people, c.person(fmt.Sprint("E", i), 0, []string{"客服代表", "楼面主管", "后厨店总", "前台"}[i], "2020-01-01"))
	}
	for i := range 6 {
		l.guests = append(l.guests, l.known(0, l.people[i%3], approvedOn(i)))
	}
	return l
}

// known enters a guest whose visits come from facts.
func (l *lateChain) known(store int, owner kernel.PersonID, approved kernel.BusinessDate) guest {
	l.t.Helper()
	g := l.guest(store, owner, approved.String())
	l.exec("DELETE FROM guest_number WHERE tenant_id = $1 AND file_id = $2", l.id, g.file)
	l.in(func(tx pgx.Tx) error {
		return l.visits.ApproveNumbersTx(context.Background(), tx, l.id, []customer.ApprovedNumber{{Store: g.store, NumberKey: g.key, File: g.file, ApprovedOn: approved}}, l.now)
	})
	return g
}

func (l *lateChain) in(do func(pgx.Tx) error) {
	l.t.Helper()
	require.NoError(l.t, l.pool.InTenant(context.Background(), l.id, do))
}

// learn enters a fact at its moment. One of the same booking or bill changes it.
func (l *lateChain) learn(f learned) {
	l.t.Helper()
	l.now = f.at
	g, p := l.guests[f.n], l.people[f.who]
	number := visit.NumberKey(g.key)
	switch f.kind {
	case "booking":
		l.in(func(tx pgx.Tx) error {
			return l.visits.PutBookingsTx(context.Background(), tx, l.id, []visit.ImportedBooking{{
				Store: g.store, Ref: fmt.Sprint("R", f.n, f.day%7), Number: number, Booker: p, Date: f.day, Meal: tenant.Dinner, Kind: f.what, State: f.state, SeatedMinute: new(int32(900)), Noticed: f.noted,
			}}, f.at)
		})
	case "bill", "void":
		b := visit.Bill{BillKey: visit.BillKey{Store: g.store, Source: "pos", No: fmt.Sprint(f.n, f.day%7)}, Number: number, Date: f.day, Meal: tenant.Dinner, ClosedAt: f.at, Amount: 100, Status: visit.Paid}
		if f.kind == "void" {
			b.Status = visit.Voided
		}
		l.bills[b.No]++
		b.Revision = l.bills[b.No]
		_, err := l.visits.RecordBill(context.Background(), l.id, b, f.at)
		require.NoError(l.t, err)
	case "post": // from a day that may be long over
		l.exec("UPDATE assignment SET to_on = greatest(from_on, $3::date), ended_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND to_on IS NULL", l.id, p, f.day.String(), l.now)
		l.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
			VALUES ($1, $2, $3, 'r', $4, false, ARRAY[$5::uuid], $6::date, $7)`, l.id, kernel.NewID[kernel.UUID](l.now), p, []string{"客服代表", "督察", "前台"}[f.n%3], g.store, f.day.String(), l.now)
	case "leave":
		l.exec("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, kind, recorded_by, recorded_at) VALUES ($1, gen_random_uuid(), $2, $3::date, 'sick', $2, $4)", l.id, p, f.day.String(), l.now)
	case "merge": // with the next guest, unless one of them has been
		m := customer.NumberMerge{ID: kernel.NewID[kernel.UUID](l.now), Survivor: g.file, Merged: l.guests[(f.n+1)%6].file, SurvivorOn: approvedOn(f.n), MergedOn: approvedOn((f.n + 1) % 6)}
		for _, o := range l.merged {
			if o.Merged == m.Survivor || o.Merged == m.Merged || o.Survivor == m.Merged {
				return
			}
		}
		l.merged = append(l.merged, m)
		l.in(func(tx pgx.Tx) error {
			_, err := l.visits.MergeNumbersTx(context.Background(), tx, l.id, m, f.at)
			return err
		})
	case "unmerge": // the newest
		if n := len(l.merged); n > 0 {
			m := l.merged[n-1]
			l.merged = l.merged[:n-1]
			l.in(func(tx pgx.Tx) error { return l.visits.UnmergeNumbersTx(context.Background(), tx, l.id, m, f.at) })
		}
	case "back":
		l.exec("UPDATE absence SET to_on = greatest(from_on, $3::date), ended_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND to_on IS NULL", l.id, p, f.day.String(), l.now)
	}
}

// stands is what a month's scores say with their corrections, by person and item: counted
// and to be reached. No score says nothing.
func (l *lateChain) stands(m string) []string {
	l.t.Helper()
	return l.texts(`SELECT concat_ws(' ', p.staff_no, item, n, target) FROM (
			SELECT person_id, item, CASE WHEN c.month IS NULL THEN s.n ELSE c.after END AS n, CASE WHEN c.month IS NULL THEN s.target ELSE c.target_after END AS target
			FROM (SELECT person_id, i.* FROM score s CROSS JOIN LATERAL (VALUES ('customers', customers, customers_target), ('visits', visits, visits_target),
				('rooms', rooms, rooms_target), ('banquets', banquets, banquets_target)) i (item, n, target) WHERE tenant_id = $1 AND month = ($2 || '-01')::date) s
			FULL JOIN (SELECT DISTINCT ON (person_id, item) * FROM score_correction WHERE tenant_id = $1 AND of_month = ($2 || '-01')::date ORDER BY person_id, item, month DESC) c
			USING (person_id, item)) x
		JOIN person p USING (person_id) WHERE p.tenant_id = $1 AND (n > 0 OR target IS NOT NULL) ORDER BY 1`, l.id, m)
}

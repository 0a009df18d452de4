package ownershipapp_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// days are some of a month.
func days(t testing.TB, month string, of ...int) (out []kernel.BusinessDate) {
	for _, d := range of {
		out = append(out, date(t, fmt.Sprintf("%s-%02d", month, d)))
	}
	return out
}

// TestMonthByHand plays what a month's close makes of guests, from month to month.
func TestMonthByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("month", 1)
	owner, li, zhao := c.people[0], c.people[1], c.people[2]
	mine, shared, tied := c.file(0, "2025-01-01"), c.file(0, "2025-01-01"), c.file(0, "2025-01-01")
	c.received(mine, owner, visit.Finished, days(t, "2025-01", 5, 6)...)
	c.received(mine, li, visit.Finished, days(t, "2025-01", 7)...) // a third of his visits
	for _, g := range []guest{shared, tied} {
		c.received(g, li, visit.Finished, days(t, "2025-01", 7, 31)...)
		c.received(g, owner, visit.Finished, days(t, "2025-01", 8)...)
	}
	c.received(shared, li, visit.Finished, days(t, "2025-02", 1, 2)...)
	c.received(tied, li, visit.Finished, days(t, "2025-02", 1, 28)...)
	c.received(tied, zhao, visit.Finished, days(t, "2025-02", 3, 4)...)
	c.received(tied, zhao, visit.Finished, days(t, "2025-03", 3, 4)...)
	c.received(tied, owner, visit.NoShow, days(t, "2025-03", 5, 6, 7)...) // no visits

	w.catchUp(c, "2025-02-01")
	require.True(t, c.owned(mine))
	require.False(t, c.owned(shared))
	require.Equal(t, []string{`2025-02-01 LIF-04 {"month": "2025-01", "others": 2, "visits": 3}`}, c.decisions(shared))
	w.catchUp(c, "2025-03-01")
	require.Equal(t, []string{`2025-03-01 LIF-07 {"count": 2, "month": "2025-02"}`}, c.decisions(shared)[1:])
	both := []kernel.PersonID{li, zhao}
	slices.SortFunc(both, kernel.PersonID.Compare)
	require.Equal(t, []string{fmt.Sprintf(`2025-03-01 LIF-07-TIE {"count": 2, "month": "2025-02", "receivers": ["%s", "%s"]}`, both[0], both[1])}, c.decisions(tied)[1:])
	require.False(t, c.owned(shared), "public until he is approved")
	w.catchUp(c, "2025-04-01")
	require.Equal(t, []string{`2025-04-01 LIF-07 {"count": 2, "month": "2025-03"}`}, c.decisions(tied)[2:], "the tie is broken a month later")
	require.Equal(t, []string{"2025-03-08 LIF-14"}, c.texts(`SELECT effective_on || ' ' || rule FROM decision WHERE file_id = $1 AND rule = 'LIF-14'`, shared.file))

	// Who loses two guests on a day is told once, with the other in number.
	require.Equal(t, []string{"guest_lost 2025-02-01 1"}, c.texts(`SELECT kind || ' ' || on_date || ' ' || more FROM inbox WHERE person_id = $1 AND kind = 'guest_lost'`, owner))
	require.Equal(t, []string{"guest_offered 2025-03-01 0", "offer_lapsed 2025-03-08 0"}, c.texts(`SELECT kind || ' ' || on_date || ' ' || more FROM inbox WHERE person_id = $1 AND on_date < '2025-04-01' ORDER BY on_date`, li))
	words, err := c.app.Words(t.Context(), c.id, []kernel.UUID{kernelID(t, c.texts(`SELECT decision_id::text FROM inbox WHERE kind = 'guest_offered' AND person_id = $1`, li)[0])})
	require.NoError(t, err)
	for _, said := range words {
		require.Equal(t, "2月由李国接待2次，为最多（至少2次）：2月1日晚市、2月2日晚市，待其确认。", said.ZH)
	}
	told, err := c.app.Explain(t.Context(), c.grantOf(zhao, kernel.ReachWhere), shared.file, w.clock.Now())
	require.NoError(t, err)
	require.Equal(t, "1月来3次，2次不由王五接待（1月7日晚市、1月31日晚市），达50%，2月1日转公共。", told.Decisions[len(told.Decisions)-1].Sentence.ZH)
}

func kernelID(t testing.TB, s string) kernel.UUID {
	id, err := kernel.ParseID[kernel.UUID](s)
	require.NoError(t, err)
	return id
}

// TestAwayByHand: a referrer who moves away, and one who leaves.
func TestAwayByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("away", 2)
	here, there := c.file(0, "2025-01-01"), c.file(1, "2025-01-01")
	c.exec(`UPDATE assignment SET to_on = '2025-02-10' WHERE tenant_id = $1 AND person_id = $2`, c.id, c.people[0])
	c.holds(c.people[0], post, c.stores[1:], "2025-02-10", "")           // moves to the second store
	c.holds(c.people[0], "前台", c.stores[:1], "2025-02-10", "2025-03-01") // and helps out at the desk of the first
	w.catchUp(c, "2025-02-16")
	require.True(t, c.owned(here))
	w.catchUp(c, "2025-02-17")
	require.False(t, c.owned(here))
	require.True(t, c.owned(there))
	require.Equal(t, []string{`2025-02-17 LIF-05 {"since": "2025-02-10"}`}, c.decisions(here))
}

// TestThreeMonthsMissed: three month ends are closed in order, each on the state
// at its end; the days to confirm begin when they were caught up.
func TestThreeMonthsMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("missed", 1)
	li, zhao := c.people[1], c.people[2]
	g := c.file(0, "2025-01-01")
	c.received(g, li, visit.Finished, days(t, "2025-01", 7)...)
	c.received(g, li, visit.Finished, days(t, "2025-02", 7, 8)...)
	c.received(g, zhao, visit.Finished, days(t, "2025-03", 7, 8)...)
	w.catchUp(c, "2025-01-20")
	w.catchUp(c, "2025-04-05")
	require.Equal(t, []string{
		`2025-02-01 LIF-04 {"month": "2025-01", "others": 1, "visits": 1}`,
		`2025-03-01 LIF-07 {"count": 2, "month": "2025-02"}`,
		`2025-04-01 LIF-07 {"count": 2, "month": "2025-03"}`,
	}, c.decisions(g))
	require.Equal(t, []string{"gave_way 2025-04-05 2025-04-12", "pending 2025-04-05 2025-04-12"}, c.texts(`SELECT state || ' ' || offered_on || ' ' || lapses_on FROM offer WHERE file_id = $1 ORDER BY 1`, g.file))
	require.Equal(t, []string{zhao.String()}, c.texts(`SELECT person_id::text FROM offer WHERE file_id = $1 AND state = 'pending'`, g.file))
}

// TestMonthNarrowingDropsNobody closes random months in chunks of three files:
// what the runs decide is what the pure rules say of every single file, as the
// facts were known at the cut-off.
func TestMonthNarrowingDropsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(_ *world, d *ownershipapp.Deps) {
		d.ChunkSize, d.MonthChunk, d.Kinds = 3, 3, []ownership.Kind{ownership.KindAdoption, ownership.KindShare, ownership.KindAway, ownership.KindWakeUp}
	}).work()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		month := kernel.Month(2024*12 + rapid.IntRange(0, 15).Draw(r, "month"))
		day := (month + 1).First()
		cutOff := day.At(5*time.Hour, shanghai)
		w.clock.set(cutOff.Add(-time.Hour))
		c := w.chain(fmt.Sprintf("close%d", n), 1)
		store := c.stores[0]
		worked := map[kernel.PersonID][]ownership.Period{}
		w.exec("DELETE FROM assignment WHERE tenant_id = $1", c.id)
		for _, p := range c.people {
			for _, from := range rapid.SliceOfN(rapid.IntRange(-60, 0), 0, 2).Draw(r, "posts") {
				period := ownership.Period{From: day + kernel.BusinessDate(from)}
				to := ""
				if rapid.Bool().Draw(r, "ends") {
					period.To = new(period.From + kernel.BusinessDate(rapid.IntRange(1, 60).Draw(r, "for")))
					to = period.To.String()
				}
				worked[p] = append(worked[p], period)
				c.holds(p, post, c.stores, period.From.String(), to)
			}
		}
		w.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
			VALUES ($1, gen_random_uuid(), 'LIF-13', $2, 'done', $3, 1, $3)`, c.id, (day - 1).String(), w.clock.Now())

		type file struct {
			guest
			start  kernel.BusinessDate
			public *kernel.BusinessDate
			known  map[kernel.BusinessDate]kernel.PersonID // at the cut-off
		}
		files := make([]file, rapid.IntRange(1, 7).Draw(r, "files"))
		type late struct {
			g   guest
			by  kernel.PersonID
			is  visit.State
			day kernel.BusinessDate
		}
		var later []late
		for i := range files {
			start := day - kernel.BusinessDate(rapid.IntRange(-3, 90).Draw(r, "start"))
			f := file{guest: c.file(0, start.String()), start: start, known: map[kernel.BusinessDate]kernel.PersonID{}}
			if rapid.Bool().Draw(r, "public") {
				f.public = new(start + kernel.BusinessDate(rapid.IntRange(0, 80).Draw(r, "since")))
				w.exec(`UPDATE tie SET end_on = $2 WHERE file_id = $1`, f.file, f.public.String())
				w.exec(`UPDATE guest SET owner_id = NULL, owned_since = NULL WHERE file_id = $1`, f.file)
			}
			for _, back := range rapid.SliceOfNDistinct(rapid.IntRange(-3, 40), 0, 6, rapid.ID[int]).Draw(r, "visits") {
				on, by := day-kernel.BusinessDate(back), rapid.SampledFrom(append([]kernel.PersonID{{}}, c.people...)).Draw(r, "by")
				switch kind := rapid.IntRange(0, 5).Draw(r, "known"); {
				case by.IsZero():
					c.bill(f.guest, on, 1, visit.Paid)
					f.known[on] = by
				case kind == 0: // learned too late
					later = append(later, late{f.guest, by, visit.Finished, on})
				case kind == 1: // taken back too late
					c.received(f.guest, by, visit.Finished, on)
					f.known[on] = by
					later = append(later, late{f.guest, by, visit.Cancelled, on})
				default:
					c.received(f.guest, by, visit.Finished, on)
					f.known[on] = by
				}
			}
			files[i] = f
		}
		w.clock.set(cutOff.Add(time.Minute))
		for _, l := range later {
			c.received(l.g, l.by, l.is, l.day)
		}
		w.clock.set(cutOff)
		require.NoError(r, w.app.CatchUp(t.Context(), c.id))

		for _, f := range files {
			var facts []ownership.Visit
			for on, by := range f.known {
				if on >= f.start {
					facts = append(facts, ownership.Visit{On: on, Meal: tenant.Dinner, By: by})
				}
			}
			want := []string{}
			switch {
			case f.public != nil && *f.public <= month.Last():
				may := func(p kernel.PersonID) bool {
					return slices.ContainsFunc(worked[p], func(x ownership.Period) bool { return x.Holds(month.Last()) })
				}
				e, err := ownership.Adoption(month, *f.public, facts, may, 2)
				require.NoError(r, err)
				if e != nil {
					want = append(want, map[bool]string{false: "LIF-07 " + e.Receiver.String(), true: "LIF-07-TIE "}[e.Tied()])
				}
			case f.public == nil:
				var lost *ownership.ShareEvidence
				var err error
				if f.start <= month.Last() {
					lost, err = ownership.Share(month, ownership.Bond{Referrer: c.people[0], Start: f.start}, facts, ownership.ShareTerms{Percent: 50, Visits: 1})
					require.NoError(r, err)
				}
				if lost != nil {
					want = append(want, "LIF-04 ")
				} else if f.start <= day {
					away, err := ownership.Away(day, ownership.Presence{Start: f.start, Worked: worked[c.people[0]]}, 7)
					require.NoError(r, err)
					if away != nil {
						want = append(want, "LIF-05 ")
					}
				}
			}
			got := c.texts(`SELECT rule || ' ' || coalesce(to_id::text, '') FROM decision WHERE tenant_id = $1 AND file_id = $2 AND rule <> 'LIF-13'`, c.id, f.file)
			require.Equal(r, want, append([]string{}, got...), "file of %s in %s, public %v, visits %v, worked %v", f.start, store, f.public, f.known, worked)
		}
	})
}

package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/report/reportapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// played is a year that a test has walked through in this process.
type played struct {
	*product
	id    kernel.TenantID
	clock *walkingClock
	facts *onboarding.Facts
	super *pgx.Conn
	year  *year
}

// openYear starts the product over a database, with a year's facts at hand; keys is the
// folder of the master key.
func openYear(t *testing.T, d *testdb.Database, data, keys string) *played {
	t.Helper()
	master, err := secret.MasterFile(filepath.Join(keys, "master.key"))
	require.NoError(t, err)
	p := &played{clock: &walkingClock{}, super: d.Super(t)}
	var findings []onboarding.Finding
	p.facts, findings, err = onboarding.Read(os.DirFS(data))
	require.NoError(t, err)
	require.Empty(t, findings)
	p.product, err = newProduct(productDeps{pool: d.Pool(t), master: master, clock: p.clock, log: slog.New(slog.DiscardHandler), work: true, replays: true})
	require.NoError(t, err)
	return p
}

func (p *played) work(t *testing.T) {
	t.Helper()
	require.NoError(t, p.startWork(t.Context()))
	t.Cleanup(func() { _ = p.stopWork(t.Context()) })
}

// replayed is a year that the command has played to its end, on the morning after.
func replayed(t *testing.T, d *testdb.Database, data, out string) *played {
	t.Helper()
	p := openYear(t, d, data, out)
	raw, err := os.ReadFile(filepath.Join(out, "replay.json"))
	require.NoError(t, err)
	var state replayState
	require.NoError(t, json.Unmarshal(raw, &state))
	p.id, err = p.tenants.TenantByCode(t.Context(), state.Tenant)
	require.NoError(t, err)
	p.work(t)
	p.morning(t, p.facts.Span.To+1)
	p.morning(t, p.facts.Span.To+2)
	return p
}

// playYear imports a year without its late bills, walks it, and brings those on the
// day after their month's last, once that month is closed.
func playYear(t *testing.T, data string, y *year) *played {
	t.Helper()
	p := openYear(t, testdb.New(t), data, t.TempDir())
	p.year = y
	span := p.facts.Span
	p.clock.set(span.From.At(0, span.Zone))
	var err error
	p.id, err = p.tenants.CreateTenant(t.Context(), p.clock.Now(), "played", "常来酒楼")
	require.NoError(t, err)
	findings, err := p.onboarding.Import(t.Context(), p.id, os.DirFS(y.punctual(t, data)), nil)
	require.NoError(t, err)
	require.Empty(t, findings)
	p.work(t)
	require.NoError(t, p.walk(t.Context(), p.id, p.clock, span, func(day kernel.BusinessDate) {
		if day == day.Month().First() {
			p.late(t, day.Month()-1)
		}
	}))
	p.morning(t, span.To+1)
	p.late(t, span.To.Month())
	p.morning(t, span.To+2)
	return p
}

func (p *played) morning(t *testing.T, day kernel.BusinessDate) {
	t.Helper()
	p.walkingClock().set(day.At(5*time.Hour, p.facts.Span.Zone))
	require.NoError(t, p.ownership.CatchUp(t.Context(), p.id))
}

func (p *played) walkingClock() *walkingClock { return p.clock }

// punctual writes the files of a year without its late bills.
func (y *year) punctual(t *testing.T, data string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(data)))
	rows := readRows(t, data, "bills.csv")
	kept := rows[:1:1]
	for _, r := range rows[1:] {
		revision, err := strconv.Atoi(r[3])
		require.NoError(t, err)
		if l, late := y.late[[3]string{r[0], r[1], r[2]}]; !late || revision < l.revision {
			kept = append(kept, r)
		}
	}
	writeRows(t, dir, "bills.csv", kept)
	return dir
}

func readRows(t *testing.T, dir, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows
}

func writeRows(t *testing.T, dir, name string, rows [][]string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, name))
	require.NoError(t, err)
	require.NoError(t, csv.NewWriter(f).WriteAll(rows))
	require.NoError(t, f.Close())
}

// late brings the late bills of a month at noon.
func (p *played) late(t *testing.T, m kernel.Month) {
	t.Helper()
	var bills []visit.Bill
	stores, err := p.tenants.Stores(t.Context(), p.id)
	require.NoError(t, err)
	keys, err := p.tenants.Keys(t.Context(), p.id)
	require.NoError(t, err)
	for _, b := range p.facts.Bills {
		if l, late := p.year.late[[3]string{b.Store, b.Source, b.No}]; !late || l.month != m || b.Revision < l.revision {
			continue
		}
		at := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.Code == b.Store })
		bill := visit.Bill{
			BillKey: visit.BillKey{Store: stores[at].ID, Source: b.Source, No: b.No}, Revision: int32(b.Revision), BookingRef: b.BookingRef,
			Date: b.Date, Meal: b.Meal, ClosedAt: b.ClosedAt, Amount: b.Amount, Status: visit.Paid,
		}
		if b.Voided {
			bill.Status = visit.Voided
		}
		if b.Phone != "" {
			bill.Number = visit.NumberKey(keys.NumberKey(b.Phone))
		}
		bills = append(bills, bill)
	}
	p.clock.set(p.clock.Now().Add(7 * time.Hour))
	for part := range slices.Chunk(bills, 500) {
		require.NoError(t, p.pool.InTenant(t.Context(), p.id, func(tx pgx.Tx) error {
			_, err := p.visits.RecordBillsTx(t.Context(), tx, p.id, part, p.clock.Now())
			return err
		}))
	}
}

// delay makes one bill of so many come after its month's close, some of them only
// with their later revisions.
func (y *year) delay(r *rand.Rand, one int) {
	y.late = map[[3]string]yearLate{}
	for _, b := range y.bills {
		if _, some := y.late[b.key()]; !some && r.IntN(one) == 0 {
			y.late[b.key()] = yearLate{revision: 1 + r.IntN(2)}
		}
	}
	for _, b := range y.bills { // the last of its months has to be over
		if l, some := y.late[b.key()]; some {
			l.month = max(l.month, b.date.Month())
			y.late[b.key()] = l
		}
	}
}

// events are what the runs decided, in the words of the golden years.
func (p *played) events(t *testing.T) []reportapp.Event {
	t.Helper()
	keys, err := p.tenants.Keys(t.Context(), p.id)
	require.NoError(t, err)
	phones := map[string]string{}
	for _, f := range p.facts.Customers {
		phones[string(keys.NumberKey(f.Phone))] = f.Phone.Local()
	}
	told := replayCmd{}.told()
	events, _, err := p.reports.Outcome(t.Context(), p.id, told, p.facts.Span.To, func(key []byte) string { return phones[string(key)] })
	require.NoError(t, err)
	return events
}

// corrections are those proposed, in the words of year.differences.
func (p *played) corrections(t *testing.T) (out []string) {
	t.Helper()
	keys, err := p.tenants.Keys(t.Context(), p.id)
	require.NoError(t, err)
	phones, people := map[string]string{}, map[kernel.PersonID]string{}
	for _, f := range p.facts.Customers {
		phones[string(keys.NumberKey(f.Phone))] = f.Phone.Local()
	}
	require.NoError(t, p.pool.InTenant(t.Context(), p.id, func(tx pgx.Tx) error {
		byNo, err := p.staff.PeopleByNoTx(t.Context(), tx, p.id)
		for no, id := range byNo {
			people[id] = no
		}
		return err
	}))
	rows, err := p.super.Query(t.Context(), `SELECT s.code, g.number_key, c.decided, c.now FROM correction c
		JOIN guest g USING (tenant_id, file_id) JOIN store s ON s.tenant_id = c.tenant_id AND s.store_id = c.store_id
		WHERE c.tenant_id = $1 AND c.state <> 'gone'`, p.id)
	require.NoError(t, err)
	for rows.Next() {
		var store string
		var key, decided, now []byte
		require.NoError(t, rows.Scan(&store, &key, &decided, &now))
		for i, raw := range [][]byte{decided, now} {
			var events []ownership.Event
			require.NoError(t, json.Unmarshal(raw, &events))
			for _, e := range events {
				monthly := e.Rule.Monthly() || e.Rule == ownership.RuleTied
				if e.On > p.facts.Span.To && (!monthly || e.On != p.facts.Span.To+1) {
					continue // the days after the year
				}
				out = append(out, fmt.Sprintf("%s %s %s %s %s %s>%s", store, phones[string(key)], []string{"decided", "instead"}[i], e.On, e.Rule, people[e.From], people[e.To]))
			}
		}
	}
	require.NoError(t, rows.Err())
	slices.Sort(out)
	return out
}

// TestLateBills: bills that come after each month's close change nothing that was
// decided; the corrections proposed are exactly what is decided otherwise when a
// month is played again with all that is known (RUL-03, RUL-09).
func TestLateBills(t *testing.T) {
	t.Parallel()
	late := func(t *testing.T, data string, y *year) {
		p := playYear(t, data, y)
		want, _ := y.play(allRules)
		got, wanted := t.TempDir(), t.TempDir()
		require.NoError(t, writeLines(filepath.Join(got, "events.jsonl"), p.events(t)))
		require.NoError(t, writeLines(filepath.Join(wanted, "events.jsonl"), want))
		g, err := os.ReadFile(filepath.Join(got, "events.jsonl"))
		require.NoError(t, err)
		w, err := os.ReadFile(filepath.Join(wanted, "events.jsonl"))
		require.NoError(t, err)
		require.Equal(t, strings.Split(string(w), "\n"), strings.Split(string(g), "\n"), "what was decided stays")
		differs := y.differences(want, allRules)
		t.Logf("%d bills late, %d differences", len(y.late), len(differs))
		require.Equal(t, differs, p.corrections(t))
		var twice int
		require.NoError(t, p.super.QueryRow(t.Context(), `SELECT count(*) FROM (SELECT FROM correction WHERE tenant_id = $1 AND state = 'proposed' GROUP BY file_id HAVING count(*) > 1) x`, p.id).Scan(&twice))
		require.Zero(t, twice, "one statement a guest")
	}
	for _, one := range []int{20, 1} { // one of twenty, and all of them
		t.Run(fmt.Sprint("golden/", one), func(t *testing.T) {
			t.Parallel()
			y := yearOf(t, golden)
			y.delay(rand.New(rand.NewPCG(2025, 5)), one)
			late(t, golden, y)
			if one == 20 { // and nothing but what makes the golden year of it
				was, _ := y.play(allRules)
				timely, _ := yearOf(t, golden).play(allRules)
				require.Equal(t, y.differences(was, allRules), apart(was, timely))
			}
		})
	}
	for n := range soak(1, 10) {
		t.Run(fmt.Sprint("other/", n), func(t *testing.T) {
			t.Parallel()
			seed := uint64(n)
			if soak(0, 1) == 1 {
				seed = rand.Uint64()
			}
			r := rand.New(rand.NewPCG(seed, 7))
			span := [][2]string{{"2023-09-30", "2024-06-30"}, {"2024-02-29", "2025-03-01"}, {"2022-12-31", "2023-11-15"}}[r.IntN(3)]
			one := []int{100, 20, 5, 2, 1}[r.IntN(5)]
			t.Logf("seed %d, %s, one of %d late", seed, span, one)
			y, data := newYear(t, r, span[0], span[1]), t.TempDir()
			y.write(t, data)
			y.delay(r, one)
			late(t, data, y)
		})
	}
}

// trial tries a draft over twelve months and gives it when it is over, with what
// differs, one line an event.
func (p *played) trial(t *testing.T, edits ...tenant.Edit) (state ownership.TrialState, lines []string) {
	t.Helper()
	office, err := p.replayReviewer(t.Context(), p.id, p.facts.Span.To)
	require.NoError(t, err)
	newest, err := p.tenants.RuleSets(t.Context(), p.id)
	require.NoError(t, err)
	draft, err := p.tenants.RuleDraft(t.Context(), p.id)
	require.NoError(t, err)
	_, err = p.tenants.SaveRuleDraft(t.Context(), p.id, office.Person(), tenant.RuleDraft{Revision: draft.Draft.Revision, Base: newest[0].Version, Edits: edits})
	require.NoError(t, err)
	started, err := p.ownership.StartTrial(t.Context(), office, 12)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		now, err := p.ownership.Trial(t.Context(), office, started.TrialID)
		require.NoError(t, err)
		return !ownership.TrialState(now.State).Going()
	}, time.Minute, 20*time.Millisecond)
	over, err := p.ownership.Trial(t.Context(), office, started.TrialID)
	require.NoError(t, err)
	require.EqualValues(t, len(p.facts.Customers), over.Tried)
	require.Zero(t, over.SetAside)
	rows, err := p.super.Query(t.Context(), `SELECT l.on_day::text, l.rule, s.code, g.number_key, coalesce(a.staff_no, ''), coalesce(b.staff_no, ''), l.tried, l.late FROM trial_line l
		JOIN guest g USING (tenant_id, file_id) JOIN store s ON s.tenant_id = l.tenant_id AND s.store_id = l.store_id
		LEFT JOIN person a ON a.tenant_id = l.tenant_id AND a.person_id = l.from_id LEFT JOIN person b ON b.tenant_id = l.tenant_id AND b.person_id = l.to_id
		WHERE l.tenant_id = $1 AND l.trial_id = $2`, p.id, started.TrialID)
	require.NoError(t, err)
	keys, err := p.tenants.Keys(t.Context(), p.id)
	require.NoError(t, err)
	phones := map[string]string{}
	for _, f := range p.facts.Customers {
		phones[string(keys.NumberKey(f.Phone))] = f.Phone.Local()
	}
	for rows.Next() {
		var day, rule, store, from, to string
		var key []byte
		var tried, late bool
		require.NoError(t, rows.Scan(&day, &rule, &store, &key, &from, &to, &tried, &late))
		require.False(t, late, "nothing was learned later")
		side := "fact"
		if tried {
			side = "tried"
		}
		if day <= p.facts.Span.To.String() || day == (p.facts.Span.To+1).String() && (rule == "LIF-04" || strings.HasPrefix(rule, "LIF-07")) {
			lines = append(lines, strings.Join([]string{side, day, rule, store, phones[string(key)], from, to}, " "))
		}
	}
	require.NoError(t, rows.Err())
	slices.Sort(lines)
	return ownership.TrialState(over.State), lines
}

// compared are the lines of a trial as two plays of the model come out.
func compared(fact, tried []reportapp.Event) (lines []string) {
	line := func(e reportapp.Event) string {
		return strings.Join([]string{e.Date, e.Rule, e.Store, e.Phone, deref(e.From), deref(e.To)}, " ")
	}
	var was, then []string
	for _, e := range fact {
		was = append(was, line(e))
	}
	for _, e := range tried {
		then = append(then, line(e))
	}
	for _, l := range was {
		if !slices.Contains(then, l) {
			lines = append(lines, "fact "+l)
		}
	}
	for _, l := range then {
		if !slices.Contains(was, l) {
			lines = append(lines, "tried "+l)
		}
	}
	slices.Sort(lines)
	return lines
}

// trials: a draft that touches no rule of ownership reproduces exactly what
// happened in the golden year; others come out as the year would have been played
// under them from its first day (RUL-04). Nothing but the trial is written.
func trials(t *testing.T, p *played) {
	y := yearOf(t, golden)
	before, fact := p.events(t), must2(y.play(allRules))
	set := func(key string, v int64) tenant.Edit { return tenant.Edit{Key: key, Value: &v} }
	state, lines := p.trial(t, set("lifecycle.offer_days", 9))
	require.Equal(t, ownership.TrialDone, state)
	require.Empty(t, lines, "the same rules, the same year")
	require.Empty(t, p.corrections(t))
	for _, c := range []struct {
		edits []tenant.Edit
		rules yearRules
	}{
		{[]tenant.Edit{set(ownership.KeyDormantMonths, 2)}, yearRules{months: 2}},
		{[]tenant.Edit{set(ownership.KeyOthersPercent, 80), set(ownership.KeyReceptions, 3)}, yearRules{percent: 80, receptions: 3}},
		{[]tenant.Edit{set(ownership.KeyAwayDays, 20), set(ownership.KeyDormantMonths, 5)}, yearRules{awayDays: 20, months: 5}},
	} {
		y.other = c.rules
		want := compared(fact, must2(y.play(allRules)))
		require.NotEmpty(t, want)
		state, lines := p.trial(t, c.edits...)
		require.Equal(t, ownership.TrialDone, state)
		require.Equal(t, want, lines, c.rules)
	}
	require.Equal(t, before, p.events(t), "nothing is written to the world")
}

func must2[T, U any](v T, _ U) T { return v }

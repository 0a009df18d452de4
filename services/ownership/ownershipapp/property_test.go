package ownershipapp_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// history is a file as a model keeps it.
type history struct {
	guest
	approved kernel.BusinessDate
	known    map[kernel.BusinessDate]bool // at the cut-off
	now      map[kernel.BusinessDate]bool
}

// last is the last counted visit before a day among those known at the cut-off.
func (h history) last(before kernel.BusinessDate) *kernel.BusinessDate {
	var last *kernel.BusinessDate
	for d := range h.known {
		if d >= h.approved && d < before && (last == nil || d > *last) {
			last = &d
		}
	}
	return last
}

// TestNarrowingDropsNobody plays one day of random histories, in chunks of three
// files: what the runs decide is what the pure rules say of every single file,
// though SQL shows them only some.
func TestNarrowingDropsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(_ *world, d *ownershipapp.Deps) {
		d.ChunkSize, d.Kinds = 3, []ownership.Kind{ownership.KindDormancy, ownership.KindWakeUp}
	}).work()
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		day := kernel.NewDate(2025, time.Month(rapid.IntRange(1, 12).Draw(r, "month")), 1) + kernel.BusinessDate(rapid.IntRange(-3, 3).Draw(r, "day"))
		cutOff := day.At(5*time.Hour, shanghai)
		w.clock.set(cutOff.Add(-time.Hour))
		c := w.chain(fmt.Sprintf("narrow%d", n), 2)
		terms := []int{rapid.IntRange(1, 6).Draw(r, "term"), rapid.IntRange(1, 6).Draw(r, "term of the second store")}
		override, err := json.Marshal(map[string]any{c.stores[1].String(): map[string]int{ownership.KeyDormantMonths: terms[1]}})
		require.NoError(r, err)
		w.exec(`INSERT INTO rule_set (tenant_id, version, effective_on, fields, stores, published_at) VALUES ($1, 2, '2020-01-01', $2, $3, $4)`,
			c.id, fmt.Sprintf(`{"%s": %d}`, ownership.KeyDormantMonths, terms[0]), string(override), w.clock.Now())
		w.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
			VALUES ($1, gen_random_uuid(), 'LIF-13', $2, 'done', $3, 1, $3)`, c.id, (day - 1).String(), w.clock.Now())

		files := c.histories(r, day, cutOff)
		w.clock.set(cutOff)
		ctx := t.Context()
		require.NoError(r, w.app.CatchUp(ctx, c.id))

		for _, h := range files {
			term := terms[slices.Index(c.stores, h.store)]
			want := []string{}
			if h.approved < day {
				lost, err := ownership.Dormancy(day, ownership.Tenure{Start: h.approved, LastVisit: h.last(day)}, term)
				require.NoError(r, err)
				if lost != nil {
					want = append(want, "LIF-03")
				}
				require.Equal(r, lost == nil, c.owned(h.guest))
			}
			if eve := day - 1; h.known[eve] && h.now[eve] && eve >= h.approved {
				woke, err := ownership.WakeUp(eve, h.last(eve), h.approved, 3)
				require.NoError(r, err)
				if woke != nil {
					want = append(want, "LIF-13")
				}
			}
			got := c.texts(`SELECT rule FROM decision WHERE tenant_id = $1 AND file_id = $2 ORDER BY rule`, c.id, h.file)
			require.Equal(r, want, append([]string{}, got...), "file of %s, visits %v", h.approved, h.known)
		}
	})
}

// histories enters random files and visits; some facts are learned only after
// the cut-off.
func (c *chain) histories(r *rapid.T, day kernel.BusinessDate, cutOff time.Time) []history {
	around := rapid.Custom(func(r *rapid.T) kernel.BusinessDate {
		switch rapid.IntRange(0, 3).Draw(r, "where") {
		case 0: // near the limit of some term
			return day.MinusMonths(rapid.IntRange(1, 6).Draw(r, "months")) + kernel.BusinessDate(rapid.IntRange(-2, 2).Draw(r, "off"))
		case 1: // about the day itself, and in the future
			return day + kernel.BusinessDate(rapid.IntRange(-3, 20).Draw(r, "off"))
		}
		return day - kernel.BusinessDate(rapid.IntRange(1, 300).Draw(r, "back"))
	})
	files := make([]history, rapid.IntRange(1, 8).Draw(r, "files"))
	type fact struct {
		file  int
		day   kernel.BusinessDate
		late  bool
		voids bool
	}
	var facts []fact
	for i := range files {
		approved := around.Draw(r, "approved")
		g := c.file(rapid.IntRange(0, 1).Draw(r, "store"), approved.String())
		files[i] = history{g, approved, map[kernel.BusinessDate]bool{}, map[kernel.BusinessDate]bool{}}
		for _, d := range rapid.SliceOfNDistinct(around, 0, 5, rapid.ID[kernel.BusinessDate]).Draw(r, "visits") {
			late := rapid.IntRange(0, 4).Draw(r, "late") == 0
			facts = append(facts, fact{i, d, late, false})
			if rapid.IntRange(0, 4).Draw(r, "voided") == 0 {
				facts = append(facts, fact{i, d, late || rapid.Bool().Draw(r, "voided late"), true})
			}
		}
	}
	for _, late := range []bool{false, true} { // facts are learned in the order of time
		if late {
			c.clock.set(cutOff.Add(time.Minute))
		}
		for _, f := range facts {
			if f.late != late {
				continue
			}
			h := files[f.file]
			if f.voids {
				c.bill(h.guest, f.day, 2, visit.Voided)
			} else {
				c.bill(h.guest, f.day, 1, visit.Paid)
			}
			h.now[f.day] = !f.voids
			if !late {
				h.known[f.day] = !f.voids
			}
		}
	}
	for _, h := range files { // what is not there is absent
		for d, ok := range h.known {
			if !ok {
				delete(h.known, d)
			}
		}
	}
	return files
}

package ownershipapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// causes says of differences what was learned too late for them: visits, posts of the
// people whom it is about, works.
func (l *looking) causes(ctx context.Context, tx pgx.Tx, all []differs, posts held) error {
	runs, err := l.runs(ctx, tx, all)
	if err != nil {
		return err
	}
	byMoment := map[time.Time][]*ownership.Difference{}
	of := map[*ownership.Difference]*ownership.Life{}
	for i := range all {
		for j := range all[i].found {
			d := &all[i].found[j]
			of[d] = all[i].Life
			at := l.decidedAt(all[i].Life, d, runs[d.Step()])
			byMoment[at] = append(byMoment[at], d)
		}
	}
	for at, differences := range byMoment {
		if err := l.came(ctx, tx, at, differences, of); err != nil {
			return err
		}
		for _, d := range differences {
			d.Causes = append(d.Causes, l.otherwise(of[d], d, posts, at)...)
		}
	}
	return nil
}

// runs are those whose decisions differ first, by their steps: of a store that caught up
// another than of the rest of its chain.
func (l *looking) runs(ctx context.Context, tx pgx.Tx, all []differs) (map[ownership.Step][]ownershipdb.RunsOnRow, error) {
	out, days := map[ownership.Step][]ownershipdb.RunsOnRow{}, []kernel.BusinessDate{}
	for _, f := range all {
		for _, d := range f.found {
			if day := d.Step().Day; !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	if len(days) == 0 {
		return out, nil
	}
	rows, err := ownershipdb.New(tx).RunsOn(ctx, l.tenant, days)
	for _, r := range rows {
		step := ownership.Step{Day: r.PeriodOn, Kind: ownership.Kind(r.Kind)}
		out[step] = append(out[step], r)
	}
	return out, err
}

// decidedAt is up to when facts were known to what differs: the cut-off of the run that
// decided first, of one made late not the morning on which it was due; or when a person
// last confirmed what should have been.
func (l *looking) decidedAt(life *ownership.Life, d *ownership.Difference, runs []ownershipdb.RunsOnRow) time.Time {
	at := ownership.DueAt(d.First(), 0, []tenant.Store{l.store(life.Store)})
	for _, r := range runs {
		if r.Lane == 0 || slices.ContainsFunc(places(life), func(s kernel.StoreID) bool { return slices.Contains(r.Stores, kernel.UUID(s)) }) {
			at = r.CutOff
		}
	}
	for _, c := range life.Settled {
		if d.After > 0 && c.Confirmed && c.Month == d.Month {
			at = c.At
		}
	}
	return at
}

// places are the stores whose a file is, or was.
func places(life *ownership.Life) []kernel.StoreID {
	stores := []kernel.StoreID{life.Store}
	for _, p := range life.Former {
		stores = append(stores, p.Store)
	}
	return stores
}

// came adds the visits of differences whose first decision was made at a moment.
func (l *looking) came(ctx context.Context, tx pgx.Tx, at time.Time, differences []*ownership.Difference, of map[*ownership.Difference]*ownership.Life) error {
	files := make([]kernel.FileID, len(differences))
	for i, d := range differences {
		files[i] = of[d].File
	}
	known, err := l.app.Visits.KnownTx(ctx, tx, l.tenant, files, l.from(), l.span.To+1, at)
	if err != nil {
		return err
	}
	learned, err := l.app.Visits.LearnedTx(ctx, tx, l.tenant, files, at, l.cutOff)
	if err != nil {
		return err
	}
	for _, d := range differences {
		life := of[d]
		day := func(at time.Time) kernel.BusinessDate { return l.day(life.Store, at) }
		d.Causes = d.Came(life, ownership.VisitsOf(known[life.File]), ownership.LearnedOf(learned[life.File], day, l.span.To))
	}
	return nil
}

// otherwise are posts and works that were learned of since a moment, and in time to bear
// on what differs; works on LIF-03 alone, whose months they lengthen.
func (l *looking) otherwise(life *ownership.Life, d *ownership.Difference, posts held, since time.Time) (out []ownership.Cause) {
	for _, who := range d.People() {
		for _, store := range places(life) {
			for _, p := range posts[who][store] {
				e := ownership.Entered{Person: who, Period: p.Period, At: p.recorded, EndAt: p.ended}
				if c, late := e.Late(since, d.Last(), func(at time.Time) kernel.BusinessDate { return l.day(store, at) }); late {
					out = append(out, c)
				}
			}
		}
	}
	out = ownership.Transfers(out)
	for _, c := range life.Closed {
		if d.Of(ownership.KindDormancy) && c.CreatedAt.After(since) && c.From <= d.Last() {
			out = append(out, ownership.Cause{Kind: ownership.CauseWorks, On: c.From, To: c.To, LearnedOn: l.day(life.Store, c.CreatedAt)})
		}
	}
	return out
}

package ownershipapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

// causes says of differences what was learned too late for them: visits; where those were
// known, posts of the people whom it is about, or works.
func (l *looking) causes(ctx context.Context, tx pgx.Tx, all []differs, posts held) error {
	byMoment := map[time.Time][]*ownership.Difference{}
	of := map[*ownership.Difference]*ownership.Life{}
	for i := range all {
		for j := range all[i].found {
			d := &all[i].found[j]
			of[d] = all[i].Life
			at := l.decidedAt(all[i].Life, d)
			byMoment[at] = append(byMoment[at], d)
		}
	}
	for at, differences := range byMoment {
		if err := l.came(ctx, tx, at, differences, of); err != nil {
			return err
		}
	}
	for d, life := range of {
		if d.Causes == nil {
			d.Causes = l.otherwise(life, d, posts, l.decidedAt(life, d))
		}
	}
	return nil
}

// decidedAt is when what differs was decided: the morning on which its first decision was
// due, or when a person last confirmed what should have been.
func (l *looking) decidedAt(life *ownership.Life, d *ownership.Difference) time.Time {
	at := ownership.DueAt(d.First(), 0, []tenant.Store{l.store(life.Store)})
	for _, c := range life.Settled {
		if d.After > 0 && c.Confirmed && c.Month == d.Month {
			at = c.At
		}
	}
	return at
}

// came adds the visits of differences whose first decision was made at a moment.
func (l *looking) came(ctx context.Context, tx pgx.Tx, at time.Time, differences []*ownership.Difference, of map[*ownership.Difference]*ownership.Life) error {
	files := make([]kernel.FileID, len(differences))
	for i, d := range differences {
		files[i] = of[d].File
	}
	counted, err := l.app.Visits.CountedTx(ctx, tx, l.tenant, files, l.from(), l.span.To+1, at)
	if err != nil {
		return err
	}
	learned, err := l.app.Visits.LearnedTx(ctx, tx, l.tenant, files, at, l.cutOff)
	if err != nil {
		return err
	}
	for _, d := range differences {
		life := of[d]
		d.Causes = d.Came(life, visits(counted[life.File]), func(v ownership.Visit) kernel.BusinessDate {
			for _, k := range learned[life.File] {
				if k.Date == v.On && k.Meal == v.Meal {
					return l.day(life.Store, k.At)
				}
			}
			return l.span.To // it was moved to another day
		})
	}
	return nil
}

// otherwise are posts and works that were learned of since a moment.
func (l *looking) otherwise(life *ownership.Life, d *ownership.Difference, posts held, since time.Time) (out []ownership.Cause) {
	stores := []kernel.StoreID{life.Store}
	for _, p := range life.Former {
		stores = append(stores, p.Store)
	}
	for _, who := range d.People() {
		for _, store := range stores {
			for _, p := range posts[who][store] {
				switch {
				case p.recorded.After(since):
					out = append(out, ownership.Cause{Kind: ownership.CausePost, On: p.From, Person: who, LearnedOn: l.day(store, p.recorded)})
				case p.ended != nil && p.ended.After(since) && p.To != nil:
					out = append(out, ownership.Cause{Kind: ownership.CausePostEnd, On: *p.To, Person: who, LearnedOn: l.day(store, *p.ended)})
				}
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, c := range life.Closed {
		if c.CreatedAt.After(since) {
			out = append(out, ownership.Cause{Kind: ownership.CauseWorks, On: c.From, To: c.To, LearnedOn: l.day(life.Store, c.CreatedAt)})
		}
	}
	return out
}

package reportapp

import (
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/report/internal/reportdb"
)

// SharedAway is a guest whom LIF-04 takes at the month's end, as it stands now.
type SharedAway struct {
	reportdb.SharedAwayRow
	Guest string // the name, as far as the person sees it
	Need  int    // visits through the owner that keep him
}

// sharedShown is how many of them a page shows.
const sharedShown = 20

// hands gathers what changes hands: guests offered to the person, appeals that he
// may decide, and ties that others' receptions are about to end (LIF-08, 10, 11).
func (a *App) hands(ctx context.Context, q *reportdb.Queries, t *Today, id kernel.TenantID, me kernel.PersonID, may func(string) reach, names kernel.Grant, now time.Time) (err error) {
	if t.Offers, err = q.OffersWaiting(ctx, id, kernel.UUID(me)); err != nil {
		return err
	}
	if r := may("appeal.decide").whole(); len(r.ids) > 0 {
		t.Appeals, err = q.AppealsToDecide(ctx, reportdb.AppealsToDecideParams{TenantID: id, StoreIds: r.ids, Days: r.days(onDay(now)), Me: kernel.UUID(me)})
		if err != nil {
			return err
		}
	}
	if r := may("correction.decide").whole(); len(r.ids) > 0 {
		if t.Corrected, err = q.CorrectionsWaiting(ctx, id, r.ids, kernel.UUID(me)); err != nil {
			return err
		}
	}
	r := may("customer.read")
	if len(r.ids) == 0 {
		return nil
	}
	month := t.On.Month()
	rows, err := q.SharedAway(ctx, reportdb.SharedAwayParams{TenantID: id, StoreIds: r.ids, Own: r.own, Me: me, FirstOn: month.First(), ActsOn: (month + 1).First()})
	if err != nil || len(rows) == 0 {
		return err
	}
	rules, err := a.Tenants.Rules(ctx, id, t.On)
	if err != nil {
		return err
	}
	for _, row := range rows {
		need := ownership.ShareTermsOf(rules, row.StoreID).Need(int(row.Visits), int(row.Others))
		if need == 0 || len(t.SharedAway) == sharedShown {
			continue // saved since, or more than a page shows
		}
		own := r.own[slices.Index(r.ids, kernel.UUID(row.StoreID))]
		t.SharedAway = append(t.SharedAway, SharedAway{row, guest(row.Name, names.Covers(row.StoreID, own)), need})
	}
	return nil
}

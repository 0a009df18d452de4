package ownershipapp

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// decideDormancy is LIF-03 over a chunk: SQL narrows to a superset, visit gives
// the last visit where the projection can't tell it, the pure rule decides.
func (a *App) decideDormancy(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	months, shortest := c.months(ownership.KindDormancy)
	rows, err := ownershipdb.New(tx).DormancyCandidates(ctx, ownershipdb.DormancyCandidatesParams{
		TenantID: c.tenant, Day: &c.PeriodOn, CutOff: c.CutOff, AfterFile: c.after, Since: c.PeriodOn.MinusMonths(shortest), AtMost: int32(a.ChunkSize), Stores: c.within(),
	})
	if err != nil {
		return nil, err
	}
	var unsure []kernel.FileID
	for _, r := range rows {
		if r.Unsure {
			unsure = append(unsure, r.FileID)
		}
	}
	known, err := a.histories(ctx, tx, c, unsure, c.PeriodOn)
	if err != nil {
		return nil, err
	}
	o, last := &outcome{}, map[kernel.FileID][]kernel.BusinessDate{}
	for _, r := range rows {
		came := r.LastVisit
		if r.Unsure {
			came = known[r.FileID].LastVisit
		}
		evidence, err := (*ownership.DormancyEvidence)(nil), ownership.ErrNoStore
		if s, ok := c.byID[r.StoreID]; ok {
			evidence, err = nil, nil
			t := ownership.Tenure{Start: ownership.ClockStart(ownership.Origin(r.Origin), r.StartOn, s), LastVisit: came, Closed: s.ClosuresAt(c.CutOff)}
			if t.Start < c.PeriodOn {
				evidence, err = ownership.Dormancy(c.PeriodOn, t, months[r.StoreID])
			}
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: r.FileID, Store: r.StoreID, From: r.ReferrerID, Tie: r.TieID}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
		if evidence != nil && came != nil {
			last[r.FileID] = []kernel.BusinessDate{*came}
		}
	}
	o.named = naming{last, unsure, func(v []ownership.Visit) []ownership.Visit { return v[max(0, len(v)-1):] }}
	return o, nil
}

// visitsOn gives the visits of files on some of their days, in the order of time, as
// they were known at the cut-off: decisions and warnings name them (RUL-05). It is read
// of such files alone.
func (a *App) visitsOn(ctx context.Context, tx pgx.Tx, c *chunk, on map[kernel.FileID][]kernel.BusinessDate, unsure []kernel.FileID) (map[kernel.FileID][]ownership.Visit, error) {
	if len(on) == 0 {
		return nil, nil
	}
	files, days := make([]kernel.UUID, 0, len(on)), make([]kernel.BusinessDate, 0, len(on))
	for file, all := range on {
		for _, day := range all {
			files, days = append(files, kernel.UUID(file)), append(days, day)
		}
	}
	rows, err := ownershipdb.New(tx).VisitsOn(ctx, files, days, c.tenant)
	if err != nil {
		return nil, err
	}
	seen := map[kernel.FileID][]ownership.Visit{}
	for _, r := range rows {
		seen[r.FileID] = append(seen[r.FileID], ownership.Visit{On: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), By: kernel.PersonID(r.CreditedTo)})
	}
	if unsure = slices.DeleteFunc(unsure, func(f kernel.FileID) bool { return on[f] == nil }); len(unsure) > 0 {
		known, err := a.countedIn(ctx, tx, c, unsure, slices.Min(days), c.PeriodOn)
		if err != nil {
			return nil, err
		}
		for _, file := range unsure {
			seen[file] = slices.DeleteFunc(known[file], func(v ownership.Visit) bool { return !slices.Contains(on[file], v.On) })
		}
	}
	for _, all := range seen {
		ordered(all)
	}
	return seen, nil
}

func (a *App) histories(ctx context.Context, tx pgx.Tx, c *chunk, files []kernel.FileID, before kernel.BusinessDate) (map[kernel.FileID]visit.History, error) {
	if len(files) == 0 {
		return nil, nil
	}
	return a.Visits.HistoriesTx(ctx, tx, c.tenant, files, before, c.CutOff)
}

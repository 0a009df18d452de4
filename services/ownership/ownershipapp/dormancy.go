package ownershipapp

import (
	"context"
	"encoding/json"
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
	o, last := &outcome{}, map[kernel.FileID]kernel.BusinessDate{}
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
			last[r.FileID] = *came
		}
	}
	return o, a.nameLast(ctx, tx, c, o, last, unsure)
}

// nameLast lets decisions keep the last visit itself, by its meal (RUL-05). Only of
// files that are released is it read.
func (a *App) nameLast(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome, last map[kernel.FileID]kernel.BusinessDate, unsure []kernel.FileID) error {
	if len(last) == 0 {
		return nil
	}
	files, days, from := make([]kernel.UUID, 0, len(last)), make([]kernel.BusinessDate, 0, len(last)), c.PeriodOn
	for file, day := range last {
		files, days, from = append(files, kernel.UUID(file)), append(days, day), min(from, day)
	}
	rows, err := ownershipdb.New(tx).VisitsOn(ctx, c.tenant, files, days)
	if err != nil {
		return err
	}
	seen := map[kernel.FileID]ownership.Visit{}
	add := func(file kernel.FileID, v ownership.Visit) {
		if v.On == last[file] && v.Meal > seen[file].Meal {
			seen[file] = v
		}
	}
	for _, r := range rows {
		add(r.FileID, ownership.Visit{On: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), By: kernel.PersonID(r.CreditedTo)})
	}
	unsure = slices.DeleteFunc(unsure, func(f kernel.FileID) bool { _, released := last[f]; return !released })
	for _, file := range unsure {
		delete(seen, file)
	}
	if len(unsure) > 0 {
		known, err := a.countedIn(ctx, tx, c, unsure, from, c.PeriodOn)
		if err != nil {
			return err
		}
		for file, all := range known {
			for _, v := range all {
				add(file, v)
			}
		}
	}
	for i := range o.decisions {
		if v, ok := seen[o.decisions[i].File]; ok {
			if o.decisions[i].Visits, err = json.Marshal([]ownership.Visit{v}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *App) histories(ctx context.Context, tx pgx.Tx, c *chunk, files []kernel.FileID, before kernel.BusinessDate) (map[kernel.FileID]visit.History, error) {
	if len(files) == 0 {
		return nil, nil
	}
	return a.Visits.HistoriesTx(ctx, tx, c.tenant, files, before, c.CutOff)
}

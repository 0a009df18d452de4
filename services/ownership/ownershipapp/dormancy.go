package ownershipapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
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
	o := &outcome{}
	for _, r := range rows {
		last := r.LastVisit
		if r.Unsure {
			last = known[r.FileID].LastVisit
		}
		evidence, err := (*ownership.DormancyEvidence)(nil), ownership.ErrNoStore
		if s, ok := c.byID[r.StoreID]; ok {
			evidence, err = nil, nil
			t := ownership.Tenure{Start: ownership.ClockStart(ownership.Origin(r.Origin), r.StartOn, s), LastVisit: last, Closed: s.ClosuresAt(c.CutOff)}
			if t.Start < c.PeriodOn {
				evidence, err = ownership.Dormancy(c.PeriodOn, t, months[r.StoreID])
			}
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: r.FileID, Store: r.StoreID, From: r.ReferrerID, Tie: r.TieID}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (a *App) histories(ctx context.Context, tx pgx.Tx, c *chunk, files []kernel.FileID, before kernel.BusinessDate) (map[kernel.FileID]visit.History, error) {
	if len(files) == 0 {
		return nil, nil
	}
	return a.Visits.HistoriesTx(ctx, tx, c.tenant, files, before, c.CutOff)
}

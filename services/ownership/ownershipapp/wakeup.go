package ownershipapp

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// decideWakeUp is LIF-13 over a chunk: of the files visited on the day before
// the run's, those that were dormant when the guest came. A visit that only
// became known after the cut-off is not noted, one taken back between the
// cut-off and this read is gone: both are for corrections (RUL-09).
func (a *App) decideWakeUp(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	day := c.PeriodOn - 1
	months, shortest := c.months(ownership.KindWakeUp)
	stores := c.within()
	if stores == nil {
		stores = make([]kernel.UUID, len(c.stores))
		for i, s := range c.stores {
			stores[i] = kernel.UUID(s.ID)
		}
	}
	rows, err := ownershipdb.New(tx).WakeUpCandidates(ctx, ownershipdb.WakeUpCandidatesParams{
		TenantID: c.tenant, StoreIds: stores, VisitDay: day, Since: day.MinusMonths(shortest), CutOff: c.CutOff, AfterFile: c.after, AtMost: int32(a.ChunkSize),
	})
	if err != nil {
		return nil, err
	}
	var files, unsure []kernel.FileID
	for _, r := range rows {
		files = append(files, r.FileID)
		if r.Unsure {
			unsure = append(unsure, r.FileID)
		}
	}
	upTo, err := a.histories(ctx, tx, c, unsure, c.PeriodOn)
	if err != nil {
		return nil, err
	}
	earlier, err := a.histories(ctx, tx, c, files, day)
	if err != nil {
		return nil, err
	}
	o, on, late := &outcome{}, map[kernel.FileID][]kernel.BusinessDate{}, []kernel.FileID{}
	for _, r := range rows {
		var evidence *ownership.WakeUpEvidence
		m, ok := months[r.StoreID]
		switch {
		case !ok:
			err = ownership.ErrNoStore
		case r.ApprovedOn == nil:
			err = ownership.ErrNotApproved
		case r.Unsure && (upTo[r.FileID].LastVisit == nil || *upTo[r.FileID].LastVisit != day):
			err = nil // not known at the cut-off
		default:
			evidence, err = ownership.WakeUp(day, earlier[r.FileID].LastVisit, *r.ApprovedOn, m)
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: r.FileID, Store: r.StoreID}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
		if evidence != nil {
			on[r.FileID] = []kernel.BusinessDate{day}
			if evidence.Previous != nil {
				on[r.FileID] = append(on[r.FileID], *evidence.Previous)
			}
			if r.Learned {
				late = append(late, r.FileID)
			}
		}
	}
	o.named = naming{on, late, func(v []ownership.Visit) []ownership.Visit { // the first of the day, and the one before
		i := slices.IndexFunc(v, func(v ownership.Visit) bool { return v.On == day })
		return v[max(0, i-1) : i+1]
	}}
	return o, nil
}

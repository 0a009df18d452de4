package quotaapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// storePeople is more than work in any store.
const storePeople = 5_000

// Loads says of everybody of a store what he is to reach this month, what he has,
// and how much of the customers' target he had in the last: a port of ownership,
// where a manager looks for whom to assign a guest (LIF-12).
func (a *App) Loads(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (map[kernel.PersonID]ownership.Workload, error) {
	q, stores := quotadb.New(a.DB.Single(id)), []kernel.UUID{kernel.UUID(store)}
	m, err := a.month(ctx, q, id, 0)
	if err != nil {
		return nil, err
	}
	m.preview = true
	asked := Asked{AtMost: storePeople}
	now, err := a.previewTeam(ctx, q, id, m, asked, stores, false)
	if err != nil {
		return nil, err
	}
	m.Month--
	last, err := storedTeam(ctx, q, id, m, asked, stores, false)
	if err != nil {
		return nil, err
	}
	out := make(map[kernel.PersonID]ownership.Workload, len(now))
	for _, s := range now {
		l := ownership.Workload{PostEnglish: quota.PostEnglish(s.Position)}
		for _, line := range s.Lines {
			target := (*int64)(nil)
			if line.Target != nil {
				target = new(int64(*line.Target))
			}
			switch line.Item {
			case quota.Customers:
				l.Customers = target
			case quota.Visits:
				l.Visits, l.Visited = target, line.Counted
			case quota.Rooms, quota.Banquets: // no load
			}
		}
		out[s.Person] = l
	}
	for _, s := range last {
		if l, here := out[s.Person]; here && len(s.Lines) > 0 {
			l.LastPercent = s.Lines[0].Percent()
			out[s.Person] = l
		}
	}
	return out, nil
}

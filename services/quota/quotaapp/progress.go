package quotaapp

import (
	"context"
	"errors"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// Progress is somebody's running month by the facts of now: a port of report.
func (a *App) Progress(ctx context.Context, id kernel.TenantID, person kernel.PersonID) (p quota.Progress, err error) {
	q := quotadb.New(a.DB.Single(id))
	m, err := a.month(ctx, q, id, 0)
	if err != nil {
		return p, err
	}
	s, err := a.unscored(ctx, q, id, m, person)
	if errors.Is(err, quota.ErrNoScore) || err == nil && s.Position == "" {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Position, p.DaysLeft = s.Position, int(m.Last()-m.today)+1
	for _, l := range s.Lines {
		if l.Target != nil {
			p.Lines = append(p.Lines, l)
		}
	}
	p.Led, err = q.Led(ctx, quotadb.LedParams{TenantID: id, PersonID: person, FirstDay: m.First(), LastDay: m.Last()})
	return p, err
}

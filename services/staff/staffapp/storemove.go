package staffapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// MoveStoreTx ends the posts in a store that ends, and begins them in others, on the
// same day; requests for accounts that wait go along. It says how many posts there
// were: a port of handover.
func (a *App) MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m staff.StoreMove, now time.Time) (int, error) {
	q := staffdb.New(tx)
	p := staffdb.MovePostsParams{StoreID: kernel.UUID(m.Store), TenantID: id, OnDay: m.On, Reason: m.Reason, Now: now, People: []kernel.UUID{}, Stores: []kernel.UUID{}}
	if m.To != nil {
		to := kernel.UUID(*m.To)
		p.Everybody = &to
		if err := q.MoveAccountRequests(ctx, to, id, m.Store); err != nil {
			return 0, err
		}
	}
	for who, store := range m.Where {
		p.People, p.Stores = append(p.People, kernel.UUID(who)), append(p.Stores, kernel.UUID(store))
	}
	n, err := q.MovePosts(ctx, p)
	return int(n), err
}

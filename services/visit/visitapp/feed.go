package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// BillOnFile gives the highest revision of a bill inside the grant. Fault:
// bill.not_found.
func (a *App) BillOnFile(ctx context.Context, grant kernel.Grant, key visit.BillKey) (visit.RecordedBill, error) {
	if !grant.Covers(key.Store, false) {
		return visit.RecordedBill{}, visit.ErrNoBill
	}
	chain := grant.Actor().Tenant
	found, err := visitdb.BillOnFile(ctx, a.DB.Single(chain), chain, key)
	if err != nil {
		return visit.RecordedBill{}, err
	}
	if found == nil {
		return visit.RecordedBill{}, visit.ErrNoBill
	}
	return *found, nil
}

// BillFeed lists what was recorded of a store's bills after a place, in the order
// of recording and up to the horizon: every revision once, also one whose writing
// ends late. source empty: of all till systems. Fault: bill.not_found.
func (a *App) BillFeed(ctx context.Context, grant kernel.Grant, store kernel.StoreID, after visit.FeedPlace, source string, limit int) (feed visit.Feed, err error) {
	if !grant.Covers(store, false) {
		return feed, visit.ErrNoBill
	}
	chain := grant.Actor().Tenant
	err = a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		if feed.Horizon, err = visitdb.FeedHorizon(ctx, tx, chain); err != nil {
			return err
		}
		feed.Bills, err = visitdb.FedBills(ctx, tx, chain, store, after, feed.Horizon, source, limit+1)
		return err
	})
	if err != nil {
		return visit.Feed{}, err
	}
	feed.Next = after
	if feed.More = len(feed.Bills) > limit; feed.More {
		feed.Bills = feed.Bills[:limit]
	}
	if n := len(feed.Bills); n > 0 {
		feed.Next = feed.Bills[n-1].Place
	}
	feed.Horizon = feed.Horizon.Truncate(time.Microsecond)
	return feed, nil
}

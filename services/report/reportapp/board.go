package reportapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report"
	"github.com/changke/changke/services/report/internal/reportdb"
	"github.com/changke/changke/services/tenant"
)

// Board is stores side by side, with the last months.
type Board struct {
	On     kernel.BusinessDate
	Stores []StoreFigures // by code
	Months []MonthFigures // oldest first
}

// StoreFigures are one store's column; months run to date.
type StoreFigures struct {
	Store         tenant.Store
	Files, Owned  int32
	Active        int32 // LIF-01
	Approved      int32 // this month
	Released      int32 // this month
	Visits        int32 // this month, counted
	Credited      int32 // of them
	Amount        kernel.Fen
	Waiting, Late int32 // reviews
}

// MonthFigures are one month of the stores in reach.
type MonthFigures struct {
	Month            kernel.Month
	Visits, Released int32
}

// Board gathers the stores in which a grant reaches everything (REP-02).
func (a *App) Board(ctx context.Context, grant kernel.Grant, now time.Time) (*Board, error) {
	id := grant.Actor().Tenant
	all, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	r := reachOf(grant, all).whole()
	on, err := a.businessDate(ctx, id, r.stores, now)
	if err != nil {
		return nil, err
	}
	b := &Board{On: on, Stores: make([]StoreFigures, len(r.stores))}
	columns := map[kernel.StoreID]*StoreFigures{}
	for i, s := range r.stores {
		b.Stores[i].Store = s
		columns[s.ID] = &b.Stores[i]
	}
	rules, err := a.Tenants.Rules(ctx, id, b.On)
	if err != nil {
		return nil, err
	}
	q := reportdb.New(a.DB.Single(id))
	if err := b.fill(ctx, q, id, r.ids, rules, columns, now); err != nil {
		return nil, err
	}
	return b, b.trend(ctx, q, id, r.ids, columns)
}

func (b *Board) fill(ctx context.Context, q *reportdb.Queries, id kernel.TenantID, stores []kernel.UUID, rules tenant.Rules, columns map[kernel.StoreID]*StoreFigures, now time.Time) error {
	first := b.On.Month().First()
	since := b.On.MinusMonths(int(rules.Int(customer.RuleActivityMonths, kernel.StoreID{})))
	files, err := q.BoardFiles(ctx, reportdb.BoardFilesParams{TenantID: id, StoreIds: stores, FirstDay: first, Today: b.On, Since: since})
	if err != nil {
		return err
	}
	for _, f := range files {
		c := columns[f.StoreID]
		c.Files, c.Approved, c.Active = f.Files, f.ThisMonth, f.Active
	}
	owned, err := q.BoardOwned(ctx, id, stores)
	if err != nil {
		return err
	}
	for _, o := range owned {
		columns[o.StoreID].Owned = o.Owned
	}
	visits, err := q.BoardVisits(ctx, reportdb.BoardVisitsParams{TenantID: id, StoreIds: stores, FirstDay: first, Today: b.On})
	if err != nil {
		return err
	}
	for _, v := range visits {
		c := columns[v.StoreID]
		c.Visits, c.Credited, c.Amount = v.Visits, v.Credited, kernel.Fen(v.Amount)
	}
	reviews, err := q.BoardReviews(ctx, &now, id, stores)
	if err != nil {
		return err
	}
	for _, w := range reviews {
		columns[w.StoreID].Waiting, columns[w.StoreID].Late = w.Waiting, w.Late
	}
	return nil
}

// trend counts visits and releases by month; the running month's releases go to
// the stores' columns too.
func (b *Board) trend(ctx context.Context, q *reportdb.Queries, id kernel.TenantID, stores []kernel.UUID, columns map[kernel.StoreID]*StoreFigures) error {
	at := map[kernel.Month]*MonthFigures{}
	months := report.Trend(b.On)
	b.Months = make([]MonthFigures, len(months))
	for i, m := range months {
		b.Months[i].Month = m
		at[m] = &b.Months[i]
	}
	visits, err := q.BoardTrend(ctx, reportdb.BoardTrendParams{TenantID: id, StoreIds: stores, FirstDay: months[0].First(), Today: b.On})
	if err != nil {
		return err
	}
	for _, v := range visits {
		at[v.Month.Month()].Visits = v.Visits
	}
	released, err := q.BoardReleased(ctx, reportdb.BoardReleasedParams{TenantID: id, StoreIds: stores, FirstDay: months[0].First(), Today: b.On})
	if err != nil {
		return err
	}
	for _, r := range released {
		at[r.Month.Month()].Released += r.Released
		if r.Month.Month() == b.On.Month() {
			columns[r.StoreID].Released = r.Released
		}
	}
	return nil
}

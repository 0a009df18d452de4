package visitapp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// maxTotalAge is how long ago a day may lie that a till tells the totals of.
const maxTotalAge = 400

// TellTotals takes what tills say business days came to (RUL-07), all or none: a
// till that has told totals is waited for on every later day. The newest telling
// holds, the same again changes nothing, and of several of one till and day in a
// call the last counts. key: the API key that tells them, nil for a person.
// Faults: store.not_found outside the grant, invalid_field at "totals[n].…".
func (a *App) TellTotals(ctx context.Context, grant kernel.Grant, key *kernel.UUID, totals []visit.DayTotal, now time.Time) error {
	chain := grant.Actor().Tenant
	if err := a.CheckTotals(ctx, grant, totals, now); err != nil || len(totals) == 0 {
		return err
	}
	put := visitdb.PutTotalsParams{TenantID: chain, KeyID: key, Now: now}
	if person := grant.Person(); key == nil && !person.IsZero() {
		put.ToldBy = &person
	}
	last := slices.Clone(totals)
	slices.Reverse(last)
	slices.SortStableFunc(last, visit.DayTotal.Compare)
	last = slices.CompactFunc(last, func(a, b visit.DayTotal) bool { return a.Compare(b) == 0 })
	for _, t := range last {
		put.Stores, put.Days, put.Sources = append(put.Stores, kernel.UUID(t.Store)), append(put.Days, t.Date), append(put.Sources, t.Source)
		put.Bills, put.Sums = append(put.Bills, t.Bills), append(put.Sums, int64(t.Sum))
	}
	err := a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		q := visitdb.New(tx)
		// The tills' rows come first: two tellings of one till follow each other.
		if err := q.PutTills(ctx, visitdb.PutTillsParams{TenantID: chain, Stores: put.Stores, Sources: put.Sources, Days: put.Days}); err != nil {
			return err
		}
		told, err := q.PutTotals(ctx, put)
		if err != nil || told == 0 {
			return err
		}
		for i, t := range last {
			if i > 0 && last[i-1].Store == t.Store {
				continue
			}
			line := audit.Entry{Action: "day.totals_told", Object: "store", ObjectID: t.Store.String(), Store: t.Store, Changes: []audit.Change{{Field: "date", After: t.Date.String()}}}
			if err := audit.WriteTx(ctx, tx, chain, now, line); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		a.settled(ctx, chain)
	}
	return err
}

// CheckTotals judges totals as TellTotals does, and writes nothing. Faults: its.
func (a *App) CheckTotals(ctx context.Context, grant kernel.Grant, totals []visit.DayTotal, now time.Time) error {
	for i, t := range totals {
		if !grant.Covers(t.Store, false) {
			return visit.ErrNoStore
		}
		store, err := a.Stores.Store(ctx, grant.Actor().Tenant, t.Store)
		if err != nil {
			return err
		}
		switch today := store.BusinessDate(now); {
		case t.Date > today:
			return totalFault(i, "business_date", "这个营业日还没有开始。")
		case t.Date < today-maxTotalAge:
			return totalFault(i, "business_date", "这个营业日太久以前，不再接收日结。")
		case t.Source == "" || !visit.CheckText(t.Source):
			return totalFault(i, "source", visit.Mend(visit.ReasonBadText))
		case t.Bills < 0:
			return totalFault(i, "bill_count", "账单笔数不能是负数。")
		}
	}
	return nil
}

func totalFault(i int, field, message string) error {
	return fault.Field(fmt.Sprintf("totals[%d].%s", i, field), "RUL-07", message)
}

// Totals compares what the tills told of a store's business day with what we
// hold, by till. Fault: store.not_found.
func (a *App) Totals(ctx context.Context, grant kernel.Grant, store kernel.StoreID, day kernel.BusinessDate) ([]visit.TillDay, error) {
	if !grant.Covers(store, false) {
		return nil, visit.ErrNoStore
	}
	days, err := a.dayFacts(ctx, grant.Actor().Tenant, []kernel.StoreID{store}, day, day, everyStore)
	if err != nil {
		return nil, err
	}
	tills := days.facts[StoreDay{store, day}].Tills
	slices.SortFunc(tills, func(a, b visit.TillDay) int { return strings.Compare(a.Source, b.Source) })
	return tills, nil
}

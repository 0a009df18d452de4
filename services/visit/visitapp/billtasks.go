package visitapp

import (
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

const (
	taskDays = 31  // how far back a store is asked to settle
	maxTasks = 200 // of each kind
)

// BillTasks are what a store has to settle.
type BillTasks struct {
	Waiting    []BillView // bills that wait for a person (VIS-06)
	Proposals  [][]Proposal
	Parked     []BillView // refund notes whose bill is not known (VIS-07)
	Incomplete []Line     // finished bookings with neither notice nor bill (VIS-11)
}

// BillTasks lists what a store has to settle. Fault: store.not_found.
func (a *App) BillTasks(ctx context.Context, grant kernel.Grant, id kernel.StoreID, now time.Time) (out BillTasks, err error) {
	chain := grant.Actor().Tenant
	store, err := a.billStore(ctx, grant, id)
	if err != nil {
		return out, err
	}
	today := store.BusinessDate(now)
	q := visitdb.New(a.DB.Single(chain))
	loose, err := q.LooseBills(ctx, visitdb.LooseBillsParams{TenantID: chain, StoreID: id, FromOn: today - taskDays, ToOn: today})
	if err != nil {
		return out, err
	}
	rows := make([]visitdb.BillsOfDayRow, len(loose))
	for i, r := range loose {
		rows[i] = visitdb.BillsOfDayRow(r)
	}
	bills, err := a.billViews(ctx, chain, store, rows)
	if err != nil {
		return out, err
	}
	for _, v := range bills {
		if v.Way == visit.LinkWaiting && len(out.Waiting) < maxTasks {
			out.Waiting = append(out.Waiting, v)
		}
	}
	if out.Proposals, err = a.proposals(ctx, chain, store, out.Waiting, visit.Proposals); err != nil {
		return out, err
	}
	parked, err := q.ParkedNotes(ctx, chain, id)
	if err != nil {
		return out, err
	}
	rows = rows[:0]
	for _, r := range parked {
		rows = append(rows, visitdb.BillsOfDayRow(r))
	}
	if out.Parked, err = a.billViews(ctx, chain, store, rows); err != nil {
		return out, err
	}
	out.Incomplete, err = a.incomplete(ctx, q, chain, id, today)
	return out, err
}

// BillsWaiting counts for each of some stores the bills that wait for a person
// (VIS-06), as BillTasks lists them: a port of report.
func (a *App) BillsWaiting(ctx context.Context, chain kernel.TenantID, stores []tenant.Store, now time.Time) ([]int32, error) {
	q := visitdb.New(a.DB.Single(chain))
	out := make([]int32, len(stores))
	for i, store := range stores {
		today := store.BusinessDate(now)
		loose, err := q.LooseBills(ctx, visitdb.LooseBillsParams{TenantID: chain, StoreID: store.ID, FromOn: today - taskDays, ToOn: today})
		if err != nil {
			return nil, err
		}
		if len(loose) == 0 {
			continue
		}
		var days []kernel.BusinessDate
		for _, r := range loose {
			if !slices.Contains(days, r.OwnDate) {
				days = append(days, r.OwnDate)
			}
		}
		near, err := a.candidates(ctx, q, chain, store.ID, days)
		if err != nil {
			return nil, err
		}
		for _, r := range loose {
			v := BillView{BillsOfDayRow: visitdb.BillsOfDayRow(r)}
			if d, err := visit.ParseDetail(r.Detail); err != nil {
				return nil, err
			} else if d != nil {
				v.Detail = *d
			}
			v.link(near[mealKey{r.OwnDate, tenant.MealPeriod(r.OwnMeal)}], nil) // a booking that is known names no loose bill
			if v.Way == visit.LinkWaiting && out[i] < maxTasks {
				out[i]++
			}
		}
	}
	return out, nil
}

// incomplete are the finished bookings that are no visit yet, as the board shows them.
func (a *App) incomplete(ctx context.Context, q *visitdb.Queries, chain kernel.TenantID, store kernel.StoreID, today kernel.BusinessDate) ([]Line, error) {
	ids, err := q.IncompleteBookings(ctx, visitdb.IncompleteBookingsParams{TenantID: chain, StoreID: store, FromOn: today - taskDays, ToOn: today})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	rows, err := q.BookingsByID(ctx, chain, ids)
	if err != nil {
		return nil, err
	}
	all := make([]visitdb.BookingsOfDayRow, len(rows))
	for i, r := range rows {
		all[i] = visitdb.BookingsOfDayRow(r)
	}
	return a.lines(ctx, chain, all)
}

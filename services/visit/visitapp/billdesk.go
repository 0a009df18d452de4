package visitapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// BillPlace is where a page of a day's bills ended.
type BillPlace struct {
	ClosedAt   time.Time
	Source, No string
}

// newest is before every bill.
var newest = BillPlace{ClosedAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}

// billStore gives the store of a call about its bills. Fault: store.not_found.
func (a *App) billStore(ctx context.Context, grant kernel.Grant, id kernel.StoreID) (tenant.Store, error) {
	if !grant.Covers(id, false) {
		return tenant.Store{}, visit.ErrNoStore
	}
	return a.Stores.Store(ctx, grant.Actor().Tenant, id)
}

// Bills lists a store's bills of a business day (nil: today), last closed first,
// after a place (nil: from the first); more says that there are others. Fault:
// store.not_found.
func (a *App) Bills(ctx context.Context, grant kernel.Grant, id kernel.StoreID, date *kernel.BusinessDate, after *BillPlace, limit int32, now time.Time) (day kernel.BusinessDate, bills []BillView, more bool, err error) {
	chain := grant.Actor().Tenant
	store, err := a.billStore(ctx, grant, id)
	if err != nil {
		return day, nil, false, err
	}
	if day = store.BusinessDate(now); date != nil {
		day = *date
	}
	if after == nil {
		after = &newest
	}
	rows, err := visitdb.New(a.DB.Single(chain)).BillsOfDay(ctx, visitdb.BillsOfDayParams{
		TenantID: chain, StoreID: id, BusinessDate: day, BeforeTime: after.ClosedAt, BeforeSource: after.Source, BeforeNo: after.No, MaxRows: limit + 1,
	})
	if err != nil {
		return day, nil, false, err
	}
	if more = len(rows) > int(limit); more {
		rows = rows[:limit]
	}
	bills, err = a.billViews(ctx, chain, store, rows)
	return day, bills, more, err
}

// FindBills gives a store's bills by what somebody reads off a receipt: those whose
// number begins with it, and of the last days those whose number ends with it. Fault:
// store.not_found.
func (a *App) FindBills(ctx context.Context, grant kernel.Grant, id kernel.StoreID, typed string, now time.Time) ([]BillView, error) {
	chain := grant.Actor().Tenant
	store, err := a.billStore(ctx, grant, id)
	if err != nil {
		return nil, err
	}
	today := store.BusinessDate(now)
	found, err := visitdb.New(a.DB.Single(chain)).BillsByNumber(ctx, visitdb.BillsByNumberParams{TenantID: chain, StoreID: id, Typed: typed, FromOn: today - taskDays, ToOn: today})
	if err != nil {
		return nil, err
	}
	rows := make([]visitdb.BillsOfDayRow, len(found))
	for i, r := range found {
		rows[i] = visitdb.BillsOfDayRow(r)
	}
	return a.billViews(ctx, chain, store, rows)
}

// BillsOfVisit lists the bills of a guest's meal. Fault: customer.not_found.
func (a *App) BillsOfVisit(ctx context.Context, grant kernel.Grant, file kernel.FileID, day kernel.BusinessDate, meal tenant.MealPeriod) (customer.Row, []BillView, error) {
	chain := grant.Actor().Tenant
	guest, err := a.Guests.Find(ctx, grant, file)
	if err != nil {
		return guest, nil, err
	}
	store, err := a.Stores.Store(ctx, chain, guest.Store)
	if err != nil {
		return guest, nil, err
	}
	rows, err := visitdb.New(a.DB.Single(chain)).BillsOfVisit(ctx, visitdb.BillsOfVisitParams{TenantID: chain, FileID: file, BusinessDate: day, MealPeriod: int16(meal)})
	if err != nil {
		return guest, nil, err
	}
	all := make([]visitdb.BillsOfDayRow, len(rows))
	for i, r := range rows {
		all[i] = visitdb.BillsOfDayRow(r)
	}
	bills, err := a.billViews(ctx, chain, store, all)
	return guest, bills, err
}

// OpenedBill is a bill with everything on its page.
type OpenedBill struct {
	BillView
	Revisions []visitdb.BillRevision // as the till sent them, highest first
	Notes     []BillView
	Linkings  []Linking // newest first
	Proposals []Proposal
}

// Linking is what a person said of the booking of a bill.
type Linking struct {
	Ref     string // empty: none
	By, For string // names
	Reason  visit.LinkReason
	At      time.Time
}

// Bill gives one bill with its life. Faults: store.not_found, bill.not_found.
func (a *App) Bill(ctx context.Context, grant kernel.Grant, key visit.BillKey) (out OpenedBill, err error) {
	chain := grant.Actor().Tenant
	store, err := a.billStore(ctx, grant, key.Store)
	if err != nil {
		return out, err
	}
	q := visitdb.New(a.DB.Single(chain))
	rows, err := q.Bill(ctx, visitdb.BillParams{TenantID: chain, StoreID: key.Store, Source: key.Source, BillNo: key.No})
	if err != nil {
		return out, err
	}
	if len(rows) == 0 {
		return out, visit.ErrNoBill
	}
	notes, err := q.NotesOf(ctx, visitdb.NotesOfParams{TenantID: chain, StoreID: key.Store, Source: key.Source, RefundOf: key.No})
	if err != nil {
		return out, err
	}
	all := []visitdb.BillsOfDayRow{visitdb.BillsOfDayRow(rows[0])}
	for _, r := range notes {
		all = append(all, visitdb.BillsOfDayRow(r))
	}
	views, err := a.billViews(ctx, chain, store, all)
	if err != nil {
		return out, err
	}
	out.BillView, out.Notes = views[0], views[1:]
	if out.unlinked.Status.Counts() {
		proposed, err := a.proposals(ctx, chain, store, views[:1], visit.AllProposals)
		if err != nil {
			return out, err
		}
		out.Proposals = proposed[0]
	}
	revisions, err := q.BillRevisions(ctx, visitdb.BillRevisionsParams{TenantID: chain, StoreID: key.Store, Source: key.Source, BillNo: key.No})
	if err != nil {
		return out, err
	}
	return out, a.life(ctx, chain, revisions, &out)
}

// life tells apart what the till sent and what people said. A linking that later
// revisions were written under again is told once, with its first moment.
func (a *App) life(ctx context.Context, chain kernel.TenantID, rows []visitdb.BillRevision, into *OpenedBill) error {
	said := map[int32]visitdb.BillRevision{}
	var highest int32
	people := []kernel.PersonID{}
	for _, r := range rows {
		if r.LinkNo == 0 {
			into.Revisions = append(into.Revisions, r)
			continue
		}
		if first, ok := said[r.LinkNo]; !ok || r.RecordedAt.Before(first.RecordedAt) {
			said[r.LinkNo] = r
		}
		highest = max(highest, r.LinkNo)
		for _, p := range []*kernel.PersonID{r.LinkedBy, r.LinkedFor} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	names, err := a.Names(ctx, chain, people)
	for no := highest; no > 0; no-- {
		r := said[no]
		l := Linking{Ref: r.BookingRef, By: names[*r.LinkedBy], Reason: visit.LinkReason(*r.LinkReason), At: r.RecordedAt}
		if r.LinkedFor != nil {
			l.For = names[*r.LinkedFor]
		}
		into.Linkings = append(into.Linkings, l)
	}
	return err
}

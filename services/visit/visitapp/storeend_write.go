package visitapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// leavers takes bookings out of a store that ends.
type leavers struct {
	visit.StoreEnd
	app      *App
	tx       pgx.Tx
	tenant   kernel.TenantID
	from, to tenant.Store // the same where it closes
	now      time.Time
}

// write gives those that are gone; one that somebody changed since it was looked at
// stays for the next time.
func (l leavers) write(ctx context.Context, of []leavingBooking) ([]leavingBooking, error) {
	w, err := visitdb.NewWriter(ctx, l.tx, l.tenant, len(of))
	if err != nil {
		return nil, err
	}
	var ids []kernel.UUID
	if l.To == nil {
		ids, err = l.callOff(ctx, w, of)
	} else {
		ids, err = l.carry(ctx, w, of)
	}
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	gone := slices.DeleteFunc(of, func(b leavingBooking) bool { return !slices.Contains(ids, b.ID) })
	if l.To != nil {
		return gone, l.place(ctx, w, gone)
	}
	if err := w.HoldPlaces(ctx, l.tenant, ids); err != nil {
		return nil, err
	}
	return gone, w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{TenantID: l.tenant, BookingIds: ids, RecordedAt: l.now})
}

func (l leavers) callOff(ctx context.Context, w *visitdb.Writer, of []leavingBooking) ([]kernel.UUID, error) {
	p := visitdb.CallOffBookingsParams{TenantID: l.tenant, FromStore: kernel.UUID(l.From), Reason: "门店停业"}
	for _, b := range of {
		p.Ids, p.States = append(p.Ids, b.ID), append(p.States, b.row.State)
	}
	return w.CallOffBookings(ctx, p)
}

// carry takes bookings to the other store. Bills follow what they name there: those of
// the store that ends name an unknown booking from then on, and count by themselves.
func (l leavers) carry(ctx context.Context, w *visitdb.Writer, of []leavingBooking) (ids []kernel.UUID, err error) {
	p := visitdb.BookingsToStoreParams{TenantID: l.tenant, FromStore: kernel.UUID(l.From), ToStore: kernel.UUID(*l.To)}
	refs, touched := []visitdb.Ref{}, []visit.Key{}
	for _, b := range of {
		p.Ids, p.States, p.Dates, p.Meals = append(p.Ids, b.ID), append(p.States, b.row.State), append(p.Dates, b.Date), append(p.Meals, int16(b.Meal))
		number := b.row.NumberKey
		if number == nil {
			number = []byte{}
		}
		p.Numbers, p.Resources, p.OwnRefs = append(p.Numbers, number), append(p.Resources, b.place), append(p.OwnRefs, visit.RefOf(b.ID))
		for _, store := range []kernel.StoreID{l.From, *l.To} {
			refs = append(refs, visitdb.Ref{Store: store, Ref: b.Ref})
			touched = append(touched, visitdb.KeyOf(store, b.row.NumberKey, b.Date, int16(b.Meal)))
		}
	}
	if err := w.LockRefs(ctx, refs); err != nil {
		return nil, err
	}
	err = follow(ctx, w, refs, touched, l.now, func() error {
		if ids, err = w.BookingsToStore(ctx, p); err != nil || len(ids) == 0 {
			return err
		}
		return w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{TenantID: l.tenant, BookingIds: ids, RecordedAt: l.now})
	})
	return ids, err
}

// place gives those that moved their places there.
func (l leavers) place(ctx context.Context, w *visitdb.Writer, gone []leavingBooking) error {
	p, ids := visitdb.GivePlacesParams{TenantID: l.tenant}, make([]kernel.UUID, len(gone))
	for i, b := range gone {
		ids[i] = b.ID
		for _, slot := range b.slots {
			p.BookingIds, p.ResourceIds, p.Slots = append(p.BookingIds, b.ID), append(p.ResourceIds, b.place), append(p.Slots, slot)
			p.Dates, p.Meals = append(p.Dates, b.Date), append(p.Meals, int16(b.Meal))
		}
	}
	if err := w.DropPlacesOf(ctx, l.tenant, ids); err != nil || len(p.BookingIds) == 0 {
		return err
	}
	return w.GivePlaces(ctx, p)
}

// tell writes to the guests and tells bookers, watchers and the log of acts.
func (l leavers) tell(ctx context.Context, gone []leavingBooking) error {
	kind, notes, known := message.BookingsMoved, []message.Note{}, map[kernel.PersonID]bool{}
	if l.To == nil {
		kind = message.BookingsCalledOff
	}
	for _, b := range gone {
		if err := l.one(ctx, b); err != nil {
			return err
		}
		if !known[b.Booker] { // once, with the first
			known[b.Booker] = true
			notes = append(notes, message.Note{Person: b.Booker, Kind: kind, On: b.Date})
		}
	}
	if l.app.Messages == nil { // a process that tells nobody
		return nil
	}
	return l.app.Messages.NoteTx(ctx, l.tx, l.tenant, notes, l.now)
}

func (l leavers) one(ctx context.Context, b leavingBooking) error {
	e := audit.Entry{Action: "booking.cancelled", Object: "booking", ObjectID: b.ID.String(), Store: l.From, Changes: []audit.Change{{Field: "state", Before: string(b.State), After: string(visit.Cancelled)}}}
	if l.To != nil {
		e.Action, e.Changes = "booking.moved", []audit.Change{{Field: "store", Before: l.From.String(), After: l.To.String()}}
		if err := l.app.told(ctx, l.tx, l.tenant, *l.To, b.ID, l.now); err != nil {
			return err
		}
	}
	if err := l.app.told(ctx, l.tx, l.tenant, l.From, b.ID, l.now); err != nil {
		return err
	}
	if err := audit.WriteTx(ctx, l.tx, l.tenant, l.now, e); err != nil || !b.Told || l.app.Messages == nil {
		return err
	}
	keys, err := l.app.Numbers.Keys(ctx, l.tenant)
	if err != nil {
		return err
	}
	number, err := keys.Open(b.row.NumberBox, boxTable, b.ID)
	if err != nil {
		return err
	}
	o := occasion{store: l.to, date: b.Date, meal: b.Meal, guest: b.row.GuestName, guests: b.Guests}
	m := message.New{}
	if l.To == nil {
		m = o.notice(message.BookingCalledOff, number)
	} else {
		if len(b.To) > 0 {
			o.place = b.To[0]
		}
		m = o.notice(message.BookingMoved, number)
		m.Params[message.ParamFormer] = l.from.Name
	}
	m.NotBefore = visit.WritesAt(l.to, b.Date, l.now)
	return l.app.give(ctx, l.tx, &kernel.Actor{Kind: kernel.ActorSystem, Tenant: l.tenant}, b.ID, keys, m, l.now)
}

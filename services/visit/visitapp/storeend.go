package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// maxLeaving bounds the bookings of a store that ends which are looked at together.
const maxLeaving = 5000

// Leaving says what becomes of a store's bookings to come when it ends, in the order
// in which they are to come; at most 5,000 (HND-08). Guests' names are masked. It
// writes nothing: a port of handover.
func (a *App) Leaving(ctx context.Context, id kernel.TenantID, e visit.StoreEnd) ([]visit.Leaving, error) {
	l, err := a.leaving(ctx, visitdb.New(a.DB.Single(id)), id, e, maxLeaving)
	if err != nil {
		return nil, err
	}
	out := make([]visit.Leaving, len(l))
	for i, b := range l {
		out[i] = b.Leaving
	}
	return out, nil
}

// leavingBooking is a booking with what is written of it.
type leavingBooking struct {
	visit.Leaving
	row   visitdb.Booking
	place kernel.UUID // in the other store; zero: none
	slots []int32
}

func (a *App) leaving(ctx context.Context, q *visitdb.Queries, id kernel.TenantID, e visit.StoreEnd, atMost int32) ([]leavingBooking, error) {
	rows, err := q.BookingsToLeave(ctx, visitdb.BookingsToLeaveParams{TenantID: id, StoreID: e.From, FromOn: e.On, AtMost: atMost})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]kernel.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.BookingID
	}
	held := map[kernel.UUID][]string{}
	places, err := q.PlacesOf(ctx, id, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		held[p.BookingID] = append(held[p.BookingID], p.Name)
	}
	out := make([]leavingBooking, len(rows))
	for i, r := range rows {
		out[i] = leavingBooking{row: r, Leaving: visit.Leaving{
			ID: r.BookingID, Ref: r.Ref, Date: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), Kind: visit.Kind(r.Kind), State: visit.State(r.State),
			Guests: r.Guests, Tables: r.Tables, Guest: customer.Name(r.GuestName).Masked(), Booker: r.BookerID, Places: held[r.BookingID], Fate: visit.IsCalledOff, Told: r.NumberBox != nil,
		}}
	}
	if e.To == nil {
		return out, nil
	}
	return out, a.placeAll(ctx, q, id, *e.To, out)
}

// house reads a store's places and what is taken of them on the days of bookings.
func house(ctx context.Context, q *visitdb.Queries, id kernel.TenantID, store kernel.StoreID, of []leavingBooking) (visit.House, error) {
	h := visit.House{Taken: map[visit.Occupied]bool{}}
	rows, err := q.ResourcesOfStore(ctx, id, store)
	if err != nil {
		return h, err
	}
	places, dates := []kernel.UUID{}, []kernel.BusinessDate{}
	for _, r := range rows {
		h.Places, places = append(h.Places, resourceOf(r)), append(places, r.ResourceID)
	}
	for _, b := range of {
		if n := len(dates); n == 0 || dates[n-1] != b.Date { // they come by date
			dates = append(dates, b.Date)
		}
	}
	taken, err := q.PlacesTakenOn(ctx, id, places, dates)
	for _, t := range taken {
		h.Taken[visit.Occupied{Place: t.ResourceID, Date: t.BusinessDate, Meal: tenant.MealPeriod(t.MealPeriod), Slot: t.Slot}] = true
	}
	return h, err
}

// placeAll says of bookings what becomes of them in the other store.
func (a *App) placeAll(ctx context.Context, q *visitdb.Queries, id kernel.TenantID, to kernel.StoreID, of []leavingBooking) error {
	store, err := a.Stores.Store(ctx, id, to)
	if err != nil {
		return err
	}
	h, err := house(ctx, q, id, to, of)
	if err != nil {
		return err
	}
	type sitting struct {
		date kernel.BusinessDate
		meal tenant.MealPeriod
	}
	shut := map[sitting]bool{}
	for i := range of {
		b := &of[i]
		at := sitting{b.Date, b.Meal}
		if _, known := shut[at]; !known {
			shut[at] = a.mayBook(ctx, id, store, b.Date, b.Meal) != nil
		}
		switch {
		case shut[at]:
			b.Fate = visit.GoesUnopened
		case len(b.Places) == 0:
			b.Fate = visit.GoesAsItStood
		default:
			b.Fate = visit.GoesUnplaced
			if place, slots, ok := h.Give(b.Leaving); ok {
				b.Fate, b.place, b.slots, b.To = visit.GoesToPlace, place.ID, slots, []string{place.Name}
			}
		}
	}
	return nil
}

// LeaveTx lets some bookings to come leave a store that ends, in the caller's
// transaction, whose first write to visits it must be: to the other store, with a place
// there if one is free, or called off. Guests are written to, bookers told; each is a
// fact and a line in the log of acts. Again is harmless: who is gone is gone. A port of
// handover.
func (a *App) LeaveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, e visit.StoreEnd, atMost int, now time.Time) (visit.Left, error) {
	l := leavers{app: a, tx: tx, tenant: id, StoreEnd: e, now: now}
	var err error
	if l.from, err = a.Stores.Store(ctx, id, e.From); err != nil {
		return visit.Left{}, err
	}
	if l.to = l.from; e.To != nil {
		if l.to, err = a.Stores.Store(ctx, id, *e.To); err != nil {
			return visit.Left{}, err
		}
		if err := lockPlaces(ctx, tx, id, *e.To); err != nil { // before all else, as everybody who books
			return visit.Left{}, err
		}
	}
	of, err := a.leaving(ctx, visitdb.New(tx), id, e, int32(atMost))
	if err != nil || len(of) == 0 {
		return visit.Left{}, err
	}
	gone, err := l.write(ctx, of)
	if err != nil {
		return visit.Left{}, err
	}
	left := visit.Left{Bookings: int32(len(gone)), More: true}
	for _, b := range gone {
		if b.Fate == visit.GoesUnplaced || b.Fate == visit.GoesUnopened {
			left.Unplaced++
		}
		if !b.Told {
			left.Untold++
		}
	}
	return left, l.tell(ctx, gone)
}

// lockPlaces takes the places of a store, in the order in which everybody takes them.
func lockPlaces(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID) error {
	q := visitdb.New(tx)
	rows, err := q.ResourcesOfStore(ctx, id, store)
	if err != nil {
		return err
	}
	ids := make([]kernel.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.ResourceID
	}
	_, err = q.LockPlaces(ctx, id, ids)
	return err
}

package visitapp

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// Move is where a booking shall be.
type Move struct {
	Places []kernel.UUID
	Tables int32                // of a banquet; 0: as many as before
	Date   *kernel.BusinessDate // nil: as before
	Meal   tenant.MealPeriod    // 0: as before
	Arrive *string              // HH:MM of the store's clock, empty: not said; nil: as before where the meal allows
}

// Seen is a booking in the version that the caller saw.
type Seen struct {
	Booking kernel.UUID
	Version int32
}

// asSeen gives a booking that nobody edited since. Faults: booking.not_found,
// booking.changed.
func (a *App) asSeen(ctx context.Context, grant kernel.Grant, s Seen) (Line, error) {
	line, err := a.booking(ctx, grant, s.Booking)
	if err == nil && line.Version != s.Version {
		err = visit.ErrChanged
	}
	return line, err
}

// Move gives a booking that is not over other places: none, a room, tables put
// together, other tables of a hall; and one that is not seated another day or meal,
// which its bills follow. Faults: booking.not_found, booking.changed,
// booking.wrong_state, booking.room_taken, booking.hall_full, booking.past_date,
// store.suspended, store.closed, store.closed_for_works, store.not_open, invalid_field.
func (a *App) Move(ctx context.Context, grant kernel.Grant, seen Seen, to Move, now time.Time) (Line, error) {
	chain, id := grant.Actor().Tenant, seen.Booking
	line, err := a.asSeen(ctx, grant, seen)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	want := holding{chain, id, b.StoreID, b.BusinessDate, tenant.MealPeriod(b.MealPeriod), "", to.Places, to.Tables}
	if err := a.when(ctx, b, to, &want, now); err != nil {
		return Line{}, err
	}
	arrive, err := a.arrives(ctx, b, to, want)
	if err != nil {
		return Line{}, err
	}
	banquet := visit.Kind(b.Kind) == visit.Banquet
	if banquet {
		want.kind = visit.Banquet
		if to.Tables == 0 {
			want.tables = b.Tables
		}
	} else if to.Tables != 0 {
		return Line{}, fault.Field("tables", "VIS-10", "只有包席按桌数登记。")
	}
	err = a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		held, err := want.find(ctx, tx)
		if err != nil {
			return err
		}
		set := placing(b)
		set.Tables, set.ResourceID, set.BusinessDate, set.MealPeriod, set.ArriveMinute = want.tables, nil, want.date, int16(want.meal), arrive
		if len(to.Places) > 0 {
			if (held.kind == visit.Banquet) != banquet {
				return placeFault("宴会厅只接包席；请先取消，再登记为包席。")
			}
			set.Kind, set.ResourceID = string(held.kind), &to.Places[0]
		}
		if err := rebook(ctx, tx, grant, line, set, now); err != nil {
			return err
		}
		if err := held.take(ctx, tx); err != nil {
			return err
		}
		return a.moved(ctx, tx, grant, line, held.name(), want, arrive, now)
	})
	if db.ConstraintName(err) == placeOnce {
		return Line{}, visit.ErrRoomTaken.Because(err)
	}
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// when says for which day and meal a booking shall be, and whether it can be.
func (a *App) when(ctx context.Context, b visitdb.Booking, to Move, want *holding, now time.Time) error {
	if to.Date != nil {
		want.date = *to.Date
	}
	if to.Meal != 0 {
		want.meal = to.Meal
	}
	state := visit.State(b.State)
	if want.date == b.BusinessDate && want.meal == tenant.MealPeriod(b.MealPeriod) {
		if !state.Open() {
			return visit.ErrWrongState
		}
		return nil
	}
	if state != visit.Requested && state != visit.Confirmed {
		return visit.ErrWrongState
	}
	store, err := a.Stores.Store(ctx, b.TenantID, b.StoreID)
	if err != nil {
		return err
	}
	if want.date < store.BusinessDate(now) {
		return visit.ErrPastDate
	}
	return a.mayBook(ctx, b.TenantID, store, want.date, want.meal)
}

// arrives is when the guests of a booking come once it is moved. What they said for
// one meal does not hold for another that is over by then, or has not begun (VIS-10):
// then nobody has said it yet.
func (a *App) arrives(ctx context.Context, b visitdb.Booking, to Move, want holding) (*int32, error) {
	if to.Arrive == nil && (b.ArriveMinute == nil || want.meal == tenant.MealPeriod(b.MealPeriod)) {
		return b.ArriveMinute, nil
	}
	store, err := a.Stores.Store(ctx, b.TenantID, b.StoreID)
	if err != nil {
		return nil, err
	}
	if to.Arrive != nil {
		return arrival(*to.Arrive, store, want.date)
	}
	rules, err := a.Stores.Rules(ctx, b.TenantID, want.date)
	if err != nil {
		return nil, err
	}
	if visit.MealOf(*b.ArriveMinute, store.ClockOn(want.date).Cutover, visit.Meals(store, rules, want.date)) != want.meal {
		return nil, nil
	}
	return b.ArriveMinute, nil
}

// placing is the write that leaves a booking where it is.
func placing(b visitdb.Booking) visitdb.SetPlacesParams {
	return visitdb.SetPlacesParams{
		Kind: b.Kind, ResourceID: b.ResourceID, Tables: b.Tables, BusinessDate: b.BusinessDate, MealPeriod: b.MealPeriod, ArriveMinute: b.ArriveMinute, TenantID: b.TenantID, BookingID: b.BookingID,
		Expected: b.State, BaseVersion: b.Version,
	}
}

// rebook writes where a booking is from now on and frees what it held. Another day
// or meal is a fact, and the bills that name the booking go with it (VIS-06).
func rebook(ctx context.Context, tx pgx.Tx, grant kernel.Grant, line Line, set visitdb.SetPlacesParams, now time.Time) error {
	b := line.Booking
	write := func() error {
		n, err := visitdb.New(tx).SetPlaces(ctx, set)
		if err == nil && n == 0 {
			err = visit.ErrChanged
		}
		if err != nil {
			return err
		}
		return visitdb.New(tx).DropPlaces(ctx, b.TenantID, b.BookingID)
	}
	if set.BusinessDate == b.BusinessDate && set.MealPeriod == b.MealPeriod {
		return write()
	}
	w, err := visitdb.NewWriter(ctx, tx, b.TenantID, 1)
	if err != nil {
		return err
	}
	ref := visitdb.Ref{Store: b.StoreID, Ref: b.Ref}
	if err := w.LockRefs(ctx, []visitdb.Ref{ref}); err != nil {
		return err
	}
	touched := []visit.Key{visitdb.KeyOf(b.StoreID, b.NumberKey, b.BusinessDate, b.MealPeriod), visitdb.KeyOf(b.StoreID, b.NumberKey, set.BusinessDate, set.MealPeriod)}
	me := grant.Person()
	return follow(ctx, w, []visitdb.Ref{ref}, touched, now, func() error {
		if err := write(); err != nil {
			return err
		}
		return w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{
			TenantID: b.TenantID, BookingIds: []kernel.UUID{b.BookingID}, ChangedBy: &me, ForID: grant.Holder(b.StoreID, line.own(me)).Who(), RecordedAt: now,
		})
	})
}

// moved tells watchers and the log of acts.
func (a *App) moved(ctx context.Context, tx pgx.Tx, grant kernel.Grant, line Line, places string, to holding, arrive *int32, now time.Time) error {
	b := line.Booking
	if err := a.told(ctx, tx, b.TenantID, b.StoreID, b.BookingID, now); err != nil {
		return err
	}
	e := audit.Entry{
		Action: "booking.moved", Object: "booking", ObjectID: b.BookingID.String(), Store: b.StoreID, Own: line.own(grant.Person()),
		Changes: []audit.Change{{Field: "places", Before: line.places(), After: places}},
	}
	if to.date != b.BusinessDate {
		e.Changes = append(e.Changes, audit.Change{Field: "date", Before: b.BusinessDate.String(), After: to.date.String()})
	}
	if meal := tenant.MealPeriod(b.MealPeriod); to.meal != meal {
		e.Changes = append(e.Changes, audit.Change{Field: "meal", Before: fmt.Sprint(meal), After: fmt.Sprint(to.meal)})
	}
	if compareMinutes(b.ArriveMinute, arrive) != 0 {
		e.Changes = append(e.Changes, audit.Change{Field: "arrive_time"})
	}
	return audit.WriteTx(ctx, tx, b.TenantID, now, e)
}

// Swap exchanges the places of two bookings of one meal in one step, so that
// nobody takes one of them in between. Faults: booking.not_found, booking.changed,
// booking.wrong_state, booking.no_swap.
func (a *App) Swap(ctx context.Context, grant kernel.Grant, seen, with Seen, now time.Time) (Line, error) {
	one, err := a.asSeen(ctx, grant, seen)
	if err != nil {
		return Line{}, err
	}
	other, err := a.asSeen(ctx, grant, with)
	if err != nil {
		return Line{}, err
	}
	if err := maySwap(one, other); err != nil {
		return Line{}, err
	}
	err = a.DB.InTenant(ctx, one.TenantID, func(tx pgx.Tx) error {
		var all []kernel.UUID
		for _, p := range append(one.Places, other.Places...) {
			all = append(all, p.ResourceID)
		}
		if _, err := visitdb.New(tx).LockPlaces(ctx, one.TenantID, all); err != nil {
			return err
		}
		for _, x := range []struct{ from, to Line }{{one, other}, {other, one}} {
			set := placing(x.from.Booking)
			set.Kind, set.ResourceID = x.to.Kind, x.to.ResourceID
			if err := rebook(ctx, tx, grant, x.from, set, now); err != nil {
				return err
			}
		}
		for _, x := range []struct{ from, to Line }{{one, other}, {other, one}} {
			h := held{holding: holding{x.from.TenantID, x.from.BookingID, x.from.StoreID, x.from.BusinessDate, tenant.MealPeriod(x.from.MealPeriod), "", nil, 0}}
			for _, p := range x.to.Places {
				h.ids, h.slots, h.names = append(h.ids, p.ResourceID), append(h.slots, 1), append(h.names, p.Name)
			}
			if err := h.take(ctx, tx); err != nil {
				return err
			}
			if err := a.moved(ctx, tx, grant, x.from, h.name(), h.holding, x.from.ArriveMinute, now); err != nil {
				return err
			}
		}
		return nil
	})
	if db.ConstraintName(err) == placeOnce { // one of them was moved meanwhile
		return Line{}, visit.ErrChanged.Because(err)
	}
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, seen.Booking)
}

func maySwap(one, other Line) error {
	meal := func(l Line) visit.Key { return visitdb.KeyOf(l.StoreID, nil, l.BusinessDate, l.MealPeriod) }
	banquet := visit.Kind(one.Kind) == visit.Banquet || visit.Kind(other.Kind) == visit.Banquet
	switch {
	case !visit.State(one.State).Open() || !visit.State(other.State).Open():
		return visit.ErrWrongState
	case one.BookingID == other.BookingID, meal(one) != meal(other), banquet, len(one.Places) == 0, len(other.Places) == 0:
		return visit.ErrNoSwap
	}
	return nil
}

package visitapp

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// Details are what else was agreed with a guest.
type Details struct {
	GuestName string // empty: as before
	Guests    int32  // 0: not said
	Arrive    string // HH:MM of the store's clock; empty: not said
	Note      string
	MinSpend  kernel.Fen
	Deposit   kernel.Fen
}

// Update writes what else was agreed, until the guests have left, over the version
// that the caller saw. Nothing of it bears on a credit. Faults: booking.not_found,
// booking.changed, booking.wrong_state, booking.day_over, invalid_field.
func (a *App) Update(ctx context.Context, grant kernel.Grant, id kernel.UUID, base int32, to Details, now time.Time) (Line, error) {
	line, store, err := a.ofToday(ctx, grant, id, now)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	if !visit.State(b.State).Open() {
		return Line{}, visit.ErrWrongState
	}
	arrive, err := arrival(to.Arrive, store, b.BusinessDate)
	if err != nil {
		return Line{}, err
	}
	if to.GuestName == "" {
		to.GuestName = b.GuestName
	}
	err = a.DB.InTenant(ctx, b.TenantID, func(tx pgx.Tx) error {
		n, err := visitdb.New(tx).SetDetails(ctx, visitdb.SetDetailsParams{
			Guests: to.Guests, ArriveMinute: arrive, Note: to.Note, GuestName: to.GuestName, MinSpendFen: int64(to.MinSpend), DepositFen: int64(to.Deposit),
			TenantID: b.TenantID, BookingID: id, Expected: b.State, BaseVersion: base,
		})
		if err == nil && n == 0 {
			err = visit.ErrChanged
		}
		if err != nil {
			return err
		}
		if err := a.told(ctx, tx, b.TenantID, b.StoreID, id, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, b.TenantID, now, audit.Entry{
			Action: "booking.updated", Object: "booking", ObjectID: id.String(), Store: b.StoreID, Own: line.own(grant.Person()), Changes: changed(b, to, arrive),
		})
	})
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// changed says what a booking's new details change; of words that they do.
func changed(b visitdb.Booking, to Details, arrive *int32) (out []audit.Change) {
	number := func(field string, before, after int64) {
		if before != after {
			out = append(out, audit.Change{Field: field, Before: fmt.Sprint(before), After: fmt.Sprint(after)})
		}
	}
	number("guests", int64(b.Guests), int64(to.Guests))
	number("min_spend_fen", b.MinSpendFen, int64(to.MinSpend))
	number("deposit_fen", b.DepositFen, int64(to.Deposit))
	said := func(field string, differs bool) {
		if differs {
			out = append(out, audit.Change{Field: field})
		}
	}
	said("arrive_time", compareMinutes(b.ArriveMinute, arrive) != 0)
	said("guest_name", b.GuestName != to.GuestName)
	said("note", b.Note != to.Note)
	return out
}

// AddNumber gives a booking that has none the guest's number, until the business
// day ends: its bills and its visit are his from then on (VIS-11). Who received him
// keeps the credit (VIS-05). Faults: booking.not_found, booking.numbered,
// booking.wrong_state, booking.day_over, booking.for_whom.
func (a *App) AddNumber(ctx context.Context, grant kernel.Grant, id kernel.UUID, number kernel.Phone, of *kernel.FileID, now time.Time) (Line, error) {
	actor := grant.Actor()
	line, _, err := a.ofToday(ctx, grant, id, now)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	switch s := visit.State(b.State); {
	case b.NumberKey != nil:
		return Line{}, visit.ErrNumbered
	case !s.Open() && s != visit.Finished:
		return Line{}, visit.ErrWrongState
	}
	keys, err := a.Numbers.Keys(ctx, b.TenantID)
	if err != nil {
		return Line{}, err
	}
	in := NewBooking{Store: b.StoreID, Number: number, For: of}
	contact, _, whose, err := a.guestOf(ctx, b.TenantID, &in, keys, actor.Person)
	if err != nil {
		return Line{}, err
	}
	set := visitdb.SetNumberParams{
		NumberKey: keys.NumberKey(whose), ContactID: contact, GuestName: in.GuestName,
		TenantID: b.TenantID, BookingID: id, Expected: b.State, ExpectedDate: b.BusinessDate, ExpectedMeal: b.MealPeriod,
	}
	if set.NumberBox, err = keys.Seal(whose, boxTable, id); err != nil {
		return Line{}, err
	}
	err = a.DB.InTenant(ctx, b.TenantID, func(tx pgx.Tx) error {
		if err := a.number(ctx, tx, grant, line, set, now); err != nil {
			return err
		}
		if err := a.told(ctx, tx, b.TenantID, b.StoreID, id, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, b.TenantID, now, audit.Entry{
			Action: "booking.number_added", Object: "booking", ObjectID: id.String(), Store: b.StoreID, Own: line.own(actor.Person), Changes: []audit.Change{{Field: "number"}},
		})
	})
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// number writes whose a booking is, as a fact that its bills and visits follow.
func (a *App) number(ctx context.Context, tx pgx.Tx, grant kernel.Grant, line Line, set visitdb.SetNumberParams, now time.Time) error {
	b, me := line.Booking, grant.Person()
	w, err := visitdb.NewWriter(ctx, tx, b.TenantID, 1)
	if err != nil {
		return err
	}
	refs := []visitdb.Ref{{Store: b.StoreID, Ref: b.Ref}}
	if err := w.LockRefs(ctx, refs); err != nil {
		return err
	}
	touched := []visit.Key{visitdb.KeyOf(b.StoreID, set.NumberKey, b.BusinessDate, b.MealPeriod)}
	return follow(ctx, w, refs, touched, now, func() error {
		if _, err := w.SetNumber(ctx, set); err != nil {
			return wrongState(err)
		}
		return w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{
			TenantID: b.TenantID, BookingIds: []kernel.UUID{b.BookingID}, ChangedBy: &me, ForID: grant.Holder(b.StoreID, line.own(me)).Who(), RecordedAt: now,
		})
	})
}

// ofToday gives a booking whose business day has not ended. Faults:
// booking.not_found, booking.day_over.
func (a *App) ofToday(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, tenant.Store, error) {
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return line, tenant.Store{}, err
	}
	store, err := a.Stores.Store(ctx, line.TenantID, line.StoreID)
	if err == nil && line.BusinessDate < store.BusinessDate(now) {
		err = visit.ErrDayOver
	}
	return line, store, err
}

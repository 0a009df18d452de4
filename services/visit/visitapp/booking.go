package visitapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// Confirm confirms a booking that was only asked for, and sends its notice if
// asked. Faults: booking.not_found, booking.wrong_state, booking.no_number.
func (a *App) Confirm(ctx context.Context, grant kernel.Grant, id kernel.UUID, notice bool, now time.Time) (Line, error) {
	template := ""
	if notice {
		template = message.BookingNotice
	}
	return a.advance(ctx, grant, id, step{act: visit.ActConfirm, notice: template, must: true}, now)
}

// Seat seats the guests of a booking now, and sends the dining notice when no
// notice went out and the number is known (VIS-04). Faults: booking.not_found,
// booking.wrong_state, booking.not_today.
func (a *App) Seat(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, error) {
	return a.seatBooking(ctx, grant, id, false, now)
}

func (a *App) seatBooking(ctx context.Context, grant kernel.Grant, id kernel.UUID, check bool, now time.Time) (Line, error) {
	return a.advance(ctx, grant, id, step{act: visit.ActSeat, notice: message.DiningNotice, check: check}, now)
}

// Finish says that the guests have left, which makes the visit when its notice
// was sent (VIS-11). Faults: booking.not_found, booking.wrong_state.
func (a *App) Finish(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, error) {
	return a.advance(ctx, grant, id, step{act: visit.ActFinish}, now)
}

// Cancel calls a booking off. Faults: booking.not_found, booking.wrong_state,
// invalid_field.
func (a *App) Cancel(ctx context.Context, grant kernel.Grant, id kernel.UUID, reason string, now time.Time) (Line, error) {
	if err := visit.CheckReason(reason); err != nil {
		return Line{}, err
	}
	return a.advance(ctx, grant, id, step{act: visit.ActCancel, reason: reason}, now)
}

// NoShow says that nobody came, and why as far as it is known. Faults:
// booking.not_found, booking.wrong_state, invalid_field.
func (a *App) NoShow(ctx context.Context, grant kernel.Grant, id kernel.UUID, reason string, now time.Time) (Line, error) {
	if reason != "" {
		if err := visit.CheckReason(reason); err != nil {
			return Line{}, err
		}
	}
	return a.advance(ctx, grant, id, step{act: visit.ActNoShow, reason: reason}, now)
}

// step is something done to a booking.
type step struct {
	act    visit.Act
	reason string
	notice string // template of the notice to send if none went out; empty: none
	must   bool   // a notice that can't be sent is a fault
	check  bool   // write nothing, give the booking as it would be
}

func (a *App) advance(ctx context.Context, grant kernel.Grant, id kernel.UUID, s step, now time.Time) (Line, error) {
	actor := grant.Actor()
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	next, err := visit.State(b.State).Next(s.act)
	if err != nil {
		return Line{}, err
	}
	move := visitdb.MoveBookingParams{
		TenantID: actor.Tenant, BookingID: id, Expected: b.State, Noticed: b.NoticeAt != nil, State: string(next), CancelReason: s.reason,
	}
	store, err := a.Stores.Store(ctx, actor.Tenant, b.StoreID)
	if err != nil {
		return Line{}, err
	}
	if s.act == visit.ActSeat {
		if store.BusinessDate(now) != b.BusinessDate {
			return Line{}, visit.ErrNotToday
		}
		minute := visit.MinuteAt(now, store)
		move.SeatedMinute = &minute
	}
	give := func(pgx.Tx) error { return nil }
	switch {
	case s.notice == "" || b.NoticeAt != nil:
	case b.NumberBox == nil && s.must:
		return Line{}, visit.ErrNoNumber
	case b.NumberBox != nil:
		way := string(visit.ByMessage)
		move.NoticeAt, move.NoticeWay = &now, &way
		if give, err = a.notice(ctx, actor, store, line, s.notice, now); err != nil {
			return Line{}, err
		}
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := a.moveBooking(ctx, tx, move, give, actor.Person, grant.Holder(b.StoreID, line.own(actor.Person)).Who(), now); err != nil {
			return err
		}
		if s.check {
			return errOnlyChecked
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: "booking." + string(next), Object: "booking", ObjectID: id.String(), Store: b.StoreID, Own: line.own(actor.Person),
			Changes: []audit.Change{{Field: "state", Before: b.State, After: string(next)}},
		})
	})
	switch {
	case errors.Is(err, errOnlyChecked):
		line.State, line.SeatedMinute = move.State, move.SeatedMinute
		if move.NoticeAt != nil {
			line.NoticeAt = move.NoticeAt
		}
		return line, nil
	case err != nil:
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// moveBooking writes the next state with its fact, what it makes of the places
// and of the visit. by zero: a key; whom is whose delegate he is.
func (a *App) moveBooking(ctx context.Context, tx pgx.Tx, move visitdb.MoveBookingParams, give func(pgx.Tx) error, by kernel.PersonID, whom *kernel.PersonID, now time.Time) error {
	w, err := visitdb.NewWriter(ctx, tx, move.TenantID, 1)
	if err != nil {
		return err
	}
	b, err := w.MoveBooking(ctx, move)
	if err != nil {
		return wrongState(err)
	}
	if err := give(tx); err != nil {
		return err
	}
	return a.afterwards(ctx, tx, w, b, by, whom, now)
}

// afterwards follows a write to a booking: its fact, its places, its visit, and
// whoever watches.
func (a *App) afterwards(ctx context.Context, tx pgx.Tx, w *visitdb.Writer, b visitdb.Booking, by kernel.PersonID, whom *kernel.PersonID, now time.Time) error {
	ids := []kernel.UUID{b.BookingID}
	if err := w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{TenantID: b.TenantID, BookingIds: ids, ChangedBy: maybePerson(by), ForID: whom, RecordedAt: now}); err != nil {
		return err
	}
	if err := w.HoldPlaces(ctx, b.TenantID, ids); err != nil {
		return err
	}
	if err := a.told(ctx, tx, b.TenantID, b.StoreID, b.BookingID, now); err != nil || visit.State(b.State) != visit.Finished {
		return err
	}
	touched := []visit.Key{visitdb.KeyOf(b.StoreID, b.NumberKey, b.BusinessDate, b.MealPeriod)}
	if err := w.LockGuests(ctx, touched); err != nil {
		return err
	}
	return w.Recompute(ctx, touched, now)
}

// wrongState makes the fault of a booking that is no longer as it was read.
func wrongState(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return visit.ErrWrongState
	}
	return err
}

package visitapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// boxTable is what a booking's number is sealed for.
const boxTable = "booking"

// NewBooking is a booking as somebody enters it.
type NewBooking struct {
	Store     kernel.StoreID
	Request   kernel.UUID // made by the client: a retry makes no second booking
	Number    kernel.Phone
	GuestName string
	Date      kernel.BusinessDate
	Meal      tenant.MealPeriod
	Kind      visit.Kind
	Resource  *kernel.UUID // nil: to be given later
	Guests    int32
	Notice    bool // send the booking notice (VIS-03)
	Note      string
	For       *kernel.FileID // whom it is for, where the number is a contact's (VIS-12)
}

// CreateBooking enters a booking; the booker (订单人, 接待人) is who enters it.
// The same request gives the same booking. Faults: store.not_found,
// booking.past_date, booking.for_whom, booking.room_taken (VIS-10), store.suspended, store.closed,
// store.closed_for_works, store.not_open, invalid_field.
func (a *App) CreateBooking(ctx context.Context, grant kernel.Grant, in NewBooking, now time.Time) (Line, error) {
	actor := grant.Actor()
	if actor.Person.IsZero() {
		return Line{}, visit.ErrNoPerson
	}
	if !grant.Covers(in.Store, true) {
		return Line{}, visit.ErrNoStore
	}
	store, err := a.Stores.Store(ctx, actor.Tenant, in.Store)
	if err != nil {
		return Line{}, err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return Line{}, err
	}
	guests, err := a.Guests.GuestsOfNumber(ctx, actor.Tenant, in.Store, keys.NumberKey(in.Number))
	if err != nil {
		return Line{}, err
	}
	guest, err := forWhom(guests, in.For)
	if err != nil {
		return Line{}, err
	}
	number, contact := in.Number, (*kernel.UUID)(nil)
	if guest != nil { // the booking is the guest's, its notice goes to who called
		if number, err = a.Guests.NumberOf(ctx, actor.Tenant, guest.File); err != nil {
			return Line{}, err
		}
		contact = &guest.Contact
		if in.GuestName == "" && guest.Row.OwnedBy(actor.Person) {
			in.GuestName = guest.Name.Full()
		}
	}
	id := kernel.NewID[kernel.UUID](now)
	box, err := keys.Seal(number, boxTable, id)
	if err != nil {
		return Line{}, err
	}
	row := visitdb.InsertBookingParams{
		TenantID: actor.Tenant, BookingID: id, StoreID: in.Store, Ref: visit.RefOf(id), NumberKey: keys.NumberKey(number), NumberBox: box, ContactID: contact,
		GuestName: in.GuestName, BookerID: actor.Person, BusinessDate: in.Date, MealPeriod: int16(in.Meal), Kind: string(in.Kind),
		ResourceID: in.Resource, Guests: in.Guests, State: string(visit.Confirmed), Note: in.Note, RequestID: in.Request, RecordedAt: now,
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if known, err := visitdb.New(tx).BookingByRequest(ctx, actor.Tenant, in.Request); err == nil {
			id = known.BookingID
			return nil
		} else if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if in.Date < store.BusinessDate(now) {
			return visit.ErrPastDate
		}
		if err := a.mayBook(ctx, actor.Tenant, store, in.Date, in.Meal); err != nil {
			return err
		}
		place, err := resourceName(ctx, tx, actor.Tenant, in)
		if err != nil {
			return err
		}
		if in.Notice {
			row.NoticeAt = &now
			o := occasion{store, in.Date, in.Meal, in.GuestName, in.Guests, place, actor.Name}
			if _, err := a.Messages.QueueTx(ctx, tx, actor.Tenant, keys, o.notice(message.BookingNotice, in.Number), now); err != nil {
				return err
			}
		}
		if err := a.insertBooking(ctx, tx, row, actor.Person, grant.Holder(in.Store, true).Who(), now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: "booking.created", Object: "booking", ObjectID: id.String(), Store: in.Store, Own: true,
			Changes: []audit.Change{{Field: "date", After: in.Date.String()}, {Field: "state", After: string(visit.Confirmed)}},
		})
	})
	switch db.ConstraintName(err) {
	case "booking_room_once":
		return Line{}, visit.ErrRoomTaken.Because(err)
	case "booking_tenant_id_request_id_key": // the same request at the same moment
		known, err := visitdb.New(a.DB.Single(actor.Tenant)).BookingByRequest(ctx, actor.Tenant, in.Request)
		if err != nil {
			return Line{}, err
		}
		return a.booking(ctx, grant, known.BookingID)
	}
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// insertBooking writes a new booking with its fact, and moves what may already
// name it. whom is whose delegate its booker is; nil: in his own right.
func (a *App) insertBooking(ctx context.Context, tx pgx.Tx, row visitdb.InsertBookingParams, by kernel.PersonID, whom *kernel.PersonID, now time.Time) error {
	w, err := visitdb.NewWriter(ctx, tx, row.TenantID, 1)
	if err != nil {
		return err
	}
	refs := []visitdb.Ref{{Store: row.StoreID, Ref: row.Ref}}
	if err := w.LockRefs(ctx, refs); err != nil {
		return err
	}
	touched := []visit.Key{visitdb.KeyOf(row.StoreID, row.NumberKey, row.BusinessDate, row.MealPeriod)}
	return follow(ctx, w, refs, touched, now, func() error {
		if err := w.InsertBooking(ctx, row); err != nil {
			return err
		}
		return w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{
			TenantID: row.TenantID, BookingIds: []kernel.UUID{row.BookingID}, ChangedBy: &by, ForID: whom, RecordedAt: now,
		})
	})
}

// resourceName gives the name of the room or table, which must be one of the
// store, of the kind that is booked and in use on that day; empty for none.
func resourceName(ctx context.Context, tx pgx.Tx, id kernel.TenantID, in NewBooking) (string, error) {
	if in.Resource == nil {
		return "", nil
	}
	row, err := visitdb.New(tx).ResourceToBook(ctx, id, *in.Resource)
	r := resourceOf(row)
	switch {
	case errors.Is(err, pgx.ErrNoRows) || err == nil && r.Store != in.Store:
		return "", fault.Field("resource_id", "VIS-10", "本店没有这个包间或桌位，请重新选择。")
	case err == nil && r.Kind != in.Kind:
		return "", fault.Field("resource_id", "VIS-10", "所选的桌位与预定类型不符，请重新选择。")
	case err == nil && !r.Used(in.Date):
		return "", fault.Field("resource_id", "VIS-10", "这个包间或桌位那天不用，请换一个。")
	}
	return r.Name, err
}

// mayBook says whether the store takes guests in a meal period of a day. Faults:
// store.suspended, store.closed, store.closed_for_works, store.not_open.
func (a *App) mayBook(ctx context.Context, id kernel.TenantID, store tenant.Store, on kernel.BusinessDate, meal tenant.MealPeriod) error {
	if err := store.MayBook(on); err != nil || len(store.Hours) == 0 {
		return err
	}
	rules, err := a.Stores.Rules(ctx, id, on)
	if err != nil {
		return err
	}
	for _, m := range visit.Meals(store, rules, on) {
		if from, until := m.Span(); m.Period == meal && store.Hours.Open(on, from, until) {
			return nil
		}
	}
	return tenant.ErrNotOpenThen
}

// Seat seats the guests of a booking now, and sends the dining notice when no
// notice went out and the number is known (VIS-04). Faults: booking.not_found,
// booking.wrong_state, booking.not_today.
func (a *App) Seat(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, error) {
	return a.advance(ctx, grant, id, visit.ActSeat, "", now)
}

// Finish says that the guests have left, which makes the visit when its notice
// was sent (VIS-11). Faults: booking.not_found, booking.wrong_state.
func (a *App) Finish(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, error) {
	return a.advance(ctx, grant, id, visit.ActFinish, "", now)
}

// Cancel calls a booking off. Faults: booking.not_found, booking.wrong_state.
func (a *App) Cancel(ctx context.Context, grant kernel.Grant, id kernel.UUID, reason string, now time.Time) (Line, error) {
	return a.advance(ctx, grant, id, visit.ActCancel, reason, now)
}

// NoShow says that nobody came. Faults: booking.not_found, booking.wrong_state.
func (a *App) NoShow(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, error) {
	return a.advance(ctx, grant, id, visit.ActNoShow, "", now)
}

func (a *App) advance(ctx context.Context, grant kernel.Grant, id kernel.UUID, act visit.Act, reason string, now time.Time) (Line, error) {
	actor := grant.Actor()
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	next, err := visit.State(b.State).Next(act)
	if err != nil {
		return Line{}, err
	}
	move := visitdb.MoveBookingParams{
		TenantID: actor.Tenant, BookingID: id, Expected: b.State, Noticed: b.NoticeAt != nil, State: string(next), CancelReason: reason,
	}
	notice := func(pgx.Tx) error { return nil }
	if act == visit.ActSeat {
		store, err := a.Stores.Store(ctx, actor.Tenant, b.StoreID)
		if err != nil {
			return Line{}, err
		}
		if store.BusinessDate(now) != b.BusinessDate {
			return Line{}, visit.ErrNotToday
		}
		minute := visit.MinuteAt(now, store)
		move.SeatedMinute = &minute
		if b.NoticeAt == nil && b.NumberBox != nil {
			move.NoticeAt = &now
			if notice, err = a.diningNotice(ctx, actor.Tenant, store, line, now); err != nil {
				return Line{}, err
			}
		}
	}
	if err := a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := a.moveBooking(ctx, tx, move, notice, actor.Person, grant.Holder(b.StoreID, line.own(actor.Person)).Who(), now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: "booking." + string(next), Object: "booking", ObjectID: id.String(), Store: b.StoreID, Own: line.own(actor.Person),
			Changes: []audit.Change{{Field: "state", Before: b.State, After: string(next)}},
		})
	}); err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// diningNotice opens the guest's number and gives what queues the notice.
func (a *App) diningNotice(ctx context.Context, id kernel.TenantID, store tenant.Store, line Line, now time.Time) (func(pgx.Tx) error, error) {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	b := line.Booking
	number, err := keys.Open(b.NumberBox, boxTable, b.BookingID)
	if err != nil {
		return nil, err
	}
	o := occasion{store, b.BusinessDate, tenant.MealPeriod(b.MealPeriod), b.GuestName, b.Guests, line.Resource, line.Booker}
	return func(tx pgx.Tx) error {
		_, err := a.Messages.QueueTx(ctx, tx, id, keys, o.notice(message.DiningNotice, number), now)
		return err
	}, nil
}

// moveBooking writes the next state with its fact, and what it makes of the
// visit. by zero: a key; whom is whose delegate he is.
func (a *App) moveBooking(ctx context.Context, tx pgx.Tx, move visitdb.MoveBookingParams, notice func(pgx.Tx) error, by kernel.PersonID, whom *kernel.PersonID, now time.Time) error {
	w, err := visitdb.NewWriter(ctx, tx, move.TenantID, 1)
	if err != nil {
		return err
	}
	b, err := w.MoveBooking(ctx, move)
	if errors.Is(err, pgx.ErrNoRows) {
		return visit.ErrWrongState
	} else if err != nil {
		return err
	}
	if err := notice(tx); err != nil {
		return err
	}
	changedBy := &by
	if by.IsZero() {
		changedBy = nil
	}
	if err := w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{
		TenantID: move.TenantID, BookingIds: []kernel.UUID{b.BookingID}, ChangedBy: changedBy, ForID: whom, RecordedAt: now,
	}); err != nil || visit.State(b.State) != visit.Finished {
		return err
	}
	touched := []visit.Key{visitdb.KeyOf(b.StoreID, b.NumberKey, b.BusinessDate, b.MealPeriod)}
	if err := w.LockGuests(ctx, touched); err != nil {
		return err
	}
	return w.Recompute(ctx, touched, now)
}

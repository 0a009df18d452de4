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
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// boxTable is what a booking's number is sealed for.
const boxTable = "booking"

// NewBooking is a booking as somebody enters it.
type NewBooking struct {
	Store       kernel.StoreID
	Request     kernel.UUID  // made by the client: a retry makes no second booking
	Way         visit.Way    // empty: by phone
	Number      kernel.Phone // empty: a walk-in who told none
	GuestName   string
	Date        kernel.BusinessDate
	Meal        tenant.MealPeriod
	Arrive      string // HH:MM of the store's clock; empty: not said
	Kind        visit.Kind
	Resource    *kernel.UUID  // nil: to be given later
	More        []kernel.UUID // further ones put together with it
	Tables      int32         // of a banquet
	MinSpend    kernel.Fen    // agreed; 0: that of the places
	Deposit     kernel.Fen    // noted
	Guests      int32
	Notice      bool // send the notice (VIS-03, VIS-04)
	Requested   bool // only asked for: confirmed later
	ForReferrer bool // the guest asks for his referrer, who gets the credit (VIS-04)
	Note        string
	For         *kernel.FileID // whom it is for, where the number is a contact's (VIS-12)
}

// places are all places it shall hold.
func (in NewBooking) places() []kernel.UUID {
	if in.Resource == nil {
		return in.More
	}
	return append([]kernel.UUID{*in.Resource}, in.More...)
}

// CreateBooking enters a booking; the booker (订单人, 接待人) is who enters it, or
// the referrer whom the guest asks for. The same request gives the same booking.
// A walk-in sits at once. Faults: store.not_found, booking.past_date,
// booking.for_whom, booking.no_referrer, booking.room_taken, booking.hall_full
// (VIS-10), store.suspended, store.closed, store.closed_for_works,
// store.not_open, invalid_field.
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
	row, err := a.newRow(ctx, grant, &in, store, keys, now)
	if err != nil {
		return Line{}, err
	}
	id := row.BookingID
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
		held, err := holding{actor.Tenant, id, in.Store, in.Date, in.Meal, in.Kind, in.places(), in.Tables}.find(ctx, tx)
		if err != nil {
			return err
		}
		if row.MinSpendFen == 0 {
			row.MinSpendFen = int64(held.minSpend)
		}
		if err := a.insertBooking(ctx, tx, row, actor.Person, grant.Holder(in.Store, true).Who(), now); err != nil {
			return err
		}
		if err := held.take(ctx, tx); err != nil {
			return err
		}
		if row.NoticeAt != nil {
			o := occasion{store, in.Date, in.Meal, in.GuestName, in.Guests, held.name(), a.host(ctx, actor, row.BookerID)}
			template := message.BookingNotice
			if in.Way == visit.WalkIn {
				template = message.DiningNotice
			}
			if err := a.give(ctx, tx, actor, id, keys, o.notice(template, in.Number), now); err != nil {
				return err
			}
		}
		if err := a.told(ctx, tx, actor.Tenant, in.Store, id, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: "booking.created", Object: "booking", ObjectID: id.String(), Store: in.Store, Own: true,
			Changes: []audit.Change{{Field: "date", After: in.Date.String()}, {Field: "state", After: row.State}},
		})
	})
	switch db.ConstraintName(err) {
	case placeOnce:
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

// newRow makes the booking's row, less what depends on its places, and fills in
// the guest's name where who enters it may know it.
func (a *App) newRow(ctx context.Context, grant kernel.Grant, in *NewBooking, store tenant.Store, keys *secret.Keys, now time.Time) (row visitdb.InsertBookingParams, err error) {
	actor := grant.Actor()
	if in.Way == "" {
		in.Way = visit.Phone
	}
	contact, referrer, number, err := a.guestOf(ctx, actor.Tenant, in, keys, actor.Person)
	if err != nil {
		return row, err
	}
	if err := (visit.Taking{
		Way: in.Way, Kind: in.Kind, Requested: in.Requested, Today: in.Date == store.BusinessDate(now), Known: in.Number != "",
		ByHimself: referrer != nil && *referrer == actor.Person, Tables: in.Tables,
	}).Check(); err != nil {
		return row, err
	}
	booker := actor.Person
	if in.ForReferrer {
		if referrer == nil {
			return row, visit.ErrNoReferrer
		}
		booker = *referrer
	}
	id, way := kernel.NewID[kernel.UUID](now), string(in.Way)
	row = visitdb.InsertBookingParams{
		TenantID: actor.Tenant, BookingID: id, StoreID: in.Store, Ref: visit.RefOf(id), ContactID: contact,
		GuestName: in.GuestName, BookerID: booker, BusinessDate: in.Date, MealPeriod: int16(in.Meal), Kind: string(in.Kind),
		ResourceID: in.Resource, Guests: in.Guests, State: string(visit.Confirmed), Note: in.Note, RequestID: in.Request, RecordedAt: now,
		Way: &way, EnteredBy: &actor.Person, Tables: in.Tables, MinSpendFen: int64(in.MinSpend), DepositFen: int64(in.Deposit),
	}
	if number != "" {
		row.NumberKey = keys.NumberKey(number)
		if row.NumberBox, err = keys.Seal(number, boxTable, id); err != nil {
			return row, err
		}
	}
	switch {
	case in.Requested:
		row.State = string(visit.Requested)
	case in.Way == visit.WalkIn:
		minute := visit.MinuteAt(now, store)
		row.State, row.SeatedMinute = string(visit.Seated), &minute
	}
	if in.Notice && number != "" && !in.Requested {
		sent := string(visit.ByMessage)
		row.NoticeAt, row.NoticeWay = &now, &sent
	}
	row.ArriveMinute, err = arrival(in.Arrive, store, in.Date)
	return row, err
}

// arrival reads when guests are expected, as minutes since the day's cut-over; nil:
// not said. Fault: invalid_field.
func arrival(clock string, store tenant.Store, on kernel.BusinessDate) (*int32, error) {
	if clock == "" {
		return nil, nil
	}
	minute, err := visit.ParseMinute(clock, store.ClockOn(on).Cutover)
	if err != nil {
		return nil, fault.Field("arrive_time", "VIS-10", "没有这个时刻，请按 18:30 这样填写。")
	}
	return &minute, nil
}

// guestOf finds whom a new booking is for: who called if it was a contact of his,
// his referrer, and the number under which the visit counts.
func (a *App) guestOf(ctx context.Context, id kernel.TenantID, in *NewBooking, keys *secret.Keys, me kernel.PersonID) (contact *kernel.UUID, referrer *kernel.PersonID, number kernel.Phone, err error) {
	if in.Number == "" {
		return nil, nil, "", nil
	}
	guests, err := a.Guests.GuestsOfNumber(ctx, id, in.Store, keys.NumberKey(in.Number))
	if err != nil {
		return nil, nil, "", err
	}
	guest, err := forWhom(guests, in.For)
	if err != nil {
		return nil, nil, "", err
	}
	if guest == nil { // nobody's, or his own number
		if len(guests) > 0 {
			referrer = guests[0].Row.Owner
		}
		return nil, referrer, in.Number, nil
	}
	// The booking is the guest's, its notice goes to who called.
	if number, err = a.Guests.NumberOf(ctx, id, guest.File); err != nil {
		return nil, nil, "", err
	}
	if in.GuestName == "" && guest.Row.OwnedBy(me) {
		in.GuestName = guest.Name.Full()
	}
	return &guest.Contact, guest.Row.Owner, number, nil
}

// host is the name that a notice gives as the guest's host.
func (a *App) host(ctx context.Context, actor *kernel.Actor, booker kernel.PersonID) string {
	if booker == actor.Person {
		return actor.Name
	}
	names, err := a.Names(ctx, actor.Tenant, []kernel.PersonID{booker})
	if err != nil {
		return "" // the notice does without
	}
	return names[booker]
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

package visitapp

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// errRefMoved says that somebody entered the reference meanwhile.
var errRefMoved = errors.New("visitapp: the booking of a reference is not the one that was found")

// PutBooking enters a booking that a vendor's system has, or brings it to what it
// is there now; the reference is its natural key for ever. check writes nothing.
// Faults: store.not_found, booking.wrong_state, booking.not_vendors,
// booking.past_date, booking.not_today, booking.room_taken, booking.hall_full,
// pos.unknown_place, store.closed, store.not_open, invalid_field.
func (a *App) PutBooking(ctx context.Context, grant kernel.Grant, in visit.SentBooking, check bool, now time.Time) (out visit.BookingOnFile, what visit.SentOutcome, err error) {
	chain := grant.Actor().Tenant
	if !grant.Covers(in.Store, false) {
		return out, 0, visit.ErrNoStore
	}
	if err := in.Check(); err != nil {
		return out, 0, err
	}
	s := sending{App: a, actor: grant.Actor(), in: in, now: now}
	if s.store, err = a.Stores.Store(ctx, chain, in.Store); err != nil {
		return out, 0, err
	}
	if s.keys, err = a.Numbers.Keys(ctx, chain); err != nil {
		return out, 0, err
	}
	if err := s.read(ctx); err != nil {
		return out, 0, err
	}
	for range 3 {
		err = a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
			if out, what, err = s.put(ctx, tx); err == nil && check {
				err = errOnlyChecked
			}
			return err
		})
		if !errors.Is(err, errRefMoved) {
			break
		}
	}
	switch {
	case errors.Is(err, errOnlyChecked):
		err = nil
	case db.ConstraintName(err) == placeOnce:
		err = visit.ErrRoomTaken.Because(err)
	}
	return out, what, err
}

// sending is a vendor's booking on its way.
type sending struct {
	*App
	actor *kernel.Actor
	in    visit.SentBooking
	store tenant.Store
	keys  *secret.Keys
	now   time.Time
	want  visitdb.ChangeSentBookingParams // but for what depends on the row and its places
}

// read makes the row that is wanted.
func (s *sending) read(ctx context.Context) error {
	in := s.in
	guest := NewBooking{Store: in.Store, Number: in.Number, GuestName: in.GuestName}
	contact, _, number, err := s.guestOf(ctx, s.actor.Tenant, &guest, s.keys, kernel.PersonID{})
	if errors.Is(err, visit.ErrForWhom) { // a system can't say for whom; the caller's own number stands
		contact, number, err = nil, in.Number, nil
	}
	if err != nil {
		return err
	}
	s.in.Number = number
	s.want = visitdb.ChangeSentBookingParams{
		TenantID: s.actor.Tenant, ContactID: contact, GuestName: in.GuestName, BookerID: in.Booker, BusinessDate: in.Date, MealPeriod: int16(in.Meal),
		Guests: in.Guests, State: string(in.State), Note: in.Note, Tables: in.Tables, MinSpendFen: int64(in.MinSpend),
		DepositFen: int64(in.Deposit), CancelReason: in.Reason,
	}
	if number != "" {
		s.want.NumberKey = s.keys.NumberKey(number)
	}
	if in.Arrive != "" {
		minute, err := visit.ParseMinute(in.Arrive, s.store.ClockOn(in.Date).Cutover)
		if err != nil {
			return visit.ErrBadArrival
		}
		s.want.ArriveMinute = &minute
	}
	return nil
}

// put does it in a transaction. Places are locked before the booking, as by
// everybody.
func (s *sending) put(ctx context.Context, tx pgx.Tx) (out visit.BookingOnFile, what visit.SentOutcome, err error) {
	ref := visitdb.Ref{Store: s.in.Store, Ref: s.in.Ref}
	found, err := visitdb.BookingIDOf(ctx, tx, s.actor.Tenant, ref)
	if err != nil {
		return out, 0, err
	}
	s.want.BookingID = kernel.NewID[kernel.UUID](s.now)
	if found != nil {
		s.want.BookingID = *found
	}
	held, err := s.places(ctx, tx)
	if err != nil {
		return out, 0, err
	}
	w, err := visitdb.NewWriter(ctx, tx, s.actor.Tenant, 1)
	if err != nil {
		return out, 0, err
	}
	known, err := w.LockBookings(ctx, []visitdb.Ref{ref})
	if err != nil {
		return out, 0, err
	}
	k, onFile := known[ref]
	switch {
	case onFile != (found != nil), onFile && k.ID != *found:
		return out, 0, errRefMoved
	case !onFile:
		out, err = s.create(ctx, tx, w, held)
		return out, visit.SentCreated, err
	}
	row, err := w.Booking(ctx, s.actor.Tenant, k.ID)
	if err != nil {
		return out, 0, err
	}
	return s.change(ctx, tx, w, row, held)
}

// places finds the rooms and tables by their names, and that they are free while
// the booking is open.
func (s *sending) places(ctx context.Context, tx pgx.Tx) (held, error) {
	in := s.in
	h := holding{s.actor.Tenant, s.want.BookingID, in.Store, in.Date, in.Meal, in.Kind, nil, in.Tables}
	s.want.ResourceID, s.want.Kind = nil, string(cmp.Or(in.Kind, visit.Hall))
	if len(in.Places) == 0 {
		return held{holding: h}, nil
	}
	all, err := visitdb.New(tx).ResourcesOfStore(ctx, s.actor.Tenant, in.Store)
	if err != nil {
		return held{}, err
	}
	for _, name := range in.Places {
		at := slices.IndexFunc(all, func(r visitdb.Resource) bool { return r.Name == name })
		if at < 0 {
			return held{}, visit.ErrUnknownPlace
		}
		if h.kind == "" {
			h.kind = visit.Kind(all[at].Kind)
		}
		h.places = append(h.places, all[at].ResourceID)
	}
	in.Kind, s.want.Kind, s.want.ResourceID = h.kind, string(h.kind), &h.places[0]
	if err := in.Check(); err != nil { // it may be a banquet without its tables
		return held{}, err
	}
	if !in.State.Open() {
		return held{holding: h}, nil
	}
	return h.find(ctx, tx)
}

// create enters a booking that is not on file.
func (s *sending) create(ctx context.Context, tx pgx.Tx, w *visitdb.Writer, h held) (out visit.BookingOnFile, err error) {
	in, p := s.in, s.want
	if in.State == visit.Requested || in.State == visit.Confirmed {
		if in.Date < s.store.BusinessDate(s.now) {
			return out, visit.ErrPastDate
		}
		if err := s.mayBook(ctx, s.actor.Tenant, s.store, in.Date, in.Meal); err != nil {
			return out, err
		}
	}
	if err := s.seat(&p, nil); err != nil {
		return out, err
	}
	way := string(visit.Phone)
	if in.State == visit.Seated {
		way = string(visit.WalkIn)
	}
	if p.MinSpendFen == 0 {
		p.MinSpendFen = int64(h.minSpend)
	}
	row := visitdb.InsertBookingParams{
		TenantID: p.TenantID, BookingID: p.BookingID, StoreID: in.Store, Ref: in.Ref, NumberKey: p.NumberKey, ContactID: p.ContactID, GuestName: p.GuestName,
		BookerID: p.BookerID, BusinessDate: p.BusinessDate, MealPeriod: p.MealPeriod, Kind: p.Kind, ResourceID: p.ResourceID, Guests: p.Guests, State: p.State,
		SeatedMinute: p.SeatedMinute, Note: p.Note, RequestID: p.BookingID, RecordedAt: s.now, Way: &way, ArriveMinute: p.ArriveMinute, Tables: p.Tables,
		MinSpendFen: p.MinSpendFen, DepositFen: p.DepositFen, CancelReason: p.CancelReason,
	}
	if in.Number != "" {
		if row.NumberBox, err = s.keys.Seal(in.Number, boxTable, row.BookingID); err != nil {
			return out, err
		}
	}
	template := s.notice(nil)
	if template != "" || in.Noticed {
		sent := string(visit.ByMessage)
		row.NoticeAt, row.NoticeWay = &s.now, &sent
	}
	refs := []visitdb.Ref{{Store: in.Store, Ref: in.Ref}}
	touched := []visit.Key{visitdb.KeyOf(in.Store, row.NumberKey, row.BusinessDate, row.MealPeriod)}
	if err := follow(ctx, w, refs, touched, s.now, func() error {
		if err := w.InsertBooking(ctx, row); err != nil {
			return err
		}
		if err := h.take(ctx, tx); err != nil {
			return err
		}
		return s.fact(ctx, w, row.BookingID)
	}); err != nil {
		return out, err
	}
	b := visitdb.Booking{
		TenantID: row.TenantID, BookingID: row.BookingID, StoreID: row.StoreID, Ref: row.Ref, State: row.State, BusinessDate: row.BusinessDate, MealPeriod: row.MealPeriod,
		BookerID: row.BookerID, SeatedMinute: row.SeatedMinute, NoticeAt: row.NoticeAt, CancelReason: p.CancelReason,
	}
	return s.end(ctx, tx, b, h, template, "booking.created", "")
}

// change brings a booking on file to what was sent.
func (s *sending) change(ctx context.Context, tx pgx.Tx, w *visitdb.Writer, b visitdb.Booking, h held) (out visit.BookingOnFile, what visit.SentOutcome, err error) {
	p, from := s.want, visit.State(b.State)
	places, err := s.heldNow(ctx, tx, b.BookingID)
	if err != nil {
		return out, 0, err
	}
	if p.MinSpendFen == 0 {
		p.MinSpendFen = b.MinSpendFen
	}
	p.NumberBox, p.SeatedMinute, p.Expected = b.NumberBox, b.SeatedMinute, b.State
	if b.EnteredBy != nil {
		return out, 0, visit.ErrNotVendors
	}
	moved := from.Open() && !samePlaces(places, h.places) || b.BusinessDate != p.BusinessDate || b.MealPeriod != p.MealPeriod || b.Tables != p.Tables
	template := s.notice(&b)
	told := s.in.Noticed && b.NoticeAt == nil
	if !moved && template == "" && !told && s.same(b, p) {
		return s.shown(b), visit.SentUnchanged, nil
	}
	sameGuest := bytes.Equal(b.NumberKey, p.NumberKey)
	if !from.Leads(s.in.State) || !from.Open() || from == visit.Seated && (!sameGuest || b.BusinessDate != p.BusinessDate || b.MealPeriod != p.MealPeriod) {
		return out, 0, visit.ErrWrongState
	}
	if p.State != b.State || p.BusinessDate != b.BusinessDate {
		if s.in.State == visit.Confirmed && p.BusinessDate < s.store.BusinessDate(s.now) {
			return out, 0, visit.ErrPastDate
		}
	}
	if again := p.BusinessDate != b.BusinessDate || p.MealPeriod != b.MealPeriod; again && (s.in.State == visit.Requested || s.in.State == visit.Confirmed) {
		if err := s.mayBook(ctx, s.actor.Tenant, s.store, s.in.Date, s.in.Meal); err != nil {
			return out, 0, err
		}
	}
	if err := s.seat(&p, b.SeatedMinute); err != nil {
		return out, 0, err
	}
	if !sameGuest {
		p.NumberBox = nil
		if s.in.Number != "" {
			if p.NumberBox, err = s.keys.Seal(s.in.Number, boxTable, b.BookingID); err != nil {
				return out, 0, err
			}
		}
	}
	if template != "" || told {
		p.NoticeAt = &s.now
	}
	refs := []visitdb.Ref{{Store: b.StoreID, Ref: b.Ref}}
	touched := []visit.Key{
		visitdb.KeyOf(b.StoreID, b.NumberKey, b.BusinessDate, b.MealPeriod), visitdb.KeyOf(b.StoreID, p.NumberKey, p.BusinessDate, p.MealPeriod),
	}
	if err := follow(ctx, w, refs, touched, s.now, func() error {
		if b, err = w.ChangeSentBooking(ctx, p); err != nil {
			return wrongState(err)
		}
		if moved && s.in.State.Open() {
			if err := w.DropPlaces(ctx, b.TenantID, b.BookingID); err != nil {
				return err
			}
			if err := h.take(ctx, tx); err != nil {
				return err
			}
		}
		return s.fact(ctx, w, b.BookingID)
	}); err != nil {
		return out, 0, err
	}
	act := "booking.changed"
	if string(from) != b.State {
		act = "booking." + b.State
	}
	out, err = s.end(ctx, tx, b, h, template, act, string(from))
	return out, visit.SentChanged, err
}

// same reports whether a booking on file says what was sent.
func (s *sending) same(b visitdb.Booking, p visitdb.ChangeSentBookingParams) bool {
	seated := s.in.Seated == "" || b.SeatedMinute != nil && visit.Clock(*b.SeatedMinute, s.store.ClockOn(b.BusinessDate).Cutover) == s.in.Seated
	arrives := p.ArriveMinute == nil && b.ArriveMinute == nil || p.ArriveMinute != nil && b.ArriveMinute != nil && *p.ArriveMinute == *b.ArriveMinute
	return seated && arrives && bytes.Equal(b.NumberKey, p.NumberKey) && b.GuestName == p.GuestName && b.BookerID == p.BookerID && b.Kind == p.Kind &&
		b.Guests == p.Guests && b.State == p.State && b.Note == p.Note && b.MinSpendFen == p.MinSpendFen && b.DepositFen == p.DepositFen && b.CancelReason == p.CancelReason
}

// notice is the template of the notice to send now; empty: none (VIS-03, VIS-04).
func (s *sending) notice(b *visitdb.Booking) string {
	switch {
	case !s.in.Notice, s.in.Number == "", b != nil && b.NoticeAt != nil, s.in.Date < s.store.BusinessDate(s.now):
		return ""
	case s.in.State == visit.Confirmed:
		return message.BookingNotice
	case s.in.State == visit.Seated, s.in.State == visit.Finished:
		return message.DiningNotice
	}
	return ""
}

// fact appends what the booking is now, and lets its places follow.
func (s *sending) fact(ctx context.Context, w *visitdb.Writer, id kernel.UUID) error {
	ids := []kernel.UUID{id}
	if err := w.AppendBookingChanges(ctx, visitdb.AppendBookingChangesParams{TenantID: s.actor.Tenant, BookingIds: ids, RecordedAt: s.now}); err != nil {
		return err
	}
	return w.HoldPlaces(ctx, s.actor.Tenant, ids)
}

// end sends the notice, tells whoever watches and writes the line.
func (s *sending) end(ctx context.Context, tx pgx.Tx, b visitdb.Booking, h held, template, act, from string) (visit.BookingOnFile, error) {
	out := s.shown(b)
	if template != "" {
		o := occasion{s.store, s.in.Date, s.in.Meal, s.in.GuestName, s.in.Guests, h.name(), s.host(ctx, s.actor, s.in.Booker)}
		if err := s.give(ctx, tx, s.actor, b.BookingID, s.keys, o.notice(template, s.in.Number), s.now); err != nil {
			return out, err
		}
	}
	if err := s.told(ctx, tx, s.actor.Tenant, b.StoreID, b.BookingID, s.now); err != nil {
		return out, err
	}
	return out, audit.WriteTx(ctx, tx, s.actor.Tenant, s.now, audit.Entry{
		Action: act, Object: "booking", ObjectID: b.BookingID.String(), Store: b.StoreID,
		Changes: []audit.Change{{Field: "state", Before: from, After: b.State}},
	})
}

// heldNow are the places of a booking on file.
func (s *sending) heldNow(ctx context.Context, tx pgx.Tx, id kernel.UUID) ([]kernel.UUID, error) {
	rows, err := visitdb.New(tx).PlacesOf(ctx, s.actor.Tenant, []kernel.UUID{id})
	out := make([]kernel.UUID, len(rows))
	for i, r := range rows {
		out[i] = r.ResourceID
	}
	return out, err
}

func samePlaces(a, b []kernel.UUID) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(id kernel.UUID) bool { return !slices.Contains(b, id) })
}

func (s *sending) shown(b visitdb.Booking) visit.BookingOnFile {
	out := onFile(b, s.store)
	out.Places = s.in.Places
	return out
}

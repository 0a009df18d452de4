package visitapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// LinkBill is what a person says of the booking of a bill.
type LinkBill struct {
	visit.BillKey
	LinkNo  int32        // as he saw it
	Booking *kernel.UUID // nil: it belongs to none
	Reason  visit.LinkReason
}

// LinkBill puts a bill under a booking of its store and day, or under none, and
// its visits follow (VIS-06). It holds against whatever the till sends later.
// Nobody links to his own booking (ROL-04). Faults: store.not_found,
// bill.not_found, bill.wrong_state, bill.same_booking, bill.other_day,
// bill.own_booking, booking.not_found.
func (a *App) LinkBill(ctx context.Context, grant kernel.Grant, in LinkBill, now time.Time) (BillView, error) {
	actor := grant.Actor()
	if _, err := a.billStore(ctx, grant, in.Store); err != nil {
		return BillView{}, err
	}
	concerned := func(kernel.PersonID) bool { return false }
	if in.Booking != nil {
		b, err := visitdb.New(a.DB.Single(actor.Tenant)).Booking(ctx, actor.Tenant, *in.Booking)
		switch {
		case errors.Is(err, pgx.ErrNoRows), err == nil && b.StoreID != in.Store:
			return BillView{}, visit.ErrNotFound
		case err != nil:
			return BillView{}, err
		}
		concerned = func(p kernel.PersonID) bool { return p == b.BookerID }
	}
	whom, ok := grant.Decide(in.Store, concerned)
	if !ok {
		return BillView{}, visit.ErrOwnBooking
	}
	err := a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		before, after, err := a.LinkBillTx(ctx, tx, actor, in, whom, now)
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: "bill.linked", Object: "bill", ObjectID: in.Source + "/" + in.No, Store: in.Store, Concerned: concerned,
			Changes: []audit.Change{{Field: "booking", Before: before, After: after}, {Field: "reason", After: string(in.Reason)}},
		})
	})
	if err != nil {
		return BillView{}, err
	}
	out, err := a.Bill(ctx, grant, in.BillKey)
	return out.BillView, err
}

// LinkBillTx is LinkBill for whom the caller has found entitled, in his
// transaction: it writes what was said and recomputes the visits that lose and get
// the bill. It gives the references of the booking before and after.
func (a *App) LinkBillTx(ctx context.Context, tx pgx.Tx, actor *kernel.Actor, in LinkBill, whom *kernel.Delegated, now time.Time) (before, after string, err error) {
	w, err := visitdb.NewWriter(ctx, tx, actor.Tenant, 1)
	if err != nil {
		return "", "", err
	}
	var booking *visitdb.Booking
	if in.Booking != nil {
		b, err := w.Booking(ctx, actor.Tenant, *in.Booking)
		if err != nil {
			return "", "", err
		}
		booking = &b
	}
	var refs []visitdb.Ref
	if booking != nil {
		after = booking.Ref
		refs = append(refs, visitdb.Ref{Store: in.Store, Ref: after})
	}
	bookings, heads, err := w.Look(ctx, refs, []visit.BillKey{in.BillKey})
	if err != nil {
		return "", "", err
	}
	places := []visit.Key{heads[in.BillKey].At}
	for _, k := range bookings {
		places = append(places, k)
	}
	if err := w.LockGuests(ctx, places); err != nil {
		return "", "", err
	}
	heads, revisions, err := w.LockBills(ctx, []visit.BillKey{in.BillKey})
	if err != nil {
		return "", "", err
	}
	head, ok := heads[in.BillKey]
	if !ok {
		return "", "", visit.ErrNoBill
	}
	held := revisions[in.BillKey][0]
	for _, b := range revisions[in.BillKey] {
		if b.Revision == head.Revision {
			held = b
		}
	}
	at := held.At(nil)
	if booking != nil {
		at = visitdb.KeyOf(booking.StoreID, booking.NumberKey, booking.BusinessDate, booking.MealPeriod)
		if now, ok := bookings[refs[0]]; ok { // as it is under its lock
			at = now
		}
	}
	switch {
	case head.LinkNo != in.LinkNo, !held.Status.Counts(), held.RefundOf != "":
		return "", "", visit.ErrBillState
	case head.LinkNo > 0 && head.BookingRef == after, head.LinkNo == 0 && head.BookingRef == after && after != "":
		return "", "", visit.ErrSameLink
	case booking != nil && (at.Date > held.Date+1 || at.Date < held.Date-1):
		return "", "", visit.ErrOtherDay
	}
	touched := []visit.Key{head.At, at}
	if err := w.LockGuests(ctx, touched); err != nil {
		return "", "", err
	}
	said := visitdb.Linked{BookingRef: after, At: at, By: &actor.Person, Reason: in.Reason}
	if whom != nil {
		said.For = &whom.Holder
	}
	if err := w.Link(ctx, head, said, now); err != nil {
		return "", "", err
	}
	return head.BookingRef, after, w.Recompute(ctx, touched, now)
}

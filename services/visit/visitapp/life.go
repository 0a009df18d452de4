package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// writes is of how many items a write of bills is. A refund note takes the chain
// for itself: its bill may come this moment by the one-statement path, which must
// see the note or be seen by it. They are few, and the others are not slowed.
func writes(bills []visit.Bill) int {
	for _, b := range bills {
		if b.RefundOf != "" {
			return visitdb.Many
		}
	}
	return len(bills)
}

// follow learns of bills that are revised now under which bookings people have put
// them, and which are notes that wait already.
func (r *recorder) follow(ctx context.Context, w *visitdb.Writer, heads map[visit.BillKey]visitdb.Head) ([]visitdb.Head, error) {
	var linked []visitdb.Head
	var refs []visitdb.Ref
	for _, h := range heads {
		r.waited[h.BillKey] = h.Parked
		if h.LinkNo == 0 {
			continue
		}
		linked, r.linked[h.BillKey] = append(linked, h), h.BookingRef
		if h.BookingRef != "" {
			refs = append(refs, visitdb.Ref{Store: h.Store, Ref: h.BookingRef})
		}
	}
	if len(refs) == 0 {
		return linked, nil
	}
	bookings, _, err := w.Look(ctx, distinct(refs), nil)
	for ref, k := range bookings {
		r.bookings[ref] = k
	}
	return linked, err
}

// settle takes refund notes off their bills and parks those whose bill is not
// known yet (VIS-07): they count once it is.
func (a *App) settle(ctx context.Context, tx pgx.Tx, w *visitdb.Writer, tenant kernel.TenantID, r *recorder, now time.Time) error {
	var notes []int
	var originals []visit.BillKey
	for i, b := range r.bills {
		if o := r.results[i].Outcome; b.RefundOf != "" && (o == visit.Recorded || o == visit.Superseded) {
			notes, originals = append(notes, i), append(originals, b.Original())
		}
	}
	touched, err := w.Settle(ctx, append(r.unsettled, originals...), now)
	if err != nil {
		return err
	}
	if err := w.LockGuests(ctx, touched); err != nil {
		return err
	}
	if err := w.Recompute(ctx, touched, now); err != nil || len(notes) == 0 {
		return err
	}
	heads, err := w.Known(ctx, originals)
	if err != nil {
		return err
	}
	for n, i := range notes {
		b := r.bills[i]
		if _, ok := heads[originals[n]]; ok || b.Status != visit.Refunded || r.results[i].Outcome != visit.Recorded {
			continue
		}
		r.results[i].Outcome = visit.Parked
		if r.waited[b.BillKey] { // people are told once of a note, however often a till revises it
			continue
		}
		if err := a.watchParked(ctx, tx, tenant, b.BillKey, now); err != nil {
			return err
		}
	}
	return nil
}

// watchParked has somebody told when a refund note still waits for its bill after
// the time the rule gives it.
func (a *App) watchParked(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, note visit.BillKey, now time.Time) error {
	if a.insertJobTx == nil { // a process that runs no jobs
		return nil
	}
	return a.insertJobTx(ctx, tx, ParkedArgs{Tenant: tenant, Store: note.Store, Source: note.Source, No: note.No}, &river.InsertOpts{ScheduledAt: now.Add(visit.ParkedFor)})
}

package visitapp

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// PutBookingsTx writes bookings another system made, in the caller's
// transaction. Those on file with the same content are left alone, changed ones
// change; bills that name them follow, whichever came first. The fault
// booking.ref_twice says that one batch contradicts itself. As for
// RecordBillsTx, it must be the transaction's first write to visits or follow
// AloneTx.
func (a *App) PutBookingsTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, bookings []visit.ImportedBooking, now time.Time) error {
	if len(bookings) == 0 {
		return nil
	}
	w, err := visitdb.NewWriter(ctx, tx, tenant, len(bookings))
	if err != nil {
		return err
	}
	wanted := map[visitdb.Ref]visit.ImportedBooking{}
	refs := make([]visitdb.Ref, 0, len(bookings))
	for _, b := range bookings {
		ref := visitdb.Ref{Store: b.Store, Ref: b.Ref}
		if other, twice := wanted[ref]; twice && !other.Same(b) {
			return visit.ErrRefTwice
		} else if !twice {
			wanted[ref] = b
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b visitdb.Ref) int {
		if c := bytes.Compare(a.Store[:], b.Store[:]); c != 0 {
			return c
		}
		return strings.Compare(a.Ref, b.Ref)
	})
	known, err := w.LockBookings(ctx, refs)
	if err != nil {
		return err
	}
	var write []visitdb.KnownBooking
	var moved []visitdb.Ref
	var touched []visit.Key
	for _, ref := range refs {
		b, old := wanted[ref], known[ref]
		_, onFile := known[ref]
		switch {
		case onFile && old.Same(b):
			continue
		case onFile:
			touched = append(touched, old.Key())
		default:
			old.ID = kernel.NewID[kernel.UUID](now)
		}
		write = append(write, visitdb.KnownBooking{ID: old.ID, ImportedBooking: b})
		moved = append(moved, ref)
		touched = append(touched, b.Key())
	}
	if len(write) == 0 {
		return nil
	}
	return follow(ctx, w, moved, touched, now, func() error { return w.PutBookings(ctx, write, now) })
}

// follow writes bookings and moves the bills that name them and the visits:
// touched are those the bookings make or made.
func follow(ctx context.Context, w *visitdb.Writer, refs []visitdb.Ref, touched []visit.Key, now time.Time, write func() error) error {
	left, err := w.HeadsOfRefs(ctx, refs)
	if err != nil {
		return err
	}
	touched = append(touched, left...)
	if err := w.LockGuests(ctx, touched); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	if err := w.Relink(ctx, refs, now); err != nil {
		return err
	}
	return w.Recompute(ctx, touched, now)
}

// ApproveNumbersTx tells that numbers belong to approved files, whose visits
// count from a business day on (CUS-03): customer's port. Again is harmless;
// each number at most once.
func (a *App) ApproveNumbersTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, numbers []customer.ApprovedNumber, now time.Time) error {
	if len(numbers) == 0 {
		return nil
	}
	w, err := visitdb.NewWriter(ctx, tx, tenant, len(numbers))
	if err != nil {
		return err
	}
	return w.Approve(ctx, numbers, now)
}

// MoveNumberTx tells that a file with a standing has another number from a
// business day on, or none: customer's port. Its former visits stay its own.
func (a *App) MoveNumberTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, moved customer.MovedNumber, now time.Time) error {
	w, err := visitdb.NewWriter(ctx, tx, tenant, 1)
	if err != nil {
		return err
	}
	return w.Move(ctx, moved, now)
}

// MergeNumbersTx gives the numbers of a file, and so their visits, to another one of the
// same guest: customer's port.
func (a *App) MergeNumbersTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, m customer.NumberMerge, now time.Time) (customer.VisitMerge, error) {
	w, err := visitdb.NewWriter(ctx, tx, tenant, 1)
	if err != nil {
		return customer.VisitMerge{}, err
	}
	return w.Merge(ctx, m, now)
}

// UnmergeNumbersTx gives each number back to the file that had it before a merging:
// customer's port. Fault: merge.numbers_changed.
func (a *App) UnmergeNumbersTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, m customer.NumberMerge, now time.Time) error {
	w, err := visitdb.NewWriter(ctx, tx, tenant, 1)
	if err != nil {
		return err
	}
	whole, err := w.Unmerge(ctx, m, now)
	if err == nil && !whole {
		err = customer.ErrMergeNumbers
	}
	return err
}

// MoveStoreTx lets the numbers of files count in another store from a day on, as
// their own ends (HND-08): customer's port.
func (a *App) MoveStoreTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, m customer.StoreMove, now time.Time) error {
	w, err := visitdb.NewWriter(ctx, tx, tenant, visitdb.Many) // no bill comes in between in either store
	if err != nil {
		return err
	}
	return w.MoveStore(ctx, m, now)
}

// HistoriesTx gives the last counted visit of files before a business day, as
// known at a cut-off (RUL-03); files without one are absent. Files of which
// nothing was learned since the cut-off are answered from projections, the
// others from the facts: exact too, at about ten times the cost.
//
// To narrow in SQL first, read visit_pub.guest_activity: when changed_at is up
// to the cut-off and last_visit lies before the day, last_visit is the answer;
// every other row may have any.
func (a *App) HistoriesTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, files []kernel.FileID, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID]visit.History, error) {
	last, err := visitdb.LastVisits(ctx, tx, tenant, files, before, cutOff)
	if err != nil {
		return nil, err
	}
	out := make(map[kernel.FileID]visit.History, len(last))
	for file, day := range last {
		out[file] = visit.History{LastVisit: &day}
	}
	return out, nil
}

// LastVisits gives of files what lists show of their visits; files that were
// never approved are absent.
func (a *App) LastVisits(ctx context.Context, tenant kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.VisitSummary, error) {
	rows, err := visitdb.New(a.DB.Single(tenant)).Activity(ctx, tenant, visitdb.IDs(files))
	out := make(map[kernel.FileID]customer.VisitSummary, len(rows))
	for _, r := range rows {
		out[r.FileID] = customer.VisitSummary{Last: r.LastVisit, Count: r.Visits}
	}
	return out, err
}

// AloneTx keeps every other write to the chain's visits out until the
// transaction ends. One that writes visits several times calls it first.
func (a *App) AloneTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID) error {
	_, err := visitdb.NewWriter(ctx, tx, tenant, visitdb.Many)
	return err
}

// Drift is how many rows of each projection differ from the facts.
type Drift = visitdb.Drift

// Rebuild derives all projections of a tenant from the facts and compares; with
// check it only counts what differs, else it mends it too.
func (a *App) Rebuild(ctx context.Context, tenant kernel.TenantID, check bool) (d Drift, err error) {
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		d, err = visitdb.Rebuild(ctx, tx, tenant, !check, a.Clock.Now())
		return err
	})
	return d, err
}

// PutResourcesTx writes rooms, tables and halls; those of the same store and
// name keep their id.
func (a *App) PutResourcesTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, resources []visit.Resource) error {
	return visitdb.PutResources(ctx, tx, tenant, resources)
}

package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// FilesToMoveTx gives and locks files of a store that ends, in their order after one, with
// their ties before them as everybody does: who contests a loss or confirms a handover does
// so before or after the move. A port of handover.
func (a *App) FilesToMoveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, after kernel.FileID, atMost int) ([]customer.Moving, error) {
	q := customerdb.New(tx)
	next, err := q.NextToMove(ctx, customerdb.NextToMoveParams{TenantID: id, StoreID: store, After: after, AtMost: int32(atMost)})
	if err == nil {
		err = a.ownership.HoldTiesTx(ctx, tx, id, next...)
	}
	if err != nil {
		return nil, err
	}
	rows, err := q.FilesToMove(ctx, customerdb.FilesToMoveParams{TenantID: id, StoreID: store, After: after, AtMost: int32(atMost)})
	out := make([]customer.Moving, len(rows))
	for i, r := range rows {
		out[i] = customer.Moving{File: r.FileID, Owner: r.OwnerID, Approved: r.Approved}
	}
	return out, err
}

// CountFilesToMoveTx counts them.
func (a *App) CountFilesToMoveTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID) (int32, error) {
	return customerdb.New(tx).CountFilesToMove(ctx, id, store)
}

// TwinsTx finds which of some files have a number that is on file in another store:
// one twin each, an approved one before others. A port of handover.
func (a *App) TwinsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, to kernel.StoreID, now time.Time) (map[kernel.FileID]customer.Twin, error) {
	rows, err := customerdb.New(tx).Twins(ctx, customerdb.TwinsParams{ToStore: kernel.UUID(to), TenantID: id, Files: customerdb.IDs(files), Now: now})
	out := map[kernel.FileID]customer.Twin{}
	for _, r := range rows {
		if _, known := out[r.FileID]; !known {
			out[r.FileID] = customer.Twin{File: r.FileID, Twin: r.TwinID, Approved: r.Approved, Owner: r.OwnerID}
		}
	}
	return out, err
}

// MoveStoreTx takes files into another store, with their numbers, contacts and
// whatever is open on them; files with a twin there must not be among them. Ties are
// ownership's to move. A port of handover.
func (a *App) MoveStoreTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m customer.StoreMove, now time.Time) error {
	if len(m.Files) == 0 {
		return nil
	}
	q, to, files := customerdb.New(tx), kernel.UUID(m.To), customerdb.IDs(m.Files)
	for _, move := range []func() error{
		func() error { return q.MoveGuests(ctx, to, id, files) },
		func() error {
			return q.DropLapsedHolds(ctx, customerdb.DropLapsedHoldsParams{ToStore: to, TenantID: id, Files: files, Now: now})
		},
		func() error { return q.MoveNumbersOfFiles(ctx, to, id, files) },
		func() error { return q.MoveContactsOfFiles(ctx, to, id, files) },
		func() error { return q.MoveRevisions(ctx, to, id, files) },
		func() error { return q.MoveConflicts(ctx, to, id, files) },
		func() error { return q.MoveChanges(ctx, to, id, files) },
		func() error { return q.MoveDeletions(ctx, to, id, files) },
		func() error { return q.MoveSpotChecks(ctx, to, id, files) },
	} {
		if err := move(); err != nil {
			return err
		}
	}
	events := make([]kernel.UUID, len(files))
	for i := range events {
		events[i] = kernel.NewID[kernel.UUID](now)
	}
	if err := q.NoteStoreMoved(ctx, customerdb.NoteStoreMovedParams{
		TenantID: id, Now: now, OnDate: m.On, Kind: string(customer.StoreMoved), Rule: customer.RuleStoreMove, Events: events, Files: files,
	}); err != nil {
		return err
	}
	return a.visits.MoveStoreTx(ctx, tx, id, m, now)
}

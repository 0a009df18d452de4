package customerapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/secret"
)

var errPageToken = fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")

// Find gives the row of one file that a grant reaches, for other contexts' RPCs
// on a file. Fault: customer.not_found.
func (a *App) Find(ctx context.Context, grant kernel.Grant, id kernel.FileID) (customer.Row, error) {
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return customer.Row{}, err
	}
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return customer.Row{}, err
	}
	i, err := item(keys, f.Guest)
	return i.Row, err
}

// Rows gives the rows of files that other contexts' lists show; whether the
// caller reaches them is theirs to say. Unknown files are left out.
func (a *App) Rows(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Row, error) {
	out := make(map[kernel.FileID]customer.Row, len(files))
	if len(files) == 0 {
		return out, nil
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := a.read(id).Rows(ctx, id, customerdb.IDs(files))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		i, err := item(keys, r.Guest())
		if err != nil {
			return nil, err
		}
		out[i.File] = i.Row
	}
	return out, nil
}

// EventsPage lists what was done to a file, newest first, before an event (zero:
// from the newest). Whether the caller reaches the file is his to find out.
func (a *App) EventsPage(ctx context.Context, id kernel.TenantID, file kernel.FileID, before kernel.UUID, limit int) ([]customer.Event, error) {
	if before.IsZero() {
		for i := range before {
			before[i] = 0xff
		}
	}
	rows, err := a.read(id).Events(ctx, customerdb.EventsParams{TenantID: id, FileID: file, Before: before, RowLimit: int32(limit)})
	if err != nil {
		return nil, err
	}
	out, own := make([]customer.Event, len(rows)), false
	for i, r := range rows {
		out[i] = r.Event()
		own = own || slices.ContainsFunc(r.Fields, customer.IsOwn)
	}
	if !own {
		return out, nil
	}
	words, err := a.ownWords(ctx, id)
	for i := range out {
		out[i].Own = words
	}
	return out, err
}

// SetOwnerTx writes who owns files, in the transaction that writes the ties;
// one statement for all, each file at most once.
func (a *App) SetOwnerTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, owners []customer.Owner) error {
	if len(owners) == 0 {
		return nil
	}
	if err := customerdb.New(tx).SetOwners(ctx, customerdb.NewOwners(id, owners)); err != nil {
		return err
	}
	return a.tellPublicTx(ctx, tx, id, owners)
}

// PutFilesTx enters files that were approved in the former system: standing
// facts, the fields of stage 2 to be completed. Their visits count from their
// days of approval on; ties are for the caller to begin. Take the keys before
// the transaction. Fault:
// customer.already_on_file when a number of the store is on file.
func (a *App) PutFilesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, keys *secret.Keys, importID kernel.UUID, files []customer.ImportedFile, now time.Time) error {
	if len(files) == 0 {
		return nil
	}
	imported := customerdb.NewImport(id, importID, now)
	numbers := make([]customer.ApprovedNumber, len(files))
	for i, f := range files {
		box, err := keys.Seal(f.Number, guestTable, kernel.UUID(f.File))
		if err != nil {
			return err
		}
		numbers[i] = customer.ApprovedNumber{Store: f.Store, NumberKey: keys.NumberKey(f.Number), File: f.File, ApprovedOn: f.ApprovedOn}
		f.Fields.Name = f.Name
		fields, err := customerdb.SealFields(keys, kernel.UUID(f.File), f.Fields)
		if err != nil {
			return err
		}
		imported.Add(f, numbers[i].NumberKey, box, fields)
	}
	q := customerdb.New(tx)
	if err := q.ImportGuests(ctx, imported.Guests()); err != nil {
		return err
	}
	n, err := q.ImportNumbers(ctx, imported.Numbers())
	if err != nil {
		return err
	}
	if int(n) < len(files) {
		return errImportedTwice
	}
	if err := q.ImportRevisions(ctx, imported.Revisions()); err != nil {
		return err
	}
	if err := q.ImportEvents(ctx, imported.Events()); err != nil {
		return err
	}
	if err := a.visits.ApproveNumbersTx(ctx, tx, id, numbers, now); err != nil {
		return err
	}
	stores := map[kernel.StoreID][]kernel.FileID{}
	for _, f := range files {
		stores[f.Store] = append(stores[f.Store], f.File)
	}
	return a.tellStoresTx(ctx, tx, id, eventVIP, stores, now)
}

// TakeOverBlacklistedTx marks a file whose guest is on a blacklist that somebody
// else kept (BLK-02), and tells of it; again changes nothing.
func (a *App) TakeOverBlacklistedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, now time.Time) error {
	store, err := customerdb.New(tx).TakeOverBlacklisted(ctx, id, file)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // he is on it already
		return nil
	case err != nil:
		return err
	}
	return a.tellTx(ctx, tx, id, eventBlacklisted, store, file, now)
}

var errImportedTwice = fault.New(fault.Exists, "customer.already_on_file", "导入的号码中有的已在本店建档。")

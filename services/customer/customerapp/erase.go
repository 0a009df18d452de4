package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Eraser takes the numbers of erased guests out of another context's rows, after
// visit has said which those are: each becomes its alias, what names the guest
// goes. It runs in the caller's transaction.
type Eraser func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, aliases []customer.Alias) error

// UseErasers gives the ports to the contexts that hold facts by number.
func (a *App) UseErasers(e ...Eraser) { a.erasers = e }

// Erasure says what is erased, by which rule and by whom.
type Erasure struct {
	Files []kernel.FileID
	// Numbers are those whose visits, bookings, bills and messages are made
	// nobody's, besides those that approved files among Files have or had.
	Numbers []customer.StoreNumber
	Rule    string
	Person  *kernel.PersonID // nil: the system
	For     *kernel.PersonID
	Day     func(kernel.StoreID) kernel.BusinessDate // the business day it counts for
}

// EraseTx is the one place where personal data goes (DEL-01…03): of each file
// name, numbers, revisions, reasons in words; of an approved one also whom its
// visits, bookings, bills and messages were of, while their money and counts
// stay under an alias, and its tie ends. What stays is an empty row, and lines
// that hold ids and dates. Files erased before are left alone. Files that became
// part of one another are one guest's and go together. It gives the files it
// erased.
//
// A file that was never approved gained no visits (CUS-03): what a guest did
// under its number was never the file's and stays.
func (a *App) EraseTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, e Erasure, now time.Time) ([]kernel.FileID, error) {
	q := customerdb.New(tx)
	wanted := e.Files
	if e.Rule != customer.RuleIncomplete { // what was never approved is part of nothing
		family, err := q.MergeFamily(ctx, id, customerdb.IDs(e.Files))
		if err != nil {
			return nil, err
		}
		wanted = family
	}
	rows, err := q.LockFiles(ctx, id, customerdb.IDs(wanted))
	if err != nil {
		return nil, err
	}
	files, approved, days := []kernel.FileID{}, []kernel.FileID{}, []kernel.BusinessDate{}
	numbers := [][]byte{}
	for _, r := range rows {
		files, days, numbers = append(files, r.FileID), append(days, e.Day(r.StoreID)), append(numbers, r.NumberKey)
		if r.ApprovedOn != nil || customer.State(r.State) == customer.Ended {
			approved = append(approved, r.FileID)
		}
	}
	if len(approved)+len(e.Numbers) > 0 {
		aliases, err := a.visits.EraseTx(ctx, tx, id, approved, e.Numbers)
		if err != nil {
			return nil, err
		}
		for _, erase := range a.erasers {
			if err := erase(ctx, tx, id, aliases); err != nil {
				return nil, err
			}
		}
	}
	for _, n := range e.Numbers {
		numbers = append(numbers, n.NumberKey)
	}
	further, err := q.NumbersOfFiles(ctx, id, customerdb.IDs(files))
	if err != nil {
		return nil, err
	}
	numbers = append(numbers, further...)
	if len(files) > 0 {
		if err := a.eraseFiles(ctx, tx, id, files, approved, days, e, now); err != nil {
			return nil, err
		}
	}
	return files, q.EmptyGuestRequests(ctx, id, numbers)
}

// eraseFiles empties the files themselves.
func (a *App) eraseFiles(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files, approved []kernel.FileID, days []kernel.BusinessDate, e Erasure, now time.Time) error {
	q, ids := customerdb.New(tx), customerdb.IDs(files)
	if len(approved) > 0 {
		if err := a.ownership.EndTx(ctx, tx, id, files, days); err != nil {
			return err
		}
	}
	for _, erase := range []func(context.Context, kernel.TenantID, []kernel.UUID) error{
		q.DropNumbers, q.DropRevisions, q.DropStaffFlags, q.DropContacts, q.DropConflicts, q.DropRevealReasons, q.EraseChanges, q.DropFindings, q.EmptyDeletionReasons, q.EmptyMergeReasons, q.EmptyFiles,
	} {
		if err := erase(ctx, id, ids); err != nil {
			return err
		}
	}
	p := customerdb.InsertErasedParams{TenantID: id, Now: now, Kind: string(customer.FileDeleted), PersonID: e.Person, ForID: e.For, Rule: e.Rule, Files: ids, Days: days}
	for range files {
		p.Events = append(p.Events, kernel.NewID[kernel.UUID](now))
	}
	return q.InsertErased(ctx, p)
}

// storeDays gives every store's business day.
func (a *App) storeDays(ctx context.Context, id kernel.TenantID, now time.Time) (func(kernel.StoreID) kernel.BusinessDate, []tenant.Store, error) {
	stores, err := a.Tenants.Stores(ctx, id)
	days := make(map[kernel.StoreID]kernel.BusinessDate, len(stores))
	for _, s := range stores {
		days[s.ID] = s.BusinessDate(now)
	}
	return func(s kernel.StoreID) kernel.BusinessDate { return days[s] }, stores, err
}

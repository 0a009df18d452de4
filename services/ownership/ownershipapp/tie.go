package ownershipapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/db"
)

// HoldTiesTx holds the ties that files have had until the transaction ends: a port of
// customer, for whoever changes files and then whose they are.
func (a *App) HoldTiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files ...kernel.FileID) error {
	return ownershipdb.New(tx).HoldFiles(ctx, id, ownershipdb.UUIDs(files))
}

// TieTx begins one tie: a port of customer, for the first approval of a file.
// Fault: tie.already_owned.
func (a *App) TieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, referrer kernel.PersonID, start kernel.BusinessDate, origin string, importID *kernel.UUID, now time.Time) error {
	tie := ownership.NewTie{File: file, Store: store, Referrer: referrer, Start: start}
	return a.TiesTx(ctx, tx, id, []ownership.NewTie{tie}, ownership.Origin(origin), importID, now)
}

// TiesTx begins ties of files that nobody owns, and writes their owners onto the
// list rows, in two statements for any number. The database holds "at most one
// owner": the loser of a race gets tie.already_owned and nothing is written.
func (a *App) TiesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, ties []ownership.NewTie, origin ownership.Origin, importID *kernel.UUID, now time.Time) error {
	if len(ties) == 0 {
		return nil
	}
	err := ownershipdb.New(tx).InsertTies(ctx, ownershipdb.NewTies(id, ties, origin, importID, now))
	if db.ConstraintName(err) == "tie_one_owner" {
		return ownership.ErrAlreadyOwned
	}
	if err != nil {
		return err
	}
	files, owners := make([]kernel.UUID, len(ties)), make([]customer.Owner, len(ties))
	for i := range ties {
		t := &ties[i]
		files[i] = kernel.UUID(t.File)
		owners[i] = customer.Owner{File: t.File, Owner: &t.Referrer, Since: &t.Start}
	}
	if err := a.endOffersTx(ctx, tx, id, files, now, ownership.OfferPending); err != nil {
		return err
	}
	return a.Files.SetOwnerTx(ctx, tx, id, owners)
}

// MoveTieTx gives a file another owner from a day on, whoever owns it now: a port
// of customer, for a conflict case. cause is what decided it and stands on the
// tie that ends. Again, or of the owner himself, changes nothing.
func (a *App) MoveTieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, to kernel.PersonID, on kernel.BusinessDate, origin string, cause kernel.UUID, now time.Time) error {
	q := ownershipdb.New(tx)
	open, err := q.OpenTie(ctx, id, file)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // public by now
	case err != nil:
		return err
	case open.ReferrerID == to:
		return nil
	default:
		if _, err := q.EndTie(ctx, ownershipdb.EndTieParams{TenantID: id, TieID: open.TieID, EndOn: on, Cause: cause}); err != nil {
			return err
		}
		on = max(on, open.StartOn)
	}
	return a.TieTx(ctx, tx, id, file, store, to, on, origin, nil, now)
}

// stillWorks looks, once a tie has begun, whether its referrer may own files there:
// whoever closes his leaving waits for the tie from here on, and whoever closed it
// before is seen (ACC-03).
func (a *App) stillWorks(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, who kernel.PersonID, store kernel.StoreID, on kernel.BusinessDate, positions []string, fault error) error {
	worked, err := postsOf(ctx, q, id, []kernel.PersonID{who}, positions, a.Clock.Now())
	if err == nil && !worked.works(who, store, on) {
		err = fault
	}
	return err
}

// EndTieTx ends the tie of a file from a day on, if it has one: a port of
// customer, for a file whose standing ends (CUS-12). cause is what decided it.
func (a *App) EndTieTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, on kernel.BusinessDate, cause kernel.UUID) error {
	q := ownershipdb.New(tx)
	if err := a.endOffersTx(ctx, tx, id, []kernel.UUID{kernel.UUID(file)}, a.Clock.Now(), ownership.OfferPending, ownership.OfferConfirmed); err != nil {
		return err
	}
	open, err := q.OpenTie(ctx, id, file)
	if errors.Is(err, pgx.ErrNoRows) { // public
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := q.EndTie(ctx, ownershipdb.EndTieParams{TenantID: id, TieID: open.TieID, EndOn: on, Cause: cause}); err != nil {
		return err
	}
	return a.Files.SetOwnerTx(ctx, tx, id, []customer.Owner{{File: file, Ends: true}})
}

// Owned lists the files a person owns now, in the order of files: a port of
// customer.
func (a *App) Owned(ctx context.Context, id kernel.TenantID, person kernel.PersonID) ([]kernel.FileID, error) {
	return ownershipdb.New(a.DB.Single(id)).FilesOwnedBy(ctx, id, person)
}

// HoldsCustomersTx counts the files a person owns now: a port of staff, which
// closes a leaving when there are none (ACC-03).
func (a *App) HoldsCustomersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, person kernel.PersonID) (int, error) {
	n, err := ownershipdb.New(tx).CountOwnedBy(ctx, id, person)
	return int(n), err
}

// SafeUntil is the last day on which LIF-03 leaves a file's tie alone if nobody
// comes, under the rules of a day; the clock of one that was taken over begins no
// sooner than its store's go-live (RUL-06). Nil: the file is public. A port of
// customer.
func (a *App) SafeUntil(ctx context.Context, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, lastVisit *kernel.BusinessDate, on kernel.BusinessDate) (*kernel.BusinessDate, error) {
	tie, err := ownershipdb.New(a.DB.Single(id)).TieClock(ctx, id, file)
	if err != nil {
		return nil, ignoreNoRows(err)
	}
	rules, err := a.Tenants.Rules(ctx, id, on)
	if err != nil {
		return nil, err
	}
	s, err := a.store(ctx, id, store)
	if err != nil {
		return nil, err
	}
	t := ownership.Tenure{Start: ownership.ClockStart(ownership.Origin(tie.Origin), tie.StartOn, s), LastVisit: lastVisit, Closed: s.Closures}
	return new(t.SafeUntil(ownership.KindDormancy.Months(rules, store))), nil
}

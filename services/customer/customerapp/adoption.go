package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// Adoption prepares the revision in which somebody checks a public file that was
// offered to him and resubmits it (LIF-08): a port of ownership, which knows
// whether he may. The returned function writes it, with its line on the timeline,
// in the caller's transaction. Faults: customer.not_found, customer.no_standing,
// customer.revision_open.
func (a *App) Adoption(ctx context.Context, id kernel.TenantID, file kernel.FileID, editor kernel.PersonID, now time.Time) (func(context.Context, pgx.Tx) (kernel.UUID, error), error) {
	return a.checked(ctx, id, file, editor, customer.CauseAdoption, "LIF-08", now)
}

// HandoverCheck prepares the revision in which the receiver of a handover checks a
// file that is his now (HND-02): a port of handover, likewise.
func (a *App) HandoverCheck(ctx context.Context, id kernel.TenantID, file kernel.FileID, editor kernel.PersonID, now time.Time) (func(context.Context, pgx.Tx) (kernel.UUID, error), error) {
	return a.checked(ctx, id, file, editor, customer.CauseHandover, "HND-02", now)
}

func (a *App) checked(ctx context.Context, id kernel.TenantID, file kernel.FileID, editor kernel.PersonID, cause customer.Cause, rule string, now time.Time) (func(context.Context, pgx.Tx) (kernel.UUID, error), error) {
	f, err := a.loadAny(ctx, id, file)
	if err != nil {
		return nil, err
	}
	revisions, err := a.Revisions(ctx, id, f.Store, now)
	if err != nil {
		return nil, err
	}
	o := customer.Opening{ID: kernel.NewID[kernel.UUID](now), File: file, Cause: cause, Editor: editor, Fields: f.holds(), By: &editor, Rule: rule}
	return func(ctx context.Context, tx pgx.Tx) (kernel.UUID, error) {
		return o.ID, revisions.OpenRevisionTx(ctx, tx, o)
	}, nil
}

// WithdrawRevisionTx takes back the open revision in which somebody checked a public
// file, submitted or not, because the guest is another's again (LIF-11): what holds
// goes on to hold. One that was decided meanwhile stays.
func (a *App) WithdrawRevisionTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, revision kernel.UUID) error {
	q := customerdb.New(tx)
	if err := q.StandAgainAnyway(ctx, id, revision); err != nil {
		return err
	}
	return q.WithdrawRevision(ctx, id, revision)
}

// DropRevisionsTx takes back open revisions of files with a standing, because
// nobody submitted them: what holds goes on to hold. Fault: customer.changed (one
// was submitted meanwhile).
func (a *App) DropRevisionsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, revisions []kernel.UUID) error {
	q := customerdb.New(tx)
	n, err := q.StandAgain(ctx, id, revisions)
	if err != nil {
		return err
	}
	if n != int64(len(revisions)) {
		return customer.ErrChanged
	}
	return q.TakeBackRevisions(ctx, id, revisions)
}

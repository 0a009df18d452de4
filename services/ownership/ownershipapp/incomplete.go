package ownershipapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// decideIncomplete is DEL-02 over a chunk: customer gives a superset of the files
// that something is due for, its pure rule decides.
func (a *App) decideIncomplete(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	terms := customer.TermsOf(c.rules)
	files, err := a.Files.IdleTx(ctx, tx, c.tenant, c.PeriodOn, terms, c.stores, c.after, a.ChunkSize)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	for _, f := range files {
		evidence, err := (*customer.IdleEvidence)(nil), ownership.ErrNoStore
		if s, ok := c.byID[f.Store]; ok {
			evidence, err = customer.DecideIdle(c.PeriodOn, c.CutOff, f, s, terms)
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: f.File, Store: f.Store}
		if evidence != nil && err == nil {
			o.idle = append(o.idle, customer.IdleAct{Idle: f, IdleEvidence: *evidence})
		}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// EndTx ends the ties of files that are erased, each on its day: a port of
// customer; what was said in appeals about them goes with them. That the file was deleted stands on its timeline.
func (a *App) EndTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, days []kernel.BusinessDate) error {
	ids, owners := make([]kernel.UUID, len(files)), make([]customer.Owner, len(files))
	for i, f := range files {
		ids[i], owners[i] = kernel.UUID(f), customer.Owner{File: f, Ends: true}
	}
	if err := ownershipdb.New(tx).EndTiesOfFiles(ctx, id, ids, days); err != nil {
		return err
	}
	if err := a.endOffersTx(ctx, tx, id, ids, a.Clock.Now(), ownership.OfferPending, ownership.OfferConfirmed); err != nil {
		return err
	}
	if err := ownershipdb.New(tx).DropAppeals(ctx, id, ids); err != nil {
		return err
	}
	return a.Files.SetOwnerTx(ctx, tx, id, owners)
}

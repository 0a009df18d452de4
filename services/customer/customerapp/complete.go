package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
)

// Complete opens the revision in which the referrer fills in what the former
// system did not have of a guest (CUS-02). Until it is approved everything stays
// as it was imported: standing, owner, visits, messages (CUS-12). One that is
// open already is a retry. Faults: customer.not_found, customer.not_referrer,
// customer.nothing_missing, customer.revision_open (for another cause).
func (a *App) Complete(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID) (View, error) {
	tenantID, who := grant.Actor().Tenant, grant.Person()
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return View{}, err
	}
	if f.Owner == nil || *f.Owner != who {
		return View{}, customer.ErrNotReferrer
	}
	if f.cause == customer.CauseImport && f.edits(who) {
		return a.Get(ctx, grant, now, id)
	}
	revisions, err := a.Revisions(ctx, tenantID, f.Store, now)
	if err != nil {
		return View{}, err
	}
	if !f.Imported || len(f.holds().Incomplete(revisions.form)) == 0 {
		return View{}, customer.ErrNothingMissing
	}
	o := customer.Opening{ID: kernel.NewID[kernel.UUID](now), File: id, Cause: customer.CauseImport, Editor: who, Fields: f.holds(), By: &who, Rule: "CUS-02"}
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		if err := revisions.OpenRevisionTx(ctx, tx, o); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, ownLine("customer.completed", id, f.Store))
	})
	if err != nil {
		return View{}, err
	}
	return a.Get(ctx, grant, now, id)
}

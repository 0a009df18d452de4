package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
)

// Hold says whether a file still has its number (CUS-10). Fault:
// customer.not_found.
func (a *App) Hold(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID) (customer.Hold, error) {
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return customer.Hold{}, err
	}
	tenantID := grant.Actor().Tenant
	row, err := a.read(tenantID).NumberHold(ctx, now, tenantID, id)
	if err != nil {
		return customer.Hold{}, err
	}
	h := customer.Hold{State: customer.HoldLapsed, Case: row.CaseID}
	if row.Taken {
		store, err := a.Tenants.Store(ctx, tenantID, f.Store)
		if err != nil {
			return h, err
		}
		since := store.BusinessDate(row.OtherCreatedAt)
		if row.OtherApprovedOn > 0 {
			since = row.OtherApprovedOn
		}
		h.Since = &since
	}
	switch {
	case !row.CaseID.IsZero():
		h.State = customer.HoldInConflict
	case f.ApprovedOn != nil:
		return customer.Hold{}, nil
	case row.Taken:
		h.State = customer.HoldTaken
	case row.Held && (row.ReservedUntil == nil || !row.ReservedUntil.Before(now)):
		h.State, h.Until = customer.HoldHeld, row.ReservedUntil
	}
	return h, nil
}

// HoldAgain takes the number of an own draft again after its time ran out, for
// as long as a new draft has it, and says until when. Faults:
// customer.not_found, customer.not_editable, customer.already_on_file,
// customer.staff_number.
func (a *App) HoldAgain(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID) (time.Time, error) {
	f, p, err := a.editable(ctx, grant, now, id)
	if err != nil {
		return time.Time{}, err
	}
	if f.ApprovedOn != nil {
		return time.Time{}, customer.ErrNotEditable // its number is its own for good
	}
	tenantID, writer, until := grant.Actor().Tenant, grant.Person(), now.Add(p.reserve)
	return until, a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		if err := a.claim(ctx, tx, tenantID, p, id, f.numberKey, &until, now); err != nil {
			return err
		}
		q := customerdb.New(tx)
		if _, err := q.HoldNumber(ctx, &until, tenantID, id); err != nil { // one in a case waits for it
			return err
		}
		if err := event(ctx, q, tenantID, id, customer.Event{At: now, On: p.today, Kind: customer.NumberHeld, Person: &writer, Rule: "CUS-10"}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, ownLine("customer.number_held", id, f.Store))
	})
}

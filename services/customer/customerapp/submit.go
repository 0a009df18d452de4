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
	"github.com/changke/changke/services/platform/audit"
)

// Submit sends an own complete file to review, due within the hours of the rule
// (CUS-03); the number is kept until it is decided. One that waits already is a
// retry and stays as it is. Faults: customer.not_found,
// customer.not_editable, customer.incomplete, customer.changed,
// customer.staff_number, customer.already_on_file (the draft's hold ran out and
// another file was begun).
func (a *App) Submit(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID) (View, error) {
	tenantID, writer := grant.Actor().Tenant, grant.Person()
	f, p, err := a.editable(ctx, grant, now, id)
	if errors.Is(err, customer.ErrNotEditable) && (f.Writer == writer || f.Editor != nil && *f.Editor == writer) && f.State == customer.Submitted {
		return a.Get(ctx, grant, now, id)
	}
	if err != nil {
		return View{}, err
	}
	// A template published meanwhile surprises nobody who has all that his asked for.
	t, err := a.templateOf(ctx, tenantID, f.template)
	if err != nil {
		return View{}, err
	}
	if missing := f.fields.Incomplete(t); len(missing) > 0 {
		return View{}, customer.ErrIncomplete(missing)
	}
	// The rules may have become stricter since the fields were saved.
	findings := f.fields.Check(t, p.today, f.fields)
	if f.fields.PHS && !p.acceptPHS {
		_, refused := customer.ReadNumber("", true, false)
		findings = append(findings, *refused)
	}
	if len(findings) > 0 {
		return View{}, customer.ErrInvalid(findings)
	}
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.SubmitGuest(ctx, tenantID, id, f.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrChanged
		}
		further, err := furtherOwn(ctx, q, tenantID, id)
		if err != nil {
			return err
		}
		for _, key := range append(further, f.wanted()) {
			if f.ApprovedOn != nil && slices.Equal(key, f.numberKey) {
				continue // his for good; a guest hired later is flagged, not refused (CUS-05)
			}
			if err := a.claim(ctx, tx, tenantID, p, id, key, nil, now); err != nil {
				return err
			}
		}
		if err := q.SubmitRevision(ctx, customerdb.SubmitRevisionParams{TenantID: tenantID, FileID: id, Now: now, Due: customer.ReviewDue(now, p.reviewHours)}); err != nil {
			return err
		}
		if err := event(ctx, q, tenantID, id, customer.Event{At: now, On: p.today, Kind: customer.FileSubmitted, Person: &writer, Rule: "CUS-02"}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, ownLine("customer.submitted", id, f.Store, moved(f.State, customer.Submitted)))
	})
	if err != nil {
		return View{}, err
	}
	return a.Get(ctx, grant, now, id)
}

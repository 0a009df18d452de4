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

// SpotFound is what head office found behind a file.
type SpotFound struct {
	Month     kernel.Month
	File      kernel.FileID
	Result    customer.CheckResult
	Findings  []customer.Reason
	Confirmed bool // that there is no real guest
}

// RecordSpotCheck writes what a spot check found (CUS-04). A finding opens a
// revision that the file's owner finishes, of a public file who submitted what
// was approved; no real guest ends the standing (CUS-12). Faults:
// spot_check.not_found, spot_check.already_checked, spot_check.own (ROL-04),
// spot_check.not_confirmed, invalid_field at "findings", those of OpenRevisionTx.
func (a *App) RecordSpotCheck(ctx context.Context, grant kernel.Grant, now time.Time, in SpotFound) (SpotCheckView, error) {
	id, by := grant.Actor().Tenant, grant.Person()
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return SpotCheckView{}, err
	}
	c, err := a.spotCheck(ctx, grant, keys, in.Month, in.File)
	if err != nil {
		return SpotCheckView{}, err
	}
	whom, ok := grant.Decide(c.Store, c.Concerns)
	if !ok {
		return SpotCheckView{}, customer.ErrOwnCheck
	}
	if in.Result == customer.CheckNotReal && !in.Confirmed {
		return SpotCheckView{}, customer.ErrNotReal
	}
	f, err := a.load(ctx, grant, in.File)
	if err != nil {
		return SpotCheckView{}, err
	}
	t, err := a.templateOf(ctx, id, f.template)
	if err != nil {
		return SpotCheckView{}, err
	}
	findings, err := customer.CheckFindings(t, in.Result, in.Findings)
	if err != nil {
		return SpotCheckView{}, err
	}
	revisions, err := a.Revisions(ctx, id, f.Store, now)
	if err != nil {
		return SpotCheckView{}, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q, result := customerdb.New(tx), string(in.Result)
		n, err := q.RecordSpotCheck(ctx, customerdb.RecordSpotCheckParams{
			TenantID: id, Month: in.Month.First(), FileID: in.File, Result: &result, CheckedBy: &by, CheckedFor: whom.Who(), Now: now,
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrSpotChecked
		}
		if len(findings) > 0 {
			box, err := customerdb.SealFindings(keys, in.File, findings)
			if err != nil {
				return err
			}
			if err := q.InsertSpotCheckFinding(ctx, customerdb.InsertSpotCheckFindingParams{TenantID: id, Month: in.Month.First(), FileID: in.File, FindingsBox: box}); err != nil {
				return err
			}
		}
		e := customer.Event{At: now, On: revisions.policy.today, Kind: customer.SpotCheckFine, Person: &by, For: whom.Who(), Rule: "CUS-04"}
		switch in.Result {
		case customer.CheckFinding:
			o := customer.Opening{
				ID: kernel.NewID[kernel.UUID](now), File: in.File, Cause: customer.CauseSpotCheck, Editor: c.Referrer, Fields: f.holds(), Reasons: findings,
				By: &by, For: whom.Who(), Rule: "CUS-04",
			}
			if f.Owner != nil {
				o.Editor = *f.Owner
			}
			err = revisions.OpenRevisionTx(ctx, tx, o)
		case customer.CheckNotReal:
			err = a.endTx(ctx, tx, id, f, revisions.policy, now)
			e.Kind, e.Rule = customer.StandingEnded, "CUS-12"
			fallthrough
		default:
			if err == nil {
				err = event(ctx, q, id, in.File, e)
			}
		}
		if err != nil {
			return err
		}
		l := line("customer.spot_checked", in.File, f.Store, audit.Change{Field: "result", After: result})
		l.Concerned = c.Concerns
		for _, r := range findings {
			l.Changes = append(l.Changes, audit.Change{Field: "reason", After: r.Field})
		}
		return audit.WriteTx(ctx, tx, id, now, l)
	})
	if err != nil {
		return SpotCheckView{}, err
	}
	if c, err = a.spotCheck(ctx, grant, keys, in.Month, in.File); err != nil {
		return SpotCheckView{}, err
	}
	views, err := a.spotChecks(ctx, grant, now, []customer.SpotCheck{c})
	if err != nil {
		return SpotCheckView{}, err
	}
	return views[0], nil
}

// endTx ends the standing of a file (CUS-12): what was open is void, its number
// is free, its tie ends, and visits count for it no more.
func (a *App) endTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, f file, p policy, now time.Time) error {
	q := customerdb.New(tx)
	if err := a.ownership.HoldTiesTx(ctx, tx, id, f.File); err != nil {
		return err
	}
	n, err := q.EndStanding(ctx, p.today, id, f.File)
	if err != nil {
		return err
	}
	if n == 0 {
		return customer.ErrNoStanding
	}
	if err := q.DropRevision(ctx, id, f.File); err != nil {
		return err
	}
	if err := q.DropChanges(ctx, now, id, f.File); err != nil {
		return err
	}
	held, err := q.NumbersOfFile(ctx, id, f.File)
	if err != nil {
		return err
	}
	if err := a.releaseTx(ctx, tx, id, p, f.numberKey, f.File, now); err != nil {
		return err
	}
	if err := q.ReleaseNumbers(ctx, id, f.File); err != nil {
		return err
	}
	for _, key := range held {
		if err := a.visits.MoveNumberTx(ctx, tx, id, customer.MovedNumber{Store: f.Store, File: f.File, From: key, On: p.today}, now); err != nil {
			return err
		}
	}
	return a.ownership.EndTieTx(ctx, tx, id, f.File, p.today, f.revision)
}

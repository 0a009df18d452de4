package ownershipapp

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
)

// triedRules are the values that a trial keeps.
type triedRules struct {
	Values tenant.Values                    `json:"values"`
	Stores map[kernel.StoreID]tenant.Values `json:"stores"`
}

// StartTrial begins to try the chain's draft over the last months (RUL-04): a job
// plays them, nothing but what it finds is written. Faults: trial.head_office,
// trial.no_draft, trial.running.
func (a *App) StartTrial(ctx context.Context, grant kernel.Grant, months int) (ownershipdb.Trial, error) {
	id, now := grant.Actor().Tenant, a.Clock.Now()
	if !grant.Tenant() {
		return ownershipdb.Trial{}, ownership.ErrTrialHQ
	}
	set, some, err := a.Tenants.DraftRules(ctx, id)
	if err != nil {
		return ownershipdb.Trial{}, err
	}
	if !some {
		return ownershipdb.Trial{}, ownership.ErrNoDraft
	}
	rules, err := json.Marshal(triedRules{set.Values, set.Stores})
	if err != nil {
		return ownershipdb.Trial{}, err
	}
	span, err := a.trialSpan(ctx, id, months, now)
	if err != nil {
		return ownershipdb.Trial{}, err
	}
	trial := kernel.NewID[kernel.UUID](now)
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		files, err := q.CountPastFiles(ctx, id, span.To)
		if err != nil {
			return err
		}
		err = q.InsertTrial(ctx, ownershipdb.InsertTrialParams{
			TenantID: id, TrialID: trial, Months: int16(months), FromOn: span.From, ToOn: span.To, BaseVersion: set.Version, Rules: rules, Now: now, Files: files, CreatedBy: grant.Person(),
		})
		if err != nil {
			return err
		}
		if err := a.queueTrialTx(ctx, tx, id, trial); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{
			Action: "rules.trial_started", Object: "rules", ObjectID: trial.String(),
			Changes: []audit.Change{{Field: "months", After: strconv.Itoa(months)}, {Field: "from", After: span.From.String()}, {Field: "to", After: span.To.String()}},
		})
	})
	if db.ConstraintName(err) == "trial_one" {
		return ownershipdb.Trial{}, ownership.ErrTrialBusy
	}
	if err != nil {
		return ownershipdb.Trial{}, err
	}
	return a.trialOf(ctx, id, trial)
}

// trialSpan ends with the newest day all of whose runs have been made, for what
// happened is compared.
func (a *App) trialSpan(ctx context.Context, id kernel.TenantID, months int, now time.Time) (ownership.Span, error) {
	q := ownershipdb.New(a.DB.Single(id))
	newest, err := q.NewestRuns(ctx, id)
	if err != nil {
		return ownership.Span{}, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return ownership.Span{}, err
	}
	to := kernel.BusinessDateOf(now, tenant.Shanghai, 4*time.Hour)
	if len(stores) > 0 {
		to = stores[0].BusinessDate(now)
	}
	if len(newest) > 0 {
		if to = newest[0].PeriodOn; !dayDone(a.Kinds, newest) {
			to--
		}
	}
	first, err := q.FirstTieStart(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		first = to
	} else if err != nil {
		return ownership.Span{}, err
	}
	return ownership.TrialSpan(max(to, first), months, first), nil
}

// dayDone reports whether the last run of a day is among its runs, and done.
func dayDone(kinds []ownership.Kind, runs []ownershipdb.PeriodRun) bool {
	for _, r := range runs {
		if next := ownership.Next(kinds, r.Step()); next.Day > r.PeriodOn {
			return r.State == "done"
		}
	}
	return false
}

// CancelTrial ends a trial that is not over; what it found so far is kept. Faults:
// trial.head_office, trial.not_found, trial.over.
func (a *App) CancelTrial(ctx context.Context, grant kernel.Grant, trial kernel.UUID) (ownershipdb.Trial, error) {
	id, now := grant.Actor().Tenant, a.Clock.Now()
	if _, err := a.Trial(ctx, grant, trial); err != nil {
		return ownershipdb.Trial{}, err
	}
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		n, err := ownershipdb.New(tx).EndTrial(ctx, ownershipdb.EndTrialParams{TenantID: id, TrialID: trial, State: string(ownership.TrialCancelled), Now: now})
		if err == nil && n == 0 {
			err = ownership.ErrTrialOver
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "rules.trial_cancelled", Object: "rules", ObjectID: trial.String()})
	})
	if err != nil {
		return ownershipdb.Trial{}, err
	}
	return a.trialOf(ctx, id, trial)
}

// Trial is one trial as it stands. Faults: trial.head_office, trial.not_found.
func (a *App) Trial(ctx context.Context, grant kernel.Grant, trial kernel.UUID) (ownershipdb.Trial, error) {
	if !grant.Tenant() {
		return ownershipdb.Trial{}, ownership.ErrTrialHQ
	}
	return a.trialOf(ctx, grant.Actor().Tenant, trial)
}

func (a *App) trialOf(ctx context.Context, id kernel.TenantID, trial kernel.UUID) (ownershipdb.Trial, error) {
	row, err := ownershipdb.New(a.DB.Single(id)).Trial(ctx, id, trial)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ownership.ErrNoTrial
	}
	return row, err
}

// Trials lists trials before an id, newest first. Fault: trial.head_office.
func (a *App) Trials(ctx context.Context, grant kernel.Grant, before kernel.UUID, atMost int) ([]ownershipdb.Trial, error) {
	if !grant.Tenant() {
		return nil, ownership.ErrTrialHQ
	}
	id := grant.Actor().Tenant
	return ownershipdb.New(a.DB.Single(id)).TrialsPage(ctx, id, before, int32(atMost))
}

func (a *App) queueTrialTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, trial kernel.UUID) error {
	_, err := a.jobs.InsertIDTx(ctx, tx, TrialArgs{Tenant: id, Trial: trial}, &river.InsertOpts{MaxAttempts: maxAttempts})
	return err
}

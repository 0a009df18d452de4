package ownershipapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
)

// Wait is a store that runs leave out.
type Wait struct {
	Store tenant.Store
	Brake bool // head office has to say; else its day is not complete
	Step  ownership.Step
	Since time.Time
	Gaps  []kernel.Words // what the day before the step lacks; none: it catches up soon
}

// Waits lists the stores in reach that runs leave out, by store.
func (a *App) Waits(ctx context.Context, grant kernel.Grant) ([]Wait, error) {
	return a.WaitsOf(ctx, grant.Actor().Tenant, func(s kernel.StoreID) bool { return grant.Covers(s, false) })
}

// WaitsOf lists those of some stores: a port of report.
func (a *App) WaitsOf(ctx context.Context, id kernel.TenantID, reached func(kernel.StoreID) bool) ([]Wait, error) {
	rows, err := ownershipdb.New(a.DB.Single(id)).WaitsOf(ctx, id)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	out, waiting := []Wait{}, map[kernel.BusinessDate][]tenant.Store{}
	for _, s := range stores {
		for _, r := range rows {
			if r.StoreID != s.ID || !reached(s.ID) {
				continue
			}
			w := Wait{Store: s, Brake: r.Cause == waitsForBrake, Step: stepOf(r), Since: r.Since}
			out = append(out, w)
			if !w.Brake {
				waiting[w.Step.Day-1] = append(waiting[w.Step.Day-1], s)
			}
		}
	}
	if a.Gaps == nil {
		return out, nil
	}
	for day, stores := range waiting {
		gaps, err := a.Gaps(ctx, id, stores, day)
		if err != nil {
			return nil, err
		}
		for i, w := range out {
			if !w.Brake && w.Step.Day-1 == day {
				out[i].Gaps = gaps[w.Store.ID]
			}
		}
	}
	return out, nil
}

// Brake is a run that stopped before a store, with names.
type Brake struct {
	ownershipdb.Brake
	StoreName string
	DecidedBy string
	Reason    string // why it was decided so
}

// Brakes lists the runs that stopped before a store in reach, before an id, newest
// first.
func (a *App) Brakes(ctx context.Context, grant kernel.Grant, openOnly bool, before kernel.UUID, atMost int) ([]Brake, error) {
	id := grant.Actor().Tenant
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	reached := []kernel.UUID{}
	for _, s := range stores {
		if grant.Covers(s.ID, false) {
			reached = append(reached, kernel.UUID(s.ID))
		}
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).BrakesPage(ctx, ownershipdb.BrakesPageParams{TenantID: id, Before: before, Stores: reached, OpenOnly: openOnly, AtMost: int32(atMost)})
	if err != nil {
		return nil, err
	}
	return a.nameBrakes(ctx, id, stores, rows)
}

func (a *App) nameBrakes(ctx context.Context, id kernel.TenantID, stores []tenant.Store, rows []ownershipdb.Brake) ([]Brake, error) {
	people := []kernel.PersonID{}
	for _, r := range rows {
		if r.DecidedBy != nil {
			people = append(people, *r.DecidedBy)
		}
	}
	names, err := a.names(ctx, id, distinct(people))
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make([]Brake, len(rows))
	for i, r := range rows {
		out[i].Brake = r
		if out[i].Reason, err = ownershipdb.OpenReason(keys, ownershipdb.BrakeBox, r.BrakeID, r.ReasonBox); err != nil {
			return nil, err
		}
		if at := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.ID == r.StoreID }); at >= 0 {
			out[i].StoreName = stores[at].Name
		}
		if r.DecidedBy != nil {
			out[i].DecidedBy = names[*r.DecidedBy]
		}
	}
	return out, nil
}

// brake finds one in reach. Fault: brake.not_found.
func (a *App) brake(ctx context.Context, grant kernel.Grant, brake kernel.UUID) (ownershipdb.Brake, error) {
	id := grant.Actor().Tenant
	b, err := ownershipdb.New(a.DB.Single(id)).Brake(ctx, id, brake)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(b.StoreID, false) {
		return b, ownership.ErrNoBrake
	}
	return b, err
}

// BrakedGuests shows whom a stopped run would release in its store by the facts of
// now; nobody once it was decided. Fault: brake.not_found.
func (a *App) BrakedGuests(ctx context.Context, grant kernel.Grant, brake kernel.UUID, now time.Time) (Outlook, error) {
	b, err := a.brake(ctx, grant, brake)
	if err != nil || b.State != "open" {
		return Outlook{}, err
	}
	steps := []ownership.Step{{Day: b.PeriodOn, Kind: ownership.Kind(b.Kind)}}
	return a.preview(ctx, grant.Actor().Tenant, b.StoreID, steps, now, func(*tenant.Store) {})
}

// DecideBrake lets a stopped run go on in its store, or skips it there (RUL-08).
// The store then catches up with the chain, in order. Faults: brake.not_found,
// brake.decided, invalid_field.
func (a *App) DecideBrake(ctx context.Context, grant kernel.Grant, brake kernel.UUID, release bool, reason string, now time.Time) (Brake, error) {
	id, me := grant.Actor().Tenant, grant.Person()
	b, err := a.brake(ctx, grant, brake)
	if err != nil {
		return Brake{}, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return Brake{}, err
	}
	box, err := keys.SealBytes([]byte(reason), ownershipdb.BrakeBox, brake)
	if err != nil {
		return Brake{}, err
	}
	kind := ownership.Kind(b.Kind)
	step := ownership.Step{Day: b.PeriodOn, Kind: kind}
	next, state := step, "released"
	if !release {
		next, state = kind.Track().After(a.Kinds, step), "stopped"
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		n, err := q.DecideBrake(ctx, ownershipdb.DecideBrakeParams{
			TenantID: id, BrakeID: brake, State: state, ReasonBox: box, DecidedBy: &me, DecidedFor: grant.Holder(b.StoreID, false).Who(), Now: now,
		})
		if err == nil && n == 0 {
			err = ownership.ErrBrakeDecided
		}
		if err != nil {
			return err
		}
		moved, err := q.MoveWait(ctx, ownershipdb.MoveWaitParams{
			TenantID: id, StoreID: b.StoreID, Track: string(kind.Track()), StepOn: b.PeriodOn, StepKind: b.Kind, NextOn: next.Day, NextKind: string(next.Kind),
		})
		if err != nil {
			return err
		}
		if moved == 0 {
			return errors.New("a braked store does not wait where it was stopped")
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "run.brake_" + state, Object: "store", ObjectID: b.StoreID.String(), Store: b.StoreID, Changes: []audit.Change{
			{Field: "rule", After: b.Kind}, {Field: "date", After: b.PeriodOn.String()},
		}})
	})
	if err != nil {
		return Brake{}, err
	}
	if err := a.PlanTenant(ctx, id, now); err != nil { // else the planner does it within minutes
		a.Log.ErrorContext(ctx, "planning after a brake", "error", err)
	}
	if b, err = a.brake(ctx, grant, brake); err != nil {
		return Brake{}, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return Brake{}, err
	}
	named, err := a.nameBrakes(ctx, id, stores, []ownershipdb.Brake{b})
	if err != nil {
		return Brake{}, err
	}
	return named[0], nil
}

package customerapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// reviewPermission is what a review is handled by.
const reviewPermission = "customer.review"

const (
	escalateEvery = time.Minute
	escalatePage  = 500
)

// KeepEscalating looks after waiting reviews and conflict cases now and each minute until ctx ends.
// Any number of processes may: whose turn a review is follows from what stands
// in the database, so a minute slept through is made good by the next.
func (a *App) KeepEscalating(ctx context.Context) {
	jobs.Keep(ctx, a.Log, "escalating reviews and conflicts", escalateEvery, func(ctx context.Context) error {
		ids, err := a.Tenants.TenantIDs(ctx)
		for _, id := range ids {
			_, failed := a.Escalate(ctx, id, a.Clock.Now())
			_, alsoFailed := a.EscalateConflicts(ctx, id, a.Clock.Now())
			if failed = errors.Join(failed, alsoFailed); failed != nil {
				err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
			}
			if _, failed := a.EscalateDeletions(ctx, id, a.Clock.Now()); failed != nil {
				err = errors.Join(err, fmt.Errorf("tenant %s: %w", id, failed))
			}
		}
		return err
	})
}

// Escalate marks the waiting reviews of a chain that have gone up (ROL-05,
// CUS-03), with a line on the file's timeline, and says how many went.
func (a *App) Escalate(ctx context.Context, id kernel.TenantID, now time.Time) (went int, err error) {
	for after := (kernel.FileID{}); ; {
		rows, err := a.read(id).Waiting(ctx, id, after, escalatePage)
		if err != nil || len(rows) == 0 {
			return went, err
		}
		turns, err := a.turns(ctx, id, now, rows)
		if err != nil {
			return went, err
		}
		for i, r := range rows {
			n, err := a.escalate(ctx, id, now, r, turns[i])
			if err != nil {
				return went, err
			}
			went += n
		}
		after = rows[len(rows)-1].FileID
	}
}

// escalate marks one review; 1: it went up.
func (a *App) escalate(ctx context.Context, id kernel.TenantID, now time.Time, r customerdb.WaitingRow, t Turn) (int, error) {
	people := []kernel.UUID{}
	for _, hand := range t.People {
		people = append(people, kernel.UUID(hand.Person))
	}
	step := int16(t.Step)
	if !t.Escalated || step < r.Escalated || step == r.Escalated && slices.Equal(people, r.EscalatedTo) {
		return 0, nil
	}
	up := step > r.Escalated
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.EscalateReview(ctx, customerdb.EscalateReviewParams{
			TenantID: id, FileID: r.FileID, Step: step, People: people, Was: r.Escalated, Were: r.EscalatedTo, Now: now,
		})
		if up = up && n > 0; err != nil || !up {
			return err
		}
		kind := map[staff.Step]customer.EventKind{staff.StepStoreHead: customer.ToStoreHead, staff.StepHQ: customer.ToHQ, staff.StepHQHead: customer.ToHQHead}[t.Step]
		return event(ctx, q, id, r.FileID, customer.Event{At: now, On: t.today, Kind: kind, Rule: "ROL-05"})
	})
	if err != nil || !up {
		return 0, err
	}
	return 1, nil
}

// Turn is whose turn a review is.
type Turn struct {
	staff.Turn
	Next  *time.Time // when it goes further up; nil: nobody is above
	today kernel.BusinessDate
}

// turns says of each waiting file whose turn its review is now. The first step
// has until it is due (CUS-03), each further one as long again.
func (a *App) turns(ctx context.Context, id kernel.TenantID, now time.Time, rows []customerdb.WaitingRow) ([]Turn, error) {
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	of := map[kernel.StoreID]tenant.Store{}
	for _, s := range stores {
		of[s.ID] = s
	}
	needed := []kernel.StoreID{}
	for _, r := range rows {
		if !slices.Contains(needed, r.StoreID) {
			needed = append(needed, r.StoreID)
		}
	}
	desk, err := a.Staff.Desk(ctx, id, reviewPermission, needed, now)
	if err != nil {
		return nil, err
	}
	hours := map[kernel.StoreID]time.Duration{}
	days := map[kernel.BusinessDate]tenant.Rules{}
	for _, s := range needed {
		day := of[s].BusinessDate(now)
		rules, known := days[day]
		if !known {
			if rules, err = a.Tenants.Rules(ctx, id, day); err != nil {
				return nil, err
			}
			days[day] = rules
		}
		hours[s] = time.Duration(rules.Int(customer.RuleReviewHours, s)) * time.Hour
	}
	out := make([]Turn, len(rows))
	for i, r := range rows {
		concerned := customer.Row{Writer: r.WriterID, Owner: r.OwnerID, Editor: r.EditorID}.Concerns
		passed := staff.Passed(now, r.DueAt, hours[r.StoreID])
		out[i] = Turn{Turn: desk.Turn(r.StoreID, concerned, passed), today: of[r.StoreID].BusinessDate(now)}
		if later := desk.Turn(r.StoreID, concerned, passed+1); later.Step > out[i].Step {
			next := r.DueAt.Add(time.Duration(passed) * hours[r.StoreID])
			out[i].Next = &next
		}
	}
	return out, nil
}

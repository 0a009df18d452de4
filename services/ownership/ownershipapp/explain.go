package ownershipapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Explanation is whose a file is and was, and why.
type Explanation struct {
	Ties      []ownershipdb.TiesOfFileRow // newest first
	Decisions []Told                      // newest first, at most 100
	Sentence  kernel.Words
	Facts     []ownership.Fact
	DaysLeft  int // -1: public
	SafeUntil *kernel.BusinessDate
}

// Explain answers "why is he still mine, or not any more" with the function that
// the run calls (RUL-05). Fault: customer.not_found outside the grant.
func (a *App) Explain(ctx context.Context, grant kernel.Grant, file kernel.FileID, now time.Time) (*Explanation, error) {
	id := grant.Actor().Tenant
	row, err := a.Files.Find(ctx, grant, file)
	if err != nil {
		return nil, err
	}
	store, err := a.store(ctx, id, row.Store)
	if err != nil {
		return nil, err
	}
	today := store.BusinessDate(now)
	rules, err := a.Tenants.Rules(ctx, id, today)
	if err != nil {
		return nil, err
	}
	e := &Explanation{DaysLeft: -1}
	var decisions []ownershipdb.DecisionsOfFileRow
	var before, upTo map[kernel.FileID]visit.History
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		q, files := ownershipdb.New(tx), []kernel.FileID{file}
		if e.Ties, err = q.TiesOfFile(ctx, id, file); err != nil {
			return err
		}
		decisions, err = q.DecisionsOfFile(ctx, ownershipdb.DecisionsOfFileParams{TenantID: id, FileID: file, Before: lastID, AtMost: 100})
		if err != nil {
			return err
		}
		if before, err = a.Visits.HistoriesTx(ctx, tx, id, files, today, now); err != nil {
			return err
		}
		upTo, err = a.Visits.HistoriesTx(ctx, tx, id, files, today+1, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	if e.Decisions, err = a.tell(ctx, id, decisions); err != nil {
		return nil, err
	}
	s := ownership.Standing{Today: today, Months: ownership.KindDormancy.Months(rules, row.Store)}
	if len(e.Ties) > 0 {
		if err := e.judge(&s, store, before[file], upTo[file]); err != nil {
			return nil, err
		}
	}
	e.Sentence, e.Facts = ownership.TellStanding(s)
	return e, nil
}

// judge fills in how the newest tie stands: today's verdict rests on the visits
// before today, the term counts a visit of today too.
func (e *Explanation) judge(s *ownership.Standing, store tenant.Store, before, upTo visit.History) error {
	newest := e.Ties[0]
	if newest.EndOn != nil {
		s.Former, s.Since = newest.ReferrerName, *newest.EndOn
		return nil
	}
	s.Owner = newest.ReferrerName
	s.Held = newest.Held
	start := ownership.ClockStart(ownership.Origin(newest.Origin), newest.StartOn, store)
	if newest.ResumedOn != nil { // given back: the clock runs from that day (HND-08)
		start = *newest.ResumedOn
	}
	s.Tenure = ownership.Tenure{Start: start, LastVisit: upTo.LastVisit, Held: newest.Held, Closed: store.Closures}
	if start < s.Today {
		lost, err := ownership.Dormancy(s.Today, ownership.Tenure{Start: start, LastVisit: before.LastVisit, Held: newest.Held, Closed: store.Closures}, s.Months)
		if err != nil {
			return err
		}
		s.Lost = lost != nil
	}
	until := s.Tenure.SafeUntil(s.Months)
	e.SafeUntil, e.DaysLeft = &until, s.Tenure.DaysLeft(s.Today, s.Months)
	if s.Lost {
		yesterday := s.Today - 1
		e.SafeUntil, e.DaysLeft = &yesterday, 0
	}
	return nil
}

func (a *App) store(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (tenant.Store, error) {
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return tenant.Store{}, err
	}
	for _, s := range stores {
		if s.ID == store {
			return s, nil
		}
	}
	return tenant.Store{}, tenant.ErrNoStore
}

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
	Warnings  []WarningTold // what is about to happen, then what the referrer was told, newest first
}

// WarningTold is a warning of LIF-10 in words.
type WarningTold struct {
	Rule     ownership.Kind // the one that would act
	ActsOn   kernel.BusinessDate
	WarnedOn *kernel.BusinessDate // nil: so it stands now
	Version  int32                // of the rule set
	Sentence kernel.Words
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
	var visits []ownership.Visit // of the running month, and the last
	var sent []ownershipdb.WarningsOfTieRow
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
		if upTo, err = a.Visits.HistoriesTx(ctx, tx, id, files, today+1, now); err != nil {
			return err
		}
		if len(e.Ties) == 0 || e.Ties[0].EndOn != nil {
			return nil
		}
		if sent, err = q.WarningsOfTie(ctx, id, e.Ties[0].TieID, file); err != nil {
			return err
		}
		from := today.Month().First()
		if last := upTo[file].LastVisit; last != nil { // it is named
			from = min(from, *last)
		}
		counted, err := a.Visits.CountedTx(ctx, tx, id, files, from, today+1, now)
		visits = visitsOf(counted[file])
		ordered(visits)
		return err
	})
	if err != nil {
		return nil, err
	}
	if e.Decisions, err = a.tell(ctx, id, decisions); err != nil {
		return nil, err
	}
	if err := a.contestable(ctx, grant, e, now); err != nil {
		return nil, err
	}
	s := ownership.Standing{Today: today, Built: row.ApprovedOn != nil, Months: ownership.KindDormancy.Months(rules, row.Store), Seen: visits[max(0, len(visits)-1):]}
	if len(e.Ties) > 0 {
		if err := e.judge(&s, store, before[file], upTo[file]); err != nil {
			return nil, err
		}
	}
	e.Sentence, e.Facts = ownership.TellStanding(s)
	if len(e.Ties) > 0 && e.Ties[0].EndOn == nil {
		err = e.warn(s, rules, row.Store, visits, sent)
	}
	return e, err
}

// contestable says of what the caller lost until when he may appeal against it
// (LIF-11).
func (a *App) contestable(ctx context.Context, grant kernel.Grant, e *Explanation, now time.Time) error {
	for i, d := range e.Decisions {
		if !slices.ContainsFunc(e.Ties, func(t ownershipdb.TiesOfFileRow) bool {
			return t.ReferrerID == grant.Person() && t.EndOn != nil && *t.EndOn == d.EffectiveOn
		}) {
			continue
		}
		loss, err := a.Loss(ctx, grant, now, d.DecisionID)
		switch {
		case errors.Is(err, ownership.ErrNoLoss): // of that day, but not what ended his tie
		case err != nil:
			return err
		case loss.Refused == nil:
			e.Decisions[i].AppealUntil = &loss.Until
		}
	}
	return nil
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

// warn says what LIF-03 and LIF-04 would do next, and what the referrer was told.
func (e *Explanation) warn(s ownership.Standing, rules tenant.Rules, store kernel.StoreID, visits []ownership.Visit, sent []ownershipdb.WarningsOfTieRow) error {
	tie := e.Ties[0]
	first, second, _ := ownership.WarningDays(rules)
	var now [2]*ownership.WarnEvidence
	var err error
	if s.Held { // outside of both rules (HND-06)
		return nil
	}
	start := tie.StartOn
	if tie.ResumedOn != nil {
		start = *tie.ResumedOn
	}
	if start <= s.Today {
		if now[0], err = ownership.WarnOfDormancy(s.Today, s.Tenure, s.Months, first, second); err != nil {
			return err
		}
		if now[0] != nil {
			now[0].Seen = s.Seen
		}
	}
	if start <= s.Today.Month().Last() {
		if now[1], err = ownership.WarnOfShare(s.Today.Month(), ownership.Bond{Referrer: tie.ReferrerID, Start: start}, visits, ownership.ShareTermsOf(rules, store)); err != nil {
			return err
		}
	}
	for _, w := range now {
		if w != nil {
			e.Warnings = append(e.Warnings, WarningTold{Rule: w.Rule, ActsOn: w.ActsOn, Version: rules.Version, Sentence: w.Words(s.Today)})
		}
	}
	for _, w := range sent {
		e.Warnings = append(e.Warnings, WarningTold{Rule: ownership.Kind(w.Rule), ActsOn: w.ActsOn, WarnedOn: &w.WarnedOn, Version: w.RuleVersion, Sentence: ownership.TellWarning(w.Evidence, w.WarnedOn)})
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

package quotaapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
	"github.com/changke/changke/services/tenant"
)

// Statement is a person's score with what surrounds it (QTA-03, QTA-04).
type Statement struct {
	Score
	Lost, Won   int64
	Led         int64 // guests led to their tables (代位人数): counted, without a target
	Effective   int64 // of his guests, those whom he received within the months of LIF-02
	DaysLeft    int   // of a running month, today included
	Corrections []Correction
	CorrectedBy []Correction
	Months      []string // to choose from
}

// Statement gives the statement of a person in reach; a zero person is the
// caller, a zero month the running one. Faults: score.not_found, invalid_field.
func (a *App) Statement(ctx context.Context, grant kernel.Grant, asked kernel.Month, person kernel.PersonID) (s Statement, err error) {
	id, q := grant.Actor().Tenant, quotadb.New(a.DB.Single(grant.Actor().Tenant))
	m, err := a.month(ctx, q, id, asked)
	if err != nil {
		return s, err
	}
	if s.Score, err = a.score(ctx, q, grant, m, person); err != nil {
		return s, err
	}
	s.Months = m.offered()
	if m.Month == m.today.Month() {
		s.DaysLeft = int(m.Last()-m.today) + 1
	}
	lost, err := q.LossCounts(ctx, quotadb.LossCountsParams{TenantID: id, PersonID: s.Person, FirstDay: m.First(), LastDay: m.Last()})
	if err != nil {
		return s, err
	}
	s.Lost, s.Won = lost.Lost, int64(lost.Won)
	s.Led, err = q.Led(ctx, quotadb.LedParams{TenantID: id, PersonID: s.Person, FirstDay: m.First(), LastDay: m.Last()})
	if err != nil {
		return s, err
	}
	if s.Effective, err = a.effective(ctx, q, id, m, s.Person); err != nil {
		return s, err
	}
	s.Corrections, s.CorrectedBy, err = a.corrections(ctx, q, id, m, s.Score)
	return s, err
}

// corrections are what a month's statement corrects of earlier months, and what later ones
// correct of it.
func (a *App) corrections(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, s Score) (in, of []Correction, err error) {
	here, err := q.CorrectionsIn(ctx, id, m.First(), s.Person)
	if err != nil {
		return nil, nil, err
	}
	later, err := q.CorrectionsOf(ctx, id, m.First(), s.Person)
	if err != nil {
		return nil, nil, err
	}
	n := len(here)
	for _, c := range later {
		here = append(here, quotadb.CorrectionsInRow(c))
	}
	all, err := a.explained(ctx, id, s, here)
	if err != nil {
		return nil, nil, err
	}
	return all[:n:n], all[n:], nil
}

// effective counts LIF-02 at a month's end, of the running month today: guests of the
// person with a visit credited to him within the months of the rule (RUL-02). Nothing
// acts on it.
func (a *App) effective(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, person kernel.PersonID) (int64, error) {
	day := min(m.today, m.Last())
	rules, err := a.Tenants.Rules(ctx, id, day)
	if err != nil {
		return 0, err
	}
	since := day.MinusMonths(int(rules.Int(tenant.KeyWithinMonths, kernel.StoreID{})))
	return q.Effective(ctx, quotadb.EffectiveParams{TenantID: id, PersonID: person, Day: day, Since: since})
}

// score gives one person's score if the grant reaches it: everybody his own,
// else where the store of his last assessed post of the month is reached.
func (a *App) score(ctx context.Context, q *quotadb.Queries, grant kernel.Grant, m month, person kernel.PersonID) (s Score, err error) {
	id := grant.Actor().Tenant
	if person.IsZero() {
		person = grant.Person()
	}
	row, err := q.Score(ctx, id, m.First(), person)
	switch {
	case err == nil:
		s = stored(row)
	case !errors.Is(err, pgx.ErrNoRows):
		return s, err
	default:
		if s, err = a.unscored(ctx, q, id, m, person); err != nil {
			return s, err
		}
	}
	if person == grant.Person() || grant.Tenant() || s.Store != nil && grant.Covers(*s.Store, false) {
		return s, nil
	}
	return Score{}, quota.ErrNoScore
}

// unscored is a month's score that is not stored: the preview, or none.
func (a *App) unscored(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, person kernel.PersonID) (Score, error) {
	stays, err := q.StaysOfPerson(ctx, id, person)
	if err != nil {
		return Score{}, err
	}
	if len(stays) == 0 {
		return Score{}, quota.ErrNoScore
	}
	scores, err := a.previews(ctx, q, id, m, []posts{stays})
	if err != nil {
		return Score{}, err
	}
	if !m.preview { // scored without him: whose store it would be is known by now, for what corrects it
		return Score{Person: person, StaffNo: stays[0].StaffNo, Name: stays[0].Name, Month: m.Month, State: quota.Final, Store: scores[0].Store}, nil
	}
	return scores[0], nil
}

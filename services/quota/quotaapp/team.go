package quotaapp

import (
	"context"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// Team is a page of the scores of a month.
type Team struct {
	Scores    []Score
	Corrected []quotadb.CorrectedRow // what corrections change in them (QTA-04)
	Month     kernel.Month
	State     quota.State
	Months    []string       // to choose from
	Positions []kernel.Words // to choose from
	More      bool
}

// Asked says which scores are listed: after a staff number, of a store, of a
// post; zero values ask for all.
type Asked struct {
	Month    kernel.Month
	Store    kernel.StoreID
	Position string
	AfterNo  string
	AtMost   int
}

// lastText comes after every post and staff number.
const lastText = "\U0010FFFF"

// Team lists the scores in reach in the order of staff numbers. Whoever reaches
// only his own gets that. Faults: invalid_field.
func (a *App) Team(ctx context.Context, grant kernel.Grant, asked Asked) (t Team, err error) {
	id, q := grant.Actor().Tenant, quotadb.New(a.DB.Single(grant.Actor().Tenant))
	m, err := a.month(ctx, q, id, asked.Month)
	if err != nil {
		return t, err
	}
	t.Month, t.Months = m.Month, m.offered()
	t.Positions = m.table.Assessed()
	stores, everywhere := reach(grant, asked.Store)
	switch {
	case !everywhere && len(stores) == 0:
		t.Scores, err = a.ownAlone(ctx, q, grant, m, asked)
	case m.preview:
		t.Scores, err = a.previewTeam(ctx, q, id, m, asked, stores, everywhere)
	default:
		t.Scores, err = storedTeam(ctx, q, id, m, asked, stores, everywhere)
	}
	if t.More = len(t.Scores) > asked.AtMost; t.More {
		t.Scores = t.Scores[:asked.AtMost]
	}
	t.State = m.state(t.Scores)
	if err != nil || len(t.Scores) == 0 {
		return t, err
	}
	people := make([]kernel.UUID, len(t.Scores))
	for i, s := range t.Scores {
		people[i] = kernel.UUID(s.Person)
	}
	t.Corrected, err = q.Corrected(ctx, id, m.First(), people)
	return t, err
}

// reach is the stores a grant covers, of a filter only that one; everywhere:
// the whole chain, people of head office too.
func reach(grant kernel.Grant, store kernel.StoreID) (stores []kernel.UUID, everywhere bool) {
	stores = []kernel.UUID{}
	switch {
	case store.IsZero() && grant.Tenant():
		return stores, true
	case store.IsZero():
		for _, s := range grant.Stores() {
			stores = append(stores, kernel.UUID(s))
		}
	case grant.Covers(store, false):
		stores = append(stores, kernel.UUID(store))
	}
	return stores, false
}

// ownAlone is the list of whoever reaches nobody else's.
func (a *App) ownAlone(ctx context.Context, q *quotadb.Queries, grant kernel.Grant, m month, asked Asked) ([]Score, error) {
	s, err := a.score(ctx, q, grant, m, grant.Person())
	if err != nil || !asked.wants(s) || s.StaffNo <= asked.AfterNo {
		return nil, err
	}
	return []Score{s}, nil
}

// wants reports whether a score is one of those asked for.
func (k Asked) wants(s Score) bool {
	return s.Position != "" && (k.Position == "" || s.Position == k.Position) && (k.Store.IsZero() || s.Store != nil && *s.Store == k.Store)
}

func storedTeam(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, asked Asked, stores []kernel.UUID, everywhere bool) (out []Score, err error) {
	from, to := "", lastText
	if asked.Position != "" {
		from, to = asked.Position, asked.Position
	}
	p := quotadb.ScoresOfStoresParams{TenantID: id, Month: m.First(), Stores: stores, AfterNo: asked.AfterNo, FirstPost: from, LastPost: to, AtMost: int32(asked.AtMost + 1)}
	if !everywhere {
		rows, err := q.ScoresOfStores(ctx, p)
		for _, r := range rows {
			out = append(out, stored(quotadb.ScoreRow(r)))
		}
		return out, err
	}
	rows, err := q.ScoresOfChain(ctx, quotadb.ScoresOfChainParams{TenantID: id, Month: m.First(), AfterNo: asked.AfterNo, FirstPost: from, LastPost: to, AtMost: int32(asked.AtMost + 1)})
	for _, r := range rows {
		out = append(out, stored(quotadb.ScoreRow(r)))
	}
	return out, err
}

// previewTeam walks over those at work in the month until the page is full: who
// holds no assessed post has no score.
func (a *App) previewTeam(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, asked Asked, stores []kernel.UUID, everywhere bool) (out []Score, err error) {
	atMost := 4 * (asked.AtMost + 1)
	for after := asked.AfterNo; len(out) <= asked.AtMost; {
		var rows []quotadb.StaysOfPersonRow
		if everywhere {
			rows, err = staysOfChain(ctx, q, id, m, after, atMost)
		} else {
			rows, err = staysOfStores(ctx, q, id, m, stores, after, atMost)
		}
		if err != nil {
			return nil, err
		}
		full := len(rows) == atMost
		people := byPerson(rows)
		if full && len(people) > 1 { // of the last there may be more
			people = people[:len(people)-1]
		}
		scores, err := a.previews(ctx, q, id, m, people)
		if err != nil {
			return nil, err
		}
		for _, s := range scores {
			in := everywhere || s.Store != nil && slices.Contains(stores, kernel.UUID(*s.Store))
			if asked.wants(s) && in {
				out = append(out, s)
			}
			after = s.StaffNo
		}
		if !full {
			break
		}
	}
	return out, nil
}

func staysOfChain(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, after string, atMost int) (out []quotadb.StaysOfPersonRow, err error) {
	rows, err := q.StaysOfChain(ctx, quotadb.StaysOfChainParams{TenantID: id, AfterNo: after, FirstDay: m.First(), LastDay: m.Last(), AtMost: int32(atMost)})
	for _, r := range rows {
		out = append(out, quotadb.StaysOfPersonRow(r))
	}
	return out, err
}

func staysOfStores(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, stores []kernel.UUID, after string, atMost int) (out []quotadb.StaysOfPersonRow, err error) {
	rows, err := q.StaysOfStores(ctx, quotadb.StaysOfStoresParams{TenantID: id, Stores: stores, AfterNo: after, FirstDay: m.First(), LastDay: m.Last(), AtMost: int32(atMost)})
	for _, r := range rows {
		out = append(out, quotadb.StaysOfPersonRow(r))
	}
	return out, err
}

// byPerson splits rows in the order of people into one list each.
func byPerson(rows []quotadb.StaysOfPersonRow) (out []posts) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].PersonID == rows[0].PersonID {
			n++
		}
		out, rows = append(out, rows[:n]), rows[n:]
	}
	return out
}

package quotaapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// Score is a person's score of a month, stored or by the facts of now.
type Score struct {
	Person      kernel.PersonID
	StaffNo     string
	Name        string
	Month       kernel.Month
	State       quota.State
	Position    string          // the last assessed post; empty: none, and no lines
	Store       *kernel.StoreID // nil: head office
	Lines       []quota.Line
	RampMonth   int
	RuleVersion int32
	ScoredAt    time.Time
}

func stored(r quotadb.ScoreRow) Score {
	return Score{
		Person: r.PersonID, StaffNo: r.StaffNo, Name: r.Name, Month: r.Month.Month(), State: quota.State(r.State), Position: r.Position, Store: r.StoreID,
		RampMonth: int(r.RampMonth), RuleVersion: r.RuleVersion, ScoredAt: r.ScoredAt,
		Lines: []quota.Line{
			line(quota.Customers, r.CustomersTarget, r.Customers), line(quota.Visits, r.VisitsTarget, r.Visits),
			line(quota.Rooms, r.RoomsTarget, r.Rooms), line(quota.Banquets, r.BanquetsTarget, r.Banquets),
		},
	}
}

func line(i quota.Item, target *int32, counted int32) quota.Line {
	l := quota.Line{Item: i, Counted: int64(counted)}
	if target != nil {
		h := quota.Hundredths(*target)
		l.Target = &h
	}
	return l
}

// month is a month as people ask for it.
type month struct {
	kernel.Month
	today   kernel.BusinessDate // at head office
	table   quota.Table         // in force on its last day, of the running month today
	scored  []kernel.Month      // months that have scores, newest first
	preview bool                // not scored yet: computed from the facts of now
}

// month reads what is asked of a month; 0 is the running one. Faults:
// invalid_field.
func (a *App) month(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, asked kernel.Month) (m month, err error) {
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return m, err
	}
	m.Month, m.today = asked, chain.BusinessDate(a.Clock.Now())
	running := m.today.Month()
	if asked == 0 {
		m.Month = running
	}
	if m.Month > running {
		return m, quota.ErrMonthAhead
	}
	days, err := q.MonthsScored(ctx, id)
	if err != nil {
		return m, err
	}
	m.preview = true
	for _, d := range days {
		m.scored = append(m.scored, d.Month())
		m.preview = m.preview && d.Month() != m.Month
	}
	// What was never scored and lies further back stays so: nobody counted it then.
	if m.preview && m.Month < running-1 {
		m.preview = false
	}
	rules, err := a.Tenants.Rules(ctx, id, min(m.Last(), m.today))
	m.table = quota.TableOf(rules)
	return m, err
}

// offered are the months people may choose: the running one, then those scored.
func (m month) offered() []string {
	out := []string{m.today.Month().String()}
	for _, s := range m.scored {
		if s < m.today.Month() {
			out = append(out, s.String())
		}
	}
	return out
}

// state of the month as a whole, of which one row tells.
func (m month) state(scores []Score) quota.State {
	switch {
	case m.preview:
		return quota.Preview
	case len(scores) > 0:
		return scores[0].State
	}
	return quota.Final
}

// posts are what a preview is made of.
type posts = []quotadb.StaysOfPersonRow

// previews judges and counts people by the facts of now, each by his posts; who
// has no score is left out unless all are asked for.
func (a *App) previews(ctx context.Context, q *quotadb.Queries, id kernel.TenantID, m month, people []posts) ([]Score, error) {
	if len(people) == 0 {
		return nil, nil
	}
	ids := make([]kernel.UUID, len(people))
	for i, p := range people {
		ids[i] = kernel.UUID(p[0].PersonID)
	}
	leaves, err := q.LeavesOf(ctx, id, ids)
	if err != nil {
		return nil, err
	}
	away := map[kernel.PersonID][]quota.Span{}
	for _, l := range leaves {
		away[l.PersonID] = append(away[l.PersonID], quota.Span{From: l.FromOn, To: l.ToOn})
	}
	counts, err := q.Counts(ctx, quotadb.CountsParams{TenantID: id, People: ids, FirstDay: m.First(), LastDay: m.Last()})
	if err != nil {
		return nil, err
	}
	reached := map[kernel.UUID][]int64{}
	for _, c := range counts {
		reached[c.PersonID] = []int64{int64(c.Customers), c.Visits, c.Rooms, c.Banquets}
	}
	out := make([]Score, len(people))
	for i, p := range people {
		out[i] = a.preview(m, p, away[p[0].PersonID], reached[ids[i]])
	}
	return out, nil
}

func (a *App) preview(m month, p posts, away []quota.Span, reached []int64) Score {
	rows := make([]quotadb.StaysRow, len(p))
	for i, r := range p {
		rows[i] = quotadb.StaysRow{PersonID: r.PersonID, Position: r.Position, StoreIds: r.StoreIds, FromOn: r.FromOn, ToOn: r.ToOn, EntryOn: r.EntryOn, LeftOn: r.LeftOn}
	}
	s := Score{Person: p[0].PersonID, StaffNo: p[0].StaffNo, Name: p[0].Name, Month: m.Month, State: quota.Preview, RuleVersion: m.table.Version, ScoredAt: a.Clock.Now()}
	c := careerOf(rows, away, m.Last(), s.ScoredAt)
	targets, held := m.table.Judge(m.Month, c)
	if held == nil {
		return s
	}
	s.Position, s.RampMonth = held.Position, m.table.RampMonth(m.Month, c.Entry)
	if !held.Store.IsZero() {
		s.Store = &held.Store
	}
	for _, i := range quota.Items {
		s.Lines = append(s.Lines, quota.Line{Item: i, Target: targets[i], Counted: reached[i]})
	}
	return s
}

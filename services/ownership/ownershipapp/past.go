package ownershipapp

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// pastRules are those whose decisions a play makes again.
var pastRules = []string{string(ownership.KindDormancy), string(ownership.KindShare), string(ownership.KindAway), string(ownership.KindAdoption), ownership.RuleTied}

// past is how the facts of files are read for a play: those of a span of days, as
// they were known at a cut-off. On what LIF-03 decides in it visits bear that lie as
// far back as its longest term.
type past struct {
	app    *App
	tenant kernel.TenantID
	stores []tenant.Store
	byID   map[kernel.StoreID]tenant.Store
	span   ownership.Span
	back   int // months before the span whose visits are read too
	cutOff time.Time
}

// lives reads the facts of files, in their order.
func (p *past) lives(ctx context.Context, tx pgx.Tx, rows []ownershipdb.PastFilesRow) ([]*ownership.Life, error) {
	idle, err := p.idle(ctx, tx)
	if err != nil {
		return nil, err
	}
	lives, at := make([]*ownership.Life, len(rows)), make(map[kernel.FileID]*ownership.Life, len(rows))
	files, sure, unsure := make([]kernel.UUID, len(rows)), []kernel.UUID{}, []kernel.FileID{}
	for i, r := range rows {
		lives[i] = &ownership.Life{File: r.FileID, Store: r.StoreID, ApprovedOn: *r.ApprovedOn, Idle: idle[r.StoreID], Closed: p.store(r.StoreID).ClosuresAt(p.cutOff)}
		at[r.FileID], files[i] = lives[i], kernel.UUID(r.FileID)
		if r.Unsure {
			unsure = append(unsure, r.FileID)
		} else {
			sure = append(sure, kernel.UUID(r.FileID))
		}
	}
	for _, read := range []func() error{
		func() error { return p.places(ctx, tx, files, at) },
		func() error { return p.ties(ctx, tx, files, at) },
		func() error { return p.visits(ctx, tx, sure, at) },
		func() error { return p.unsure(ctx, tx, unsure, at) },
		func() error { return p.decisions(ctx, tx, files, at) },
		func() error { return p.offers(ctx, tx, files, at) },
		func() error { return p.holds(ctx, tx, files, at) },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return lives, nil
}

// from is the first day whose visits are read.
func (p *past) from() kernel.BusinessDate { return p.span.From.MinusMonths(p.back) }

// places reads in which stores files were before.
func (p *past) places(ctx context.Context, tx pgx.Tx, files []kernel.UUID, at map[kernel.FileID]*ownership.Life) error {
	former, err := formerPlaces(ctx, ownershipdb.New(tx), p.tenant, files, p.stores)
	for file, places := range former {
		at[file].Former = places
	}
	return err
}

// formerPlaces gives the stores, no longer there, in which files were before (HND-08).
func formerPlaces(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, files []kernel.UUID, stores []tenant.Store) (map[kernel.FileID][]ownership.Place, error) {
	var ended []kernel.UUID
	for _, s := range stores {
		if s.ClosedOn != nil {
			ended = append(ended, kernel.UUID(s.ID))
		}
	}
	if len(ended) == 0 || len(files) == 0 {
		return nil, nil
	}
	rows, err := q.FormerPlaces(ctx, id, files, ended)
	out := map[kernel.FileID][]ownership.Place{}
	for _, r := range rows {
		out[r.FileID] = append(out[r.FileID], ownership.Place{Store: r.StoreID, Until: r.Until})
	}
	return out, err
}

func (p *past) ties(ctx context.Context, tx pgx.Tx, files []kernel.UUID, at map[kernel.FileID]*ownership.Life) error {
	rows, err := ownershipdb.New(tx).PastTies(ctx, p.tenant, files, p.cutOff)
	for _, r := range rows {
		l := at[r.FileID]
		t := ownership.PastTie{Bond: ownership.Bond{Referrer: r.ReferrerID, Start: ownership.ClockStart(ownership.Origin(r.Origin), r.StartOn, p.store(l.Store))}, On: r.StartOn, End: r.EndOn, Origin: ownership.Origin(r.Origin)}
		if n := len(l.Ties); n > 0 && l.Ties[n-1].End != nil && *l.Ties[n-1].End > t.On { // given back from its old start
			t.On = max(*l.Ties[n-1].End, p.day(l.Store, r.CreatedAt))
		}
		if k := ownership.Kind(r.EndedBy); slices.Contains(pastRules, r.EndedBy) {
			t.EndedBy = k
		}
		l.Ties = append(l.Ties, t)
		if t.Origin == ownership.Origin(ownership.OfferAdoption) && t.On >= p.span.From && t.On <= p.span.To {
			l.Made = append(l.Made, ownership.Event{On: t.On, Rule: ownership.RuleAdopted, To: t.Referrer})
		}
	}
	return err
}

// store is one of the chain's; one that is not among them has no clock of its own.
func (p *past) store(id kernel.StoreID) tenant.Store {
	if p.byID == nil {
		p.byID = make(map[kernel.StoreID]tenant.Store, len(p.stores))
		for _, s := range p.stores {
			p.byID[s.ID] = s
		}
	}
	if s, ok := p.byID[id]; ok {
		return s
	}
	return tenant.Store{Zone: time.UTC}
}

// day is the business day of a moment in a store.
func (p *past) day(store kernel.StoreID, at time.Time) kernel.BusinessDate {
	return p.store(store).BusinessDate(at)
}

// idle says of stores where runs did not act in them: before their go-live, while
// they wait, and where head office stopped one.
func (p *past) idle(ctx context.Context, tx pgx.Tx) (map[kernel.StoreID]func(ownership.Step) bool, error) {
	out := make(map[kernel.StoreID]func(ownership.Step) bool, len(p.stores))
	if p.app.Gaps == nil {
		return out, nil
	}
	q := ownershipdb.New(tx)
	waits, err := q.WaitsOf(ctx, p.tenant)
	if err != nil {
		return nil, err
	}
	stopped, err := q.StoppedRuns(ctx, p.tenant)
	for _, s := range p.stores {
		out[s.ID] = func(step ownership.Step) bool {
			if step.Kind.FromGoLive() && !s.Live(step.Day) {
				return true
			}
			for _, w := range waits {
				if w.StoreID == s.ID && w.Track == string(step.Kind.Track()) && !step.Before(ownership.Step{Day: w.StepOn, Kind: ownership.Kind(w.StepKind)}) {
					return true
				}
			}
			for _, b := range stopped {
				if b.StoreID == s.ID && b.PeriodOn == step.Day && b.Kind == string(step.Kind) {
					return true
				}
			}
			return false
		}
	}
	return out, err
}

func (p *past) visits(ctx context.Context, tx pgx.Tx, files []kernel.UUID, at map[kernel.FileID]*ownership.Life) error {
	if len(files) == 0 {
		return nil
	}
	rows, err := ownershipdb.New(tx).PastVisits(ctx, ownershipdb.PastVisitsParams{TenantID: p.tenant, Files: files, FromOn: p.from(), LastOn: p.span.To})
	for _, r := range rows {
		l := at[r.FileID]
		l.Visits = ownershipdb.Visits(r.Days, r.Meals, r.Credits)
		ordered(l.Visits)
	}
	return err
}

// unsure reads the visits of files of which something was learned after the
// cut-off, as they were known at it.
func (p *past) unsure(ctx context.Context, tx pgx.Tx, files []kernel.FileID, at map[kernel.FileID]*ownership.Life) error {
	if len(files) == 0 {
		return nil
	}
	known, err := p.app.Visits.CountedTx(ctx, tx, p.tenant, files, p.from(), p.span.To+1, p.cutOff)
	for file, all := range known {
		l := at[file]
		l.Visits = append(l.Visits, ownership.VisitsOf(all)...)
		ordered(l.Visits)
	}
	return err
}

func ordered(visits []ownership.Visit) {
	slices.SortFunc(visits, func(a, b ownership.Visit) int {
		if a.On != b.On {
			return int(a.On - b.On)
		}
		return int(a.Meal) - int(b.Meal)
	})
}

func (p *past) decisions(ctx context.Context, tx pgx.Tx, files []kernel.UUID, at map[kernel.FileID]*ownership.Life) error {
	rows, err := ownershipdb.New(tx).PastDecisions(ctx, ownershipdb.PastDecisionsParams{TenantID: p.tenant, Files: files, Rules: pastRules, FromOn: p.span.From, LastOn: p.span.To})
	if err != nil {
		return err
	}
	for _, r := range rows {
		e := ownership.Event{On: r.EffectiveOn, Rule: ownership.Kind(r.Rule), Evidence: json.RawMessage(r.Evidence)}
		if r.FromID != nil {
			e.From = *r.FromID
		}
		if r.ToID != nil {
			e.To = *r.ToID
		}
		if r.Visits != nil {
			if err := json.Unmarshal(r.Visits, &e.Seen); err != nil {
				return err
			}
		}
		l := at[r.FileID]
		l.Made = append(l.Made, e)
	}
	return nil
}

func (p *past) offers(ctx context.Context, tx pgx.Tx, files []kernel.UUID, at map[kernel.FileID]*ownership.Life) error {
	rows, err := ownershipdb.New(tx).PastOffers(ctx, p.tenant, files)
	for _, r := range rows {
		l, busy := at[r.FileID], ownership.Period{From: r.OfferedOn + 1}
		if r.EndedAt != nil {
			on := p.day(l.Store, *r.EndedAt)
			busy.To = &on
		} else if ownership.OfferKind(r.Kind) == ownership.OfferAdoption {
			l.Adopting = r.PersonID
		}
		if r.Confirmed {
			l.Busy = append(l.Busy, busy)
		}
	}
	return err
}

// holds reads when files were in handover: people begin and end it in the course of
// a day, after its runs.
func (p *past) holds(ctx context.Context, tx pgx.Tx, files []kernel.UUID, at map[kernel.FileID]*ownership.Life) error {
	rows, err := ownershipdb.New(tx).PastHolds(ctx, p.tenant, files)
	for _, r := range rows {
		h := ownership.Period{From: r.FromOn + 1}
		if r.ToOn != nil {
			h.To = new(*r.ToOn + 1)
		}
		at[r.FileID].Held = append(at[r.FileID].Held, h)
	}
	return err
}

// held are posts as they were known at a cut-off: who held which where and when.
type held map[kernel.PersonID]map[kernel.StoreID][]heldPost

type heldPost struct {
	position string
	ownership.Period
	recorded time.Time // when it was learned of, and of its end where that came later
	ended    *time.Time
}

func (p *past) posts(ctx context.Context, tx pgx.Tx) (held, error) {
	rows, err := ownershipdb.New(tx).PastPosts(ctx, p.tenant, p.cutOff)
	out := held{}
	for _, r := range rows {
		if out[r.PersonID] == nil {
			out[r.PersonID] = map[kernel.StoreID][]heldPost{}
		}
		store := kernel.StoreID(r.StoreID)
		out[r.PersonID][store] = append(out[r.PersonID][store], heldPost{r.Position, ownership.Known(r.FromOn, r.ToOn, r.EndedAt, p.cutOff), r.RecordedAt, r.EndedAt})
	}
	return out, err
}

// law is a rule set as a play reads it, from a day on.
func (p *past) law(from kernel.BusinessDate, rules tenant.Rules, posts held) ownership.Law {
	law := ownership.Law{From: from, Terms: make(map[kernel.StoreID]ownership.Terms, len(p.stores))}
	for _, s := range p.stores {
		law.Terms[s.ID] = ownership.TermsOf(rules, s.ID)
	}
	owning, cache := p.app.Owning(rules), map[kernel.PersonID]map[kernel.StoreID][]ownership.Period{}
	law.Posts = func(who kernel.PersonID, store kernel.StoreID) []ownership.Period {
		if periods, known := cache[who][store]; known {
			return periods
		}
		var periods []ownership.Period
		for _, h := range posts[who][store] {
			if slices.Contains(owning, h.position) {
				periods = append(periods, h.Period)
			}
		}
		if cache[who] == nil {
			cache[who] = map[kernel.StoreID][]ownership.Period{}
		}
		cache[who][store] = periods
		return periods
	}
	return law
}

// inForce is a play by the rules as they were in force on each day of the span.
func (p *past) inForce(ctx context.Context) (func(held) *ownership.Play, error) {
	type version struct {
		from  kernel.BusinessDate
		rules tenant.Rules
	}
	var versions []version
	for day := p.span.From; day <= p.span.To; day++ {
		rules, err := p.app.Tenants.Rules(ctx, p.tenant, day)
		if err != nil {
			return nil, err
		}
		if n := len(versions); n == 0 || versions[n-1].rules.Version != rules.Version {
			versions = append(versions, version{day, rules})
		}
	}
	return func(posts held) *ownership.Play {
		play := &ownership.Play{Kinds: p.app.Kinds}
		for _, v := range versions {
			play.Laws = append(play.Laws, p.law(v.from, v.rules, posts))
		}
		return play
	}, nil
}

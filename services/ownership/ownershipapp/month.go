package ownershipapp

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/visit"
)

// month is the one that a run of the first day of the next closes.
func (c *chunk) month() kernel.Month { return c.PeriodOn.Month() - 1 }

// counted gives the month's visits of files of which something was learned after
// the cut-off, as they were known at it.
func (a *App) counted(ctx context.Context, tx pgx.Tx, c *chunk, files []kernel.FileID) (map[kernel.FileID][]ownership.Visit, error) {
	if len(files) == 0 {
		return nil, nil
	}
	return a.countedIn(ctx, tx, c, files, c.month().First(), c.month().Last()+1)
}

// countedIn is counted for the days from one on and before another.
func (a *App) countedIn(ctx context.Context, tx pgx.Tx, c *chunk, files []kernel.FileID, from, before kernel.BusinessDate) (map[kernel.FileID][]ownership.Visit, error) {
	known, err := a.Visits.CountedTx(ctx, tx, c.tenant, files, from, before, c.CutOff)
	out := make(map[kernel.FileID][]ownership.Visit, len(known))
	for file, all := range known {
		out[file] = visitsOf(all)
	}
	return out, err
}

func visitsOf(counted []visit.Counted) []ownership.Visit {
	out := make([]ownership.Visit, len(counted))
	for i, k := range counted {
		out[i] = ownership.Visit{On: k.Date, Meal: k.Meal}
		if k.CreditedTo != nil {
			out[i].By = *k.CreditedTo
		}
	}
	return out
}

// decideShare is LIF-04 over a chunk.
func (a *App) decideShare(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	m, terms, lowest := c.month(), make(map[kernel.StoreID]ownership.ShareTerms, len(c.stores)), ownership.ShareTerms{Percent: math.MaxInt32, Visits: math.MaxInt32}
	for _, s := range c.stores {
		t := ownership.ShareTermsOf(c.rules, s.ID)
		terms[s.ID], lowest.Percent, lowest.Visits = t, min(lowest.Percent, t.Percent), min(lowest.Visits, t.Visits)
		if s.LiveOn != nil && m.First() < *s.LiveOn && *s.LiveOn <= m.Last() {
			lowest = ownership.ShareTerms{Visits: 1} // of ties taken over fewer visits count than SQL knows (RUL-06)
		}
	}
	if err := ownershipdb.Room(ctx, tx); err != nil {
		return nil, err
	}
	rows, err := ownershipdb.New(tx).ShareCandidates(ctx, ownershipdb.ShareCandidatesParams{
		TenantID: c.tenant, CutOff: c.CutOff, AfterFile: c.after, FirstOn: m.First(), LastOn: m.Last(),
		Least: int32(lowest.Visits), Percent: int32(lowest.Percent), AtMost: int32(a.chunkSize(c.kind())),
		Stores: c.within(),
	})
	if err != nil {
		return nil, err
	}
	var unsure []kernel.FileID
	for _, r := range rows {
		if r.Unsure {
			unsure = append(unsure, r.FileID)
		}
	}
	known, err := a.counted(ctx, tx, c, unsure)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	for _, r := range rows {
		visits := ownershipdb.Visits(r.Days, r.Meals, r.Credits)
		if r.Unsure {
			visits = known[r.FileID]
		}
		evidence, err := (*ownership.ShareEvidence)(nil), ownership.ErrNoStore
		if t, ok := terms[r.StoreID]; ok {
			evidence, err = nil, nil
			if start := ownership.ClockStart(ownership.Origin(r.Origin), r.StartOn, c.byID[r.StoreID]); start <= m.Last() {
				evidence, err = ownership.Share(m, ownership.Bond{Referrer: r.ReferrerID, Start: start}, visits, t)
			}
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: r.FileID, Store: r.StoreID, From: r.ReferrerID, Tie: r.TieID}
		if evidence != nil {
			if d.Visits, err = json.Marshal(evidence.Seen); err != nil {
				return nil, err
			}
		}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// posts are the periods in which people held posts that may own files, by person
// and store.
type posts map[kernel.PersonID]map[kernel.StoreID][]ownership.Period

// works reports whether somebody holds such a post in a store on a day.
func (p posts) works(who kernel.PersonID, store kernel.StoreID, day kernel.BusinessDate) bool {
	return slices.ContainsFunc(p[who][store], func(x ownership.Period) bool { return x.Holds(day) })
}

func postsOf(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, people []kernel.PersonID, positions []string, cutOff time.Time) (posts, error) {
	out := posts{}
	if len(people) == 0 {
		return out, nil
	}
	rows, err := q.PostsOf(ctx, ownershipdb.PostsOfParams{TenantID: id, People: ownershipdb.UUIDs(people), Positions: positions, CutOff: cutOff})
	for _, r := range rows {
		if out[r.PersonID] == nil {
			out[r.PersonID] = map[kernel.StoreID][]ownership.Period{}
		}
		store := kernel.StoreID(r.StoreID)
		out[r.PersonID][store] = append(out[r.PersonID][store], ownership.Known(r.FromOn, r.ToOn, r.EndedAt, cutOff))
	}
	return out, err
}

// decideAway is LIF-05 over a chunk.
func (a *App) decideAway(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	q, days, positions := ownershipdb.New(tx), ownership.AwayDays(c.rules), a.Owning(c.rules)
	rows, err := q.AwayCandidates(ctx, ownershipdb.AwayCandidatesParams{
		TenantID: c.tenant, Positions: positions, Day: c.PeriodOn, Until: c.PeriodOn - kernel.BusinessDate(days), CutOff: c.CutOff, AfterFile: c.after, AtMost: int32(a.ChunkSize),
		Stores: c.within(),
	})
	if err != nil {
		return nil, err
	}
	people, files := make([]kernel.PersonID, len(rows)), make([]kernel.UUID, len(rows))
	for i, r := range rows {
		people[i], files[i] = r.ReferrerID, kernel.UUID(r.FileID)
	}
	worked, err := postsOf(ctx, q, c.tenant, distinct(people), positions, c.CutOff)
	if err != nil {
		return nil, err
	}
	former, err := formerPlaces(ctx, q, c.tenant, files, c.stores)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	for _, r := range rows {
		evidence, err := (*ownership.AwayEvidence)(nil), ownership.ErrNoStore
		if _, ok := c.byID[r.StoreID]; ok {
			there := func(s kernel.StoreID) []ownership.Period { return worked[r.ReferrerID][s] }
			evidence, err = ownership.Away(c.PeriodOn, ownership.Presence{Start: r.StartOn, Worked: ownership.Worked(r.StoreID, former[r.FileID], there)}, days)
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: r.FileID, Store: r.StoreID, From: r.ReferrerID, Tie: r.TieID}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func distinct(people []kernel.PersonID) []kernel.PersonID {
	slices.SortFunc(people, kernel.PersonID.Compare)
	return slices.Compact(people)
}

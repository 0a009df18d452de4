package ownershipapp

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// Preview is what the close of the running month would decide in a store if the
// month ended today.
type Preview struct {
	Month     kernel.Month
	Counted   kernel.BusinessDate // up to this day
	Effective kernel.BusinessDate
	Decisions []Told // losses first
	People    []PreviewPerson
}

// PreviewPerson is how many guests somebody would lose, and be offered.
type PreviewPerson struct {
	Name          string
	Lost, Offered int
}

// PreviewMonth asks the functions of the close about every guest who came in the
// month so far, as he stands now (LIF-04, LIF-07). Nothing is written. Whoever
// reaches only his own sees what he would lose or be offered. Fault:
// store.not_found.
func (a *App) PreviewMonth(ctx context.Context, grant kernel.Grant, store kernel.StoreID, now time.Time) (*Preview, error) {
	id := grant.Actor().Tenant
	if !grant.Covers(store, true) {
		return nil, tenant.ErrNoStore
	}
	place, err := a.store(ctx, id, store)
	if err != nil {
		return nil, err
	}
	var posts held
	return a.previewOf(ctx, grant, place, &posts, now)
}

// previewOf is that of a store; posts are the chain's, read if they were not before.
func (a *App) previewOf(ctx context.Context, grant kernel.Grant, place tenant.Store, posts *held, now time.Time) (*Preview, error) {
	id, store, today := grant.Actor().Tenant, place.ID, place.BusinessDate(now)
	m := today.Month()
	out := &Preview{Month: m, Counted: today, Effective: (m + 1).First()}
	rules, err := a.Tenants.Rules(ctx, id, today)
	if err != nil {
		return nil, err
	}
	p := &past{app: a, tenant: id, stores: []tenant.Store{place}, span: ownership.Span{From: m.First(), To: today, Whole: true}, cutOff: now}
	var lives []*ownership.Life
	guests := map[kernel.FileID]string{}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		rows, err := ownershipdb.New(tx).FilesVisited(ctx, ownershipdb.FilesVisitedParams{TenantID: id, StoreID: store, FromOn: m.First(), LastOn: today})
		if err != nil || len(rows) == 0 {
			return err
		}
		files := make([]ownershipdb.PastFilesRow, len(rows))
		for i, r := range rows {
			files[i], guests[r.FileID] = ownershipdb.PastFilesRow{FileID: r.FileID, StoreID: r.StoreID, ApprovedOn: r.ApprovedOn}, r.GuestName
		}
		if lives, err = p.lives(ctx, tx, files); err != nil {
			return err
		}
		if *posts == nil {
			*posts, err = p.posts(ctx, tx)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	law := p.law(today, rules, *posts)
	may := func(who kernel.PersonID) bool {
		return slices.ContainsFunc(law.Posts(who, store), func(x ownership.Period) bool { return x.Holds(today) })
	}
	var rows []ownershipdb.DecisionsOfFileRow
	var people []kernel.PersonID
	events := map[kernel.FileID]ownership.Event{}
	for _, l := range lives {
		busy := slices.ContainsFunc(l.Busy, func(b ownership.Period) bool { return b.To == nil })
		h := l.At(today + 1)
		e, err := ownership.Close(m, l, h, law.Terms[store], may)
		if err != nil || e == nil || h.Public() && busy || !h.Public() && slices.ContainsFunc(l.Held, func(b ownership.Period) bool { return b.To == nil }) || !slices.Contains(a.Kinds, ownership.KindShare) {
			continue // what can't be decided is set aside by the close itself
		}
		if grant.Covers(store, false) || e.From == grant.Person() || e.To == grant.Person() {
			events[l.File], people = *e, append(people, e.From, e.To)
		}
	}
	names, err := a.names(ctx, id, distinct(people))
	if err != nil {
		return nil, err
	}
	for _, l := range lives {
		if e, some := events[l.File]; some {
			row, err := rowOf(l.File, store, guests[l.File], e, rules.Version, names)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(x, y ownershipdb.DecisionsOfFileRow) int { return rank(x.Rule) - rank(y.Rule) })
	out.Decisions, err = a.tellUnder(ctx, id, rows, func(kernel.BusinessDate) (tenant.Rules, error) { return rules, nil })
	out.People = peopleOf(events, names)
	for i, d := range out.Decisions {
		out.Decisions[i].shown = d.shown && d.FromName != "" // a public guest's name is nobody's to read
	}
	return out, err
}

// peopleOf sums events up person by person, by name.
func peopleOf(events map[kernel.FileID]ownership.Event, names map[kernel.PersonID]string) []PreviewPerson {
	people := map[kernel.PersonID]*PreviewPerson{}
	of := func(who kernel.PersonID) *PreviewPerson {
		if people[who] == nil {
			people[who] = &PreviewPerson{Name: names[who]}
		}
		return people[who]
	}
	for _, e := range events {
		if !e.From.IsZero() {
			of(e.From).Lost++
		}
		if !e.To.IsZero() {
			of(e.To).Offered++
		}
	}
	out := make([]PreviewPerson, 0, len(people))
	for _, id := range slices.SortedFunc(maps.Keys(people), kernel.PersonID.Compare) {
		out = append(out, *people[id])
	}
	slices.SortStableFunc(out, func(x, y PreviewPerson) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// rank puts losses before adoptions, and those before ties.
func rank(rule string) int {
	return slices.Index([]string{string(ownership.KindShare), string(ownership.KindAdoption), ownership.RuleTied}, rule)
}

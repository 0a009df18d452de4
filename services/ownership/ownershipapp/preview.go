package ownershipapp

import (
	"context"
	"iter"
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
	stores, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.ID == store })
	if at < 0 || !grant.Covers(store, true) {
		return nil, tenant.ErrNoStore
	}
	var out *Preview
	err = a.previews(ctx, grant, stores, stores[at:at+1], now, func(_ tenant.Store, p *Preview) { out = p })
	return out, err
}

// previews makes those of stores, and hands each on when it is made. The stores are
// asked about together, in blocks of as many as have a chunk of files: a chain of
// hundreds takes as few queries as one store of its size, and no more lies in memory.
// all are the chain's.
func (a *App) previews(ctx context.Context, grant kernel.Grant, all, stores []tenant.Store, now time.Time, each func(tenant.Store, *Preview)) error {
	stores = slices.SortedStableFunc(slices.Values(stores), func(x, y tenant.Store) int { return int(x.BusinessDate(now) - y.BusinessDate(now)) })
	for len(stores) > 0 {
		today := stores[0].BusinessDate(now)
		n := 1
		for n < len(stores) && stores[n].BusinessDate(now) == today {
			n++
		}
		p, err := a.newPreviewing(ctx, grant, all, stores[:n], today, now)
		if err != nil {
			return err
		}
		for block := range p.blocks(stores[:n], a.ChunkSize) {
			if err := p.make(ctx, block, each); err != nil {
				return err
			}
		}
		stores = stores[n:]
	}
	return nil
}

// previewing is the running month of stores in which it is the same day.
type previewing struct {
	*past
	grant kernel.Grant
	today kernel.BusinessDate
	rules tenant.Rules
	law   ownership.Law
	files map[kernel.StoreID][]ownershipdb.FilesToCloseRow
}

func (a *App) newPreviewing(ctx context.Context, grant kernel.Grant, all, stores []tenant.Store, today kernel.BusinessDate, now time.Time) (*previewing, error) {
	id, m := grant.Actor().Tenant, today.Month()
	p := &previewing{
		past:  &past{app: a, tenant: id, stores: all, span: ownership.Span{From: m.First(), To: today, Whole: true}, cutOff: now},
		grant: grant, today: today, files: map[kernel.StoreID][]ownershipdb.FilesToCloseRow{},
	}
	var err error
	if p.rules, err = a.Tenants.Rules(ctx, id, today); err != nil {
		return nil, err
	}
	ids := make([]kernel.UUID, len(stores))
	for i, s := range stores {
		ids[i] = kernel.UUID(s.ID)
	}
	var posts held
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		rows, err := ownershipdb.New(tx).FilesToClose(ctx, ownershipdb.FilesToCloseParams{TenantID: id, Stores: ids, FromOn: m.First(), LastOn: today})
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			p.files[r.StoreID] = append(p.files[r.StoreID], r)
		}
		posts, err = p.posts(ctx, tx)
		return err
	})
	p.law = p.past.law(today, p.rules, posts)
	return p, err
}

// blocks divides stores into those that are decided on together; none is divided.
func (p *previewing) blocks(stores []tenant.Store, atMost int) iter.Seq[[]tenant.Store] {
	return func(yield func([]tenant.Store) bool) {
		for len(stores) > 0 {
			n, files := 1, len(p.files[stores[0].ID])
			for n < len(stores) && files+len(p.files[stores[n].ID]) <= atMost {
				files += len(p.files[stores[n].ID])
				n++
			}
			if !yield(stores[:n]) {
				return
			}
			stores = stores[n:]
		}
	}
}

// make makes the previews of a block of stores.
func (p *previewing) make(ctx context.Context, stores []tenant.Store, each func(tenant.Store, *Preview)) error {
	var files []ownershipdb.PastFilesRow
	guests := map[kernel.FileID]string{}
	for _, s := range stores {
		for _, r := range p.files[s.ID] {
			files = append(files, ownershipdb.PastFilesRow{FileID: r.FileID, StoreID: r.StoreID, ApprovedOn: r.ApprovedOn})
			guests[r.FileID] = r.GuestName
		}
	}
	var lives []*ownership.Life
	if len(files) > 0 {
		err := p.app.DB.InTenant(ctx, p.tenant, func(tx pgx.Tx) (err error) {
			lives, err = p.lives(ctx, tx, files)
			return err
		})
		if err != nil {
			return err
		}
	}
	var people []kernel.PersonID
	var decided []*ownership.Life // in the order of stores
	events := map[kernel.FileID]ownership.Event{}
	for _, l := range lives {
		if e := p.decide(l); e != nil {
			decided, events[l.File], people = append(decided, l), *e, append(people, e.From, e.To)
		}
	}
	names, err := p.app.names(ctx, p.tenant, distinct(people))
	if err != nil {
		return err
	}
	rows := make([]ownershipdb.DecisionsOfFileRow, len(decided))
	for i, l := range decided {
		if rows[i], err = rowOf(l.File, l.Store, guests[l.File], events[l.File], p.rules.Version, names); err != nil {
			return err
		}
	}
	told, err := p.app.tellUnder(ctx, p.tenant, rows, func(kernel.BusinessDate) (tenant.Rules, error) { return p.rules, nil })
	if err != nil {
		return err
	}
	for i, d := range told {
		told[i].shown = d.shown && d.FromName != "" // a public guest's name is nobody's to read
	}
	for _, s := range stores {
		n := 0
		for n < len(told) && told[n].StoreID == s.ID {
			n++
		}
		here := told[:n:n]
		told = told[n:]
		slices.SortStableFunc(here, func(x, y Told) int { return rank(x.Rule) - rank(y.Rule) })
		each(s, &Preview{Month: p.today.Month(), Counted: p.today, Effective: (p.today.Month() + 1).First(), Decisions: here, People: peopleOf(here, events, names)})
	}
	return nil
}

// decide is what the close would decide on a file that the grant reaches; nil:
// nothing, or it can't be decided, and the close will set it aside.
func (p *previewing) decide(l *ownership.Life) *ownership.Event {
	if !slices.Contains(p.app.Kinds, ownership.KindShare) {
		return nil
	}
	open := func(x ownership.Period) bool { return x.To == nil }
	h := l.At(p.today + 1)
	if h.Public() && slices.ContainsFunc(l.Busy, open) || !h.Public() && slices.ContainsFunc(l.Held, open) {
		return nil
	}
	e, err := ownership.Close(p.today.Month(), l, h, p.law.Terms[l.Store], func(who kernel.PersonID) bool {
		return slices.ContainsFunc(p.law.Posts(who, l.Store), func(x ownership.Period) bool { return x.Holds(p.today) })
	})
	if err != nil || e == nil || !p.grant.Covers(l.Store, false) && e.From != p.grant.Person() && e.To != p.grant.Person() {
		return nil
	}
	return e
}

// peopleOf sums decisions up person by person, by name.
func peopleOf(decisions []Told, events map[kernel.FileID]ownership.Event, names map[kernel.PersonID]string) []PreviewPerson {
	people := map[kernel.PersonID]*PreviewPerson{}
	of := func(who kernel.PersonID) *PreviewPerson {
		if people[who] == nil {
			people[who] = &PreviewPerson{Name: names[who]}
		}
		return people[who]
	}
	for _, d := range decisions {
		e := events[d.FileID]
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

package quotaapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
	"github.com/changke/changke/services/tenant"
)

// Evidence is one thing behind a number.
type Evidence struct {
	File      *kernel.FileID // nil: the guest has none
	Guest     string         // as the caller may read it
	Store     kernel.StoreID
	On        kernel.BusinessDate
	Meal      tenant.MealPeriod
	Resource  string
	Visits    int64
	LastVisit string
	Amount    kernel.Fen
	Late      bool        // counts by something learned after the score was made: not in its number
	Opens     bool        // the caller may open the file
	ID        kernel.UUID // of the file, or the booking: where the next page begins
}

// After is where a page of evidence begins: behind a row of the one before.
type After struct {
	On   kernel.BusinessDate
	Meal tenant.MealPeriod
	ID   kernel.UUID
}

// newest is where a list that begins with the newest begins.
var newest = After{On: kernel.NewDate(9999, time.December, 31), Meal: 99, ID: lastPerson}

// Evidence lists what stands behind one number of a score in reach, from a place
// on: customers in the order of files, the others newest first. Faults:
// score.not_found, invalid_field.
func (a *App) Evidence(ctx context.Context, grant kernel.Grant, asked kernel.Month, person kernel.PersonID, item quota.Item, after *After, atMost int) ([]Evidence, error) {
	id, q := grant.Actor().Tenant, quotadb.New(a.DB.Single(grant.Actor().Tenant))
	m, err := a.month(ctx, q, id, asked)
	if err != nil {
		return nil, err
	}
	s, err := a.score(ctx, q, grant, m, person)
	if err != nil {
		return nil, err
	}
	l := lister{app: a, q: q, id: id, m: m, score: s, names: namesFor(ctx), atMost: int32(atMost)}
	if item == quota.Customers {
		return l.customers(ctx, after)
	}
	if after == nil {
		after = &newest
	}
	if item == quota.Visits {
		return l.visits(ctx, *after)
	}
	return l.bookings(ctx, item, *after)
}

// lister lists the evidence of one score.
type lister struct {
	app    *App
	q      *quotadb.Queries
	id     kernel.TenantID
	m      month
	score  Score
	names  names
	atMost int32
}

func (l lister) customers(ctx context.Context, after *After) (out []Evidence, err error) {
	p := quotadb.OwnedAtEndParams{TenantID: l.id, PersonID: l.score.Person, FirstDay: l.m.First(), LastDay: l.m.Last(), AtMost: l.atMost}
	if after != nil {
		p.After = after.ID
	}
	rows, err := l.q.OwnedAtEnd(ctx, p)
	for _, r := range rows {
		out = append(out, Evidence{
			File: &r.FileID, Guest: l.names.show(r.GuestName, r.StoreID, &l.score.Person), Store: r.StoreID, On: r.SinceOn,
			Visits: r.Visits, LastVisit: r.LastVisit, Opens: l.names.opens(r.StoreID, r.OwnerID), ID: kernel.UUID(r.FileID),
		})
	}
	return out, err
}

func (l lister) visits(ctx context.Context, after After) (out []Evidence, err error) {
	rows, err := l.q.CreditedVisits(ctx, quotadb.CreditedVisitsParams{
		TenantID: l.id, PersonID: &l.score.Person, FirstDay: l.m.First(), LastDay: l.m.Last(),
		BeforeDay: after.On, BeforeMeal: int16(after.Meal), BeforeFile: after.ID, AtMost: l.atMost,
	})
	if err != nil {
		return nil, err
	}
	touched := []kernel.FileID{} // of whose visits something was learned since
	for _, r := range rows {
		if l.after(r.ChangedAt) && !slices.Contains(touched, r.FileID) {
			touched = append(touched, r.FileID)
		}
	}
	known, err := l.known(ctx, touched)
	for _, r := range rows {
		out = append(out, Evidence{
			File: &r.FileID, Guest: l.names.show(r.GuestName, r.StoreID, r.OwnerID), Store: r.StoreID, On: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod),
			Amount: kernel.Fen(r.AmountFen), Late: l.after(r.ChangedAt) && !known[meal{r.FileID, r.BusinessDate, tenant.MealPeriod(r.MealPeriod)}],
			Opens: l.names.opens(r.StoreID, r.OwnerID), ID: kernel.UUID(r.FileID),
		})
	}
	return out, err
}

// after reports whether something was learned after the score was made.
func (l lister) after(at time.Time) bool {
	return l.score.State != quota.Preview && at.After(l.score.ScoredAt)
}

// meal is a visit of a file.
type meal struct {
	file kernel.FileID
	on   kernel.BusinessDate
	meal tenant.MealPeriod
}

// known are the visits of files that were the person's as the score was made: a bill
// that came later changes the amount of one, and not that it was counted.
func (l lister) known(ctx context.Context, files []kernel.FileID) (map[meal]bool, error) {
	out := map[meal]bool{}
	if len(files) == 0 {
		return out, nil
	}
	err := l.app.DB.InTenant(ctx, l.id, func(tx pgx.Tx) error {
		known, err := l.app.Visits.KnownTx(ctx, tx, l.id, files, l.m.First(), l.m.Last()+1, l.score.ScoredAt)
		for file, all := range known {
			for _, v := range all {
				if v.CreditedTo != nil && *v.CreditedTo == l.score.Person {
					out[meal{file, v.Date, v.Meal}], out[meal{v.Guest, v.Date, v.Meal}] = true, true // his file then, and now
				}
			}
		}
		return err
	})
	return out, err
}

func (l lister) bookings(ctx context.Context, item quota.Item, after After) (out []Evidence, err error) {
	kind := map[quota.Item]string{quota.Rooms: "room", quota.Banquets: "banquet"}[item]
	rows, err := l.q.BookingsMade(ctx, quotadb.BookingsMadeParams{
		TenantID: l.id, PersonID: l.score.Person, Kind: kind, FirstDay: l.m.First(), LastDay: l.m.Last(), BeforeDay: after.On, BeforeID: after.ID, ScoredAt: l.score.ScoredAt, AtMost: l.atMost,
	})
	for _, r := range rows {
		e := Evidence{File: r.FileID, Store: r.StoreID, On: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), ID: r.BookingID, Late: r.Late && l.score.State != quota.Preview}
		if r.ResourceName != nil {
			e.Resource = *r.ResourceName
		}
		if r.GuestName != nil {
			e.Guest, e.Opens = l.names.show(*r.GuestName, r.StoreID, r.OwnerID), l.names.opens(r.StoreID, r.OwnerID)
		}
		out = append(out, e)
	}
	return out, err
}

// Change is a guest lost or won.
type Change struct {
	File  kernel.FileID
	Guest string
	Store kernel.StoreID
	On    kernel.BusinessDate
	Lost  bool
	Rule  string
	Opens bool // the caller may open the file
}

// AfterChange is where a page of changes begins.
type AfterChange struct {
	On   kernel.BusinessDate
	File kernel.UUID
	Lost bool
}

// NewestChange is the first page's.
var NewestChange = AfterChange{On: newest.On, File: lastPerson, Lost: true}

// Changes lists the guests whom a person in reach lost and won in a month,
// newest first (QTA-03). Faults: score.not_found, invalid_field.
func (a *App) Changes(ctx context.Context, grant kernel.Grant, asked kernel.Month, person kernel.PersonID, after AfterChange, atMost int) (out []Change, err error) {
	id, q := grant.Actor().Tenant, quotadb.New(a.DB.Single(grant.Actor().Tenant))
	m, err := a.month(ctx, q, id, asked)
	if err != nil {
		return nil, err
	}
	s, err := a.score(ctx, q, grant, m, person)
	if err != nil {
		return nil, err
	}
	rows, err := q.LossesAndGains(ctx, quotadb.LossesAndGainsParams{
		TenantID: id, PersonID: s.Person, FirstDay: m.First(), LastDay: m.Last(), BeforeDay: after.On, BeforeFile: after.File, BeforeLost: after.Lost, AtMost: int32(atMost),
	})
	n := namesFor(ctx)
	for _, r := range rows {
		out = append(out, Change{File: r.FileID, Guest: n.show(r.GuestName, r.StoreID, &s.Person), Store: r.StoreID, On: r.Day, Lost: r.Lost, Rule: r.Rule, Opens: n.opens(r.StoreID, r.OwnerID)})
	}
	return out, err
}

// names says whose names the caller reads in clear (ROL-03), and which files he
// may open.
type names struct {
	grant, files kernel.Grant
	me           kernel.PersonID
}

func namesFor(ctx context.Context) names {
	return names{rpc.GrantFor(ctx, customer.NamesPermission), rpc.GrantFor(ctx, "customer.read"), rpc.Grant(ctx).Person()}
}

// opens reports whether the caller may open a file; owner is whose it is now.
func (n names) opens(store kernel.StoreID, owner *kernel.PersonID) bool {
	return n.files.Covers(store, owner != nil && *owner == n.me)
}

// show gives a guest's name, masked unless the caller reads it there, or the
// guest is or was his: of is whose.
func (n names) show(name string, store kernel.StoreID, of *kernel.PersonID) string {
	if n.grant.Covers(store, of != nil && *of == n.me) {
		return name
	}
	return customer.Name(name).Masked()
}

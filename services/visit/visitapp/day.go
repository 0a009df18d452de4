package visitapp

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// StoreDay names a business day of a store.
type StoreDay struct {
	Store kernel.StoreID
	Date  kernel.BusinessDate
}

// LackingDay is a business day that is over and not complete (RUL-07).
type LackingDay struct {
	StoreDay
	Gaps []visit.Gap
}

// knownDays are the facts of some stores' days; a day of which nothing is known
// has none.
type knownDays struct {
	facts map[StoreDay]visit.DayFacts
	tills map[kernel.StoreID][]visit.Till
}

// dayFacts reads what is known of days of stores: what we hold of a store's bills
// only where some till tells totals, or all says so.
func (a *App) dayFacts(ctx context.Context, chain kernel.TenantID, stores []kernel.StoreID, from, to kernel.BusinessDate, all func(kernel.StoreID) bool) (k knownDays, err error) {
	q, ids := visitdb.New(a.DB.Single(chain)), uuids(stores)
	k = knownDays{map[StoreDay]visit.DayFacts{}, map[kernel.StoreID][]visit.Till{}}
	edit := func(store kernel.StoreID, on kernel.BusinessDate, fn func(*visit.DayFacts)) {
		f := k.facts[StoreDay{store, on}]
		fn(&f)
		k.facts[StoreDay{store, on}] = f
	}
	open, err := q.OpenBookingsOfDays(ctx, visitdb.OpenBookingsOfDaysParams{TenantID: chain, Stores: ids, FromOn: from, ToOn: to})
	if err != nil {
		return k, err
	}
	for _, o := range open {
		edit(o.StoreID, o.BusinessDate, func(f *visit.DayFacts) { f.Open, f.OpenRefs = o.Bookings, o.Refs })
	}
	declared, err := q.DaysDeclared(ctx, visitdb.DaysDeclaredParams{TenantID: chain, Stores: ids, FromOn: from, ToOn: to})
	if err != nil {
		return k, err
	}
	for _, d := range declared {
		edit(d.StoreID, d.BusinessDate, func(f *visit.DayFacts) {
			f.Declared = &visit.Declared{Reason: d.Reason, By: *d.DeclaredBy, For: d.DeclaredFor, At: d.RecordedAt}
		})
	}
	tills, err := q.TillsOf(ctx, chain, ids)
	if err != nil {
		return k, err
	}
	for _, t := range tills {
		k.tills[t.StoreID] = append(k.tills[t.StoreID], visit.Till{Source: t.Source, First: t.FirstOn, Gone: t.RetiredOn})
	}
	counted := slices.DeleteFunc(slices.Clone(stores), func(s kernel.StoreID) bool { return k.tills[s] == nil && !all(s) })
	if len(counted) == 0 {
		return k, nil
	}
	return k, tillDays(ctx, q, chain, uuids(counted), from, to, edit)
}

func everyStore(kernel.StoreID) bool { return true }

// tillDays puts what tills told beside what we hold.
func tillDays(ctx context.Context, q *visitdb.Queries, chain kernel.TenantID, ids []kernel.UUID, from, to kernel.BusinessDate, edit func(kernel.StoreID, kernel.BusinessDate, func(*visit.DayFacts))) error {
	held, err := q.HeldTotals(ctx, visitdb.HeldTotalsParams{TenantID: chain, Stores: ids, FromOn: from, ToOn: to})
	if err != nil {
		return err
	}
	for _, h := range held {
		edit(h.StoreID, h.BusinessDate, func(f *visit.DayFacts) {
			f.Tills = append(f.Tills, visit.TillDay{Source: h.Source, Held: visit.DaySum{Bills: h.Bills, Sum: kernel.Fen(h.SumFen)}})
		})
	}
	told, err := q.ToldTotals(ctx, visitdb.ToldTotalsParams{TenantID: chain, Stores: ids, FromOn: from, ToOn: to})
	if err != nil {
		return err
	}
	for _, t := range told {
		sum := visit.DaySum{Bills: t.Bills, Sum: kernel.Fen(t.SumFen)}
		edit(t.StoreID, t.BusinessDate, func(f *visit.DayFacts) {
			i := slices.IndexFunc(f.Tills, func(d visit.TillDay) bool { return d.Source == t.Source })
			if i < 0 {
				f.Tills, i = append(f.Tills, visit.TillDay{Source: t.Source}), len(f.Tills)
			}
			f.Tills[i].Told = &sum
		})
	}
	return nil
}

// Lacking lists the days of stores that are not complete, from a day to another,
// both included and over, by day and store.
func (a *App) Lacking(ctx context.Context, chain kernel.TenantID, stores []tenant.Store, from, to kernel.BusinessDate) ([]LackingDay, error) {
	ids := make([]kernel.StoreID, len(stores))
	for i, s := range stores {
		ids[i] = s.ID
	}
	newest, err := a.Stores.Rules(ctx, chain, to)
	if err != nil {
		return nil, err
	}
	k, err := a.dayFacts(ctx, chain, ids, from, to, func(s kernel.StoreID) bool { return visit.TotalsOf(newest, s) == visit.TotalsAlways })
	if err != nil {
		return nil, err
	}
	out := []LackingDay{}
	for day := from; day <= to; day++ {
		rules, err := a.Stores.Rules(ctx, chain, day)
		if err != nil {
			return nil, err
		}
		for _, s := range stores {
			at := StoreDay{s.ID, day}
			if gaps := k.facts[at].Gaps(k.tills[s.ID], day, visit.TotalsOf(rules, s.ID), s.Serves(day)); len(gaps) > 0 {
				out = append(out, LackingDay{at, gaps})
			}
		}
	}
	return out, nil
}

// maxDays is how many days back a store's days are listed.
const maxDays = 92

// Days is a store's business days that lack something, and what was declared.
type Days struct {
	Store    tenant.Store
	From, To kernel.BusinessDate // looked at
	Lacking  []LackingDay        // oldest first
	Declared []DeclaredDay       // newest first
	Tills    []visit.Till        // that tell totals, or did
}

// DeclaredDay is one that a manager declared complete.
type DeclaredDay struct {
	Date kernel.BusinessDate
	visit.Declared
	Name, ForName string
}

// StoreDays lists the days of a store that lack something, from a day on until
// yesterday; nil: of the last month. Faults: store.not_found.
func (a *App) StoreDays(ctx context.Context, grant kernel.Grant, store kernel.StoreID, from *kernel.BusinessDate, now time.Time) (Days, error) {
	chain := grant.Actor().Tenant
	if !grant.Covers(store, false) {
		return Days{}, visit.ErrNoStore
	}
	s, err := a.Stores.Store(ctx, chain, store)
	if err != nil {
		return Days{}, err
	}
	to := s.BusinessDate(now) - 1
	out := Days{Store: s, From: to - 30, To: to}
	if from != nil {
		out.From = max(*from, to-maxDays+1)
	}
	if out.Lacking, err = a.Lacking(ctx, chain, []tenant.Store{s}, out.From, to); err != nil {
		return out, err
	}
	k, err := a.dayFacts(ctx, chain, []kernel.StoreID{store}, out.From, to, everyStore)
	if err != nil {
		return out, err
	}
	out.Tills = k.tills[store]
	people := []kernel.PersonID{}
	for at, f := range k.facts {
		if f.Declared != nil {
			out.Declared = append(out.Declared, DeclaredDay{Date: at.Date, Declared: *f.Declared})
			people = append(people, f.Declared.By)
			if f.Declared.For != nil {
				people = append(people, *f.Declared.For)
			}
		}
	}
	slices.SortFunc(out.Declared, func(a, b DeclaredDay) int { return cmp.Compare(b.Date, a.Date) })
	names, err := a.Names(ctx, chain, people)
	for i, d := range out.Declared {
		out.Declared[i].Name = names[d.By]
		if d.For != nil {
			out.Declared[i].ForName = names[*d.For]
		}
	}
	return out, err
}

// DeclareDay is the manager's word that a business day is complete as it is
// (RUL-07). Again changes nothing. Faults: store.not_found, day.not_over,
// day.complete, invalid_field.
func (a *App) DeclareDay(ctx context.Context, grant kernel.Grant, store kernel.StoreID, day kernel.BusinessDate, reason string, now time.Time) error {
	chain, me := grant.Actor().Tenant, grant.Person()
	reason = strings.TrimSpace(reason)
	switch s, err := a.storeOf(ctx, grant, store); {
	case err != nil:
		return err
	case me.IsZero():
		return visit.ErrNoPerson
	case day >= s.BusinessDate(now):
		return visit.ErrDayNotOver
	case visit.CheckReason(reason) != nil:
		return fault.Field("reason", "RUL-07", "请用一行写明为什么这一天可以算完整。")
	default:
		lacking, err := a.Lacking(ctx, chain, []tenant.Store{s}, day, day)
		if err != nil {
			return err
		}
		return a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
			var whom *kernel.PersonID
			if d := grant.Holder(store, false); d != nil {
				whom = &d.Holder
			}
			n, err := visitdb.New(tx).DeclareDay(ctx, visitdb.DeclareDayParams{
				TenantID: chain, StoreID: store, BusinessDate: day, Reason: reason, DeclaredBy: &me, DeclaredFor: whom, Now: now,
			})
			if err != nil {
				return err
			}
			if n > 0 && len(lacking) == 0 {
				return visit.ErrDayComplete
			}
			return audit.WriteTx(ctx, tx, chain, now, audit.Entry{Action: "day.declared", Object: "store", ObjectID: store.String(), Store: store, Changes: []audit.Change{
				{Field: "date", After: day.String()}, {Field: "reason", After: reason},
			}})
		})
	}
}

// RetireTill says that a till tells totals no more, from today on. Faults:
// store.not_found, till.not_found.
func (a *App) RetireTill(ctx context.Context, grant kernel.Grant, store kernel.StoreID, source string, from kernel.BusinessDate, now time.Time) error {
	chain := grant.Actor().Tenant
	s, err := a.storeOf(ctx, grant, store)
	if err != nil {
		return err
	}
	if today := s.BusinessDate(now); from > today || from < today-maxDays {
		return fault.Field("from_date", "RUL-07", "请选择最近三个月内、不晚于今天的日期。")
	}
	return a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		n, err := visitdb.New(tx).RetireTill(ctx, visitdb.RetireTillParams{TenantID: chain, StoreID: store, Source: source, RetiredOn: from})
		if err != nil {
			return err
		}
		if n == 0 {
			return visit.ErrNoTill
		}
		return audit.WriteTx(ctx, tx, chain, now, audit.Entry{Action: "day.till_retired", Object: "store", ObjectID: store.String(), Store: store, Changes: []audit.Change{
			{Field: "source", After: source}, {Field: "from", After: from.String()},
		}})
	})
}

func (a *App) storeOf(ctx context.Context, grant kernel.Grant, store kernel.StoreID) (tenant.Store, error) {
	if !grant.Covers(store, false) {
		return tenant.Store{}, visit.ErrNoStore
	}
	return a.Stores.Store(ctx, grant.Actor().Tenant, store)
}

func uuids[T ~[16]byte](ids []T) []kernel.UUID {
	out := make([]kernel.UUID, len(ids))
	for i, id := range ids {
		out[i] = kernel.UUID(id)
	}
	return out
}

// Gaps says what a business day, which is over, lacks in some stores; nothing of
// those where it is complete: a port of ownership.
func (a *App) Gaps(ctx context.Context, chain kernel.TenantID, stores []tenant.Store, day kernel.BusinessDate) (map[kernel.StoreID][]kernel.Words, error) {
	lacking, err := a.Lacking(ctx, chain, stores, day, day)
	out := make(map[kernel.StoreID][]kernel.Words, len(lacking))
	for _, l := range lacking {
		for _, g := range l.Gaps {
			out[l.Store] = append(out[l.Store], g.Words())
		}
	}
	return out, err
}

// settled tells who waits for days that one may be complete now.
func (a *App) settled(ctx context.Context, chain kernel.TenantID) {
	if a.Settled != nil {
		a.Settled(ctx, chain)
	}
}

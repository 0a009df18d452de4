package reportapp

import (
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/report"
	"github.com/changke/changke/services/report/internal/reportdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Today is what needs a person now.
type Today struct {
	On        kernel.BusinessDate
	Reviews   reportdb.ReviewsWaitingRow
	AtRisk    []Risk // most urgent first, at most 20
	RiskAll   int32
	Vips      []Vip // at most 50
	Bookings  int32
	Notices   int32                     // bookings of today whose notice has not been sent
	ToCheck   int32                     // notices told in person that the person may check (VIS-03)
	Parked    reportdb.RefundsParkedRow // refunds whose bill never came (VIS-07)
	Bills     int32                     // bills that wait for a person (VIS-06)
	BillsAt   kernel.StoreID            // the store with most of them
	Drafts    int32
	Released  int32 // in the last seven days
	Month     reportdb.MyMonthRow
	Progress  quota.Progress               // what the post asks of the month
	OwnRisk   int32                        // of his own guests, those whom LIF-03 takes soon
	ToOpen    reportdb.AccountsWaitingRow  // accounts that wait to be opened (ACC-02)
	Applied   reportdb.AccountsOfStoresRow // accounts that the person's stores asked for
	Conflicts reportdb.ConflictsTodayRow   // guests whom two claim (CUS-10)
	Keys      []reportdb.KeysExpiringRow   // API keys that expire soon, at most 20
	Writing   customer.Writing             // what the person has to finish
	Unread    int32                        // messages of the system he has not read, at most 100
	// What waits for him at head office.
	Changes   reportdb.ChangesWaitingRow
	Deletions reportdb.DeletionsWaitingRow
	Guests    reportdb.GuestRequestsOpenRow
	Handovers reportdb.HandoversTodayRow // whose next step is his (HND-02)
	// Of public guests and of ties about to end.
	Offers     reportdb.OffersWaitingRow
	Appeals    reportdb.AppealsToDecideRow
	SharedAway []SharedAway // at most 20
	Corrected  int32        // proposed corrections that he may settle (RUL-09)
}

// refusedShown is how long a store is told that a request was refused.
const refusedShown = 3 * 24 * time.Hour

// parkedLate is how long a refund may wait for its bill before people are told.
const parkedLate = 24 * time.Hour

// Risk is a guest whom LIF-03 takes soon if nobody comes.
type Risk struct {
	reportdb.AtRiskRow
	Guest    string // the name, as far as the person sees it
	DaysLeft int
}

// Vip is a booking of today by a guest on file.
type Vip struct {
	reportdb.VipBookingsRow
	Guest string // the name, as far as the person sees it
	Comes string // HH:MM of the store's clock: when he sat down, or said he would; empty: not said
}

// guest is a name as far as somebody sees it.
func guest(name string, shown bool) string {
	if shown {
		return name
	}
	return customer.Name(name).Masked()
}

// Today gathers what needs a person now in the stores his rights reach, or in one
// of them. A part he has no permission for stays empty. Fault: store.not_found
// for a store outside the grant.
func (a *App) Today(ctx context.Context, grant kernel.Grant, store kernel.StoreID, now time.Time) (*Today, error) {
	actor := grant.Actor()
	stores, err := a.stores(ctx, grant, store)
	if err != nil {
		return nil, err
	}
	table, err := a.Tables.For(ctx, actor.Tenant, actor.PolicyVersion)
	if err != nil {
		return nil, err
	}
	may := func(permission string) reach { return reachOf(table.Grant(actor, permission), stores) }
	names := table.Grant(actor, customer.NamesPermission)
	q, id, me := reportdb.New(a.DB.Single(actor.Tenant)), actor.Tenant, actor.Person
	t := &Today{}
	if t.On, err = a.businessDate(ctx, actor.Tenant, stores, now); err != nil {
		return nil, err
	}

	if r := may("customer.review").whole(); len(r.ids) > 0 {
		t.Reviews, err = q.ReviewsWaiting(ctx, reportdb.ReviewsWaitingParams{
			TenantID: id, StoreIds: r.ids, Holders: r.holders(table.Grant(actor, "customer.review")), Me: kernel.UUID(me), Now: &now,
		})
		if err != nil {
			return nil, err
		}
	}
	if r := may("customer.read"); len(r.ids) > 0 {
		if t.AtRisk, err = a.atRisk(ctx, q, id, me, r, names, now); err != nil {
			return nil, err
		}
		if len(t.AtRisk) > 0 {
			t.RiskAll = t.AtRisk[0].Total
		}
		if t.OwnRisk, err = a.ownRisk(ctx, q, id, me, r, names, now, t.RiskAll); err != nil {
			return nil, err
		}
	}
	if r := may("booking.read"); len(r.ids) > 0 {
		p := reportdb.VipBookingsParams{TenantID: id, StoreIds: r.ids, Own: r.own, Me: me, Days: r.days(onDay(now))}
		rows, err := q.VipBookings(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, b := range rows {
			own := b.BookerID == me || b.OwnerID != nil && *b.OwnerID == me
			v := Vip{b, guest(b.Name, names.Covers(b.StoreID, own)), ""}
			if i := slices.Index(r.ids, kernel.UUID(b.StoreID)); b.ComeMinute != nil && i >= 0 {
				v.Comes = visit.Clock(*b.ComeMinute, r.stores[i].ClockOn(p.Days[i]).Cutover)
			}
			t.Vips = append(t.Vips, v)
		}
		if t.Notices, err = q.NoticesMissing(ctx, reportdb.NoticesMissingParams(p)); err != nil {
			return nil, err
		}
		if t.Bookings, err = q.BookingsToday(ctx, reportdb.BookingsTodayParams(p)); err != nil {
			return nil, err
		}
	}
	if r := may("bill.link").whole(); len(r.ids) > 0 {
		if t.Parked, err = q.RefundsParked(ctx, now.Add(-parkedLate), id, r.ids); err != nil {
			return nil, err
		}
		if err := a.billsWaiting(ctx, t, id, r, now); err != nil {
			return nil, err
		}
	}
	if r := may("booking.check").whole(); len(r.ids) > 0 {
		if t.ToCheck, err = q.NoticesToCheck(ctx, id, r.ids, kernel.UUID(me)); err != nil {
			return nil, err
		}
	}
	if r := may("decision.read"); len(r.ids) > 0 {
		week := r.days(func(s tenant.Store) kernel.BusinessDate { return s.BusinessDate(now) - 7 })
		t.Released, err = q.ReleasedSince(ctx, reportdb.ReleasedSinceParams{TenantID: id, StoreIds: r.ids, Own: r.own, Me: &me, Days: week})
		if err != nil {
			return nil, err
		}
	}
	if r := may("apikey.read").whole(); len(r.ids) > 0 {
		t.Keys, err = q.KeysExpiring(ctx, reportdb.KeysExpiringParams{TenantID: id, Now: now, Before: now.AddDate(0, 0, report.KeyDays), Stores: r.ids})
		if err != nil {
			return nil, err
		}
	}
	if r := may("account.open").whole(); len(r.ids) > 0 {
		t.ToOpen, err = q.AccountsWaiting(ctx, reportdb.AccountsWaitingParams{TenantID: id, StoreIds: r.ids, Me: kernel.UUID(me), Now: now})
		if err != nil {
			return nil, err
		}
	}
	if r := may("account.apply").whole(); len(r.ids) > 0 {
		t.Applied, err = q.AccountsOfStores(ctx, new(now.Add(-refusedShown)), id, r.ids)
		if err != nil {
			return nil, err
		}
	}
	t.Conflicts, err = q.ConflictsToday(ctx, reportdb.ConflictsTodayParams{TenantID: id, Me: me, Now: now, StoreIds: may("conflict.decide").whole().ids})
	if err != nil {
		return nil, err
	}
	if t.Drafts, err = q.OwnDrafts(ctx, id, me); err != nil {
		return nil, err
	}
	if t.Writing, err = a.Writing(ctx, id, me, now); err != nil {
		return nil, err
	}
	if t.Unread, err = a.Unread(ctx, id, me); err != nil {
		return nil, err
	}
	if err := a.headOffice(ctx, q, t, actor, table.Grant(actor, customer.CarryOutPermission), table.Grant(actor, customer.LegalPermission), stores, now); err != nil {
		return nil, err
	}
	if err := a.hands(ctx, q, t, id, me, may, names, now); err != nil {
		return nil, err
	}
	if t.Month, err = q.MyMonth(ctx, reportdb.MyMonthParams{TenantID: id, Me: me, FirstDay: t.On.Month().First(), Today: t.On}); err != nil {
		return nil, err
	}
	if r := may("score.read"); len(r.ids) > 0 {
		t.Progress, err = a.Progress(ctx, id, me)
	}
	return t, err
}

// billStores is in how many stores at once the bills that wait are counted: each
// looks through a month of a store's bills. Whoever has more asks for one store.
const billStores = 4

func (a *App) billsWaiting(ctx context.Context, t *Today, id kernel.TenantID, r reach, now time.Time) error {
	if len(r.stores) > billStores {
		return nil
	}
	counts, err := a.BillsWaiting(ctx, id, r.stores, now)
	most := int32(0)
	for i, n := range counts {
		t.Bills += n
		if n > most {
			most, t.BillsAt = n, r.stores[i].ID
		}
	}
	return err
}

// headOffice counts what stores and guests asked of head office.
func (a *App) headOffice(ctx context.Context, q *reportdb.Queries, t *Today, actor *kernel.Actor, carryOut, legal kernel.Grant, stores []tenant.Store, now time.Time) (err error) {
	id, me := actor.Tenant, kernel.UUID(actor.Person)
	if r := reachOf(carryOut, stores).whole(); len(r.ids) > 0 {
		if t.Changes, err = q.ChangesWaiting(ctx, reportdb.ChangesWaitingParams{TenantID: id, StoreIds: r.ids, Me: me, Now: now}); err != nil {
			return err
		}
		if t.Deletions, err = q.DeletionsWaiting(ctx, reportdb.DeletionsWaitingParams{TenantID: id, StoreIds: r.ids, Me: me, Now: now}); err != nil {
			return err
		}
	}
	t.Handovers, err = q.HandoversToday(ctx, actor.Person, reachOf(carryOut, stores).whole().ids, id)
	if err != nil {
		return err
	}
	if legal.Tenant() {
		t.Guests, err = q.GuestRequestsOpen(ctx, now, id)
	}
	return err
}

// atRisk lists the guests whom LIF-03 takes soon: SQL compares with the day that
// the rule's term gives for each store, the rule itself counts the days.
// In stores that are not live it takes nobody (RUL-06).
func (a *App) atRisk(ctx context.Context, q *reportdb.Queries, id kernel.TenantID, me kernel.PersonID, r reach, names kernel.Grant, now time.Time) ([]Risk, error) {
	r = r.live(now)
	if len(r.ids) == 0 {
		return nil, nil
	}
	limits, months := make([]kernel.BusinessDate, len(r.stores)), map[kernel.StoreID]int{}
	today := map[kernel.StoreID]kernel.BusinessDate{}
	for i, s := range r.stores {
		today[s.ID] = s.BusinessDate(now)
		rules, err := a.Tenants.Rules(ctx, id, today[s.ID])
		if err != nil {
			return nil, err
		}
		months[s.ID] = ownership.KindDormancy.Months(rules, s.ID)
		limits[i] = report.SoonBefore(today[s.ID], months[s.ID], int(rules.Int(ownership.KeyFirstWarning, s.ID)))
	}
	rows, err := q.AtRisk(ctx, reportdb.AtRiskParams{TenantID: id, StoreIds: r.ids, Limits: limits, Lives: r.days(func(s tenant.Store) kernel.BusinessDate { return *s.LiveOn }), Imported: string(ownership.OriginImport), Own: r.own, Me: me})
	out := make([]Risk, len(rows))
	for i, row := range rows {
		at := slices.IndexFunc(r.stores, func(s tenant.Store) bool { return s.ID == row.StoreID })
		tenure := ownership.Tenure{Start: row.StartOn, LastVisit: row.LastVisit, Closed: r.stores[at].Closures}
		own := r.own[slices.Index(r.ids, kernel.UUID(row.StoreID))] // then the row is his
		out[i] = Risk{row, guest(row.Name, names.Covers(row.StoreID, own)), tenure.DaysLeft(today[row.StoreID], months[row.StoreID])}
	}
	return out, err
}

// ownRisk counts the person's own guests among those.
func (a *App) ownRisk(ctx context.Context, q *reportdb.Queries, id kernel.TenantID, me kernel.PersonID, r reach, names kernel.Grant, now time.Time, all int32) (int32, error) {
	if all == 0 || !slices.Contains(r.own, false) {
		return all, nil
	}
	r.own = slices.Repeat([]bool{true}, len(r.own))
	mine, err := a.atRisk(ctx, q, id, me, r, names, now)
	if err != nil || len(mine) == 0 {
		return 0, err
	}
	return mine[0].Total, nil
}

// stores lists the stores a grant reaches, or the one asked for.
func (a *App) stores(ctx context.Context, grant kernel.Grant, only kernel.StoreID) ([]tenant.Store, error) {
	all, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	if err != nil {
		return nil, err
	}
	var reached []tenant.Store
	for _, s := range all {
		if (only.IsZero() || s.ID == only) && grant.Covers(s.ID, true) {
			reached = append(reached, s)
		}
	}
	if len(reached) == 0 && !only.IsZero() {
		return nil, tenant.ErrNoStore
	}
	return reached, nil
}

func onDay(now time.Time) func(tenant.Store) kernel.BusinessDate {
	return func(s tenant.Store) kernel.BusinessDate { return s.BusinessDate(now) }
}

// businessDate is the day a page is of: that of its first store, or of a chain
// that has none yet.
func (a *App) businessDate(ctx context.Context, id kernel.TenantID, stores []tenant.Store, now time.Time) (kernel.BusinessDate, error) {
	if len(stores) > 0 {
		return stores[0].BusinessDate(now), nil
	}
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return 0, err
	}
	return chain.BusinessDate(now), nil
}

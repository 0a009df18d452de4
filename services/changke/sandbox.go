package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// sandboxPast is how many days before its first a sandbox's ties begin and its
// rules act: long enough for a guest to become dormant soon.
const sandboxPast = 100

// sandboxPeople are the people of every sandbox but for its administrator.
var sandboxPeople = []struct{ no, name, store, position string }{
	{"H001", "许文静", "", "总部客服专员"},
	{"H002", "周立新", "", "总部客服部负责人"},
	{"E101", "李国强", "S01", "楼面店总"},
	{pos.SandboxManager, "张娟", "S01", "客服经理"},
	{"E103", "马霞", "S01", "客服主管"},
	{"E104", "郭娜", "S01", "客服代表"},
	{"E105", "陈晨", "S01", "客服代表"},
	{"E106", "何佳", "S01", "前台"},
	{"E201", "刘洋", "S02", "楼面店总"},
	{"E202", "杨帆", "S02", "客服经理"},
	{"E204", "黄丽", "S02", "客服代表"},
}

// madeUp reports whether a staff number is that of somebody every sandbox has.
func madeUp(no string) bool {
	for _, d := range sandboxPeople {
		if d.no == no {
			return true
		}
	}
	return false
}

// sandboxVisit is a finished, noticed booking of a guest, some days before the
// sandbox's first.
type sandboxVisit struct {
	guest  int // place in pos.SandboxGuests
	ago    int
	meal   tenant.MealPeriod
	booker string
}

// sandboxOwners are the referrers of pos.SandboxGuests; empty: public.
var sandboxOwners = []string{"E104", "E104", "E104", "", "E104", "E104", "", "E204", "E204"}

var sandboxVisits = []sandboxVisit{
	{0, 45, tenant.Dinner, "E104"},
	{0, 30, tenant.Lunch, "E104"},
	{0, 3, tenant.Dinner, "E104"},
	{1, 70, tenant.Dinner, "E104"},
	{2, 60, tenant.Dinner, "E104"},
	{2, 0, tenant.Lunch, "E105"},
	{2, 0, tenant.Tea, "E105"},
	{3, 50, tenant.Dinner, "E104"},
	{3, 0, tenant.Lunch, "E105"},
	{3, 0, tenant.Tea, "E105"},
	{4, 40, tenant.Dinner, "E104"},
	{5, 20, tenant.Dinner, "E104"},
	{6, 80, tenant.Dinner, "E105"},
	{7, 15, tenant.Dinner, "E204"},
	{8, 10, tenant.Lunch, "E204"},
}

// seedSandbox makes what every sandbox begins with, beside its administrator:
// stores that are live, people, rooms, guests with a past. Cut off, it goes on
// where it stood.
func (p *product) seedSandbox(ctx context.Context, id kernel.TenantID) error {
	chain, err := p.tenants.Chain(ctx, id)
	if err != nil {
		return err
	}
	if !chain.Sandbox {
		return pos.ErrRealChain
	}
	if _, err := p.tenants.Keys(ctx, id); err != nil { // before the transactions
		return err
	}
	now := p.clock.Now()
	if err := p.seedStores(ctx, id, now); err != nil {
		return err
	}
	return p.seedGuests(ctx, id, chain.BusinessDate(now), now)
}

// seedStores enters stores, people and places.
func (p *product) seedStores(ctx context.Context, id kernel.TenantID, now time.Time) error {
	there, err := p.tenants.Stores(ctx, id)
	if err != nil || len(there) > 0 {
		return err
	}
	entry := kernel.NewDate(2024, time.January, 1)
	return p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		var stores []tenant.Store
		var places []visit.Resource
		byCode := map[string]kernel.StoreID{}
		for _, s := range pos.SandboxStores {
			byCode[s.Code] = kernel.NewID[kernel.StoreID](now)
			stores = append(stores, tenant.Store{ID: byCode[s.Code], Code: s.Code, Name: s.Name, Cutover: tenant.AsChain})
			for _, name := range s.Places {
				r := visit.Resource{ID: kernel.NewID[kernel.UUID](now), Store: byCode[s.Code], Kind: visit.Room, Name: name, Capacity: 10, MinSpend: 98000}
				if []rune(name)[0] == '大' { // 大厅, not a room
					r.Kind, r.Capacity, r.MinSpend = visit.Hall, 4, 0
				}
				places = append(places, r)
			}
		}
		var people []staff.NewPerson
		for _, d := range sandboxPeople {
			post := staff.Post{Role: staff.RoleOfPosition(d.position), Position: d.position, From: entry}
			if post.TenantWide = d.store == ""; !post.TenantWide {
				post.Stores = []kernel.StoreID{byCode[d.store]}
			}
			people = append(people, staff.NewPerson{ID: kernel.NewID[kernel.PersonID](now), StaffNo: d.no, Name: d.name, EntryOn: entry, Posts: []staff.Post{post}})
		}
		if err := p.tenants.PutStoresTx(ctx, tx, id, stores, now); err != nil {
			return err
		}
		if err := p.staff.PutPeopleTx(ctx, tx, id, people, now); err != nil {
			return err
		}
		return p.visits.PutResourcesTx(ctx, tx, id, places)
	})
}

// seedGuests enters files, ties and past visits, in one transaction.
func (p *product) seedGuests(ctx context.Context, id kernel.TenantID, today kernel.BusinessDate, now time.Time) error {
	keys, err := p.tenants.Keys(ctx, id)
	if err != nil {
		return err
	}
	stores, err := p.tenants.Stores(ctx, id)
	if err != nil {
		return err
	}
	byCode := map[string]tenant.Store{}
	for _, s := range stores {
		byCode[s.Code] = s
	}
	start := today - sandboxPast
	err = p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		people, err := p.staff.PeopleByNoTx(ctx, tx, id)
		if err != nil {
			return err
		}
		entry := kernel.NewID[kernel.UUID](now) // as files of a former system are entered
		files := make([]customer.ImportedFile, len(pos.SandboxGuests))
		var ties []ownership.NewTie
		for i, g := range pos.SandboxGuests {
			writer := sandboxOwners[i]
			if writer == "" {
				writer = "E105"
			}
			files[i] = customer.ImportedFile{
				File: kernel.NewID[kernel.FileID](now), Store: byCode[g.Store].ID, Name: customer.Name(g.Name), Number: g.Number, Writer: people[writer], ApprovedOn: start,
			}
			if sandboxOwners[i] != "" {
				ties = append(ties, ownership.NewTie{File: files[i].File, Store: files[i].Store, Referrer: people[writer], Start: start})
			}
		}
		files[5].Fields.Taboos = "对花生过敏"
		if err := p.customers.PutFilesTx(ctx, tx, id, keys, entry, files, now); err != nil {
			return err
		}
		if err := p.customers.TakeOverBlacklistedTx(ctx, tx, id, files[4].File, now); err != nil {
			return err
		}
		if err := p.ownership.TiesTx(ctx, tx, id, ties, ownership.OriginImport, &entry, now); err != nil {
			return err
		}
		var bookings []visit.ImportedBooking
		for i, v := range sandboxVisits {
			f := files[v.guest]
			minute := map[tenant.MealPeriod]int32{tenant.Lunch: 480, tenant.Tea: 660, tenant.Dinner: 840}[v.meal] // since the cut-over: 12:00, 15:00, 18:00
			bookings = append(bookings, visit.ImportedBooking{
				Store: f.Store, Ref: "SEED" + string(rune('A'+i)), Number: visit.NumberKey(keys.NumberKey(f.Number)), Booker: people[v.booker],
				Date: today - kernel.BusinessDate(v.ago), Meal: v.meal, Kind: visit.Hall, State: visit.Finished, SeatedMinute: &minute, Noticed: true, Import: entry,
			})
		}
		if err := p.visits.PutBookingsTx(ctx, tx, id, bookings, now); err != nil {
			return err
		}
		return p.tenants.LiveFromTx(ctx, tx, id, start)
	})
	if errors.Is(err, fault.New(fault.Exists, "customer.already_on_file", "")) { // made before it was cut off
		return nil
	}
	return err
}

// clockwork moves the days of sandboxes (posapp.Clockwork).
type clockwork struct{ *product }

// MoveDay implements posapp.Clockwork.
func (c clockwork) MoveDay(ctx context.Context, id kernel.TenantID, n int) (bool, error) {
	return c.tenants.MoveDay(ctx, id, n)
}

// CatchUp implements posapp.Clockwork.
func (c clockwork) CatchUp(ctx context.Context, id kernel.TenantID) error {
	return c.ownership.CatchUp(ctx, id)
}

// CloseDays implements posapp.Clockwork: in the name of one who may in each store.
func (c clockwork) CloseDays(ctx context.Context, id kernel.TenantID, last kernel.BusinessDate) error {
	stores, err := c.tenants.Stores(ctx, id)
	if err != nil {
		return err
	}
	from := last
	for _, s := range stores {
		if s.LiveOn != nil {
			from = min(from, *s.LiveOn)
		}
	}
	lacking, err := c.visits.Lacking(ctx, id, stores, from, last)
	if err != nil {
		return err
	}
	now := c.clock.Now()
	for _, l := range lacking {
		desk, err := c.staff.Desk(ctx, id, "day.declare", []kernel.StoreID{l.Store}, now)
		if err != nil {
			return err
		}
		for _, h := range desk.Handlers {
			grant, err := c.grantOf(ctx, id, h.Person, "day.declare")
			if err != nil {
				return err
			}
			if !slices.Contains(grant.Stores(), l.Store) && !grant.Tenant() {
				continue
			}
			if err := c.visits.DeclareDay(ctx, grant, l.Store, l.Date, "沙箱时钟前移，当天没有营业数据", now); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

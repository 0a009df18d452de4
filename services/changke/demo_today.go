package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// demoRooms are the rooms and tables of every store of the demo.
var demoRooms = []visit.Resource{
	{Kind: visit.Room, Name: "牡丹厅", Capacity: 12, MinSpend: 128000},
	{Kind: visit.Room, Name: "听雨轩", Capacity: 8, MinSpend: 88000},
	{Kind: visit.Room, Name: "竹里馆", Capacity: 6, MinSpend: 58000},
	{Kind: visit.Room, Name: "兰亭", Capacity: 10, MinSpend: 98000},
	{Kind: visit.Hall, Name: "大厅 A1", Capacity: 4},
	{Kind: visit.Hall, Name: "大厅 A2", Capacity: 4},
	{Kind: visit.Hall, Name: "大厅 B1", Capacity: 6},
	{Kind: visit.Banquet, Name: "锦绣宴会厅", Capacity: 200, Tables: 20, MinSpend: 2000000},
}

// demoFilesToday are files of today: one to be finished, the others to be reviewed.
var demoFilesToday = []struct {
	name, number string
	submit       bool
}{
	{"欧阳文清", "13809271101", true}, {"贺兰秋", "13609278802", true}, {"司徒明远", "18792613303", true}, {"谢安宁", "15029274404", false},
}

// demoToday adds what is not in a year of facts: rooms, tonight's bookings of
// known guests, and files on their way through review. It goes through the use
// cases, as the manager and the waiter of the first store would.
func (p *product) demoToday(ctx context.Context, id kernel.TenantID, data fs.FS) error {
	for _, l := range demoLogins {
		if err := p.setDemoPassword(ctx, id, l.staffNo); err != nil {
			return err
		}
	}
	stores, err := p.tenants.Stores(ctx, id)
	if err != nil {
		return err
	}
	err = p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		var all []visit.Resource
		for _, s := range stores {
			for _, r := range demoRooms {
				r.ID, r.Store = kernel.NewID[kernel.UUID](p.clock.Now()), s.ID
				all = append(all, r)
			}
		}
		return p.visits.PutResourcesTx(ctx, tx, id, all)
	})
	if err != nil {
		return err
	}
	rep, err := p.demoActor(ctx, id, "E0005", "customer.write")
	if err != nil {
		return err
	}
	if err := p.demoFilesOf(ctx, rep, stores[0]); err != nil {
		return err
	}
	if err := p.demoPeopleToday(ctx, id, stores[0]); err != nil {
		return err
	}
	manager, err := p.demoActor(ctx, id, "E0002", "booking.write")
	if err != nil {
		return err
	}
	if err := p.demoBookings(ctx, manager, stores[0], data); err != nil {
		return err
	}
	if err := p.demoPool(ctx, id, stores[0]); err != nil {
		return err
	}
	return p.demoAppeals(ctx, id)
}

func (p *product) setDemoPassword(ctx context.Context, id kernel.TenantID, staffNo string) error {
	person, err := p.personByNo(ctx, id, staffNo)
	if err != nil {
		return err
	}
	return p.staff.SetPassword(ctx, id, person, demoPassword)
}

func (p *product) personByNo(ctx context.Context, id kernel.TenantID, staffNo string) (person kernel.PersonID, err error) {
	err = p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		people, err := p.staff.PeopleByNoTx(ctx, tx, id)
		if err == nil && people[staffNo].IsZero() {
			err = fmt.Errorf("nobody has the staff number %s", staffNo)
		}
		person = people[staffNo]
		return err
	})
	return person, err
}

// demoActor gives what somebody may do with one permission today.
func (p *product) demoActor(ctx context.Context, id kernel.TenantID, staffNo, permission string) (kernel.Grant, error) {
	person, err := p.personByNo(ctx, id, staffNo)
	if err != nil {
		return kernel.Grant{}, err
	}
	return p.grantOf(ctx, id, person, permission)
}

// grantOf is how far a permission reaches for somebody by the posts he holds
// today.
func (p *product) grantOf(ctx context.Context, id kernel.TenantID, person kernel.PersonID, permission string) (kernel.Grant, error) {
	self, err := p.staff.Self(ctx, id, person)
	if err != nil {
		return kernel.Grant{}, err
	}
	chain, err := p.tenants.Chain(ctx, id)
	if err != nil {
		return kernel.Grant{}, err
	}
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Person: person, Name: self.Name}
	for _, a := range self.Assignments {
		if today := chain.BusinessDate(p.clock.Now()); a.From <= today && (a.To == nil || today < *a.To) {
			actor.Assignments = append(actor.Assignments, kernel.Assignment{ID: a.ID, Role: a.Role, Position: a.Position, TenantWide: a.TenantWide, Stores: a.Stores})
		}
	}
	table, err := p.staff.Tables.For(ctx, id, 1)
	if err != nil {
		return kernel.Grant{}, err
	}
	return table.Grant(actor, permission), nil
}

func (p *product) demoFilesOf(ctx context.Context, rep kernel.Grant, store tenant.Store) error {
	birthday := customer.Day{Lunar: true, Year: 1982, Month: 10, Day: 18}
	for i, f := range demoFilesToday {
		in := customerapp.Input{Number: f.number, Fields: customer.Fields{
			Name: customer.Name(f.name), Sex: customer.Sex(1 + i%2), HowKnown: "常来喝早茶，朋友介绍", Taste: "喜欢靠窗的安静位置，口味偏淡",
		}}
		if f.submit {
			in.Fields.Employer, in.Fields.JobTitle = "西安明远机电设备有限公司", "销售经理"
			in.Fields.Address, in.Fields.Birthday, in.Fields.Consent = "西安市雁塔区高新路 25 号希格玛大厦 B 座", &birthday, true
		}
		now := p.clock.Now()
		made, err := p.customers.Create(ctx, rep, now, store.ID, kernel.NewID[kernel.UUID](now), in)
		if errors.Is(err, fault.New(fault.Exists, "customer.already_on_file", "")) {
			continue // the start before was cut off here
		}
		if err != nil {
			return err
		}
		if f.submit {
			if _, err := p.customers.Submit(ctx, rep, now, made.File); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoBookings books rooms tonight for guests on file and for one stranger.
func (p *product) demoBookings(ctx context.Context, manager kernel.Grant, store tenant.Store, data fs.FS) error {
	facts, err := demoFacts(data)
	if err != nil {
		return err
	}
	rooms, err := p.visits.Resources(ctx, manager, store.ID, false)
	if err != nil {
		return err
	}
	now := p.clock.Now()
	guests := 0
	for _, c := range facts.Customers {
		if c.Store != store.Code || guests == len(rooms)-1 {
			continue
		}
		room := rooms[guests]
		in := visitapp.NewBooking{
			Store: store.ID, Request: kernel.NewID[kernel.UUID](now), Number: c.Phone, GuestName: c.Name, Date: store.BusinessDate(now),
			Meal: tenant.Dinner, Kind: room.Kind, Resource: &room.ID, Guests: min(4+int32(guests), room.Capacity), Notice: guests%3 != 2, Arrive: fmt.Sprintf("%d:%02d", 18+guests/4, guests%4*15),
		}
		guests++
		_, err := p.visits.CreateBooking(ctx, manager, in, now)
		if err != nil && !errors.Is(err, fault.New(fault.Conflict, "booking.room_taken", "")) {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/staff"
)

// replayReviewer is the person at head office who reviews adopted files in a
// replay: none of the facts says who did.
const replayReviewer = "replay-reviewer"

// confirmAll plays what people do in the golden years on the third of a month:
// everybody confirms the guests that the month's close offered him, checks and
// submits their files, and head office approves (LIF-08). What a former system
// did not know of a guest he fills in. Who works there no more leaves it; cut off
// on the way, calling it again goes on.
func (p *product) confirmAll(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) error {
	offers, err := p.ownership.Adoptions(ctx, id, day.Month().First())
	if err != nil || len(offers) == 0 {
		return err
	}
	reviewer, err := p.replayReviewer(ctx, id, day)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if err := p.confirmOne(ctx, id, o, reviewer); err != nil {
			return err
		}
	}
	return nil
}

func (p *product) confirmOne(ctx context.Context, id kernel.TenantID, o ownership.Offer, reviewer kernel.Grant) error {
	now := p.clock.Now()
	receiver, err := p.grantOf(ctx, id, o.Person, "customer.write")
	if err != nil {
		return err
	}
	_, err = p.ownership.Confirm(ctx, receiver.Actor(), now, o.ID)
	for _, fails := range []error{ownership.ErrOfferPost, ownership.ErrOfferPublic} {
		if errors.Is(err, fails) {
			return nil
		}
	}
	if err != nil {
		return err
	}
	file, err := p.customers.Get(ctx, receiver, now, o.File)
	if err != nil {
		return err
	}
	if file.State != customer.Submitted {
		if file, err = p.customers.Update(ctx, receiver, now, o.File, file.Version, customerapp.Input{Fields: completed(file.Revision.Fields, o.OfferedOn)}); err != nil {
			return err
		}
		if file, err = p.customers.Submit(ctx, receiver, now, o.File); err != nil {
			return err
		}
	}
	d := customer.Decision{Approve: true, Version: file.Version}
	if customer.CheckName(file.Revision.Fields.Name.Full()) != nil {
		d.Reasons = []customer.Reason{{Field: "name", Reason: "沿用原系统的姓名"}}
	}
	_, err = p.customers.Review(ctx, reviewer, now, o.File, d)
	return err
}

// completed fills in what a file needs and a former system did not have.
func completed(f customer.Fields, day kernel.BusinessDate) customer.Fields {
	for _, text := range []struct {
		field *string
		value string
	}{
		{&f.HowKnown, "常来用餐"}, {&f.JobTitle, "经理"}, {&f.Employer, "西安明远机电设备有限公司"}, {&f.Address, "西安市雁塔区高新路 25 号"},
	} {
		if *text.field == "" {
			*text.field = text.value
		}
	}
	if f.Sex == customer.SexUnknown {
		f.Sex = customer.Female
	}
	if f.Birthday == nil {
		f.Birthday = new(customer.SolarDay(day.MinusMonths(40 * 12)))
	}
	f.Consent = true
	f.NameInsisted = f.NameInsisted || customer.CheckName(f.Name.Full()) != nil
	if f = f.Clean(); customer.CheckName(f.Name.Full()) != nil && !f.NameInsisted {
		f.Name = "常建国" // the former system had no name there, but digits or a whole remark (CUS-06)
	}
	return f
}

func (p *product) replayReviewer(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (kernel.Grant, error) {
	now := p.clock.Now()
	if _, err := p.tenants.Keys(ctx, id); err != nil {
		return kernel.Grant{}, err
	}
	positions := staff.TemplatePositions()
	at := slices.IndexFunc(positions, func(x staff.Position) bool { return x.Role == staff.HQService })
	err := p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		people, err := p.staff.PeopleByNoTx(ctx, tx, id)
		if _, there := people[replayReviewer]; there || err != nil {
			return err
		}
		return p.staff.PutPeopleTx(ctx, tx, id, []staff.NewPerson{{
			ID: kernel.NewID[kernel.PersonID](now), StaffNo: replayReviewer, Name: "总部审核", EntryOn: day,
			Posts: []staff.Post{{Role: positions[at].Role, Position: positions[at].Name, TenantWide: true, From: day}},
		}}, now)
	})
	if err != nil {
		return kernel.Grant{}, err
	}
	return p.demoActor(ctx, id, replayReviewer, "customer.review")
}

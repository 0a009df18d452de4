package main

import (
	"context"
	"errors"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
)

// demoAccounts are people for whom the first store asks for an account: one
// waits for head office, one for the person, one can log in.
var demoAccounts = []struct {
	staffNo, name, number, position, reason string
	open                                    bool
	password                                string
}{
	{"E0901", "苏晴", "+8613891350901", "客服代表", "新入职，负责二楼包间建档", false, ""},
	{"E0902", "马小川", "+8613891350902", "茶艺师", "转正，开始推荐客人", true, ""},
	{"E0903", "何佳宜", "+8613891350903", "大堂经理", "新入职，接替离岗的同事", true, "long summer evenings"},
}

// demoPeopleToday lets the manager of the first store ask for accounts and head
// office open them, as they would in the console (ACC-01).
func (p *product) demoPeopleToday(ctx context.Context, id kernel.TenantID, store tenant.Store) error {
	apply, err := p.demoActor(ctx, id, "E0002", staff.ApplyPermission)
	if err != nil {
		return err
	}
	open, err := p.demoActor(ctx, id, "H001", staff.OpenPermission)
	if err != nil {
		return err
	}
	chain, err := p.tenants.Chain(ctx, id)
	if err != nil {
		return err
	}
	for _, d := range slices.Backward(demoAccounts) {
		r, err := p.staff.ApplyAccount(ctx, apply, staff.AccountForm{
			Store: store.ID, StaffNo: d.staffNo, Name: d.name, Position: d.position, EntryOn: chain.BusinessDate(p.clock.Now()) - 3, Number: kernel.Phone(d.number), Reason: d.reason,
		})
		if errors.Is(err, staff.ErrRequested) || errors.Is(err, staff.ErrActive) || errors.Is(err, staff.ErrPhoneTaken) { // an earlier start got this far
			continue
		}
		if err != nil {
			return err
		}
		if !d.open {
			continue
		}
		_, code, err := p.staff.OpenAccount(ctx, open.Actor(), open, r.ID, d.password != "")
		if err != nil {
			return err
		}
		if d.password != "" {
			if err := p.staff.Activate(ctx, staffapp.Activation{TenantCode: chain.Code, StaffNo: d.staffNo, Code: code.Code, Password: d.password}); err != nil {
				return err
			}
		}
	}
	return nil
}

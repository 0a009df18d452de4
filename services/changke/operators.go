package main

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
)

func (p *product) newOperators() *operatorapp.App {
	return operatorapp.New(operatorapp.Deps{
		DB: p.pool, Master: p.master, Numbers: p.tenants, Clock: p.clock, Log: p.log, Tenants: p.tenants, People: chainPeople{p},
		Passwords: p.staff, PasswordRules: p.staff.Passwords, Boxes: boxes, ExportDir: p.exports,
		Chain: p.staff, ChainCookie: staffapp.SessionCookie, Tables: p.staff.Tables,
	})
}

// supportPolicies are what a support access may, for casbin.
func supportPolicies() (out []authz.Policy) {
	for _, permission := range operator.SupportPermissions {
		out = append(out, authz.Policy{Role: operator.SupportRole, Permission: permission, Reach: "where", Effect: "allow"})
	}
	return out
}

// paused holds the jobs of chains back that are not active, but for those that
// take their data out.
func (p *product) paused(ctx context.Context, id kernel.TenantID, kind string) (bool, error) {
	if slices.Contains(operatorapp.Kinds(), kind) {
		return false, nil
	}
	state, err := p.tenants.State(ctx, id)
	return err == nil && state != tenant.Active, err
}

// chainPeople is what operators need of a chain's people.
type chainPeople struct{ *product }

// Unfinished implements operatorapp.People.
func (p chainPeople) Unfinished(ctx context.Context, id kernel.TenantID, admin operator.FirstAdmin) (unfinished, entered bool, err error) {
	var people map[string]kernel.PersonID
	err = p.pool.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		people, err = p.staff.PeopleByNoTx(ctx, tx, id)
		return err
	})
	if err != nil || len(people) == 0 {
		return err == nil, false, err
	}
	only, his := people[admin.StaffNo]
	if len(people) > 1 || !his {
		return false, false, nil
	}
	self, err := p.staff.Self(ctx, id, only)
	same := err == nil && self.Name == admin.Name && self.Account == staff.AccountNone
	return same, same, err
}

// EnterAdmin implements operatorapp.People.
func (p chainPeople) EnterAdmin(ctx context.Context, id kernel.TenantID, admin operator.FirstAdmin, along func(tx pgx.Tx) error) error {
	chain, err := p.tenants.Chain(ctx, id)
	if err != nil {
		return err
	}
	if chain.Sandbox && madeUp(admin.StaffNo) {
		return fault.Field("admin_staff_no", "", "沙箱里已有自带的员工用这个工号，请换一个，例如 "+pos.SandboxAdmin+"。")
	}
	if _, err := p.tenants.Keys(ctx, id); err != nil { // before the transaction
		return err
	}
	now := p.clock.Now()
	today := chain.BusinessDate(now)
	return p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		err := p.staff.PutPeopleTx(ctx, tx, id, []staff.NewPerson{{
			ID: kernel.NewID[kernel.PersonID](now), StaffNo: admin.StaffNo, Name: admin.Name, Number: admin.Phone, EntryOn: today,
			Posts: []staff.Post{{Role: staff.Admin, Position: "企业管理员", TenantWide: true, From: today}},
		}}, now)
		if err != nil {
			return err
		}
		return along(tx)
	})
}

// Names implements operatorapp.People.
func (p chainPeople) Names(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
	return p.staff.Names(ctx, id, people)
}

// InviteAdmin implements operatorapp.People: the operator stands in for the
// administrator whom the chain does not have yet.
func (p chainPeople) InviteAdmin(ctx context.Context, by *kernel.Actor, id kernel.TenantID) (string, bool, error) {
	admin, err := p.firstAdmin(ctx, id)
	if err != nil || admin.IsZero() {
		return "", false, err
	}
	self, err := p.staff.Self(ctx, id, admin)
	if err != nil || self.Account == staff.AccountActive {
		return "", false, err
	}
	actor := &kernel.Actor{
		Kind: kernel.ActorOperator, Tenant: id, Operator: by.Operator, Name: by.Name, PolicyVersion: 1,
		Assignments: []kernel.Assignment{{Role: staff.Admin, TenantWide: true}},
	}
	table, err := p.staff.Tables.For(ctx, id, actor.PolicyVersion)
	if err != nil {
		return "", false, err
	}
	issued, err := p.staff.InvitePerson(ctx, actor, table.Grant(actor, staff.WritePermission), admin, true)
	if err != nil {
		return "", false, err
	}
	return issued.Code, true, nil
}

// Seed implements operatorapp.People.
func (p chainPeople) Seed(ctx context.Context, id kernel.TenantID) error {
	return p.seedSandbox(ctx, id)
}

// firstAdmin is the person a chain began with while it has nobody else; in a
// sandbox those it is seeded with don't count. Zero if there are more or none.
func (p chainPeople) firstAdmin(ctx context.Context, id kernel.TenantID) (kernel.PersonID, error) {
	chain, err := p.tenants.Chain(ctx, id)
	if err != nil {
		return kernel.PersonID{}, err
	}
	var people []kernel.PersonID
	err = p.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		byNo, err := p.staff.PeopleByNoTx(ctx, tx, id)
		for no, person := range byNo {
			if !chain.Sandbox || !madeUp(no) {
				people = append(people, person)
			}
		}
		return err
	})
	if err != nil || len(people) != 1 {
		return kernel.PersonID{}, err
	}
	return people[0], nil
}

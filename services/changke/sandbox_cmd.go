package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

type sandboxCmd struct {
	Code string `required:"" help:"Code of the sandbox, which its administrator signs in with."`
	Name string `help:"Its name; empty: 沙箱 and the code."`
	Days int    `default:"365" help:"Days until the vendor's key expires."`
}

// mostKeyDays is as long as a key lives, however it is made.
const mostKeyDays = 730

// Run makes a sandbox for a POS vendor, and prints how to get in and a key; both
// are kept nowhere.
func (c sandboxCmd) Run(ctx context.Context, s *Settings) error {
	if c.Days < 1 || c.Days > mostKeyDays {
		return fmt.Errorf("--days %d is not between 1 and %d", c.Days, mostKeyDays)
	}
	pool, master, err := s.openWithKey(ctx, 4)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := pool.Check(ctx); err != nil {
		return err
	}
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: wallClock, log: s.logger()})
	if err != nil {
		return err
	}
	if err := prod.staff.BringTemplate(ctx); err != nil {
		return err
	}
	if c.Name == "" {
		c.Name = "沙箱 " + c.Code
	}
	made, err := prod.makeSandbox(ctx, c.Code, c.Name, c.Days)
	if err != nil {
		return err
	}
	fmt.Printf("sandbox %s: sign in as %s with password %s\nkey of all stores and scopes: %s\n", c.Code, strings.Join(sandboxLogins, ", "), made.password, made.key)
	return nil
}

// sandboxLogins are those who can sign in, with one password, so that a vendor sees
// what the people of a chain see: the administrator, two at head office, who approve
// what the other one plans, a manager and a waiter.
var sandboxLogins = []string{pos.SandboxAdmin, "H001", "H002", pos.SandboxManager, "E104"}

// madeSandbox is a new sandbox with its secrets.
type madeSandbox struct {
	id            kernel.TenantID
	password, key string
}

// makeSandbox makes a sandbox with an administrator and a key. Fault:
// tenant.code_taken.
func (p *product) makeSandbox(ctx context.Context, code, name string, days int) (m madeSandbox, err error) {
	if m.id, err = p.tenants.CreateSandbox(ctx, p.clock.Now(), code, name); err != nil {
		return m, err
	}
	admin := operator.FirstAdmin{StaffNo: pos.SandboxAdmin, Name: "沙箱管理员"}
	if err := (chainPeople{p}).EnterAdmin(ctx, m.id, admin, func(pgx.Tx) error { return nil }); err != nil {
		return m, err
	}
	if err := p.seedSandbox(ctx, m.id); err != nil {
		return m, err
	}
	person, err := p.personByNo(ctx, m.id, pos.SandboxAdmin)
	if err != nil {
		return m, err
	}
	m.password = staff.NewToken()[:20]
	for _, no := range sandboxLogins {
		who, err := p.personByNo(ctx, m.id, no)
		if err != nil {
			return m, err
		}
		if err := p.staff.SetPassword(ctx, m.id, who, m.password); err != nil {
			return m, err
		}
	}
	grant, err := p.grantOf(ctx, m.id, person, "apikey.write")
	if err != nil {
		return m, err
	}
	stores, err := p.tenants.Stores(ctx, m.id)
	if err != nil {
		return m, err
	}
	in := staffapp.NewKey{Label: "收银联调", Scopes: []string{"bills:write", "bookings:write", "callers:write", "customers:lookup", "sandbox:write"}, Days: days}
	for _, s := range stores {
		in.Stores = append(in.Stores, s.ID)
	}
	_, m.key, err = p.staff.CreateAPIKey(ctx, grant, in)
	return m, err
}

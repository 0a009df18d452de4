package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/onboardingapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit/visitapp"
)

type importCmd struct {
	Tenant  string `required:"" help:"Code of the chain; it is made if there is none."`
	Name    string `help:"Name of the chain, if it is made; empty: that of span.json."`
	Data    string `type:"existingdir" help:"Directory of files."`
	Discard bool   `help:"Take back an import that was staged and not yet published."`
}

// Run brings a chain's files in; the same files again resume an interrupted
// import or change nothing.
func (c importCmd) Run(ctx context.Context, s *Settings) error {
	if err := s.needDatabase(); err != nil {
		return err
	}
	if (c.Data == "") != c.Discard {
		return errors.New("give either --data or --discard")
	}
	master, err := s.master("")
	if err != nil {
		return err
	}
	pool, err := db.Open(ctx, s.DatabaseURL, db.Options{MaxConns: s.DBConns})
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
	id, err := c.chain(ctx, prod)
	if err != nil {
		return err
	}
	if c.Discard {
		n, err := prod.onboarding.Discard(ctx, id)
		if err == nil && n == 0 {
			fmt.Println("nothing to discard: no import of this chain is waiting")
		} else if err == nil {
			fmt.Printf("discarded %d staged imports; the chain has nothing of them\n", n)
		}
		return c.unfinished(err)
	}
	if err := prod.staff.BringTemplate(ctx); err != nil { // the chain's people are given roles by it
		return err
	}
	blocks := 0
	findings, err := prod.onboarding.Import(ctx, id, os.DirFS(c.Data), func(step string, done, total int) {
		fmt.Printf("%s %d of %d\n", step, done, total)
		blocks++
	})
	switch {
	case err != nil:
		return c.unfinished(err)
	case len(findings) > 0:
		return report(findings)
	case blocks == 0:
		fmt.Println("nothing was left to do: these files have been imported before")
	default:
		fmt.Println("imported")
	}
	return nil
}

// unfinished says how to go on with an import that is half done.
func (c importCmd) unfinished(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted: the same command goes on where it stood, and `changke import --tenant %s --discard` takes back what is staged only", c.Tenant)
	case errors.Is(err, onboardingapp.ErrOtherUnfinished):
		return fmt.Errorf("an import of %s is half published, which can't be taken back: run it again with its own files, it goes on where it stood", c.Tenant)
	}
	return err
}

// chain is that of the code. It is made if there is none, once the files are right in
// themselves: wrong ones leave no empty chain behind.
func (c importCmd) chain(ctx context.Context, prod *product) (kernel.TenantID, error) {
	if c.Discard {
		return chainOf(ctx, prod.tenants, c.Tenant)
	}
	id, err := prod.tenants.TenantByCode(ctx, c.Tenant)
	if !errors.Is(err, tenant.ErrNoTenant) {
		return id, err
	}
	if _, err := tenant.ParseCode(c.Tenant); err != nil {
		return id, fmt.Errorf("--tenant %q is no code of a chain: 1 to 40 characters without spaces", c.Tenant)
	}
	facts, findings, err := onboarding.Read(os.DirFS(c.Data))
	if err != nil {
		return id, err
	}
	if len(findings) > 0 {
		return id, report(findings)
	}
	return prod.tenants.CreateTenant(ctx, wallClock.Now(), c.Tenant, cmp.Or(c.Name, facts.Span.Tenant, c.Tenant))
}

type rebuildCmd struct {
	Check  bool   `help:"Change nothing; fail if a projection differs from its facts."`
	Tenant string `help:"Only this chain (code); empty: all."`
}

// Run makes visits and counts anew from bookings and bills, or compares them.
func (c rebuildCmd) Run(ctx context.Context, s *Settings) error {
	pool, master, err := s.openWithKey(ctx, s.DBConns)
	if err != nil {
		return err
	}
	defer pool.Close()
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: wallClock, log: s.logger()})
	if err != nil {
		return err
	}
	ids, err := prod.tenants.TenantIDs(ctx)
	if c.Tenant != "" {
		ids = ids[:0]
		id, byCode := chainOf(ctx, prod.tenants, c.Tenant)
		ids, err = append(ids, id), errors.Join(err, byCode)
	}
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		fmt.Println("there is no chain yet")
	}
	wrong := false
	for _, id := range ids {
		chain, err := prod.tenants.Chain(ctx, id)
		if err != nil {
			return err
		}
		d, err := prod.visits.Rebuild(ctx, id, c.Check)
		if err != nil {
			return err
		}
		if d == (visitapp.Drift{}) {
			fmt.Printf("%s: as the facts say\n", chain.Code)
			continue
		}
		wrong = true
		fmt.Printf("%s: differed: %d bookings, %d bills, %d visits, %d files\n", chain.Code, d.Bookings, d.Bills, d.Visits, d.Files)
	}
	if c.Check && wrong {
		return errors.New("projections differ from the facts; run `changke rebuild` to make them anew")
	}
	return nil
}

// chainOf finds the chain that a command names.
func chainOf(ctx context.Context, tenants *tenantapp.App, code string) (kernel.TenantID, error) {
	id, err := tenants.TenantByCode(ctx, code)
	if errors.Is(err, tenant.ErrNoTenant) { // whose words are the console's
		err = fmt.Errorf("no chain has the code %q; `changke audit verify --tenant all` lists the codes", code)
	}
	return id, err
}

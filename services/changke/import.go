package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
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
		if err == nil {
			fmt.Printf("discarded %d staged imports\n", n)
		}
		return err
	}
	if err := prod.staff.BringTemplate(ctx); err != nil { // the chain's people are given roles by it
		return err
	}
	findings, err := prod.onboarding.Import(ctx, id, os.DirFS(c.Data), func(step string, done, total int) {
		fmt.Printf("%s %d of %d\n", step, done, total)
	})
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return report(findings)
	}
	fmt.Println("imported")
	return nil
}

// chain is that of the code. It is made if there is none, once the files are right in
// themselves: wrong ones leave no empty chain behind.
func (c importCmd) chain(ctx context.Context, prod *product) (kernel.TenantID, error) {
	id, err := prod.tenants.TenantByCode(ctx, c.Tenant)
	if !errors.Is(err, tenant.ErrNoTenant) || c.Discard {
		return id, err
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
	if err := s.needDatabase(); err != nil {
		return err
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
	if err := pool.Migrated(ctx); err != nil {
		return err
	}
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: wallClock, log: s.logger()})
	if err != nil {
		return err
	}
	ids, err := prod.tenants.TenantIDs(ctx)
	if c.Tenant != "" {
		ids = ids[:0]
		id, byCode := prod.tenants.TenantByCode(ctx, c.Tenant)
		ids, err = append(ids, id), errors.Join(err, byCode)
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		d, err := prod.visits.Rebuild(ctx, id, c.Check)
		if err != nil {
			return err
		}
		fmt.Printf("%s: differed: %d bookings, %d bills, %d visits, %d files\n", id, d.Bookings, d.Bills, d.Visits, d.Files)
		if c.Check && d.Bookings+d.Bills+d.Visits+d.Files > 0 {
			return errors.New("projections differ from the facts; run `changke rebuild` to make them anew")
		}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/staff"
)

// authzGrant measures the answer to "may he, and how far": finding the chain's
// table and asking it, for a person with two posts who acts for somebody as well.
func (b *bench) authzGrant(ctx context.Context) error {
	tables := authz.NewTables(func(context.Context, kernel.TenantID) ([]authz.Policy, int64, error) {
		return policies(), 1, nil
	})
	actor := &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: kernel.TenantID{1}, PolicyVersion: 1,
		Assignments: []kernel.Assignment{
			{Role: staff.ServiceManager, Stores: []kernel.StoreID{{1}, {2}}},
			{Role: staff.ServiceRep, Stores: []kernel.StoreID{{3}}},
			{Role: staff.ServiceManager, Stores: []kernel.StoreID{{4}}, For: &kernel.Delegated{Permissions: []string{"customer.review", "customer.write", "customer.read"}}},
		},
	}
	var err error
	var grant kernel.Grant
	ask := func() {
		var t *authz.Table
		if t, err = tables.For(ctx, actor.Tenant, actor.PolicyVersion); err == nil {
			grant = t.Grant(actor, "customer.read")
		}
	}
	ask()
	if err != nil || grant.Empty() {
		return fmt.Errorf("the grant is empty: %w", err)
	}
	allocations := testing.AllocsPerRun(1000, ask)
	all, disturbed, err := b.interleave(ctx, func(context.Context) (float64, error) {
		const block = 10_000
		start, n := time.Now(), 0
		for ; time.Since(start) < b.slice; n += block {
			for range block {
				ask()
			}
		}
		return float64(time.Since(start).Nanoseconds()) / float64(n), nil
	})
	if err != nil {
		return err
	}
	b.report(result{name: "authz_grant", value: all.side(0), unit: "ns", bar: bar{atMost: 100, of: "value"}}, disturbed)
	b.report(result{name: "authz_grant_memory", value: allocations, unit: "allocations", bar: bar{atMost: 0.5, of: "value"}}, "")
	return nil
}

// policies are those of the roles every chain begins with.
func policies() (rows []authz.Policy) {
	for _, role := range staff.Template() {
		for _, r := range role.Rights {
			reach := "where"
			if r.Own {
				reach = "own"
			}
			rows = append(rows, authz.Policy{Role: role.Code, Permission: r.Permission, Reach: reach, Effect: "allow"})
		}
	}
	return rows
}

package authz_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
)

// The table must answer as casbin does, cell by cell, for any policies.
func TestTableEqualsEnforcer(t *testing.T) {
	t.Parallel()
	roles, permissions := []string{"a", "b", "c", "ab"}, []string{"x.read", "x.write", "x", "x.read.all"}
	rapid.Check(t, func(t *rapid.T) {
		policy := rapid.Custom(func(t *rapid.T) authz.Policy {
			return authz.Policy{
				Role:       rapid.SampledFrom(roles).Draw(t, "role"),
				Permission: rapid.SampledFrom(permissions).Draw(t, "permission"),
				Reach:      rapid.SampledFrom([]string{"own", "where"}).Draw(t, "reach"),
				Effect:     rapid.SampledFrom([]string{"allow", "allow", "deny"}).Draw(t, "effect"),
			}
		})
		policies := rapid.SliceOfN(policy, 0, 12).Draw(t, "policies")
		table, err := authz.Compile(policies)
		require.NoError(t, err)
		enforcer, err := authz.NewEnforcer(policies)
		require.NoError(t, err)
		for _, role := range append(roles, "", "unknown") {
			for _, permission := range append(permissions, "", "unknown") {
				for name, bit := range map[string]kernel.Reach{"own": kernel.ReachOwn, "where": kernel.ReachWhere} {
					want, err := enforcer.Enforce(role, permission, name)
					require.NoError(t, err)
					require.Equal(t, want, table.Reach(role, permission)&bit != 0, "%s %s %s", role, permission, name)
				}
			}
		}
	})
}

func TestDenyAndEmpty(t *testing.T) {
	t.Parallel()
	empty, err := authz.Compile(nil)
	require.NoError(t, err)
	require.Zero(t, empty.Reach("", ""), "an empty request must not pass an empty policy")

	table, err := authz.Compile([]authz.Policy{
		{"rep", "customer.read", "own", "allow"},
		{"rep", "customer.read", "where", "allow"},
		{"rep", "customer.read", "where", "deny"},
		{"boss", "customer.read", "where", "allow"},
	})
	require.NoError(t, err)
	require.Zero(t, table.Reach("rep", "customer.read"), "a deny removes the permission of that role, whatever its reach")
	require.Equal(t, kernel.ReachWhere, table.Reach("boss", "customer.read"))

	_, err = authz.Compile([]authz.Policy{{"rep", "customer.read", "where", "maybe"}})
	require.Error(t, err)
}

// Rights never carry from one store into another (ROL-02).
func TestGrantPerAssignment(t *testing.T) {
	t.Parallel()
	table, err := authz.Compile([]authz.Policy{{"rep", "customer.read", "own", "allow"}, {"boss", "customer.read", "where", "allow"}, {"boss", "customer.review", "where", "allow"}})
	require.NoError(t, err)
	now := time.Unix(0, 0)
	s1, s2, s3 := kernel.NewID[kernel.StoreID](now), kernel.NewID[kernel.StoreID](now), kernel.NewID[kernel.StoreID](now)
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Assignments: []kernel.Assignment{
		{Role: "rep", Stores: []kernel.StoreID{s1}}, {Role: "boss", Stores: []kernel.StoreID{s2}},
	}}
	read := table.Grant(actor, "customer.read")
	require.Equal(t, []kernel.StoreID{s2}, read.Stores())
	require.Equal(t, []kernel.StoreID{s1}, read.OwnIn())
	require.True(t, read.Covers(s1, true))
	require.False(t, read.Covers(s1, false))
	require.True(t, read.Covers(s2, false))
	require.False(t, read.Covers(s3, true))
	require.False(t, table.Grant(actor, "customer.review").Covers(s1, true))
	require.True(t, table.Grant(actor, "unknown").Empty())
	require.True(t, table.Grant(&kernel.Actor{}, "customer.read").Empty())
}

// Who waits for a table that is being rebuilt waits as long as his request may, and for
// nothing older than what he needs; who gives up takes nothing from the others.
func TestTablesWaitAsLongAsTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		chain, loads, goOn := kernel.TenantID{1}, atomic.Int64{}, make(chan struct{})
		tables := authz.NewTables(func(context.Context, kernel.TenantID) ([]authz.Policy, int64, error) {
			n := loads.Add(1)
			if n == 1 {
				<-goOn // it read the first version and is slow to tell
			}
			return []authz.Policy{{"rep", fmt.Sprint("version.", n), "own", "allow"}}, n, nil
		})
		gaveUp, giveUp := context.WithCancel(t.Context())
		got := make(chan error, 3)
		go func() { got <- done(tables.For(gaveUp, chain, 1)) }()
		synctest.Wait()
		for range 2 {
			go func() { got <- done(tables.For(t.Context(), chain, 1)) }()
		}
		synctest.Wait()
		giveUp()
		require.ErrorIs(t, <-got, context.Canceled)

		newer, err := tables.For(t.Context(), chain, 2)
		require.NoError(t, err)
		require.NotZero(t, newer.Reach("rep", "version.2"))
		close(goOn)
		require.NoError(t, <-got)
		require.NoError(t, <-got)
		require.EqualValues(t, 2, loads.Load(), "once a version, however many wait")
		kept, err := tables.For(t.Context(), chain, 1)
		require.NoError(t, err)
		require.Same(t, newer, kept, "what comes late takes no newer one's place")
	})
}

func done(_ *authz.Table, err error) error { return err }

func BenchmarkCompile(b *testing.B) {
	policies := []authz.Policy{}
	for _, role := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
		for i := range 40 {
			policies = append(policies, authz.Policy{Role: role, Permission: "p" + string(rune('A'+i)), Reach: "where", Effect: "allow"})
		}
	}
	for b.Loop() {
		if _, err := authz.Compile(policies); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGrant(b *testing.B) {
	policies := make([]authz.Policy, 0, 200)
	for _, role := range []string{"admin", "hq_service", "service_manager", "service_rep"} {
		for i := range 50 {
			policies = append(policies, authz.Policy{Role: role, Permission: "p" + string(rune('A'+i)), Reach: "where", Effect: "allow"})
		}
	}
	table, err := authz.Compile(policies)
	require.NoError(b, err)
	actor := &kernel.Actor{Assignments: []kernel.Assignment{{Role: "service_manager", TenantWide: true}, {Role: "service_rep"}}}
	b.ReportAllocs()
	for b.Loop() {
		if table.Grant(actor, "pC").Empty() {
			b.Fatal("refused")
		}
	}
}

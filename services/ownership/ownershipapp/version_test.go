package ownershipapp_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

// A decision keeps the version it was taken under, and is told by its values,
// whatever was published later (RUL-01).
func TestDecisionKeepsItsVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("version", 2)
	first, second, own := c.file(0, "2025-01-01"), c.file(0, "2025-02-10"), c.file(1, "2025-02-10")
	w.catchUp(c, "2025-04-02") // first: three months and a day

	_, err := w.tenants.PublishRuleSet(context.Background(), c.id, c.people[0], tenant.Draft{
		Base: 1, EffectiveOn: date(t, "2025-04-03"), Values: tenant.Values{ownership.KeyDormantMonths: 1},
		Stores: map[kernel.StoreID]tenant.Values{c.stores[1]: {ownership.KeyDormantMonths: 2}},
	})
	require.NoError(t, err)
	w.catchUp(c, "2025-04-12") // second: a month is over at once; own: two months and a day on the 11th

	require.Equal(t, []string{"1", "2", "2"}, w.texts(`SELECT rule_version::text FROM decision WHERE tenant_id = $1 AND rule = 'LIF-03' ORDER BY effective_on`, c.id))
	told := func(g guest) (version int32, from, term string) {
		res, err := c.as(1, "where").ExplainOwnership(t.Context(), &ownershipv1.ExplainOwnershipRequest{FileId: g.file.String()})
		require.NoError(t, err)
		require.Len(t, res.GetDecisions(), 1)
		d := res.GetDecisions()[0]
		return d.GetRuleVersion(), d.GetEffectiveDate(), d.GetEvidence()[2].GetValueEn()
	}
	for _, want := range []struct {
		guest      guest
		version    int32
		from, term string
	}{{first, 1, "2025-04-02", "3 months"}, {second, 2, "2025-04-03", "1 month"}, {own, 2, "2025-04-11", "2 months"}} {
		version, from, term := told(want.guest)
		require.Equal(t, want.version, version)
		require.Equal(t, want.from, from)
		require.Equal(t, want.term, term)
	}
	err = c.pool.InTenant(context.Background(), c.id, func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), "UPDATE decision SET rule_version = 2")
		return err
	})
	require.ErrorContains(t, err, "permission denied")
}

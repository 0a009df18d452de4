package reportapp_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report"
)

// seat gives a person a post with a role; without a store at head office.
func (c *chain) seat(person int, role string, stores ...kernel.StoreID) {
	c.t.Helper()
	if stores == nil {
		stores = []kernel.StoreID{}
	}
	c.exec("INSERT INTO role (tenant_id, code, name) VALUES ($1, $2, $2) ON CONFLICT DO NOTHING", c.id, role)
	c.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, gen_random_uuid(), $2, $3, '岗位', $4, $5, '2025-01-01', $6)`, c.id, c.people[person], role, len(stores) == 0, stores, now)
}

// Each step of a new chain is seen in its data alone.
func TestSetup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("new")
	w.chain("other").furnish() // another chain's guests, rooms and people are nobody's business
	app := c.app(map[string]string{"customer.review": "where"})
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: c.id, Person: c.people[0], PolicyVersion: 1}
	setup := func() report.Setup {
		s, err := app.Setup(context.Background(), actor, now)
		require.NoError(t, err)
		return s
	}
	require.Equal(t, report.Setup{Stores: 2}, setup())
	c.exec("INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity) VALUES ($1, gen_random_uuid(), $2, 'room', '301', 8)", c.id, c.stores[0])
	c.seat(0, "r")
	require.Equal(t, report.Setup{Stores: 2, Resources: 1}, setup(), "head office is in no store")
	c.seat(0, "other", c.stores[0])
	c.seat(0, "third", c.stores[1])
	c.seat(1, "r", c.stores[0])
	c.exec("UPDATE person SET password_hash = 'x' WHERE tenant_id = $1", c.id)
	c.exec(`INSERT INTO session (tenant_id, session_id, token_hash, person_id, device_hash, device, created_at, seen_at, expires_at)
		VALUES ($1, gen_random_uuid(), '\x01', $2, '\x01', 'x', $3, $3, $3)`, c.id, c.people[0], now)
	got := setup()
	require.False(t, got.ManagerCameIn, "who came in may not review")
	require.False(t, got.Complete())
	c.exec(`INSERT INTO session (tenant_id, session_id, token_hash, person_id, device_hash, device, created_at, seen_at, expires_at)
		VALUES ($1, gen_random_uuid(), '\x02', $2, '\x02', 'x', $3, $3, $3)`, c.id, c.people[1], now)
	got = setup()
	require.Equal(t, report.Setup{Stores: 2, Resources: 1, StorePeople: 2, Accounts: 2, ManagerCameIn: true}, got)
	require.True(t, got.Complete())
	require.True(t, report.Setup{HasFiles: true}.Complete(), "a chain with guests runs")
}

// Keys that end within 14 days are shown to those who read keys, not those with a
// successor, revoked, over, or of stores out of reach.
func TestKeysExpiring(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("one")
	key := func(label string, days int, more string, stores ...kernel.StoreID) {
		c.exec(`INSERT INTO api_key (tenant_id, key_id, secret_hash, prefix, label, scopes, store_ids, created_at, expires_at)
			VALUES ($1, gen_random_uuid(), $6, 'ck', $2, '{bills:write}', $3, $4, $5)`, c.id, label, stores, now, now.Add(time.Duration(days)*24*time.Hour-time.Minute), []byte(label))
		if more != "" {
			c.exec("UPDATE api_key SET "+more+" WHERE tenant_id = $1 AND label = $2", c.id, label)
		}
	}
	key("soon", 3, "", c.stores[0])
	key("in two weeks", 14, "", c.stores[0], c.stores[1])
	key("later", 15, "", c.stores[0])
	key("over", 0, "", c.stores[0])
	key("revoked", 3, "revoked_at = now()", c.stores[0])
	key("rotated", 3, "successor_id = gen_random_uuid()", c.stores[0])
	labels := func(rights map[string]string, stores ...kernel.StoreID) (out []string) {
		today, err := c.app(rights).Today(context.Background(), c.grant(0, kernel.ReachWhere, stores...), kernel.StoreID{}, now)
		require.NoError(t, err)
		for _, k := range today.Keys {
			out = append(out, k.Label)
		}
		return out
	}
	reads := map[string]string{"apikey.read": "where"}
	require.Equal(t, []string{"soon", "in two weeks"}, labels(reads))
	require.Equal(t, []string{"soon"}, labels(reads, c.stores[0]))
	require.Empty(t, labels(reads, c.stores[1]))
	require.Empty(t, labels(map[string]string{"today.read": "where"}))
}

package posdb

import (
	"testing"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes two chains, with the same ids, of 40 webhooks, 30,000 events delivered to
// them, one in fifty not accepted, 40,000 idempotency keys and 2,000 people.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at)
  SELECT tenant_id, pg_temp.id('03', n), 'E' || n, 'p', '2025-01-01', '2025-01-01' FROM tenant, generate_series(1, 2000) n;
INSERT INTO webhook (tenant_id, webhook_id, label, url, events, state, created_by, created_at)
  SELECT tenant_id, pg_temp.id('04', n), 'w', 'https://example.com/', '{booking.changed}', 'active', pg_temp.id('03', 1), '2025-01-01' FROM tenant, generate_series(0, 39) n;
INSERT INTO webhook_event (tenant_id, event_id, type, store_id, at, body)
  SELECT tenant_id, pg_temp.id('05', n), 'booking.changed', pg_temp.id('02', n % 10), timestamptz '2025-01-01' + n * interval '1 minute', '{}' FROM tenant, generate_series(1, 30000) n;
INSERT INTO webhook_delivery (tenant_id, delivery_id, webhook_id, event_id, state, tries, created_at)
  SELECT tenant_id, pg_temp.id('06', n), pg_temp.id('04', n % 40), pg_temp.id('05', n), CASE WHEN n % 50 = 7 THEN 'failed' ELSE 'accepted' END, 1, '2025-01-01' FROM tenant, generate_series(1, 30000) n;
INSERT INTO webhook_try (tenant_id, delivery_id, no, at, status_code, took_ms, error)
  SELECT tenant_id, pg_temp.id('06', n), 1, '2025-01-01', 200, 5, '' FROM tenant, generate_series(1, 30000) n;
INSERT INTO idempotency_key (tenant_id, key_id, hash, body, used_at)
  SELECT tenant_id, pg_temp.id('07', n % 20), sha256(n::text::bytea), 'b', timestamptz '2025-01-01' + n * interval '1 minute' FROM tenant, generate_series(1, 40000) n;`

// TestPlans demands that a page of the log of deliveries costs a page, a try its own
// rows, and that what was kept long enough is found by its age.
func TestPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fill)
	pool, chain := d.Pool(t), kernel.TenantID{1, 6: 0x70, 8: 0x80, 15: 1}
	hook, one := kernel.UUID{4, 6: 0x70, 8: 0x80, 15: 7}, kernel.UUID{6, 6: 0x70, 8: 0x80, 14: 4}
	ctx, last := t.Context(), kernel.UUID{0: 0xff}
	old := time.Date(2025, 1, 1, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, index string
		atMost      int
		call        func(*Queries) error
	}{
		{"the log", "webhook_delivery_list", 200, func(q *Queries) error {
			_, err := q.Deliveries(ctx, DeliveriesParams{TenantID: chain, WebhookID: hook, Before: last, MaxRows: 51})
			return err
		}},
		{"what was not accepted", "webhook_delivery_list", 4000, func(q *Queries) error {
			_, err := q.OpenDeliveries(ctx, OpenDeliveriesParams{TenantID: chain, WebhookID: hook, Before: last, MaxRows: 51})
			return err
		}},
		{"one delivery", "webhook_delivery_pkey", 10, func(q *Queries) error { _, err := q.Delivery(ctx, chain, one); return err }},
		{"tries", "webhook_try_pkey", 10, func(q *Queries) error { _, err := q.TriesOf(ctx, chain, []kernel.UUID{one}); return err }},
		{"old events", "webhook_event_at", 1000, func(q *Queries) error { _, err := q.DropEvents(ctx, chain, old); return err }},
		{"old keys", "idempotency_key_used", 1000, func(q *Queries) error { _, err := q.DropIdempotencyKeys(ctx, chain, old); return err }},
		{"a member of staff", "person_", 10, func(q *Queries) error { _, err := q.Employee(ctx, chain, "E1999"); return err }},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost, "webhook")
	}
}

package messagedb

import (
	"testing"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes two chains, with the same ids, of 200 people with 200 notes each, the
// last ten unread, and 20,000 messages of ten stores.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO inbox (tenant_id, item_id, person_id, kind, file_id, at, read_at)
  SELECT tenant_id, pg_temp.id('05', n), pg_temp.id('03', n % 200), 'file_ends', pg_temp.id('04', n), '2025-01-01', CASE WHEN n < 38000 THEN timestamptz '2025-01-02' END FROM tenant, generate_series(0, 39999) n;
INSERT INTO message (tenant_id, message_id, store_id, template, params, number_key, number_box, state, created_at)
  SELECT tenant_id, pg_temp.id('06', n), pg_temp.id('02', n % 10), 'x', '{}', sha256((n % 5000)::text::bytea), '', 'sent', '2025-01-01' FROM tenant, generate_series(0, 19999) n;`

// TestPlans demands that a page of somebody's inbox, and of what was sent, costs
// a page.
func TestPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fill)
	ctx, pool, chain := t.Context(), d.Pool(t), kernel.TenantID{1, 6: 0x70, 8: 0x80, 15: 1}
	me, last := kernel.PersonID{3, 6: 0x70, 8: 0x80, 15: 7}, kernel.UUID{0: 0xff}
	stores := []kernel.UUID{{2, 6: 0x70, 8: 0x80, 15: 1}, {2, 6: 0x70, 8: 0x80, 15: 2}}
	number := make([]byte, 32)
	for _, c := range []struct {
		name   string
		call   func(*Queries) error
		index  string
		atMost int
	}{
		{"inbox", func(q *Queries) error {
			_, err := q.Inbox(ctx, InboxParams{TenantID: chain, PersonID: me, Before: last, RowLimit: 51})
			return err
		}, "inbox_person", 51},
		{"unread", func(q *Queries) error { _, err := q.InboxUnread(ctx, chain, me); return err }, "inbox_unread", 20},
		{"read up to", func(q *Queries) error {
			return q.MarkInboxRead(ctx, MarkInboxReadParams{TenantID: chain, PersonID: me, UpTo: last})
		}, "inbox_", 200},
		{"sent in the chain", func(q *Queries) error { _, err := q.MessagesOfTenant(ctx, chain, last, 51); return err }, "message_pkey", 51},
		{"sent in stores", func(q *Queries) error {
			_, err := q.MessagesOfStores(ctx, MessagesOfStoresParams{Stores: stores, TenantID: chain, Before: last, RowLimit: 51})
			return err
		}, "message_store", 110},
		{"sent to a number", func(q *Queries) error { _, err := q.MessagesOfNumber(ctx, chain, number, "login"); return err }, "message_number", 1},
		{"made nobody's", func(q *Queries) error {
			return q.EraseMessages(ctx, EraseMessagesParams{
				TenantID: chain, Kept: "login", Stores: stores[:1], Numbers: [][]byte{number}, Froms: []kernel.BusinessDate{0}, Untils: []kernel.BusinessDate{30000},
			})
		}, "message_number", 1},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost)
	}
}

package onboardingdb

import (
	"testing"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/testdb"
)

// fill makes two chains, with the same ids, of 2,000 lists of customers, of which
// the last ten are of 5,000 lines each, one in twenty wrong.
const fill = `
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN (kind || '000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
INSERT INTO tenant (tenant_id, code, name, created_at) SELECT pg_temp.id('01', n), 't' || n, 't', '2025-01-01' FROM generate_series(1, 2) n;
INSERT INTO import_batch (tenant_id, import_id, kind, state, file_bytes, file_digest, uploaded_by, created_at)
  SELECT tenant_id, pg_temp.id('05', n), CASE WHEN n % 4 = 0 THEN 'directory' ELSE 'customers' END, CASE WHEN n >= 1990 THEN 'checked' ELSE 'done' END, n, sha256(n::text::bytea), pg_temp.id('03', n % 50), '2025-01-01'
  FROM tenant, generate_series(0, 1999) n;
INSERT INTO import_row (tenant_id, import_id, step, row_no, number_key, row_box, at_store, grade)
  SELECT tenant_id, pg_temp.id('05', l), 'customers', n, sha256(n::text::bytea), '', pg_temp.id('02', n % 10), CASE WHEN n % 20 = 0 THEN 2 ELSE 0 END
  FROM tenant, generate_series(1990, 1999) l, generate_series(1, 5000) n;
INSERT INTO import_batch (tenant_id, import_id, kind, state, uploaded_by, created_at)
  SELECT tenant_id, pg_temp.id('06', n), CASE WHEN n % 3 = 0 THEN 'bookings' ELSE 'bills' END, CASE WHEN n = 2999 THEN 'checked' ELSE 'done' END, pg_temp.id('03', n % 50), '2025-01-01'
  FROM tenant, generate_series(0, 2999) n;
INSERT INTO import_row (tenant_id, import_id, step, row_no, row_box, at_store, grade, item_key, item_digest, at_day, items, sum_fen)
  SELECT tenant_id, pg_temp.id('06', 2999), 'bills', n, '', pg_temp.id('02', n % 3), CASE WHEN n % 20 = 0 THEN 2 ELSE 0 END, sha256((n / 2)::text::bytea), sha256(n::text::bytea), date '2025-01-01' + n % 30, 1, n
  FROM tenant, generate_series(1, 20000) n;
INSERT INTO import_text (tenant_id, import_id, kind, text_key, text_box, lines)
  SELECT tenant_id, pg_temp.id('05', l), 'staff', sha256(n::text::bytea), '', 1 FROM tenant, generate_series(1990, 1999) l, generate_series(1, 500) n;`

// TestPlans demands that a page of the lists, and of a list's lines, costs a
// page, and that a block is found where the last one ended.
func TestPlans(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	d.Filled(t, fill)
	pool, chain := d.Pool(t), kernel.TenantID{1, 6: 0x70, 8: 0x80, 15: 1}
	list, last := kernel.UUID{5, 6: 0x70, 8: 0x80, 14: 1995 >> 8, 15: 1995 & 0xff}, kernel.UUID{0: 0xff}
	till := kernel.UUID{6, 6: 0x70, 8: 0x80, 14: 2999 >> 8, 15: 2999 & 0xff}
	ctx, someone, before := t.Context(), kernel.PersonID{3, 6: 0x70, 8: 0x80, 15: 7}, time.Now()
	// A chain's lists are few: those of years may be looked through, their lines not.
	for _, c := range []struct {
		name   string
		call   func(*Queries) error
		index  string
		atMost int
	}{
		{"lists", func(q *Queries) error { _, err := q.Lists(ctx, chain, last, 51); return err }, "import_batch_kind", 60},
		{"a list", func(q *Queries) error { _, err := q.List(ctx, chain, list); return err }, "import_batch_", 1},
		{"lists in work", func(q *Queries) error { _, err := q.CountOpen(ctx, chain, "customers"); return err }, "import_batch_", 2000},
		{"lists left lying", func(q *Queries) error { _, err := q.Stale(ctx, chain, before); return err }, "import_batch_", 5000},
		{"the same file again", func(q *Queries) error {
			_, err := q.UploadOf(ctx, UploadOfParams{TenantID: chain, Kind: "customers", UploadedBy: &someone, FileDigest: make([]byte, 32), FileBytes: 7})
			return err
		}, "import_batch_", 2000},
		{"lines", func(q *Queries) error {
			_, err := q.Lines(ctx, LinesParams{TenantID: chain, ImportID: list, Step: "customers", After: 2500, Most: 51})
			return err
		}, "import_row_pkey", 60},
		{"wrong lines", func(q *Queries) error {
			_, err := q.LinesOfGrade(ctx, LinesOfGradeParams{TenantID: chain, ImportID: list, Step: "customers", After: 2500, Grade: 2, Most: 51})
			return err
		}, "import_row_", 60},
		{"a block", func(q *Queries) error {
			_, err := q.Rows(ctx, RowsParams{TenantID: chain, ImportID: list, Step: "customers", FromRow: 2500, Worst: 1, Most: 500})
			return err
		}, "import_row_pkey", 600},
		{"doubles", func(q *Queries) error { _, err := q.Doubles(ctx, chain, list, "customers"); return err }, "import_row_pkey", 5000},
		{"files of tills", func(q *Queries) error { _, err := q.AllTills(ctx, chain, last, 21); return err }, "import_batch_", 60},
		{"somebody's files", func(q *Queries) error {
			_, err := q.Tills(ctx, TillsParams{TenantID: chain, Before: last, People: []kernel.UUID{kernel.UUID(someone)}, Most: 21})
			return err
		}, "import_batch_", 1200},
		{"a till's file", func(q *Queries) error { _, err := q.Till(ctx, chain, till); return err }, "import_batch_", 1},
		{"what a file's days come to", func(q *Queries) error { _, err := q.ItemDays(ctx, chain, till); return err }, "import_row_", 20000},
		{"bills twice in a file", func(q *Queries) error { _, err := q.ItemDoubles(ctx, chain, till, "bills"); return err }, "import_row_", 20000},
		{"stores of a file", func(q *Queries) error { _, err := q.ItemStores(ctx, chain, till); return err }, "import_row_", 20000},
		{"words that mean somebody", func(q *Queries) error { _, err := q.Texts(ctx, chain, list); return err }, "import_text_pkey", 500},
	} {
		testdb.Explain(t, pool, chain, func(db testdb.DBTX) error { return c.call(New(db)) }).Demand(t, c.name, c.index, c.atMost)
	}
}

package visitdb

import (
	"context"
	"crypto/rand"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// numbersOf are the numbers that files have or had, and some that are somebody's
// now, each with the days on which it was his: from when the one before him lost
// it, for what he did before his file was approved is his too.
const numbersOf = `
WITH his AS (
  SELECT n.store_id, n.number_key, n.until FROM guest_number n WHERE n.tenant_id = $1 AND n.file_id = ANY($2::uuid[])
  UNION
  SELECT e.store_id, e.number_key, date 'infinity' FROM unnest($3::uuid[], $4::bytea[]) AS e (store_id, number_key)
)
SELECT h.store_id, h.number_key, coalesce((
  SELECT max(o.until) FROM guest_number o
  WHERE o.tenant_id = $1 AND o.store_id = h.store_id AND o.number_key = h.number_key AND o.until < h.until), date '0001-01-01'), least(h.until, date '9999-12-31')
FROM his h ORDER BY 1, 2, 3`

// eraseProjections put the alias in the number's place wherever the facts do, so
// that every projection still follows from them, and empty what names the guest.
// Of the facts themselves the definer function changes the number alone.
var eraseProjections = []string{
	`UPDATE booking x SET number_key = e.alias, number_box = NULL, guest_name = '', note = '', cancel_reason = '', notice_reason = '', correct_reason = '', check_note = '', version = x.version + 1 FROM ` + aliases + `
	 WHERE x.tenant_id = $1 AND x.store_id = e.store_id AND x.number_key = e.number_key AND x.business_date >= e.from_day AND x.business_date < e.until`,
	`UPDATE bill_head x SET number_key = e.alias FROM ` + aliases + `,
	   LATERAL (SELECT r.source, r.bill_no FROM bill_revision r WHERE r.tenant_id = $1 AND r.number_key = e.number_key AND r.store_id = e.store_id
	     UNION SELECT r.source, r.bill_no FROM booking b JOIN bill_revision r ON r.tenant_id = $1 AND r.store_id = b.store_id AND r.booking_ref = b.ref AND r.booking_ref <> ''
	       WHERE b.tenant_id = $1 AND b.number_key = e.alias AND b.store_id = e.store_id) f
	 WHERE x.tenant_id = $1 AND x.store_id = e.store_id AND x.source = f.source AND x.bill_no = f.bill_no AND x.number_key = e.number_key
	   AND x.business_date >= e.from_day AND x.business_date < e.until`,
	`UPDATE visit x SET number_key = e.alias FROM ` + aliases + `
	 WHERE x.tenant_id = $1 AND x.store_id = e.store_id AND x.number_key = e.number_key AND x.business_date >= e.from_day AND x.business_date < e.until`,
	`UPDATE guest_number x SET number_key = e.alias FROM ` + aliases + `
	 WHERE x.tenant_id = $1 AND x.store_id = e.store_id AND x.number_key = e.number_key AND least(x.until, date '9999-12-31') = e.until`,
	`SELECT erase_visit_numbers($2, $3, $4, $5, $6) WHERE $1::uuid IS NOT NULL`,
}

// aliases are the numbers of erased guests side by side with what they become.
const aliases = `(SELECT unnest($2::uuid[]) AS store_id, unnest($3::bytea[]) AS number_key, unnest($4::bytea[]) AS alias,
  unnest($5::date[]) AS from_day, unnest($6::date[]) AS until) e`

// EraseNumbers exchanges the numbers of files, and some that are somebody's now,
// for aliases in facts and projections. It keeps every other write to the
// chain's visits out until the transaction ends: a bill that came in between
// would bring a number back.
func EraseNumbers(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, files []kernel.FileID, numbers []customer.StoreNumber) ([]customer.Alias, error) {
	if _, err := NewWriter(ctx, tx, tenant, Many); err != nil {
		return nil, err
	}
	stores, keys := make([]kernel.StoreID, len(numbers)), make([][]byte, len(numbers))
	for i, n := range numbers {
		stores[i], keys[i] = n.Store, n.NumberKey
	}
	rows, err := tx.Query(ctx, numbersOf, tenant, IDs(files), stores, keys)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (customer.Alias, error) {
		a := customer.Alias{Alias: make([]byte, 32)}
		_, _ = rand.Read(a.Alias)
		return a, row.Scan(&a.Store, &a.NumberKey, &a.From, &a.Until)
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c := customer.Columns(all)
	for _, sql := range eraseProjections {
		if _, err := tx.Exec(ctx, sql, tenant, c.Stores, c.Numbers, c.Aliases, c.Froms, c.Untils); err != nil {
			return nil, err
		}
	}
	return all, nil
}

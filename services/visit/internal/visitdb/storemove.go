package visitdb

import (
	"context"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// wholeNumbers are those that files had in a store for no day before the move: they
// are the other store's as if they had never been elsewhere.
const wholeNumbers = `
UPDATE guest_number SET store_id = $3
WHERE tenant_id = $1 AND store_id = $2 AND file_id = ANY($4) AND approved_on >= $5::date`

// copyNumbers begins numbers in the other store on the day of the move, but never
// while a former file there still has them; endNumbers ends them in the first.
const copyNumbers = `
INSERT INTO guest_number (tenant_id, store_id, number_key, file_id, approved_on, until, shared)
SELECT n.tenant_id, $3, n.number_key, n.file_id, k.counts_from, n.until, n.shared
FROM guest_number n
CROSS JOIN LATERAL (
  SELECT greatest($5::date, coalesce((SELECT max(o.until) FROM guest_number o
    WHERE o.tenant_id = $1 AND o.store_id = $3 AND o.number_key = n.number_key AND o.until < 'infinity'), '-infinity')) AS counts_from) k
WHERE n.tenant_id = $1 AND n.store_id = $2 AND n.file_id = ANY($4) AND n.until > $5::date AND k.counts_from < n.until
ORDER BY n.number_key
ON CONFLICT (tenant_id, store_id, number_key, until) DO NOTHING`

const endNumbers = `
UPDATE guest_number SET until = $4::date
WHERE tenant_id = $1 AND store_id = $2 AND file_id = ANY($3) AND until > $4::date`

const moveActivity = `UPDATE guest_visits SET store_id = $2 WHERE tenant_id = $1 AND file_id = ANY($3)`

// visitedThere are the files whose numbers came to the other store on the day of the
// move or later already: those visits count from now on.
const visitedThere = `
SELECT DISTINCT n.file_id FROM guest_number n
JOIN visit v ON v.tenant_id = n.tenant_id AND v.store_id = n.store_id AND v.number_key = n.number_key
WHERE n.tenant_id = $1 AND n.store_id = $2 AND n.file_id = ANY($3) AND v.business_date >= n.approved_on AND v.business_date < n.until`

// MoveStore lets the numbers of files count in another store from a day on. Visits
// stay where they were made, and the files' (HND-03).
func (w *Writer) MoveStore(ctx context.Context, m customer.StoreMove, now time.Time) error {
	if err := w.lockNumbersOf(ctx, m.Files, nil); err != nil {
		return err
	}
	on := m.On.Time()
	if _, err := w.tx.Exec(ctx, wholeNumbers, w.tenant, m.From, m.To, m.Files, on); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, copyNumbers, w.tenant, m.From, m.To, m.Files, on); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, endNumbers, w.tenant, m.From, m.Files, on); err != nil {
		return err
	}
	if _, err := w.tx.Exec(ctx, moveActivity, w.tenant, m.To, m.Files); err != nil {
		return err
	}
	var file kernel.FileID
	var files []kernel.FileID
	if err := each(ctx, w.tx, visitedThere, []any{w.tenant, m.To, m.Files}, []any{&file}, func() error {
		files = append(files, file)
		return nil
	}); err != nil {
		return err
	}
	return w.recount(ctx, files, now)
}

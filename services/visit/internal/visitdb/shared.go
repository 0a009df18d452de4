package visitdb

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// FileLock guards which numbers a file has. Whoever changes that takes it before
// the numbers' own locks, so that he knows all of them.
func FileLock(tenant kernel.TenantID, file kernel.FileID) int64 {
	return lockID(tenant, 'F', string(file[:]))
}

// lockNumbersOf takes the locks of files and of every number they have, besides
// those of some guests: from then on no bill of theirs is counted until the
// transaction ends.
func (w *Writer) lockNumbersOf(ctx context.Context, files []kernel.FileID, guests []Guest) error {
	ids := make([]int64, len(files))
	for i, f := range files {
		ids[i] = FileLock(w.tenant, f)
	}
	if err := w.lock(ctx, ids); err != nil || w.all {
		return err
	}
	ids = ids[:0]
	for _, g := range guests {
		ids = append(ids, g.GuestLock(w.tenant))
	}
	var g Guest
	var number []byte
	if err := each(ctx, w.tx, "SELECT store_id, number_key FROM guest_number WHERE tenant_id = $1 AND file_id = ANY($2)", []any{w.tenant, files}, []any{&g.Store, &number}, func() error {
		ids = append(ids, Guest{g.Store, visit.NumberKey(number)}.GuestLock(w.tenant))
		return nil
	}); err != nil {
		return err
	}
	return w.lock(ctx, ids)
}

// markShared notes at the numbers of files that have several that they have: from
// then on what the guest does in one meal is one visit (VIS-08). Their numbers are
// counted once a file, whatever the planner believes: where a chain's first files
// came a moment ago it expects one, and counted ten thousand for each of ten thousand.
const markShared = `
WITH several AS MATERIALIZED (
  SELECT k.file_id FROM unnest($2::uuid[]) AS k (file_id)
  CROSS JOIN LATERAL (SELECT count(*) AS numbers FROM guest_number o WHERE o.tenant_id = $1 AND o.file_id = k.file_id OFFSET 0) o
  WHERE o.numbers > 1
)
UPDATE guest_number n SET shared = true
FROM several s
WHERE n.tenant_id = $1 AND n.file_id = s.file_id AND NOT n.shared`

// filesShared are the files of numbers that stand beside others.
const filesShared = `
SELECT DISTINCT n.file_id
FROM unnest($2::uuid[], $3::bytea[]) AS k (store_id, number_key)
CROSS JOIN LATERAL (
  SELECT n.file_id FROM guest_number n
  WHERE n.shared AND n.tenant_id = $1 AND n.store_id = k.store_id AND n.number_key = k.number_key OFFSET 0) n`

// queueShared asks for the files whose visits recordNew left uncounted.
func (w *Writer) queueShared(b *pgx.Batch, keys []visit.Key, into *[]kernel.FileID) {
	c := visitKeys(keys)
	b.Queue(filesShared, w.tenant, c.stores, c.numbers).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowTo[kernel.FileID])
		return err
	})
}

package customerdb

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// cardOf finds the file with a standing that holds a number in a store, with the
// fields that hold and the name of its owner.
const cardOf = `
SELECT g.file_id, g.name, g.sex, g.owner_id, coalesce(p.name, ''), g.blacklisted, r.revision_id, r.fields_box
FROM file_number n
JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id AND g.approved_on IS NOT NULL
CROSS JOIN LATERAL (
  SELECT q.revision_id, q.fields_box FROM file_revision q
  WHERE q.tenant_id = g.tenant_id AND q.file_id = g.file_id AND q.state = 'approved'
  ORDER BY q.no DESC LIMIT 1) r
LEFT JOIN staff_pub.person p ON p.tenant_id = g.tenant_id AND p.person_id = g.owner_id
WHERE n.tenant_id = $1 AND n.store_id = $2 AND n.number_key = $3 AND n.reserved_until IS NULL`

// listedAnywhere asks whether any store has the number on its blacklist (BLK-01).
const listedAnywhere = "SELECT EXISTS (SELECT FROM guest g WHERE g.tenant_id = $1 AND g.number_key = $2 AND g.blacklisted)"

// FileOfNumber is the id of the file that cardOf finds, as a scalar sub-query over
// tenant, store and number key as $17, $18 and $19.
const FileOfNumber = `SELECT n.file_id::text FROM file_number n JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id AND g.approved_on IS NOT NULL
    WHERE n.tenant_id = $17::uuid AND n.store_id = $18::uuid AND n.number_key = $19::bytea AND n.reserved_until IS NULL`

// CardRow is a card whose fields are still boxed.
type CardRow struct {
	customer.Card
	Sex      customer.Sex
	Revision kernel.UUID
	Fields   []byte
}

// QueueCard adds the statements that fill a card to a batch.
func QueueCard(b *pgx.Batch, id kernel.TenantID, store kernel.StoreID, number []byte, into *CardRow) {
	var onFile bool
	b.Queue(cardOf, id, store, number).QueryRow(func(row pgx.Row) error {
		var name string
		var sex int16
		err := row.Scan(&into.File, &name, &sex, &into.Owner, &into.OwnerName, &onFile, &into.Revision, &into.Fields)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		into.Name, into.Sex, into.Blacklisted = customer.Name(name), customer.Sex(sex), into.Blacklisted || onFile
		return err
	})
	b.Queue(listedAnywhere, id, number).QueryRow(func(row pgx.Row) error {
		var listed bool
		err := row.Scan(&listed)
		into.Blacklisted = into.Blacklisted || listed
		return err
	})
}

// StoresOfPublic gives the stores of those of the files that have a standing, and so
// belong to the house when they have no owner.
func StoresOfPublic(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID) (map[kernel.StoreID][]kernel.FileID, error) {
	rows, err := tx.Query(ctx, "SELECT store_id, file_id FROM guest WHERE tenant_id = $1 AND file_id = ANY($2::uuid[]) AND owner_id IS NULL AND state NOT IN ('deleted', 'ended', 'merged') AND approved_on IS NOT NULL ORDER BY store_id, file_id", id, files)
	if err != nil {
		return nil, err
	}
	type public struct {
		Store kernel.StoreID
		File  kernel.FileID
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[public])
	out := map[kernel.StoreID][]kernel.FileID{}
	for _, f := range found {
		out[f.Store] = append(out[f.Store], f.File)
	}
	return out, err
}

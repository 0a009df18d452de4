// Package visitdb is the SQL of bookings, bills and visits.
//
// What is looked up by many keys is looked up key by key, LATERAL behind
// OFFSET 0, which the planner does not take apart: a chain that is being
// imported has no statistics yet, and joins planned for three rows read a
// million.
//
// Facts (booking_change, bill_revision) are append-only; booking, bill_head,
// visit and guest_visits are projections of them, written in the transaction
// that writes the fact. What keeps concurrent writers from losing each other's
// effect is one order of locks: tenant, references, guests, then rows. The
// locks are taken by statements of their own, so that the statement after them
// sees all that former holders committed.
package visitdb

import (
	"context"
	"encoding/binary"
	"hash/fnv"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// Many is from how many items on a write takes the whole chain instead of
// single locks: the server's table of locks is small (64 a connection), and a
// block of an import would fill it.
const Many = 101

// Ref names a booking by its store's reference.
type Ref struct {
	Store kernel.StoreID
	Ref   string
}

// Guest is a number in a store: what visits are counted by.
type Guest struct {
	Store  kernel.StoreID
	Number visit.NumberKey
}

// lockID hashes what is locked. Two things with one hash wait for each other
// without need; nothing else happens.
func lockID(tenant kernel.TenantID, class byte, parts ...string) int64 {
	h := fnv.New64a()
	_, _ = h.Write(append(tenant[:], class))
	for _, p := range parts {
		_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		_, _ = h.Write([]byte(p))
	}
	return int64(h.Sum64())
}

// TenantLock is held shared by every write to visits and alone by large ones.
func TenantLock(tenant kernel.TenantID) int64 { return lockID(tenant, 'T') }

// RefLock guards whether a booking is known, and which guest, day and meal it
// gives to the bills that name it.
func (r Ref) RefLock(tenant kernel.TenantID) int64 {
	return lockID(tenant, 'R', string(r.Store[:]), r.Ref)
}

// GuestLock guards a guest's visits and the activity of his file.
func (g Guest) GuestLock(tenant kernel.TenantID) int64 {
	return lockID(tenant, 'G', string(g.Store[:]), string(g.Number))
}

// Writer is one write to visits inside a caller's transaction.
type Writer struct {
	tx     pgx.Tx
	tenant kernel.TenantID
	all    bool // the chain is ours: no single locks needed
	held   map[int64]bool
	Queries
}

// NewWriter begins a write of so many items.
func NewWriter(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, items int) (*Writer, error) {
	w := &Writer{tx: tx, tenant: tenant, all: items >= Many, held: map[int64]bool{}, Queries: Queries{db: tx}}
	sql := "SELECT pg_advisory_xact_lock_shared($1)"
	if w.all {
		// Plans for so many rows as there are; planning costs nothing beside them.
		sql = "SELECT pg_advisory_xact_lock($1), set_config('plan_cache_mode', 'force_custom_plan', true)"
	}
	_, err := tx.Exec(ctx, sql, TenantLock(tenant))
	return w, err
}

// lockAll takes locks in the order given, and gives no rows.
const lockAll = "SELECT FROM unnest($1::bigint[]) AS id WHERE pg_advisory_xact_lock(id) IS NULL"

// queueLocks adds the locks that are not held yet, in order, before whatever
// is queued next.
func (w *Writer) queueLocks(b *pgx.Batch, ids []int64) {
	if w.all {
		return
	}
	var wanted []int64
	for _, id := range ids {
		if !w.held[id] {
			w.held[id] = true
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 {
		return
	}
	slices.Sort(wanted)
	b.Queue(lockAll, wanted)
}

// LockRefs takes the locks of bookings that are to be written or named.
func (w *Writer) LockRefs(ctx context.Context, refs []Ref) error {
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = r.RefLock(w.tenant)
	}
	return w.lock(ctx, ids)
}

// LockGuests takes the locks of the guests of visits; keys without a number
// are nobody's.
func (w *Writer) LockGuests(ctx context.Context, keys []visit.Key) error {
	return w.lock(ctx, w.guestLocks(keys))
}

func (w *Writer) guestLocks(keys []visit.Key) []int64 {
	ids := make([]int64, 0, len(keys))
	for _, k := range keys {
		if k.Number != "" {
			ids = append(ids, Guest{k.Store, k.Number}.GuestLock(w.tenant))
		}
	}
	return ids
}

func (w *Writer) lock(ctx context.Context, ids []int64) error {
	b := &pgx.Batch{}
	if w.queueLocks(b, ids); b.Len() == 0 {
		return nil
	}
	return w.tx.SendBatch(ctx, b).Close()
}

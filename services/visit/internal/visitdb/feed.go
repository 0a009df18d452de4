package visitdb

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// The list of what was recorded must never pass over a revision that commits late.
// Every write to bills holds the chain's advisory lock (TenantLock) until it has
// ended, and takes it before it writes; a revision's fed_at is the database's clock
// at the moment it is written, so within the lock. So the clock is read first, then
// who holds the lock since when: whoever is not among the holders has either ended,
// which the statement that lists sees, or takes the lock after the clock was read.
// The horizon is the earlier of the clock and the begin of the oldest holder.
//
// Locks are let go of after a commit is visible, so nothing falls in between.
// Nothing waits for anybody. It depends on no transaction numbers, which a restored
// database counts anew; the clock of the database must not be set back by more than
// feedMargin. A holder whose begin this role may not see stops the list, which is
// the safe side.
const feedMargin = 2 * time.Second

const feedClock = "SELECT clock_timestamp()"

// An advisory lock on a bigint shows its halves as classid and objid.
const feedHolders = `
SELECT min(coalesce(a.xact_start, '-infinity'))
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32) | l.objid::bigint = $1`

// FeedHorizon gives the moment before which no revision of the chain is still to
// appear. It must run in the transaction of the list, before it.
func FeedHorizon(ctx context.Context, tx pgx.Tx, id kernel.TenantID) (time.Time, error) {
	var clock time.Time
	var oldest pgtype.Timestamptz
	if err := tx.QueryRow(ctx, feedClock).Scan(&clock); err != nil {
		return clock, err
	}
	if err := tx.QueryRow(ctx, feedHolders, TenantLock(id)).Scan(&oldest); err != nil {
		return clock, err
	}
	switch {
	case !oldest.Valid: // nobody writes
	case oldest.InfinityModifier == pgtype.NegativeInfinity:
		return time.Time{}, nil
	case oldest.Time.Before(clock):
		clock = oldest.Time
	}
	return clock.Add(-feedMargin), nil
}

const recordedColumns = `r.store_id, r.source, r.bill_no, r.revision, r.booking_ref, r.business_date, r.meal_period, r.closed_at, r.amount_fen, r.status, r.refund_of, r.detail, r.recorded_at, r.fed_at,
  r.revision = (SELECT h.revision FROM bill_head h WHERE h.tenant_id = $1 AND h.store_id = r.store_id AND h.source = r.source AND h.bill_no = r.bill_no) AS holds`

// What a person linked later (link_no) is written once more and is no report of a
// till. Of one microsecond the rest of the key decides. The first comparison is what the
// index narrows by.
const feedBills = "SELECT " + recordedColumns + `
FROM bill_revision r
WHERE r.tenant_id = $1 AND r.store_id = $2 AND r.fed_at >= $3 AND r.fed_at < $7 AND r.link_no = 0
  AND (r.fed_at, r.source, r.bill_no, r.revision) > ($3, $4, $5, $6) AND ($8 = '' OR r.source = $8)
ORDER BY r.fed_at, r.source, r.bill_no, r.revision
LIMIT $9`

// FedBills lists a store's revisions after a place and before the horizon.
func FedBills(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, after visit.FeedPlace, horizon time.Time, source string, limit int) ([]visit.RecordedBill, error) {
	rows, err := tx.Query(ctx, feedBills, id, store, after.At, after.Source, after.No, after.Revision, horizon, source, limit)
	if err != nil {
		return nil, err
	}
	return scanRecorded(rows)
}

const billOnFile = "SELECT " + recordedColumns + `
FROM bill_revision r
WHERE r.tenant_id = $1 AND r.store_id = $2 AND r.source = $3 AND r.bill_no = $4 AND r.link_no = 0
ORDER BY r.revision DESC LIMIT 1`

// BillOnFile gives the highest revision of a bill; nil: there is none.
func BillOnFile(ctx context.Context, q DBTX, id kernel.TenantID, key visit.BillKey) (*visit.RecordedBill, error) {
	rows, err := q.Query(ctx, billOnFile, id, key.Store, key.Source, key.No)
	if err != nil {
		return nil, err
	}
	found, err := scanRecorded(rows)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func scanRecorded(rows pgx.Rows) ([]visit.RecordedBill, error) {
	out := []visit.RecordedBill{}
	var b visit.RecordedBill
	var meal int16
	var detail []byte
	_, err := pgx.ForEachRow(rows, []any{
		&b.Store, &b.Source, &b.No, &b.Revision, &b.BookingRef, &b.Date, &meal, &b.ClosedAt, &b.Amount, &b.Status, &b.RefundOf, &detail, &b.RecordedAt, &b.Place.At, &b.Holds,
	}, func() (err error) {
		if b.Detail, err = visit.ParseDetail(detail); err != nil {
			return err
		}
		b.Meal = tenant.MealPeriod(meal)
		b.Place = visit.FeedPlace{At: b.Place.At, Source: b.Source, No: b.No, Revision: b.Revision}
		out = append(out, b)
		return nil
	})
	return out, err
}

// BookingIDOf gives the id of the booking with a reference; nil: there is none.
func BookingIDOf(ctx context.Context, q DBTX, id kernel.TenantID, ref Ref) (*kernel.UUID, error) {
	var booking kernel.UUID
	err := q.QueryRow(ctx, "SELECT booking_id FROM booking WHERE tenant_id = $1 AND store_id = $2 AND ref = $3", id, ref.Store, ref.Ref).Scan(&booking)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &booking, err
}

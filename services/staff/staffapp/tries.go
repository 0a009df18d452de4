package staffapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// charge counts a try in its bucket, or refuses one that must wait and does not
// count it.
func charge(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, bucket []byte, now time.Time) error {
	row, err := q.LockTries(ctx, tenant, bucket, now)
	if err != nil {
		return err
	}
	tries := staff.Tries{Failures: row.Failures, LastAt: row.FailedAt}
	if wait := tries.Wait(now); wait > 0 {
		return staff.TooManyTries(wait)
	}
	tries = tries.Charge(now)
	return q.ChargeTries(ctx, staffdb.ChargeTriesParams{TenantID: tenant, Bucket: bucket, Failures: tries.Failures, FailedAt: tries.LastAt})
}

// chargeAddress counts a try on a device that the person does not know with the
// others from the same address, or refuses it: one guesser can't go from account
// to account. Without an address nothing is counted.
func chargeAddress(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, bucket []byte, now time.Time) error {
	if bucket == nil {
		return nil
	}
	row, err := q.LockTries(ctx, tenant, bucket, now)
	if err != nil {
		return err
	}
	tries := staff.AddressTries{Level: row.Failures, LastAt: row.FailedAt}
	if wait := tries.Wait(now); wait > 0 {
		return staff.TooManyTries(wait)
	}
	tries = tries.Charge(now)
	return q.ChargeTries(ctx, staffdb.ChargeTriesParams{TenantID: tenant, Bucket: bucket, Failures: tries.Level, FailedAt: tries.LastAt})
}

// refundAddress takes back what a login that was right has been charged: a
// hundred colleagues behind one address come in in the morning.
func refundAddress(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, t try) error {
	if t.from == nil {
		return nil
	}
	return q.RefundTry(ctx, tenant, t.from)
}

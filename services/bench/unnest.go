package main

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// batchStatement is the statement with which the product records many new bills
// that it has looked at, bare of any condition on them, read back from a connection
// that prepared it for two which name a booking nobody knows.
func (b *bench) batchStatement(ctx context.Context, w world) (sql string, err error) {
	p, err := b.newProduct(ctx, w.database, 1, kernel.ClockFunc(time.Now))
	if err != nil {
		return "", err
	}
	defer p.pool.Close()
	bills := make([]visit.Bill, 2)
	for i := range bills {
		bills[i] = visit.Bill{
			BillKey: visit.BillKey{Store: storeID(1), Source: "pos", No: "both" + string(rune('0'+i))}, Revision: 1,
			Date: w.today, Meal: tenant.Dinner, ClosedAt: time.Now(), Amount: 100, Status: visit.Paid,
			BookingRef: "unknown",
		}
	}
	if _, err := p.visits.RecordBills(ctx, w.chain, bills, time.Now()); err != nil {
		return "", err
	}
	err = p.pool.Lookup(ctx, "SELECT statement FROM pg_prepared_statements WHERE statement ~ 'INSERT INTO bill[_]head'").Scan(&sql)
	return sql, err
}

// bareBatch runs the product's statement for a batch of new bills on a plain
// connection of a superuser and nothing else: no call, no key, no permission, no
// tenant entered, no lock, no look at what is known.
func (t *tills) bareBatch(ctx context.Context) (func(context.Context, *rand.Rand) error, error) {
	sql, err := t.batchStatement(ctx, t.world)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, r *rand.Rand) error {
		tag, err := t.direct.Exec(ctx, sql, t.batchArgs(r, t.keys)...)
		if err == nil && tag.RowsAffected() != batch {
			err = errNotRecorded
		}
		return err
	}, nil
}

// batchArgs are the statement's parameters for bills as newBill makes them.
func (t *tills) batchArgs(r *rand.Rand, keys *secret.Keys) []any {
	at := make([]kernel.StoreID, batch)
	sources, nos, revisions, none, statuses := make([]string, batch), make([]string, batch), make([]int32, batch), make([]string, batch), make([]string, batch)
	numbers, days, meals, closed, amounts := make([][]byte, batch), make([]time.Time, batch), make([]int16, batch), make([]time.Time, batch), make([]int64, batch)
	imports, holds, details := make([]*kernel.UUID, batch), make([]bool, batch), make([]*string, batch)
	for i := range at {
		n := 2*r.IntN(t.files/2) + 1
		at[i], sources[i], nos[i], revisions[i], statuses[i] = storeID(n), "pos", billNo(r), 1, "paid"
		numbers[i], days[i], meals[i] = keys.NumberKey(phone(n)), (t.today - kernel.BusinessDate(r.IntN(30))).Time(), int16(1+r.IntN(4))
		closed[i], amounts[i], holds[i] = time.Now(), 100+r.Int64N(100_000), true
	}
	return []any{
		t.chain, at, sources, nos, revisions, none, numbers, days, meals, closed, amounts, statuses, imports, numbers, days, meals, holds, time.Now(), details, none,
	}
}

package visitapp_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/visit/visitapp"
)

// world is a database with the application's role and the superuser's.
type world struct {
	pool  *db.Pool
	super *pgx.Conn
	app   *visitapp.App
	chain atomic.Int32
}

var start = time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)

// newWorld makes a database of its own.
func newWorld(t testing.TB) *world {
	t.Helper()
	d := testdb.New(t)
	super := d.Super(t)
	w := &world{pool: d.Pool(t), super: super}
	w.app = visitapp.New(visitapp.Deps{
		DB: w.pool, Log: slog.New(slog.DiscardHandler),
		Clock: kernel.ClockFunc(func() time.Time { return start }),
	})
	return w
}

// chain is a tenant with stores and people. Ids are the same in every chain
// where the database allows it: what keeps chains apart must be the tenant.
type chain struct {
	id     kernel.TenantID
	stores []kernel.StoreID
	people []kernel.PersonID
}

func fixedID[I ~[16]byte](kind byte, n int) I {
	var id [16]byte
	id[0], id[6], id[8], id[15] = kind, 0x70, 0x80, byte(n)
	return I(id)
}

func (w *world) newChain(t require.TestingT, stores, people int) chain {
	n := int(w.chain.Add(1))
	c := chain{id: kernel.NewID[kernel.TenantID](start)}
	ctx := context.Background()
	must := func(sql string, args ...any) {
		_, err := w.super.Exec(ctx, sql, args...)
		require.NoError(t, err)
	}
	must("INSERT INTO tenant (tenant_id, code, name, created_at) VALUES ($1, $2, '测试', $3)", c.id, fmt.Sprintf("t%d", n), start)
	for i := range stores {
		id := fixedID[kernel.StoreID](1, i)
		must("INSERT INTO store (tenant_id, store_id, code, name, created_at) VALUES ($1, $2, $3, '店', $4)", c.id, id, fmt.Sprintf("S%02d", i+1), start)
		c.stores = append(c.stores, id)
	}
	for i := range people {
		id := fixedID[kernel.PersonID](2, i)
		must("INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, '2020-01-01', $5)",
			c.id, id, fmt.Sprintf("E%04d", i), fmt.Sprintf("员工%d", i), start)
		c.people = append(c.people, id)
	}
	return c
}

// in runs fn in a transaction of the chain as the application.
func (w *world) in(t require.TestingT, c chain, fn func(tx pgx.Tx) error) {
	require.NoError(t, w.pool.InTenant(context.Background(), c.id, fn))
}

// inSync demands that every projection says what the facts say.
func (w *world) inSync(t require.TestingT, c chain) {
	drift, err := w.app.Rebuild(context.Background(), c.id, true)
	require.NoError(t, err)
	require.Zero(t, drift)
}

// together runs fns at the same moment and waits for all.
func together(n int, fn func(i int)) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-gate
			fn(i)
		})
	}
	close(gate)
	wg.Wait()
}

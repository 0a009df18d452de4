package main

import (
	"context"
	"math/rand/v2"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
)

// clients is how many tills or screens work at once.
const clients = 8

// tenantRead measures what entering the tenant and row level security cost a
// look-up by key: the same query by the same driver, with and without. Over TCP,
// as servers reach their database, and over a unix socket, as the embedded one
// is reached, where the bare query costs less and the same addition weighs more.
func (b *bench) tenantRead(ctx context.Context) error {
	w, err := b.fixture(ctx, false)
	if err != nil {
		return err
	}
	for _, way := range []struct{ name, url string }{
		{"tenant_read", b.server.URL(w.database)}, {"tenant_read_socket", b.server.SocketURL(w.database)},
	} {
		if err := b.tenantReadBy(ctx, w, way.name, way.url); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) tenantReadBy(ctx context.Context, w world, name, url string) error {
	pool, err := db.Open(ctx, url, db.Options{MaxConns: clients, Role: "changke_app"})
	if err != nil {
		return err
	}
	defer pool.Close()
	bare, err := barePool(ctx, url, clients)
	if err != nil {
		return err
	}
	defer bare.Close()

	const query = "SELECT last_visit, visits FROM guest_visits WHERE tenant_id = $1 AND file_id = $2"
	look := func(by rower) side {
		return b.throughput(func(ctx context.Context, r *rand.Rand) error {
			var last *kernel.BusinessDate
			var visits int
			return by.QueryRow(ctx, query, w.chain, fileID(r.IntN(w.files))).Scan(&last, &visits)
		})
	}
	all, disturbed, err := b.compare(ctx, look(pool.Single(w.chain)), look(bare))
	if err != nil {
		return err
	}
	b.report(result{name: name, value: all.side(0), unit: "reads/s", ratio: all.ratio(1), bar: bar{atLeast: 0.80, of: "ratio"}}, disturbed)
	return nil
}

// rower is what both sides answer a look-up with.
type rower interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// throughput makes a side to compare of something that the clients do again and again.
func (b *bench) throughput(do func(context.Context, *rand.Rand) error) side {
	return func(ctx context.Context) (float64, error) {
		perSecond, _, err := drive(ctx, clients, min(b.slice, turn), do)
		return perSecond, err
	}
}

// barePool connects as the superuser, whom row level security does not bind.
func barePool(ctx context.Context, url string, conns int32) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = conns
	return pgxpool.NewWithConfig(ctx, cfg)
}

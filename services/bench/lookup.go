package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
)

// lookup measures how long a till waits for who stands at the counter, beside
// others: eight of them, through key, permission, row level security and the line
// in the log of acts. One look in ten is for a number without a file.
func (b *bench) lookup(ctx context.Context) error {
	w, err := b.fixture(ctx, false)
	if err != nil {
		return err
	}
	fixture := w.database
	w.database = "lookup_work"
	if err := b.clone(ctx, fixture, w.database); err != nil {
		return err
	}
	clock := kernel.ClockFunc(time.Now)
	p, err := b.newProduct(ctx, w.database, clients, clock)
	if err != nil {
		return err
	}
	err = b.measureLookup(ctx, w, p, clock)
	p.pool.Close()
	if err != nil {
		return err
	}
	return b.drop(ctx, w.database)
}

func (b *bench) measureLookup(ctx context.Context, w world, p *product, clock kernel.Clock) error {
	keys, err := p.tenants.Keys(ctx, w.chain)
	if err != nil {
		return err
	}
	if err := b.super(ctx, w.database, func(c *pgx.Conn) error { return fillIn(ctx, c, w, keys) }); err != nil {
		return err
	}
	if err := b.warm(ctx, w.database); err != nil {
		return err
	}
	secretText, err := p.tillKey(ctx, w.chain)
	if err != nil {
		return err
	}
	url, stop, err := serve(p.posHandler(clock))
	if err != nil {
		return err
	}
	defer stop()
	tills := posv1connect.NewPosServiceClient(line(clients), url, keyed(secretText))
	look := func(ctx context.Context, r *rand.Rand) error {
		n, known := 2*r.IntN(w.files/2)+1, r.IntN(10) > 0
		number := phone(n)
		if !known {
			number = phone(w.files + n)
		}
		res, err := tills.LookupGuest(ctx, &posv1.LookupGuestRequest{StoreCode: fmt.Sprintf("S%03d", n%stores), Number: number.Local()})
		if err == nil && known != (res.GetAllergies() != "") {
			err = errors.New("a look-up did not give the guest's card")
		}
		return err
	}
	if _, _, err := drive(ctx, clients, b.slice, look); err != nil { // warm up
		return err
	}
	var middle, rate []float64
	all, disturbed, err := b.interleave(ctx, func(ctx context.Context) (float64, error) {
		perSecond, took, err := drive(ctx, clients, b.slice, look)
		middle, rate = append(middle, quantile(took, 0.5)), append(rate, perSecond)
		return quantile(took, 0.99), err
	})
	if err != nil {
		return err
	}
	b.report(result{
		name: "guest_lookup", value: all.side(0), unit: "ms", bar: bar{atMost: 20, of: "value"},
		more: fmt.Sprintf("p99 of a call; middle %.2f, %.0f calls a second; rounds %s", middle[len(middle)/2], rate[len(rate)/2], all.spread(func(r []float64) float64 { return r[0] })),
	}, disturbed)
	return nil
}

// fillIn gives every file of the large chain the revision that holds, with its
// fields in a box that only the product's keys can make.
func fillIn(ctx context.Context, c *pgx.Conn, w world, keys *secret.Keys) error {
	if _, err := c.Exec(ctx, "SET session_replication_role = replica; SET synchronous_commit = off"); err != nil {
		return err
	}
	fields := []byte(`{"name":"王小明","sex":1,"how_known":"老客户介绍","employer":"西安饮食股份有限公司","job_title":"采购部长","taste":"不吃辣","taboos":"花生过敏","consent":true}`)
	now := w.today.Time()
	rows := pgx.CopyFromFunc(next(w.files, func(n int) ([]any, error) {
		file := fileID(n)
		box, err := keys.SealBytes(fields, "file_revision", kernel.UUID(file))
		return []any{w.chain, file, file, storeID(n), 1, "new", "approved", box, personID(n), now}, err
	}))
	_, err := c.CopyFrom(ctx, pgx.Identifier{"file_revision"}, []string{"tenant_id", "revision_id", "file_id", "store_id", "no", "cause", "state", "fields_box", "writer_id", "created_at"}, rows)
	if err == nil {
		_, err = c.Exec(ctx, "VACUUM (ANALYZE) file_revision")
	}
	return err
}

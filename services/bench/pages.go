package main

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
)

// listPage measures a page of the list of guests against the look-up of one by
// his number, for the same people by the same use case: what a page costs beyond
// finding one row by its key.
func (b *bench) listPage(ctx context.Context) error {
	w, err := b.fixture(ctx, true)
	if err != nil {
		return err
	}
	clock := kernel.ClockFunc(time.Now)
	p, err := b.newProduct(ctx, w.database, searchers, clock)
	if err != nil {
		return err
	}
	defer p.pool.Close()
	page := func(query func(*rand.Rand) string) side {
		return func(ctx context.Context) (float64, error) {
			_, took, err := drive(ctx, searchers, b.slice, func(ctx context.Context, r *rand.Rand) error {
				_, _, err := p.customers.List(ctx, searcher(w.chain, r), clock.Now(), customerapp.ListInput{Query: query(r), Size: pageSize})
				return err
			})
			return quantile(took, 0.5), err
		}
	}
	list := page(func(*rand.Rand) string { return "" })
	look := page(func(r *rand.Rand) string { return phone(1 + 2*r.IntN(w.files/2)).Local() }) // odd ones are keyed by their number
	all, disturbed, err := b.interleave(ctx, list, look)
	if err != nil {
		return err
	}
	b.report(result{name: "list_page", value: all.side(0), unit: "ms", ratio: all.ratio(1), bar: bar{atMost: 2, of: "ratio"}, more: "middle of a page of 20 over the look-up of a number"}, disturbed)
	return nil
}

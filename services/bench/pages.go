package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
)

// listPage measures a page of the list of guests against the look-up of one by
// his number, for the same people by the same use case: what a page costs beyond
// finding one row by its key. Who looks a guest up finds him.
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
	if err := b.warm(ctx, w.database); err != nil {
		return err
	}
	page := func(query func(r *rand.Rand, person int) string) side {
		return func(ctx context.Context) (float64, error) {
			_, took, err := drive(ctx, searchers, b.slice, func(ctx context.Context, r *rand.Rand) error {
				person := 1 + 2*r.IntN(stores*perStore/2)
				found, _, err := p.customers.List(ctx, searcherAs(w.chain, person, r.IntN(3)), clock.Now(), customerapp.ListInput{Query: query(r, person), Size: pageSize})
				if err == nil && len(found) == 0 {
					err = errors.New("nobody was found")
				}
				return err
			})
			return quantile(took, 0.5), err
		}
	}
	list := page(func(*rand.Rand, int) string { return "" })
	look := page(func(r *rand.Rand, person int) string { // odd files are keyed by their number
		return phone(person + stores*perStore*r.IntN(w.files/(stores*perStore))).Local()
	})
	all, disturbed, err := b.interleave(ctx, list, look)
	if err != nil {
		return err
	}
	b.report(result{name: "list_page", value: all.side(0), unit: "ms", ratio: all.ratio(1), bar: bar{atMost: 2, of: "ratio"}, more: "middle of a page of 20 over the look-up of a number"}, disturbed)
	return nil
}

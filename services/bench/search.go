package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

const (
	searchers = 4
	pageSize  = 20
)

// search measures how long a page takes that somebody looks a guest up on, for
// every way to search: head office in the whole chain, a manager in his store
// and a representative among his own guests, in turn.
func (b *bench) search(ctx context.Context) error {
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
	for _, s := range []struct {
		name  string
		query func(*rand.Rand) string
	}{
		{"search_last4", func(r *rand.Rand) string { return fmt.Sprintf("%04d", r.IntN(10_000)) }},
		{"search_name", func(r *rand.Rand) string {
			text, _ := name(r)
			return beginning(text, 1+r.IntN(characters(text)))
		}},
		{"search_initials", func(r *rand.Rand) string {
			_, initials := name(r)
			return initials[:1+r.IntN(len(initials))]
		}},
	} {
		look := func(ctx context.Context, r *rand.Rand) error {
			_, _, err := p.customers.List(ctx, searcher(w.chain, r), clock.Now(), customerapp.ListInput{Query: s.query(r), Size: pageSize})
			return err
		}
		if _, _, err := drive(ctx, searchers, b.slice, look); err != nil { // warm up
			return err
		}
		var middle []float64
		all, disturbed, err := b.interleave(ctx, func(ctx context.Context) (float64, error) {
			_, took, err := drive(ctx, searchers, b.slice, look)
			if err != nil {
				return 0, err
			}
			middle = append(middle, quantile(took, 0.5))
			return quantile(took, 0.99), nil
		})
		if err != nil {
			return err
		}
		b.report(result{
			name: s.name, value: all.side(0), unit: "ms", bar: bar{atMost: 5, of: "value"},
			more: fmt.Sprintf("p99 of a page; middle %.2f; rounds %s", middle[len(middle)/2], all.spread(func(r []float64) float64 { return r[0] })),
		}, disturbed)
	}
	return nil
}

// searcher is somebody who looks for guests.
func searcher(chain kernel.TenantID, r *rand.Rand) kernel.Grant {
	return searcherAs(chain, r.IntN(stores*perStore), r.IntN(3))
}

// searcherAs is a person of head office, managing his store, or with guests of his
// own in it.
func searcherAs(chain kernel.TenantID, n, post int) kernel.Grant {
	actor, reach := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: chain, Person: personID(n)}, kernel.ReachWhere
	switch post {
	case 0:
		actor.Assignments = []kernel.Assignment{{Role: staff.HQService, TenantWide: true}}
	case 1:
		actor.Assignments = []kernel.Assignment{{Role: staff.ServiceManager, Stores: []kernel.StoreID{storeID(n)}}}
	default:
		actor.Assignments = []kernel.Assignment{{Role: staff.ServiceRep, Stores: []kernel.StoreID{storeID(n)}}}
		reach = kernel.ReachOwn
	}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return reach })
}

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// waiting is how many files wait for a review at once: what half a day brings a
// chain of a million, with the day before left lying.
const waiting = 2000

// bareQueue is what a reviewer's page rests on, at its barest.
const bareQueue = `SELECT g.*, r.* FROM file_revision r JOIN guest g ON g.tenant_id = r.tenant_id AND g.file_id = r.file_id
WHERE r.tenant_id = $1 AND r.store_id = $2 AND r.state = 'submitted' ORDER BY r.due_at, r.file_id LIMIT $3`

// reviewPage measures a page of the queue of reviews, opened and put side by side
// with what holds, for head office and for managers of a store, in turn. One file
// in five is a change of a file with a standing.
func (b *bench) reviewPage(ctx context.Context) error {
	w, err := b.fixture(ctx, false)
	if err != nil {
		return err
	}
	fixture := w.database
	w.database = "review_work"
	if err := b.clone(ctx, fixture, w.database); err != nil {
		return err
	}
	clock := kernel.ClockFunc(time.Now)
	p, err := b.newProduct(ctx, w.database, searchers, clock)
	if err != nil {
		return err
	}
	err = b.measureReviews(ctx, w, p, clock)
	p.pool.Close()
	if err != nil {
		return err
	}
	return b.drop(ctx, w.database)
}

func (b *bench) measureReviews(ctx context.Context, w world, p *product, clock kernel.Clock) error {
	if err := b.submitMany(ctx, w, p, clock); err != nil {
		return err
	}
	bare, err := barePool(ctx, b.server.SocketURL(w.database), searchers)
	if err != nil {
		return err
	}
	defer bare.Close()
	last := func(do func(ctx context.Context, r *rand.Rand) error) side {
		return func(ctx context.Context) (float64, error) {
			_, took, err := drive(ctx, searchers, b.slice, do)
			return quantile(took, 0.99), err
		}
	}
	all, disturbed, err := b.interleave(ctx, last(func(ctx context.Context, r *rand.Rand) error {
		by := actingIn(w.chain, r.IntN(stores), staff.ServiceManager)
		if r.IntN(2) == 0 {
			by = actingIn(w.chain, -1, staff.HQService)
		}
		page, _, _, err := p.customers.ListReviews(ctx, by, clock.Now(), nil, pageSize, "")
		if err == nil && len(page) == 0 {
			err = errors.New("nothing waits for a review")
		}
		return err
	}), last(func(ctx context.Context, r *rand.Rand) error {
		rows, err := bare.Query(ctx, bareQueue, w.chain, storeID(r.IntN(stores)), pageSize+1)
		if err != nil {
			return err
		}
		_, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (struct{}, error) { return struct{}{}, nil })
		return err
	}))
	if err != nil {
		return err
	}
	b.report(result{
		name: "review_page", value: all.side(0), unit: "ms", ratio: all.ratio(1), bar: bar{atMost: 100, of: "value"},
		more: fmt.Sprintf("p99 of a page of %d; bare SQL %.2f", pageSize, all.side(1)),
	}, disturbed)
	return nil
}

// submitMany lets the people of the stores fill in files and submit them, through
// the product: only it can seal what a file holds.
func (b *bench) submitMany(ctx context.Context, w world, p *product, clock kernel.Clock) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, searchers)
	n := min(waiting, w.files)
	for i := range errs {
		wg.Go(func() {
			for errs[i] == nil {
				k := int(next.Add(1)) - 1
				if k >= n {
					return
				}
				errs[i] = p.submit(ctx, w, k, clock.Now())
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// submit brings the k-th file into the queue.
func (p *product) submit(ctx context.Context, w world, k int, now time.Time) error {
	n := stores + k%(stores*(perStore-1)) // no manager
	rep, manager, hq := actingAs(w.chain, n, staff.ServiceRep), actingIn(w.chain, n%stores, staff.ServiceManager), actingIn(w.chain, -1, staff.HQService)
	text, _ := name(newRand(k))
	in := customerapp.Input{Number: phone(w.files + k).Local(), Fields: customer.Fields{
		Name: customer.Name(text), Sex: customer.Male, HowKnown: "老客户介绍", Employer: "西安饮食股份有限公司", JobTitle: "采购部长", Address: "科技路5号", Birthday: &customer.Day{Year: 1980, Month: 2, Day: 29}, Consent: true,
		Taste: "不吃辣", Favourites: "清蒸鱼",
	}}
	v, err := p.customers.Create(ctx, rep, now, storeID(n), kernel.NewID[kernel.UUID](now), in)
	if err != nil {
		return err
	}
	if _, err := p.customers.Submit(ctx, rep, now, v.File); err != nil || k%5 > 0 {
		return err
	}
	if _, err := p.customers.Review(ctx, manager, now, v.File, customer.Decision{Approve: true}); err != nil {
		return err
	}
	in.Fields.Employer, in.Number = "西安城墙旅游公司", ""
	change, err := p.customers.ReportChange(ctx, manager, now, v.File, kernel.NewID[kernel.UUID](now), []string{"employer"}, in, "")
	if err != nil {
		return err
	}
	if _, err := p.customers.OpenChange(ctx, hq, now, change.ID); err != nil {
		return err
	}
	_, err = p.customers.Submit(ctx, rep, now, v.File)
	return err
}

// actingIn is the manager of a store, or head office (below zero), with all that a
// post allows there.
func actingIn(chain kernel.TenantID, store int, role string) kernel.Grant {
	if store < 0 {
		return acting(chain, stores*perStore-1, kernel.Assignment{Role: role, TenantWide: true})
	}
	return actingAs(chain, store, role)
}

func actingAs(chain kernel.TenantID, person int, role string) kernel.Grant {
	return acting(chain, person, kernel.Assignment{Role: role, Stores: []kernel.StoreID{storeID(person)}})
}

func acting(chain kernel.TenantID, person int, post kernel.Assignment) kernel.Grant {
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: chain, Person: personID(person), Assignments: []kernel.Assignment{post}}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere })
}

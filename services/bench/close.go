package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// closeRun measures a whole month's close, every rule of the first day of the
// next, and how long other requests of the same process wait while it runs
// against how long they do before it.
func (b *bench) closeRun(ctx context.Context) error {
	w, err := b.monthWorld(ctx, b.scale)
	if err != nil {
		return err
	}
	var told string
	all, disturbed, err := b.interleave(ctx, b.onCopy(w, func(ctx context.Context, database string) (took float64, err error) {
		took, told, err = b.closeMonth(ctx, w, database, nil)
		return took, err
	}))
	if err != nil {
		return err
	}
	b.report(result{
		name: "month_close", value: all.side(0), unit: "s", bar: bar{atMost: 60, of: "value"},
		more: fmt.Sprintf("%d stores, %d files; %s; rounds %s", w.monthStores(), w.files, told, all.spread(func(r []float64) float64 { return r[0] })),
	}, disturbed)

	// Both sides come of one copy, the quiet one first.
	var before, during, took []float64
	all, disturbed, err = b.interleave(ctx, b.onCopy(w, func(ctx context.Context, database string) (float64, error) {
		var quiet, waits []time.Duration
		long, _, err := b.closeMonth(ctx, w, database, func(ctx context.Context, p *product, work func() error) (err error) {
			quiet, waits, err = b.askBeside(ctx, w, p, work)
			return err
		})
		before, during, took = append(before, quantile(quiet, 0.99)), append(during, quantile(waits, 0.99)), append(took, long)
		return quantile(waits, 0.99) / quantile(quiet, 0.99), err
	}))
	if err != nil {
		return err
	}
	b.report(result{
		name: "month_close_p99", value: middleOf(during), unit: "ms", ratio: all.side(0), bar: bar{atMost: 2, of: "ratio"},
		more: fmt.Sprintf("p99 of %d requests a second while the month is closed, which takes %.1f s then; before %.2f ms; rounds %s", othersASecond, middleOf(took), middleOf(before), all.spread(func(r []float64) float64 { return r[0] })),
	}, disturbed)
	return b.drop(ctx, workDatabase)
}

// askBeside gives how long requests took before some work and while it ran.
func (b *bench) askBeside(ctx context.Context, w world, p *product, work func() error) (quiet, waits []time.Duration, err error) {
	keys, err := p.tenants.Keys(ctx, w.chain)
	if err != nil {
		return nil, nil, err
	}
	o := &others{p, w, keys, closedOn.At(12*time.Hour+time.Second, tenant.Shanghai)}
	// Every connection has its plans, as a server's has that has run for a while: the first
	// calls of each take twice as long, quiet or not.
	if _, _, err := drive(ctx, int(p.pool.Stat().MaxConns()), b.slice/2, o.one); err != nil {
		return nil, nil, err
	}
	if quiet, err = o.ask(ctx, 3*b.slice); err != nil {
		return nil, nil, err
	}
	ended, asked := make(chan error, 1), make(chan error, 1)
	asking, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		var err error
		waits, err = o.ask(asking, time.Hour)
		asked <- err
	}()
	go func() { ended <- work() }()
	err = <-ended
	stop()
	return quiet, waits, errors.Join(err, <-asked)
}

// closeMonth carries out every rule of the first day after a month, the day before
// being done, and tells what each decided.
func (b *bench) closeMonth(ctx context.Context, w world, database string, beside func(ctx context.Context, p *product, work func() error) error) (took float64, told string, err error) {
	if err := b.done(ctx, w, database, closedOn-1, ownership.Kinds[len(ownership.Kinds)-1]); err != nil {
		return 0, "", err
	}
	if took, err = b.carryOut(ctx, w, database, closedOn, beside); err != nil {
		return 0, "", err
	}
	told, err = b.runsOf(ctx, database, closedOn)
	return took, told, err
}

// runsOf tells what each run of a day decided.
func (b *bench) runsOf(ctx context.Context, database string, day kernel.BusinessDate) (told string, err error) {
	err = b.super(ctx, database, func(c *pgx.Conn) error {
		rows, err := c.Query(ctx, "SELECT kind || ' ' || decided || CASE state WHEN 'done' THEN '' ELSE ' ' || state END FROM period_run WHERE period_on = $1 ORDER BY xmin::text::bigint", day) // as they were closed
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		told = strings.Join(lines, ", ")
		return err
	})
	return told, err
}

// othersASecond is how many requests the rest of the chain makes: a usual hour of
// a chain this size. Each is due at its moment, whether the one before was
// answered or not, so that waiting is counted in full.
const (
	othersASecond = 60
	askers        = 8
)

// others are the requests that a chain makes beside its month's close: a bill, a
// page of the list of guests, the look-up of one, in turn.
type others struct {
	p    *product
	w    world
	keys *secret.Keys
	now  time.Time
}

// ask makes requests for a while and gives how long each took from the moment it
// was due, in order of length.
func (o *others) ask(ctx context.Context, d time.Duration) ([]time.Duration, error) {
	ctx, enough := context.WithTimeout(ctx, d)
	defer enough()
	due := make(chan time.Time, 1<<16)
	go pace(ctx, time.Second/othersASecond, due)
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var wg sync.WaitGroup
	for range askers {
		r := freshRand()
		wg.Go(func() {
			for at := range due {
				err := o.one(context.WithoutCancel(ctx), r)
				mu.Lock()
				took, failed = append(took, time.Since(at)), errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return inOrder(took), failed
}

// pace gives a moment every so often until ctx ends. It sleeps on a thread of its own: a
// timer of Go's may wait 10 ms for the goroutine that computes on its processor, as no
// request does that comes over a network.
func pace(ctx context.Context, gap time.Duration, due chan<- time.Time) {
	defer close(due)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for at := time.Now().Add(gap); ctx.Err() == nil; at = at.Add(gap) {
		for left := time.Until(at); left > 0; left = time.Until(at) {
			nap := syscall.NsecToTimespec(left.Nanoseconds())
			_ = syscall.Nanosleep(&nap, nil)
		}
		due <- at
	}
}

func (o *others) one(ctx context.Context, r *rand.Rand) error {
	n := 2*r.IntN(o.w.files/2) + 1 // odd files are keyed by their number
	store := n % o.w.monthStores()
	if r.IntN(3) == 0 {
		_, err := o.p.visits.RecordBill(ctx, o.w.chain, visit.Bill{
			BillKey: visit.BillKey{Store: id[kernel.StoreID](0x10, store), Source: "pos", No: billNo(r)}, Revision: 1,
			Number: visit.NumberKey(o.keys.NumberKey(phone(n))), Date: closedOn, Meal: tenant.Lunch, ClosedAt: o.now, Amount: 20000, Status: visit.Paid,
		}, o.now)
		return err
	}
	actor := &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: o.w.chain, Person: id[kernel.PersonID](0x20, store),
		Assignments: []kernel.Assignment{{Role: staff.ServiceManager, Stores: []kernel.StoreID{id[kernel.StoreID](0x10, store)}}},
	}
	in := customerapp.ListInput{Size: pageSize}
	if r.IntN(2) == 0 {
		in.Query = phone(n).Local()
	}
	found, _, err := o.p.customers.List(ctx, kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere }), o.now, in)
	if err == nil && len(found) == 0 {
		err = errors.New("nobody was found")
	}
	return err
}

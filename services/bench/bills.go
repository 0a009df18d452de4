package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

const batch = 100 // bills a call

// bills measures recording bills: one a call through key, permission and row
// level security against the same statement by pgbench and behind a bare
// handler; a hundred a call against one; and how their updates stay on the page.
func (b *bench) bills(ctx context.Context) error {
	w, err := b.fixture(ctx, true)
	if err != nil {
		return err
	}
	fixture := w.database
	w.database = "bill_work"
	if err := b.clone(ctx, fixture, w.database); err != nil {
		return err
	}
	t, err := b.openTills(ctx, w)
	if err != nil {
		return err
	}
	err = t.measure(ctx)
	t.close()
	if err != nil {
		return err
	}
	if err := b.hotShare(ctx, w.database); err != nil {
		return err
	}
	return b.drop(ctx, w.database)
}

// tills are the product's bill service, the bare one, and pgbench.
type tills struct {
	*bench
	world
	product, bare visitv1connect.BillServiceClient
	inJSON        visitv1connect.BillServiceClient // the product, spoken to in JSON
	direct        *pgxpool.Pool
	keys          *secret.Keys
	statement     string
	closers       []func()
}

func (t *tills) close() {
	for i := len(t.closers) - 1; i >= 0; i-- {
		t.closers[i]()
	}
}

func (b *bench) openTills(ctx context.Context, w world) (t *tills, err error) {
	t = &tills{bench: b, world: w}
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	if t.statement, err = b.recordStatement(ctx, w); err != nil {
		return t, err
	}
	clock := kernel.ClockFunc(time.Now)
	p, err := b.newProduct(ctx, w.database, clients, clock)
	if err != nil {
		return t, err
	}
	t.closers = append(t.closers, p.pool.Close)
	secretText, err := p.tillKey(ctx, w.chain)
	if err != nil {
		return t, err
	}
	path, handler := p.billHandler(clock)
	url, stop, err := serve(path, handler)
	if err != nil {
		return t, err
	}
	t.closers = append(t.closers, stop)
	t.product, t.inJSON = dial(url, clients, keyed(secretText)), dial(url, clients, keyed(secretText), connect.WithProtoJSON())

	if t.direct, err = barePool(ctx, b.server.SocketURL(w.database), clients); err != nil {
		return t, err
	}
	t.closers = append(t.closers, t.direct.Close)
	if t.keys, err = p.tenants.Keys(ctx, w.chain); err != nil {
		return t, err
	}
	path, handler = visitv1connect.NewBillServiceHandler(bareBills{t.direct, w.chain, t.keys, t.statement})
	if url, stop, err = serve(path, handler); err != nil {
		return t, err
	}
	t.closers = append(t.closers, stop)
	t.bare = dial(url, clients)
	return t, nil
}

// keyed calls with an API key.
func keyed(secretText string) connect.ClientOption {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			req.Header().Set("Authorization", "Bearer "+secretText)
			return next(ctx, req)
		}
	}))
}

// tillKey makes an API key for all stores, as an administrator would.
func (p *product) tillKey(ctx context.Context, chain kernel.TenantID) (string, error) {
	admin := &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: chain, Person: personID(0),
		Assignments: []kernel.Assignment{{Role: staff.Admin, TenantWide: true}},
	}
	all := make([]kernel.StoreID, stores)
	for i := range all {
		all[i] = storeID(i)
	}
	grant := kernel.NewGrant(admin, "", func(string) kernel.Reach { return kernel.ReachWhere })
	_, secretText, err := p.staff.CreateAPIKey(ctx, grant, staffapp.NewKey{Label: "bench", Scopes: []string{"bills:write", "customers:lookup"}, Stores: all, Days: 30})
	return secretText, err
}

func (t *tills) measure(ctx context.Context) error {
	pgbench, err := t.pgbench(ctx)
	if err != nil {
		return err
	}
	all, disturbed, err := t.compare(ctx,
		t.throughput(t.send(t.product, 1)), t.throughput(t.send(t.bare, 1)), pgbench)
	if err != nil {
		return err
	}
	t.say("bill: product %.0f, bare handler %.0f, pgbench %.0f a second; of pgbench %s; of the bare handler %s", all.side(0), all.side(1), all.side(2),
		all.spread(func(r []float64) float64 { return r[0] / r[2] }), all.spread(func(r []float64) float64 { return r[0] / r[1] }))
	t.report(result{name: "bill_single", value: all.side(0), unit: "bills/s", ratio: all.ratio(2), bar: bar{atLeast: 0.45, of: "ratio"}, more: "of pgbench"}, disturbed)
	t.report(result{name: "bill_single_handler", value: all.side(0), unit: "bills/s", ratio: all.ratio(1), bar: bar{atLeast: 0.85, of: "ratio"}, more: "of a bare handler"}, disturbed)

	bare, err := t.bareBatch(ctx)
	if err != nil {
		return err
	}
	all, disturbed, err = t.compare(ctx, t.batches(t.send(t.product, batch)), t.throughput(t.send(t.product, 1)), t.batches(bare), t.batches(t.send(t.inJSON, batch)))
	if err != nil {
		return err
	}
	t.say("batches: product %.0f, one a call %.0f, bare unnest %.0f, in JSON %.0f bills a second; of one a call %s; of the bare %s; in JSON %s", all.side(0), all.side(1), all.side(2), all.side(3),
		all.spread(func(r []float64) float64 { return r[0] / r[1] }), all.spread(func(r []float64) float64 { return r[0] / r[2] }), all.spread(func(r []float64) float64 { return r[3] / r[0] }))
	t.report(result{name: "bill_batch100", value: all.side(0), unit: "bills/s", ratio: all.ratio(1), bar: bar{atLeast: 6, of: "ratio"}, more: "of one a call"}, disturbed)
	t.report(result{name: "bill_batch100_unnest", value: all.side(0), unit: "bills/s", ratio: all.ratio(2), bar: bar{atLeast: 0.75, of: "ratio"}, more: "of the same statement on a plain connection"}, disturbed)
	t.report(result{
		name: "bill_batch100_json", value: all.side(3), unit: "bills/s", ratio: all.median(func(r []float64) float64 { return r[3] / r[0] }), bar: bar{atLeast: 0.85, of: "ratio"}, more: "of protobuf",
	}, disturbed)

	// Bills that change what is there: second ones of a visit, and revisions.
	_, _, err = drive(ctx, clients, t.slice, t.sendAgain(t.product))
	return err
}

// batches makes a side that counts bills of something that records a batch.
func (t *tills) batches(do func(context.Context, *rand.Rand) error) side {
	calls := t.throughput(do)
	return func(ctx context.Context) (float64, error) {
		perSecond, err := calls(ctx)
		return perSecond * batch, err
	}
}

// newBill is a bill not seen before, of some guest on some day of the last month.
func (t *tills) newBill(r *rand.Rand) *visitv1.Bill {
	n := 2*r.IntN(t.files/2) + 1
	day := t.today - kernel.BusinessDate(r.IntN(30))
	return &visitv1.Bill{
		StoreCode: fmt.Sprintf("S%03d", n%stores), Source: "pos", BillNo: billNo(r), Revision: 1,
		Number: phone(n).Local(), BusinessDate: day.String(), MealPeriod: visitv1.MealPeriod(1 + r.IntN(4)), CloseTime: timestamppb.Now(),
		AmountFen: 100 + r.Int64N(100_000), Status: visitv1.BillStatus_BILL_STATUS_PAID,
	}
}

func billNo(r *rand.Rand) string { return "R" + strconv.FormatInt(r.Int64(), 10) }

var errNotRecorded = errors.New("a new bill was not recorded")

func (t *tills) send(to visitv1connect.BillServiceClient, n int) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, r *rand.Rand) error {
		req := &visitv1.RecordBillsRequest{}
		for range n {
			req.Bills = append(req.Bills, t.newBill(r))
		}
		return record(ctx, to, req)
	}
}

// sendAgain sends a bill, a second one of the same visit, and a revision of the first.
func (t *tills) sendAgain(to visitv1connect.BillServiceClient) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, r *rand.Rand) error {
		bill := t.newBill(r)
		no := bill.BillNo
		for _, change := range []func(){func() {}, func() { bill.BillNo += "b" }, func() { bill.BillNo, bill.Revision = no, 2 }} {
			change()
			if err := record(ctx, to, &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill}}); err != nil {
				return err
			}
		}
		return nil
	}
}

func record(ctx context.Context, to visitv1connect.BillServiceClient, req *visitv1.RecordBillsRequest) error {
	res, err := to.RecordBills(ctx, req)
	if err != nil {
		return err
	}
	for _, r := range res.GetResults() {
		if r.GetOutcome() != visitv1.BillOutcome_BILL_OUTCOME_RECORDED {
			return fmt.Errorf("%w: %s %s", errNotRecorded, r.GetOutcome(), r.GetReason())
		}
	}
	return nil
}

// bareBills runs the product's statement for one bill and nothing else: no key,
// no permission, no checks, no tenant entered, no lock.
type bareBills struct {
	pool      *pgxpool.Pool
	chain     kernel.TenantID
	keys      *secret.Keys
	statement string
}

// RecordBills implements BillService.
func (s bareBills) RecordBills(ctx context.Context, req *visitv1.RecordBillsRequest) (*visitv1.RecordBillsResponse, error) {
	bill := req.GetBills()[0]
	n, err := strconv.Atoi(bill.GetStoreCode()[1:])
	if err != nil {
		return nil, err
	}
	number, err := kernel.ParsePhone(bill.GetNumber())
	if err != nil {
		return nil, err
	}
	day, err := kernel.ParseDate(bill.GetBusinessDate())
	if err != nil {
		return nil, err
	}
	key, meal := s.keys.NumberKey(number), int16(bill.GetMealPeriod())
	tag, err := s.pool.Exec(ctx, s.statement, s.chain, storeID(n), bill.GetSource(), bill.GetBillNo(), bill.GetRevision(), "", key, day, meal,
		bill.GetAmountFen(), "paid", nil, key, day, meal, bill.GetCloseTime().AsTime(), time.Now(), nil)
	if err == nil && tag.RowsAffected() != 1 {
		err = errNotRecorded
	}
	return &visitv1.RecordBillsResponse{Results: []*visitv1.BillResult{{Outcome: visitv1.BillOutcome_BILL_OUTCOME_RECORDED}}}, err
}

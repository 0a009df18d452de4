package visitapp

import (
	"context"
	"slices"
	"time"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// BillServer is visitv1connect.BillServiceHandler.
type BillServer struct{ app *App }

// BillServer puts the use cases of bills behind their RPC service.
func (a *App) BillServer() BillServer { return BillServer{a} }

// RecordBills implements BillService.
func (s BillServer) RecordBills(ctx context.Context, req *visitv1.RecordBillsRequest) (*visitv1.RecordBillsResponse, error) {
	results, err := s.app.ReportBills(ctx, rpc.Grant(ctx), req.GetBills(), req.GetValidateOnly(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.RecordBillsResponse{Results: results}, nil
}

// ReportBills reads bills as a till sends them and records those that can be read,
// or says what recording would give: the one way in, for this service and for
// changke.pos.v1. The results are in the order of the bills.
func (a *App) ReportBills(ctx context.Context, grant kernel.Grant, in []*visitv1.Bill, check bool, now time.Time) ([]*visitv1.BillResult, error) {
	read, err := a.billReader(ctx, grant)
	if err != nil {
		return nil, err
	}
	bills, places, results := read.all(in)
	record := a.RecordBills
	if check {
		record = a.CheckBills
	}
	recorded, err := record(ctx, grant.Actor().Tenant, bills, now)
	if err != nil {
		return nil, err
	}
	for i, r := range recorded {
		results[places[i]] = r
	}
	return resultsToProto(results), nil
}

// billReader turns bills as a till sends them into facts.
type billReader struct {
	grant  kernel.Grant
	stores []tenant.Store
	known  map[string]kernel.StoreID // what store has found
	keys   *secret.Keys
}

func (a *App) billReader(ctx context.Context, grant kernel.Grant) (r billReader, err error) {
	chain := grant.Actor().Tenant
	r = billReader{grant: grant, known: map[string]kernel.StoreID{}}
	if r.stores, err = a.Stores.Stores(ctx, chain); err != nil {
		return r, err
	}
	r.keys, err = a.Numbers.Keys(ctx, chain)
	return r, err
}

// store finds a store by its code; zero: there is none. The code of a store
// outside the key is as unknown as no store at all. Most calls name one: to
// weigh every store of a large chain would cost more than the bill.
func (r billReader) store(code string) kernel.StoreID {
	id, ok := r.known[code]
	if ok {
		return id
	}
	i := slices.IndexFunc(r.stores, func(s tenant.Store) bool { return s.Code == code })
	if i >= 0 && r.grant.Covers(r.stores[i].ID, false) {
		id = r.stores[i].ID
	}
	r.known[code] = id
	return id
}

// all reads a batch: the readable bills with their places in it, and the
// results with what is refused already.
func (r billReader) all(in []*visitv1.Bill) (bills []visit.Bill, places []int, results []visit.Result) {
	results = make([]visit.Result, len(in))
	for i, b := range in {
		bill, refused := r.one(b)
		if refused != "" {
			results[i] = visit.Result{Outcome: visit.Refused, Reason: refused}
			continue
		}
		bills, places = append(bills, bill), append(places, i)
	}
	return bills, places, results
}

// one reads a bill; refused is the reason why it can't be one.
func (r billReader) one(b *visitv1.Bill) (bill visit.Bill, refused string) {
	store := r.store(b.GetStoreCode())
	if store.IsZero() {
		return bill, visit.ReasonUnknownStore
	}
	if !checkTexts(b) {
		return bill, visit.ReasonBadText
	}
	date, err := kernel.ParseDate(b.GetBusinessDate())
	if err != nil || b.GetCloseTime().CheckValid() != nil {
		return bill, visit.ReasonBadDate
	}
	bill = visit.Bill{
		BillKey: visit.BillKey{Store: store, Source: b.GetSource(), No: b.GetBillNo()}, Revision: b.GetRevision(), BookingRef: b.GetBookingRef(),
		Date: date, Meal: tenant.MealPeriod(b.GetMealPeriod()), ClosedAt: b.GetCloseTime().AsTime().Truncate(time.Microsecond),
		Amount: kernel.Fen(b.GetAmountFen()), Status: statuses[b.GetStatus()], RefundOf: b.GetRefundOf(), Detail: detailFromProto(b),
	}
	if bill.RefundOf != "" && bill.Status == visit.Paid {
		bill.Status = visit.Refunded
	}
	if !bill.CheckLife() {
		return bill, visit.ReasonBadLife
	}
	if b.GetNumber() != "" {
		number, err := kernel.ParsePhone(b.GetNumber())
		if err != nil {
			return bill, visit.ReasonBadNumber
		}
		bill.Number = visit.NumberKey(r.keys.NumberKey(number))
	}
	return bill, ""
}

var outcomes = map[visit.Outcome]visitv1.BillOutcome{
	visit.Recorded: visitv1.BillOutcome_BILL_OUTCOME_RECORDED, visit.Duplicate: visitv1.BillOutcome_BILL_OUTCOME_DUPLICATE,
	visit.Superseded: visitv1.BillOutcome_BILL_OUTCOME_SUPERSEDED, visit.Refused: visitv1.BillOutcome_BILL_OUTCOME_REFUSED,
	visit.Parked: visitv1.BillOutcome_BILL_OUTCOME_PARKED,
}

func resultsToProto(results []visit.Result) []*visitv1.BillResult {
	out := make([]*visitv1.BillResult, len(results))
	for i, r := range results {
		out[i] = &visitv1.BillResult{Outcome: outcomes[r.Outcome], Reason: r.Reason, Message: visit.Mend(r.Reason)}
	}
	return out
}

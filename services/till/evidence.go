package main

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// evidence is what a vendor's day has left in the sandbox since troubles were last
// ordered.
type evidence struct {
	calls  []*posv1.SandboxCall // by time
	bills  []*changke.RecordedBill
	newest map[string]*changke.RecordedBill // that holds, by source and number
	totals *posv1.ComparedTotal             // of the vendor's till and day; nil: neither told nor bills
	pushes []push                           // to the vendor's webhook
	source string                           // the till system that sent most
	day    string                           // the business day that most bills are of
}

// certifierAgent tells the sandbox that it is not the vendor who looks.
const certifierAgent = "changke-certify"

// gather reads what there is. One that has sent nothing has no evidence, which is no
// error.
func gather(ctx context.Context, o options) (*evidence, error) {
	box, err := sandboxOf(ctx, o, http.DefaultTransport)
	if err != nil {
		return nil, err
	}
	e := &evidence{newest: map[string]*changke.RecordedBill{}}
	if e.calls, err = callsOf(ctx, o); err != nil {
		return nil, err
	}
	client, err := changke.New(o.URL, o.Key, changke.WithUserAgent(certifierAgent))
	if err != nil {
		return nil, err
	}
	last := box.GetOrderedTime().AsTime() // everything up to the vendor's last call
	for _, c := range e.calls {
		last = ended(c)
	}
	feed := changke.Feed{Store: o.Store, Source: o.Source, Start: box.GetOrderedTime().AsTime(), Size: 500}
	if e.bills, err = listed(ctx, client, feed, last); err != nil {
		return nil, err
	}
	e.settle()
	if e.pushes, err = pushes(ctx, o, e.bookingRef(), e.day); err != nil {
		return nil, err
	}
	if e.day == "" {
		return e, nil
	}
	res, err := client.GetDayTotals(ctx, &changke.GetDayTotalsRequest{StoreCode: o.Store, BusinessDate: e.day})
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(res.GetTotals(), func(c *posv1.ComparedTotal) bool { return c.GetSource() == e.source }); at >= 0 {
		e.totals = res.GetTotals()[at]
	}
	return e, nil
}

// settle says which till and day is judged, leaves the others out, and finds what
// holds.
func (e *evidence) settle() {
	sources, days := map[string]int{}, map[string]int{}
	for _, r := range e.bills {
		sources[r.GetBill().GetSource()]++
	}
	e.source = most(sources)
	e.bills = slices.DeleteFunc(e.bills, func(r *changke.RecordedBill) bool { return r.GetBill().GetSource() != e.source })
	for _, r := range e.bills {
		days[r.GetBill().GetBusinessDate()]++
		if old := e.newest[r.GetBill().GetBillNo()]; old == nil || old.GetBill().GetRevision() < r.GetBill().GetRevision() {
			e.newest[r.GetBill().GetBillNo()] = r
		}
	}
	e.day = most(days)
}

// bookingRef is a booking that the vendor knows, if a bill of his names one.
func (e *evidence) bookingRef() (ref string) {
	for _, r := range e.bills {
		ref = cmp.Or(ref, r.GetBill().GetBookingRef())
	}
	return ref
}

func most(of map[string]int) (out string) {
	for name, n := range of {
		if n > of[out] || n == of[out] && name < out {
			out = name
		}
	}
	return out
}

// callsOf reads the note of the vendor's calls, by time.
func callsOf(ctx context.Context, o options) (calls []*posv1.SandboxCall, err error) {
	client := sandboxClient(o, http.DefaultTransport)
	for token := ""; ; {
		res, err := client.ListCalls(ctx, &posv1.ListCallsRequest{PageSize: 1000, PageToken: token})
		if err != nil {
			return nil, err
		}
		calls = append(calls, res.GetCalls()...)
		if token = res.GetNextPageToken(); token == "" {
			break
		}
	}
	slices.SortStableFunc(calls, func(a, b *posv1.SandboxCall) int {
		return a.GetReceiveTime().AsTime().Compare(b.GetReceiveTime().AsTime())
	})
	return calls, nil
}

// writes are the methods that carry an Idempotency-Key.
var writes = []string{"RecordBills", "ReportDayTotals", "UpsertBooking", "SeatBooking", "RingCall"}

// came are the calls of a method; of no name all writes.
func (e *evidence) came(method string) (out []*posv1.SandboxCall) {
	for _, c := range e.calls {
		if c.GetMethod() == method || method == "" && slices.Contains(writes, c.GetMethod()) {
			out = append(out, c)
		}
	}
	return out
}

// befell are writes that ran into a trouble.
func (e *evidence) befell(kind posv1.TroubleKind) (out []*posv1.SandboxCall) {
	for _, c := range e.came("") {
		if c.GetTrouble() == kind {
			out = append(out, c)
		}
	}
	return out
}

// again is the next call with the same content; nil: it never came again.
func (e *evidence) again(c *posv1.SandboxCall) *posv1.SandboxCall {
	after := false
	for _, n := range e.calls {
		if n == c {
			after = true
		} else if after && n.GetMethod() == c.GetMethod() && n.GetBodyHash() == c.GetBodyHash() {
			return n
		}
	}
	return nil
}

// atLast reports whether a content came through in the end.
func (e *evidence) atLast(c *posv1.SandboxCall) bool {
	for n := e.again(c); n != nil; n = e.again(n) {
		if n.GetCode() == "ok" {
			return true
		}
	}
	return false
}

// ended is when a call was answered.
func ended(c *posv1.SandboxCall) time.Time {
	return c.GetReceiveTime().AsTime().Add(time.Duration(c.GetTookMs()) * time.Millisecond)
}

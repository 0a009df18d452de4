package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// till is a vendor's program: its line, its queue, its own book.
type till struct {
	world
	url     string
	key     string
	client  *changke.Client
	queue   *changke.Queue
	wire    *wire
	clock   func() time.Time // its own, which may be wrong
	trusts  bool             // it goes by the server's time
	loses   float64          // share of answers that get lost on the way
	random  *rand.Rand
	speed   float64
	live    bool
	acts    []act
	totals  bool // it tells the day's totals
	book    book
	counted summary
	remove  func() error // its directory, if it is its own
	ahead   time.Duration
}

// seeded makes the same random numbers each time for the same seed.
func seeded(seed, use uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, use)) //nolint:gosec // a made-up day must be made again
}

// newTill opens a till of a sandbox's store. A real chain is refused: a made-up day
// has no place there.
func newTill(ctx context.Context, o options) (*till, error) {
	random := seeded(o.Seed, 7)
	t := &till{url: o.URL, key: o.Key, random: random, speed: o.Speed, live: o.Live, trusts: true, loses: 0.05, totals: true}
	t.clock = func() time.Time { return time.Now().Add(o.ClockOff) }
	t.wire = &wire{next: http.DefaultTransport, random: seeded(o.Seed, 8), clock: t.clock}
	box, err := sandboxOf(ctx, o, t.wire)
	if err != nil {
		return nil, err
	}
	if t.client, err = changke.New(o.URL, o.Key, changke.WithHTTPClient(&http.Client{Transport: t.wire}), changke.WithUserAgent("till")); err != nil {
		return nil, err
	}
	if err := t.fill(o, box); err != nil {
		return nil, err
	}
	t.ahead = time.Duration(box.GetDaysAhead()) * 24 * time.Hour
	t.acts = plan(t.world, o.Seed, o.Bills)
	dir := o.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "till-"); err != nil {
			return nil, err
		}
		t.remove = func() error { return os.RemoveAll(dir) }
	}
	t.queue, err = changke.OpenQueue(dir)
	return t, err
}

// close lets go of the queue's directory.
func (t *till) close() {
	_ = t.queue.Close()
	if t.remove != nil {
		_ = t.remove()
	}
}

// fill says what the day is made of.
func (w *world) fill(o options, box *posv1.Sandbox) error {
	*w = world{Store: o.Store, Source: o.Source, Day: o.Day}
	if w.Source == "" {
		w.Source = fmt.Sprintf("till-%d", o.Seed)
	}
	if w.Day == "" {
		w.Day = box.GetBusinessDate()
	}
	w.Bookings = w.Day == box.GetBusinessDate()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	if w.Midnight, err = time.ParseInLocation(time.DateOnly, w.Day, zone); err != nil {
		return fmt.Errorf("--day: %w", err)
	}
	at := slices.IndexFunc(box.GetStores(), func(s *posv1.SandboxStore) bool { return s.GetCode() == w.Store })
	if at < 0 {
		return fmt.Errorf("--store: the sandbox has no store %q", w.Store)
	}
	w.Places, w.Bookers = box.GetStores()[at].GetPlaces(), box.GetStores()[at].GetBookerNos()
	for _, g := range box.GetGuests() {
		if g.GetStoreCode() == w.Store {
			w.Guests = append(w.Guests, g.GetNumber())
		}
	}
	return nil
}

// sandboxOf asks for the sandbox of a key; of a real chain an error.
func sandboxOf(ctx context.Context, o options, by http.RoundTripper) (*posv1.Sandbox, error) {
	res, err := sandboxClient(o, by).GetSandbox(ctx, &posv1.GetSandboxRequest{})
	if err != nil {
		return nil, fmt.Errorf("this key opens no sandbox: %w", err)
	}
	return res.GetSandbox(), nil
}

// sandboxClient calls what only sandboxes have.
func sandboxClient(o options, by http.RoundTripper) posv1connect.SandboxServiceClient {
	return posv1connect.NewSandboxServiceClient(&http.Client{Transport: by}, o.URL, connect.WithInterceptors(connect.UnaryInterceptorFunc(
		func(next connect.UnaryFunc) connect.UnaryFunc {
			return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
				req.Header().Set("Authorization", "Bearer "+o.Key)
				return next(ctx, req)
			}
		})))
}

// now is what time the till takes it to be, on the sandbox's calendar: by the
// server, unless it trusts its own clock alone.
func (t *till) now() time.Time {
	now := t.clock().Add(t.ahead)
	if t.trusts {
		now = now.Add(-t.wire.skew())
	}
	return now
}

// play lives through the day, tells its totals and compares.
func (t *till) play(ctx context.Context) (*summary, error) {
	t.book = book{}
	t.wire.losing(t.loses)
	before := t.acts[0].At
	for _, a := range t.acts {
		if err := t.wait(ctx, a.At-before); err != nil {
			return nil, err
		}
		before = a.At
		if err := t.do(ctx, a); err != nil {
			return nil, err
		}
	}
	if err := t.evening(ctx); err != nil {
		return nil, err
	}
	t.wire.losing(0)
	if err := t.reconcile(ctx); err != nil {
		return nil, err
	}
	t.counted.Skew, t.counted.Lost = t.wire.skew(), t.wire.lostSoFar()
	return &t.counted, nil
}

func (t *till) wait(ctx context.Context, d time.Duration) error {
	if t.speed <= 0 || d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(time.Duration(float64(d) / t.speed))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// do lets an act happen. Selling goes on whatever becomes of look-ups, calls and
// bookings.
func (t *till) do(ctx context.Context, a act) error {
	switch {
	case a.Bill != nil:
		return t.pay(ctx, a)
	case a.Booking != nil:
		_, err := t.client.UpsertBooking(ctx, a.Booking)
		t.counted.booked(a.Booking.GetRef(), err)
	case a.Seat != "":
		_, err := t.client.SeatBooking(ctx, &changke.SeatBookingRequest{StoreCode: t.Store, Ref: a.Seat})
		t.counted.booked(a.Seat, err)
	case a.Number != "":
		t.counted.Lookups++
		if _, err := t.client.LookupGuest(ctx, &changke.LookupGuestRequest{StoreCode: t.Store, Number: a.Number}); err != nil {
			t.counted.LookupsMissed++ // the guest is served all the same
		}
	case a.Ring != "":
		t.counted.Calls++
		_, err := t.client.RingCall(ctx, &changke.RingCallRequest{StoreCode: t.Store, Source: t.Source, CallId: fmt.Sprintf("%s-%d", t.Day, a.At), Number: a.Ring, RingTime: timestamppb.New(t.now().Add(-t.ahead))})
		if err != nil {
			t.counted.CallsMissed++
		}
	}
	return nil
}

// pay sends a bill, or lets it wait when there is no line. Every tenth is sent a
// second time, as tills do that were restarted.
func (t *till) pay(ctx context.Context, a act) error {
	t.book.add(a.Bill)
	if a.At >= offlineFrom && a.At < offlineUntil {
		t.counted.Waited++
		return t.queue.Add(a.Bill)
	}
	t.counted.Sent++
	res, err := t.client.RecordBills(ctx, &changke.RecordBillsRequest{Bills: []*changke.Bill{a.Bill}})
	if err != nil { // it waits for the evening
		t.counted.Waited++
		return t.queue.Add(a.Bill)
	}
	if err := t.counted.take(a.Bill, res); err != nil {
		return err
	}
	if t.random.IntN(10) > 0 {
		return nil
	}
	t.counted.Sent++
	res, err = t.client.RecordBills(ctx, &changke.RecordBillsRequest{Bills: []*changke.Bill{proto.CloneOf(a.Bill)}})
	if err != nil {
		return nil //nolint:nilerr // it is on file
	}
	return t.counted.take(a.Bill, res)
}

// evening sends what waited, in one call, rings up the last guest, and tells the
// totals.
func (t *till) evening(ctx context.Context) error {
	if err := t.drain(ctx); err != nil {
		return err
	}
	if t.live {
		b := &changke.Bill{
			StoreCode: t.Store, Source: t.Source, Revision: 1, BusinessDate: t.Day, MealPeriod: changke.Dinner, CloseTime: timestamppb.New(t.now().Truncate(time.Second)), AmountFen: 6800, Status: changke.Paid,
		}
		b.BillNo = fmt.Sprintf("%s-last-%d", t.Day, b.GetCloseTime().GetSeconds())
		t.book.add(b)
		t.counted.Sent++
		res, err := t.client.RecordBills(ctx, &changke.RecordBillsRequest{Bills: []*changke.Bill{b}})
		if err != nil {
			return err
		}
		if err := t.counted.take(b, res); err != nil {
			return err
		}
	}
	if t.counted.Bills, t.counted.Fen = t.book.total(); !t.totals {
		return nil
	}
	_, err := t.client.ReportDayTotals(ctx, &changke.ReportDayTotalsRequest{Totals: []*changke.DayTotal{{
		StoreCode: t.Store, BusinessDate: t.Day, Source: t.Source, BillCount: t.counted.Bills, AmountFen: t.counted.Fen,
	}}})
	return err
}

func (t *till) drain(ctx context.Context) error {
	n := t.queue.Len()
	sum, err := t.queue.Drain(ctx, t.client)
	if err != nil {
		return fmt.Errorf("the bills that waited: %w", err)
	}
	t.counted.Sent += n
	t.counted.Accepted += sum.Recorded
	t.counted.Duplicates += sum.Known
	t.counted.Refused += sum.Refused
	return nil
}

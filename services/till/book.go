package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// book is what a till knows to have sold, without the server: its bills by number,
// each revision by its own.
type book map[string]map[int32]*changke.Bill

func (b book) add(bill *changke.Bill) {
	if b[bill.GetBillNo()] == nil {
		b[bill.GetBillNo()] = map[int32]*changke.Bill{}
	}
	b[bill.GetBillNo()][bill.GetRevision()] = bill
}

// newest is the revision of a bill that holds.
func (b book) newest(no string) (out *changke.Bill) {
	for _, bill := range b[no] {
		if out == nil || bill.GetRevision() > out.GetRevision() {
			out = bill
		}
	}
	return out
}

// total is what the day came to: bills neither voided nor merged, less what notes
// gave back.
func (b book) total() (bills int32, fen int64) {
	for no := range b {
		switch bill := b.newest(no); {
		case bill.GetStatus() != changke.Paid:
		case bill.GetRefundOf() != "":
			fen -= bill.GetAmountFen()
		default:
			bills++
			fen += bill.GetAmountFen()
		}
	}
	return bills, fen
}

// summary is what came of a day.
type summary struct {
	Sent, Accepted, Duplicates, Refused, Waited int
	Lookups, LookupsMissed, Calls, CallsMissed  int
	Bookings, BookingsMissed, Lost              int
	Bills                                       int32
	Fen                                         int64
	Skew                                        time.Duration
	Differences                                 []string // in words; none: the day adds up
}

// take counts what became of a bill that was sent alone.
func (s *summary) take(b *changke.Bill, res *changke.RecordBillsResponse) error {
	if len(res.GetResults()) != 1 {
		return fmt.Errorf("bill %s: %d results for one bill", b.GetBillNo(), len(res.GetResults()))
	}
	switch r := res.GetResults()[0]; r.GetOutcome() {
	case changke.Duplicate:
		s.Duplicates++
	case changke.Recorded, changke.Superseded, changke.Parked:
		s.Accepted++
	default:
		s.Refused++
		s.differ("bill %s revision %d was refused: %s %s", b.GetBillNo(), b.GetRevision(), r.GetReason(), r.GetMessage())
	}
	return nil
}

// booked counts what became of a booking that was told. One that has ended stays so:
// that is what a day meets that was played before.
func (s *summary) booked(ref string, err error) {
	switch {
	case err == nil:
		s.Bookings++
	case changke.Reason(err) == "booking.wrong_state" || changke.Temporary(err):
		s.BookingsMissed++
	default:
		s.differ("booking %s was refused: %v", ref, err)
	}
}

func (s *summary) differ(format string, args ...any) {
	s.Differences = append(s.Differences, fmt.Sprintf(format, args...))
}

// String is the summary as people read it.
func (s *summary) String() string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("sent %d, accepted %d, duplicates %d, refused %d", s.Sent, s.Accepted, s.Duplicates, s.Refused)
	line("waited for the evening %d, answers lost on the way %d", s.Waited, s.Lost)
	line("look-ups %d (no answer in time %d), calls %d (missed %d), bookings told %d times (not taken %d)", s.Lookups, s.LookupsMissed, s.Calls, s.CallsMissed, s.Bookings, s.BookingsMissed)
	line("the till's clock is %s ahead of the server's", s.Skew)
	line("the day: %d bills, %d.%02d yuan", s.Bills, s.Fen/100, s.Fen%100)
	line("differences %d", len(s.Differences))
	for _, d := range s.Differences {
		line("  %s", d)
	}
	return out.String()
}

// reconcile holds the till's book against what the server has: revision by revision
// and the day's totals.
func (t *till) reconcile(ctx context.Context) error {
	seen := map[string]map[int32]bool{}
	// By the server's clock, which may show a second less than it is there.
	listed, err := listed(ctx, t.client, changke.Feed{Store: t.Store, Source: t.Source, Size: 100}, t.clock().Add(-t.wire.skew()).Add(time.Second))
	if err != nil {
		return err
	}
	for _, r := range listed {
		b := r.GetBill()
		if b.GetBusinessDate() != t.Day {
			continue // of another day that was played
		}
		if seen[b.GetBillNo()] == nil {
			seen[b.GetBillNo()] = map[int32]bool{}
		}
		if seen[b.GetBillNo()][b.GetRevision()] {
			t.counted.differ("bill %s revision %d is listed twice", b.GetBillNo(), b.GetRevision())
		}
		seen[b.GetBillNo()][b.GetRevision()] = true
		t.compare(r)
	}
	for no, revisions := range t.book {
		for n := range revisions {
			if !seen[no][n] {
				t.counted.differ("bill %s revision %d is missing", no, n)
			}
		}
	}
	slices.Sort(t.counted.Differences)
	return t.compareTotals(ctx)
}

// listed reads a feed until everything recorded before a moment has been listed: the
// newest seconds come late, so that none is passed over.
func listed(ctx context.Context, client *changke.Client, f changke.Feed, until time.Time) (bills []*changke.RecordedBill, err error) {
	for {
		var horizon time.Time
		for page, err := range client.Pages(ctx, f) {
			if err != nil {
				return nil, err
			}
			bills = append(bills, page.Bills...)
			f.Cursor, horizon = page.Cursor, page.Horizon
		}
		if !horizon.Before(until) {
			return bills, nil
		}
		timer := time.NewTimer(500 * time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
}

// compare holds a recorded revision against the book.
func (t *till) compare(r *changke.RecordedBill) {
	is := r.GetBill()
	own := t.book[is.GetBillNo()][is.GetRevision()]
	switch {
	case own == nil:
		t.counted.differ("bill %s revision %d is on file, and this till never sent it", is.GetBillNo(), is.GetRevision())
	case own.GetAmountFen() != is.GetAmountFen() || own.GetStatus() != is.GetStatus() || own.GetMealPeriod() != is.GetMealPeriod() || !own.GetCloseTime().AsTime().Equal(is.GetCloseTime().AsTime()):
		t.counted.differ("bill %s revision %d is on file as %d fen %s", is.GetBillNo(), is.GetRevision(), is.GetAmountFen(), is.GetStatus())
	case r.GetHolds() != (t.book.newest(is.GetBillNo()).GetRevision() == is.GetRevision()):
		t.counted.differ("bill %s: revision %d holds: %t", is.GetBillNo(), is.GetRevision(), r.GetHolds())
	}
}

func (t *till) compareTotals(ctx context.Context) error {
	res, err := t.client.GetDayTotals(ctx, &changke.GetDayTotalsRequest{StoreCode: t.Store, BusinessDate: t.Day})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(res.GetTotals(), func(c *posv1.ComparedTotal) bool { return c.GetSource() == t.Source })
	if at < 0 {
		t.counted.differ("the server has no totals of %s", t.Day)
		return nil
	}
	count, fen := t.book.total()
	if c := res.GetTotals()[at]; c.GetHeldCount() != count || c.GetHeldFen() != fen || t.totals && !c.GetMatches() {
		t.counted.differ("the server holds %d bills and %d fen of the day, the till %d and %d", c.GetHeldCount(), c.GetHeldFen(), count, fen)
	}
	return nil
}

package changke

import (
	"context"
	"iter"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
)

// Feed says which of a store's bills to list.
type Feed struct {
	Store  string    // its code
	Source string    // only of this till system; "" = of all
	Start  time.Time // without a cursor: what was recorded then or later; zero = all
	Cursor string    // that of the last page handled; "" = begin at Start
	Size   int32     // bills a page, at most 500; 0 = 200
}

// Page is some of the feed.
type Page struct {
	Bills   []*RecordedBill
	Cursor  string    // keep it once the page is handled, also of an empty page: the next run goes on there
	Horizon time.Time // on the last page: everything recorded before this moment has been listed
	Last    bool      // there is no more now
}

// Pages walks the feed from its cursor to its end as it is now: every revision comes
// exactly once, whoever recorded it (ListBillsUpdatedSince). The cursor is the
// caller's to keep: save Page.Cursor after a page is handled, in the transaction that
// handles it. An error ends the walk; begin again with the last cursor.
func (c *Client) Pages(ctx context.Context, f Feed) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		req := &posv1.ListBillsUpdatedSinceRequest{StoreCode: f.Store, Source: f.Source, Cursor: f.Cursor, PageSize: f.Size}
		if !f.Start.IsZero() {
			req.StartTime = timestamppb.New(f.Start)
		}
		for {
			res, err := c.ListBillsUpdatedSince(ctx, req)
			if err != nil {
				yield(Page{Cursor: req.GetCursor()}, err)
				return
			}
			page := Page{Bills: res.GetBills(), Cursor: res.GetNextCursor(), Horizon: res.GetHorizonTime().AsTime(), Last: !res.GetHasMore()}
			if !yield(page, nil) || page.Last {
				return
			}
			req.Cursor = page.Cursor
		}
	}
}

package visit

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
)

// ParkedFor is after how long a refund note whose bill never came is told to
// people (VIS-07).
const ParkedFor = 24 * time.Hour

// Detail is what a till says of a bill beyond what visits follow from. It stands
// in an append-only table, so it names goods and bills, never people.
type Detail struct {
	Table      string   `json:"table,omitempty"` // where the guests sit; another one in a later revision: moved
	Lines      []Item   `json:"lines,omitempty"`
	Refunds    []Refund `json:"refunds,omitempty"`     // already taken off the amount
	SplitFrom  string   `json:"split_from,omitempty"`  // number of the bill this one was split from
	MergedInto string   `json:"merged_into,omitempty"` // number of the bill this one went into
}

// Item is a line of a bill.
type Item struct {
	Name     string     `json:"name"`
	Quantity int64      `json:"quantity"` // thousandths: 1500 = 1.5
	Amount   kernel.Fen `json:"amount"`   // of the line, not of the piece; below 0 for a discount
}

// Refund is money given back of a bill.
type Refund struct {
	Amount kernel.Fen `json:"amount"`
	At     time.Time  `json:"at"` // microseconds
}

// Same reports whether two say the same; nil says as little as an empty one.
func (d *Detail) Same(o *Detail) bool {
	if d == nil || o == nil {
		return d.empty() && o.empty()
	}
	return d.Table == o.Table && d.SplitFrom == o.SplitFrom && d.MergedInto == o.MergedInto && slices.Equal(d.Lines, o.Lines) &&
		slices.EqualFunc(d.Refunds, o.Refunds, func(a, b Refund) bool { return a.Amount == b.Amount && a.At.Equal(b.At) })
}

func (d *Detail) empty() bool {
	return d == nil || d.Table == "" && d.SplitFrom == "" && d.MergedInto == "" && len(d.Lines) == 0 && len(d.Refunds) == 0
}

// JSON is how the database keeps it; nil: nothing was said.
func (d *Detail) JSON() []byte {
	if d.empty() {
		return nil
	}
	raw, _ := json.Marshal(d) // of these types it never fails
	return raw
}

// ParseDetail reads what JSON wrote.
func ParseDetail(raw []byte) (*Detail, error) {
	if raw == nil {
		return nil, nil
	}
	d := &Detail{}
	return d, json.Unmarshal(raw, d)
}

// CheckLife refuses a bill whose parts contradict each other: only a merged one
// says into which it went, a refund note is no bill, and none names itself.
func (b Bill) CheckLife() bool {
	d := b.Detail
	if d == nil {
		d = &Detail{}
	}
	switch {
	case (b.Status == Merged) != (d.MergedInto != ""), d.MergedInto == b.No, d.SplitFrom == b.No:
		return false
	case b.RefundOf == "":
		return b.Status != Refunded
	default:
		return (b.Status == Refunded || b.Status == Voided) && b.RefundOf != b.No && d.empty()
	}
}

package quota

import (
	"fmt"

	"github.com/changke/changke/services/kernel"
)

// Hundredths is a target in hundredths: 2000 is 20.00.
type Hundredths int64

// String writes two decimals: 12.90.
func (h Hundredths) String() string { return fmt.Sprintf("%d.%02d", h/100, h%100) }

// Stay is a time in a post.
type Stay struct {
	Position string
	Store    kernel.StoreID       // zero: head office
	From     kernel.BusinessDate  // first day
	To       *kernel.BusinessDate // first day no longer; nil: open
}

// covers reports whether a day lies in the stay.
func (s Stay) covers(d kernel.BusinessDate) bool { return s.From <= d && (s.To == nil || d < *s.To) }

// Span is a time away: long leave.
type Span struct {
	From kernel.BusinessDate
	To   *kernel.BusinessDate // first day back; nil: not known yet
}

// Career is what a person's targets are made of.
type Career struct {
	Entry kernel.BusinessDate  // into the chain; the ramp runs from here, not from a move
	Left  *kernel.BusinessDate // first day no longer employed, in whatever post
	Stays []Stay               // none begins before entry
	Away  []Span
}

// post is a stay with its standard.
type post struct {
	Stay
	Standard
}

// posts are the stays in posts that the table knows.
func (c Career) posts(t Table) (out []post) {
	for _, s := range c.Stays {
		if standard, ok := t.posts[s.Position]; ok {
			out = append(out, post{s, standard})
		}
	}
	return out
}

// heldOn is the post held on a day: of several the one taken up last.
func (c Career) heldOn(posts []post, d kernel.BusinessDate) *post {
	if c.Left != nil && d >= *c.Left {
		return nil
	}
	var held *post
	for i, p := range posts {
		if p.covers(d) && (held == nil || p.From >= held.From) {
			held = &posts[i]
		}
	}
	return held
}

func (c Career) awayOn(d kernel.BusinessDate) bool {
	for _, s := range c.Away {
		if s.From <= d && (s.To == nil || d < *s.To) {
			return true
		}
	}
	return false
}

// Targets of a month by item; nil: none.
type Targets [items]*Hundredths

// Judge gives what a person must reach in a month (QTA-02, QTA-05) and the last
// stay of it; nil when he held no post of the table on any of its days, and so
// has no score.
func (t Table) Judge(m kernel.Month, c Career) (out Targets, last *Stay) {
	posts, days := c.posts(t), m.Last()
	var sums [items]int64
	var assessed [items]bool
	for d := m.First(); d <= days; d++ {
		p := c.heldOn(posts, d)
		if p == nil {
			continue
		}
		last = &p.Stay
		away := c.awayOn(d)
		for _, i := range Items[Visits:] {
			assessed[i] = assessed[i] || p.Targets[i] > 0
			if !away {
				sums[i] += p.Targets[i]
			}
		}
		if d == days && p.Targets[Customers] > 0 {
			h := Hundredths(t.toHold(m, c.Entry, p.Standard) * 100)
			out[Customers] = &h
		}
	}
	for _, i := range Items[Visits:] {
		if assessed[i] {
			out[i] = shareOf(sums[i], int64(m.Days()))
		}
	}
	return out, last
}

// shareOf divides by the days of a month, exactly, rounded once half up to 0.01.
func shareOf(sum, days int64) *Hundredths {
	h := Hundredths((200*sum + days) / (2 * days))
	return &h
}

// toHold is how many customers a post must hold at the end of a month that is
// the n-th after entry; 0 before the ramp has begun.
func (t Table) toHold(m kernel.Month, entry kernel.BusinessDate, s Standard) int64 {
	n := t.rampMonth(m, entry)
	switch {
	case n < 1:
		return 0
	case n < RampMonths:
		return min(s.Ramp[n-1], s.Targets[Customers])
	}
	return s.Targets[Customers]
}

// rampMonth numbers a month from entry: 1 is the month of entry for who came on
// or before the rule's day, else the next (QTA-02).
func (t Table) rampMonth(m kernel.Month, entry kernel.BusinessDate) int {
	first := entry.Month()
	if int(entry-first.First())+1 > t.entry {
		first++
	}
	return int(m-first) + 1
}

// RampMonth numbers a month on a person's ramp: 1 to 9, 0 before it has begun or
// once it is over, when the floor counts.
func (t Table) RampMonth(m kernel.Month, entry kernel.BusinessDate) int {
	if n := t.rampMonth(m, entry); n >= 1 && n < RampMonths {
		return n
	}
	return 0
}

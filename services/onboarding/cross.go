package onboarding

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/changke/changke/services/kernel"
)

// crossLines remembers on which line each fact stood, for findings that only
// show when all files have been read.
type crossLines struct {
	stores, staff, customers, bookings, bills []int
	moves                                     []moveLine
}

type moveLine struct {
	line int
	no   string
	post Post
}

// cross checks what the files say of each other: every name must be known, and
// nothing may stand twice with different content.
func (r *reader) cross() {
	stores := map[string]bool{}
	for i, s := range r.facts.Stores {
		if stores[s.Code] {
			r.findAt("stores.csv", r.lines.stores[i], "store_code", "%q stands twice", s.Code)
		}
		stores[s.Code] = true
	}
	store := func(file string, line int, code string) {
		if !stores[code] {
			r.findAt(file, line, "store_code", "%q is not in stores.csv", code)
		}
	}
	staff := r.crossStaff(store)
	known := func(file string, line int, column, no string) {
		if _, ok := staff[no]; !ok {
			r.findAt(file, line, column, "%q is not in staff.csv", no)
		}
	}

	type guest struct {
		store string
		phone kernel.Phone
	}
	guests := map[guest]bool{}
	for i, c := range r.facts.Customers {
		line := r.lines.customers[i]
		store("customers.csv", line, c.Store)
		known("customers.csv", line, "referrer_no", c.ReferrerNo)
		if guests[guest{c.Store, c.Phone}] {
			r.findAt("customers.csv", line, "phone", "is on file in this store already (CUS-10)")
		}
		guests[guest{c.Store, c.Phone}] = true
	}

	type ref struct{ store, ref string }
	bookings, named := map[ref]Booking{}, map[string][]Booking{} // by reference alone too, each once
	for i, b := range r.facts.Bookings {
		line := r.lines.bookings[i]
		store("bookings.csv", line, b.Store)
		known("bookings.csv", line, "booker_no", b.BookerNo)
		before, again := bookings[ref{b.Store, b.Ref}]
		if again && !sameBooking(before, b) {
			r.findAt("bookings.csv", line, "booking_ref", "%q stands twice with different content", b.Ref)
		}
		if !again {
			named[b.Ref] = append(named[b.Ref], b)
		}
		bookings[ref{b.Store, b.Ref}] = b
	}

	type bill struct {
		store, source, no string
		revision          int
	}
	bills := map[bill]Bill{}
	for i, b := range r.facts.Bills {
		line := r.lines.bills[i]
		store("bills.csv", line, b.Store)
		key := bill{b.Store, b.Source, b.No, b.Revision}
		// A bill sent twice is the same bill (VIS-07); other content is a mistake.
		if before, ok := bills[key]; ok && !sameBill(before, b) {
			r.findAt("bills.csv", line, "revision", "bill %q revision %d stands twice with different content", b.No, b.Revision)
		}
		bills[key] = b
		if _, own := bookings[ref{b.Store, b.BookingRef}]; !own && len(named[b.BookingRef]) == 1 {
			r.facts.Bills[i] = b.ofElsewhere(named[b.BookingRef][0])
		}
	}
}

// LostMoves finds the moves that an import would lose: of people whom the chain has
// already, whom it leaves alone, and who have no post like it (known, by number).
func LostMoves(people []Staff, known map[string][]Post) (out []Finding) {
	for _, s := range people {
		posts, there := known[s.No]
		for _, m := range s.Posts {
			if !there || m.Line == 0 || slices.ContainsFunc(posts, func(p Post) bool {
				return p.From == m.From && p.Store == m.Store && p.Position == m.Position
			}) {
				continue
			}
			out = append(out, Finding{"staff_moves.csv", m.Line, "date", fmt.Sprintf(
				"%q is in the chain already, without this move: give all of a person's moves in the first directory that names him, or enter it in the console", s.No)})
		}
	}
	return out
}

// ofElsewhere is a bill that names a booking which only another store has: guest, day
// and meal period are that booking's (VIS-06), the visit is the bill's own store's.
func (b Bill) ofElsewhere(k Booking) Bill {
	b.Phone, b.Date, b.Meal, b.BookingRef = k.Phone, k.Date, k.Meal, ""
	return b
}

// crossStaff checks people and hangs their moves on them, by date.
func (r *reader) crossStaff(store func(file string, line int, code string)) map[string]int {
	staff := map[string]int{}
	for i, s := range r.facts.Staff {
		line := r.lines.staff[i]
		if _, ok := staff[s.No]; ok {
			r.findAt("staff.csv", line, "staff_no", "%q stands twice", s.No)
		}
		staff[s.No] = i
		store("staff.csv", line, s.Posts[0].Store)
	}
	for _, m := range r.lines.moves {
		i, ok := staff[m.no]
		if !ok {
			r.findAt("staff_moves.csv", m.line, "staff_no", "%q is not in staff.csv", m.no)
			continue
		}
		store("staff_moves.csv", m.line, m.post.Store)
		s := &r.facts.Staff[i]
		if m.post.From < s.Entry || s.Left != nil && m.post.From >= *s.Left {
			r.findAt("staff_moves.csv", m.line, "date", "lies outside the time between entry and leaving")
		}
		if slices.ContainsFunc(s.Posts[1:], func(p Post) bool { return p.From == m.post.From }) {
			r.findAt("staff_moves.csv", m.line, "date", "a second move on the same day")
		}
		s.Posts = append(s.Posts, m.post)
	}
	for i := range r.facts.Staff {
		slices.SortStableFunc(r.facts.Staff[i].Posts, func(a, b Post) int { return cmp.Compare(a.From, b.From) })
	}
	return staff
}

func sameBooking(a, b Booking) bool {
	seatA, seatB := a.SeatedClock, b.SeatedClock
	if (seatA == nil) != (seatB == nil) || seatA != nil && *seatA != *seatB {
		return false
	}
	a.SeatedClock, b.SeatedClock = nil, nil
	return a == b
}

func sameBill(a, b Bill) bool {
	same := a.ClosedAt.Equal(b.ClosedAt)
	a.ClosedAt, a.Line = b.ClosedAt, b.Line // the same instant may be written in two zones
	return same && a == b
}

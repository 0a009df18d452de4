package onboarding

import (
	"fmt"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// TillClaim is what the booking of a line shall hold.
type TillClaim struct {
	Line   int32
	Store  kernel.StoreID
	Ref    string
	State  visit.State
	Date   kernel.BusinessDate
	Meal   tenant.MealPeriod
	Tables int32 // of a banquet
	Places []*visit.Resource
}

// Claim is what a line's booking shall hold; one that is over holds nothing new.
func (r TillRead) Claim(line int32) TillClaim {
	b := r.Booking
	c := TillClaim{line, b.Store, b.Ref, b.State, b.Date, b.Meal, b.Tables, r.Places}
	if !b.State.Open() {
		c.Places = nil
	}
	return c
}

// TillSeats are who holds which rooms, tables and halls while the bookings of a file
// are recorded one after the other (VIS-10), so that a check can tell what recording
// would refuse. It only foretells: when they are recorded, the database decides.
type TillSeats struct {
	seats  map[seat]map[sentRef]int32 // tables of a hall; else 1
	booked map[sentRef]seated
}

type seat struct {
	place kernel.UUID
	on    kernel.BusinessDate
	meal  tenant.MealPeriod
}

type sentRef struct {
	store kernel.StoreID
	ref   string
}

// seated is a booking that holds something.
type seated struct {
	state visit.State
	kind  visit.Kind
	line  int32 // 0: it is on file
	seats []seat
}

// NewTillSeats begins with what is held on file.
func NewTillSeats(held []visit.Holder) *TillSeats {
	s := &TillSeats{map[seat]map[sentRef]int32{}, map[sentRef]seated{}}
	for _, h := range held {
		s.sit(sentRef{h.Store, h.Ref}, seated{h.State, h.Kind, 0, nil}, seat{h.Place, h.Date, h.Meal}, h.Tables)
	}
	return s
}

func (s *TillSeats) sit(of sentRef, b seated, at seat, tables int32) {
	if s.seats[at] == nil {
		s.seats[at] = map[sentRef]int32{}
	}
	s.seats[at][of] = tables
	b.seats = append(s.booked[of].seats, at)
	s.booked[of] = b
}

func (s *TillSeats) leave(of sentRef) {
	for _, at := range s.booked[of].seats {
		delete(s.seats[at], of)
	}
	delete(s.booked, of)
}

// Put records a line. What is no longer free is said; then nothing changes.
func (s *TillSeats) Put(c TillClaim) (refused string) {
	of := sentRef{c.Store, c.Ref}
	was, known := s.booked[of]
	switch {
	case known && (!was.state.Open() || !was.state.Leads(c.State)):
		return "" // nothing changes, or what is refused is another matter (VIS-09)
	case c.State.Open():
		for _, p := range c.Places {
			if refused = s.full(of, p, c); refused != "" {
				return refused
			}
		}
		s.leave(of)
		for _, p := range c.Places {
			s.sit(of, seated{c.State, p.Kind, c.Line, nil}, seat{p.ID, c.Date, c.Meal}, wanted(p, c))
		}
	case known && c.State == visit.Finished && was.kind != visit.Hall: // a room is booked once per meal
		was.state = c.State
		s.booked[of] = was
	default:
		s.leave(of)
	}
	return ""
}

// full says who holds a place, or how much of a hall is left, where a line needs more.
func (s *TillSeats) full(of sentRef, p *visit.Resource, c TillClaim) string {
	left := max(p.Tables, 1)
	var by sentRef
	for other, tables := range s.seats[seat{p.ID, c.Date, c.Meal}] {
		if other != of {
			left, by = left-tables, other
		}
	}
	switch line := s.booked[by].line; {
	case left >= wanted(p, c):
		return ""
	case p.Kind == visit.Banquet:
		return fmt.Sprintf("%s 这个餐段只剩 %d 桌", p.Name, max(left, 0))
	case line > 0:
		return fmt.Sprintf("%s 这个餐段已被第 %d 行占用", p.Name, line)
	}
	return fmt.Sprintf("%s 这个餐段已被预定 %s 占用", p.Name, by.ref)
}

func wanted(p *visit.Resource, c TillClaim) int32 {
	if p.Kind == visit.Banquet {
		return c.Tables
	}
	return 1
}

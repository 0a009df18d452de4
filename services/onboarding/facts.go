// Package onboarding takes over what a chain knew before it came to us: the CSV
// files of its former system, read and checked as a whole before anything is
// written. It owns no guest, visit or tie; it hands rows to the contexts that do.
package onboarding

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Facts is everything in one directory of files, as read and checked.
type Facts struct {
	Span      Span
	Stores    []Store
	Staff     []Staff
	Customers []Customer
	Bookings  []Booking
	Bills     []Bill
}

// Span is span.json: the chain, its zone and the business days covered.
type Span struct {
	Tenant   string
	Zone     *time.Location
	From, To kernel.BusinessDate
}

// Store is a line of stores.csv.
type Store struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Zone string `json:"zone"` // that of span.json
}

// Staff is a line of staff.csv with its lines of staff_moves.csv.
type Staff struct {
	No    string               `json:"no"`
	Name  string               `json:"name"`
	Entry kernel.BusinessDate  `json:"entry"`
	Left  *kernel.BusinessDate `json:"left,omitempty"` // first day no longer employed
	Posts []Post               `json:"posts"`          // the first from entry on, then the moves, by date
	Phone kernel.Phone         `json:"-"`              // may be empty
}

// Post is where somebody works, as what, from a day on.
type Post struct {
	From     kernel.BusinessDate `json:"from"`
	Store    string              `json:"store"`
	Position string              `json:"position"`
	Line     int                 `json:"-"` // of staff_moves.csv; 0 = the one from entry on
}

// Customer is a line of customers.csv: a file approved in the former system.
type Customer struct {
	Store      string              `json:"store"`
	Name       string              `json:"name"`
	ReferrerNo string              `json:"referrer_no"`
	ApprovedOn kernel.BusinessDate `json:"approved_on"`
	Phone      kernel.Phone        `json:"-"`
}

// Booking is a line of bookings.csv.
type Booking struct {
	Ref         string              `json:"ref"`
	Store       string              `json:"store"`
	BookerNo    string              `json:"booker_no"`
	Date        kernel.BusinessDate `json:"date"`
	Meal        tenant.MealPeriod   `json:"meal"`
	Kind        string              `json:"kind"`                   // hall, room, banquet
	State       string              `json:"state"`                  // finished, cancelled, no_show
	SeatedClock *int                `json:"seated_clock,omitempty"` // minutes after midnight, local; nil when never seated
	Noticed     bool                `json:"noticed"`
	Phone       kernel.Phone        `json:"-"` // empty: unknown guest
}

// Bill is a line of bills.csv: one revision of a bill.
type Bill struct {
	Store      string              `json:"store"`
	Source     string              `json:"source"`
	No         string              `json:"no"`
	Revision   int                 `json:"revision"`
	BookingRef string              `json:"booking_ref"`
	Date       kernel.BusinessDate `json:"date"`
	Meal       tenant.MealPeriod   `json:"meal"`
	ClosedAt   time.Time           `json:"closed_at"`
	Amount     kernel.Fen          `json:"amount"`
	Voided     bool                `json:"voided"`
	Phone      kernel.Phone        `json:"-"` // empty: unknown guest
	Line       int                 `json:"-"` // of bills.csv
}

// Finding is one thing wrong with the files, and where.
type Finding struct {
	File   string
	Line   int // 1 = the header
	Column string
	Reason string
}

package tenant

import (
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones belong to the product: an image without /usr/share/zoneinfo knows them too
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
)

// Cutover is when a business day begins unless the rule set or a store says
// otherwise (rulebook §0: 04:00).
const Cutover = 4 * time.Hour

// Shanghai is the zone of chains and stores unless they say otherwise.
var Shanghai = location("Asia/Shanghai")

// zonesRead are those that were asked for, by name: *time.Location.
var zonesRead sync.Map

// Zone gives a time zone by its IANA name. The system's file is read once in a
// process, for every store names its zone.
func Zone(name string) (*time.Location, error) {
	if zone, ok := zonesRead.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zonesRead.Store(name, zone)
	}
	return zone, err
}

func location(name string) *time.Location {
	zone, err := Zone(name)
	if err != nil {
		panic(err) // tzdata is linked in, and names are our own
	}
	return zone
}

// AsChain is the cut-over of a store that is entered without one of its own.
const AsChain time.Duration = -1

// Chain is one tenant (连锁企业).
type Chain struct {
	ID   kernel.TenantID
	Code string // typed at login, e.g. "demo"
	Name string
	// Zone and Cutover are those of the rule set in force (day.zone, day.cutover):
	// head office's, and what a store begins with.
	Zone    *time.Location
	Cutover time.Duration
	Sandbox bool  // vendors try things out in it; said when it is made
	Moved   Moves // of a sandbox's clock
}

// BusinessDate says which business day an instant belongs to at head office.
func (c Chain) BusinessDate(now time.Time) kernel.BusinessDate {
	return c.Moved.date(now, c.Zone, c.Cutover)
}

// Under is the chain by the rules in force at a moment. The version is that of
// the calendar day, since the business day is what it decides.
func (c Chain) Under(catalogue Catalogue, sets []RuleSet, now time.Time) Chain {
	set, _ := InForce(sets, c.Moved.date(now, c.Zone, 0))
	rules := NewRules(catalogue, set)
	c.Zone, c.Cutover = rules.Zone(), rules.TimeOfDay(KeyCutover, kernel.StoreID{})
	return c
}

// Store is one restaurant or tea house (直营店 / 门店).
type Store struct {
	ID      kernel.StoreID
	Code    string // the chain's own short code, e.g. "S01"
	Name    string
	Address string
	Zone    *time.Location
	Cutover time.Duration // after midnight, when its business day begins
	// Later are the changes of zone and cut-over, oldest first; Zone and Cutover
	// are those it began with.
	Later       []Clock
	Hours       OpeningHours
	Closures    []Closure            // for works, not withdrawn, by first day
	SuspendedAt *time.Time           // takes no bookings until reopened
	ClosedOn    *kernel.BusinessDate // first business day it is no longer there
	StateReason string               // why it is suspended or closed
	LiveOn      *kernel.BusinessDate // first business day on which LIF and QTA act there; nil: not set (RUL-06)
	Version     int32                // raised with every edit
	Moved       Moves                // of a sandbox's clock; of real chains none
}

// StoreState is whether a store takes guests.
type StoreState uint8

// The states.
const (
	StoreOpen      StoreState = iota + 1 // 营业
	StoreSuspended                       // 暂停接受预定
	StoreClosed                          // 已闭店
)

// State tells what a store is on a business day.
func (s Store) State(on kernel.BusinessDate) StoreState {
	switch {
	case s.ClosedOn != nil && on >= *s.ClosedOn:
		return StoreClosed
	case s.SuspendedAt != nil:
		return StoreSuspended
	}
	return StoreOpen
}

// MayBook says whether the store takes a booking for a business day: it stands,
// is not suspended and not closed for works. Faults: store.suspended,
// store.closed, store.closed_for_works (RUL-07).
func (s Store) MayBook(on kernel.BusinessDate) error {
	switch s.State(on) {
	case StoreClosed:
		return ErrStoreClosed
	case StoreSuspended:
		return ErrStoreSuspended
	case StoreOpen:
	}
	if s.ClosedForWorks(on) {
		return ErrClosedForWorks
	}
	return nil
}

// Live reports whether the rules of ownership and scores act in the store on a
// business day (RUL-06).
func (s Store) Live(on kernel.BusinessDate) bool { return s.LiveOn != nil && *s.LiveOn <= on }

// Serves reports whether the store has guests on a business day: it stands, is
// not closed for works (RUL-07), and the weekday is no day of rest.
func (s Store) Serves(on kernel.BusinessDate) bool {
	if s.State(on) == StoreClosed || s.ClosedForWorks(on) {
		return false
	}
	return s.Hours.Open(on, 0, 2*24*time.Hour)
}

// ClosedForWorks reports whether a business day lies in a closure (停业).
func (s Store) ClosedForWorks(on kernel.BusinessDate) bool {
	return slices.ContainsFunc(s.Closures, func(c Closure) bool { return c.Covers(on) })
}

// ParseCode brings a chain's code as people type it into the form it is kept
// in: small letters, no space around. Fault: invalid_field.
func ParseCode(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", ErrBadCode
	}
	s = strings.ToLower(strings.TrimSpace(s))
	if n := utf8.RuneCountInString(s); n == 0 || n > 40 || strings.ContainsFunc(s, unwritten) {
		return "", ErrBadCode
	}
	return s, nil
}

func unwritten(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

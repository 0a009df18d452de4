package tenant

import (
	"strings"
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

func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
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
}

// BusinessDate says which business day an instant belongs to at head office.
func (c Chain) BusinessDate(now time.Time) kernel.BusinessDate {
	return kernel.BusinessDateOf(now, c.Zone, c.Cutover)
}

// Under is the chain by the rules in force at a moment. The version is that of
// the calendar day, since the business day is what it decides.
func (c Chain) Under(catalogue Catalogue, sets []RuleSet, now time.Time) Chain {
	set, _ := InForce(sets, kernel.BusinessDateOf(now, c.Zone, 0))
	rules := NewRules(catalogue, set)
	c.Zone, c.Cutover = rules.Zone(), rules.TimeOfDay(KeyCutover, kernel.StoreID{})
	return c
}

// Store is one restaurant or tea house (直营店 / 门店).
type Store struct {
	ID      kernel.StoreID
	Code    string // the chain's own short code, e.g. "S01"
	Name    string
	Zone    *time.Location
	Cutover time.Duration // after midnight, when its business day begins
}

// BusinessDate says which business day of the store an instant belongs to: a
// guest who pays at 01:30 belongs to the evening before.
func (s Store) BusinessDate(now time.Time) kernel.BusinessDate {
	return kernel.BusinessDateOf(now, s.Zone, s.Cutover)
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

package tenant

import (
	"strings"
	"time"
	_ "time/tzdata" // zones belong to the product: an image without /usr/share/zoneinfo knows them too
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
)

// Cutover is when a chain's business day begins unless a store says otherwise
// (rulebook §0: 04:00).
const Cutover = 4 * time.Hour

// Shanghai is the zone of chains and stores unless they say otherwise.
var Shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err) // tzdata is linked in
	}
	return zone
}()

// Chain is one tenant (连锁企业).
type Chain struct {
	ID   kernel.TenantID
	Code string // typed at login, e.g. "demo"
	Name string
	Zone *time.Location
}

// BusinessDate says which business day an instant belongs to at head office.
func (c Chain) BusinessDate(now time.Time) kernel.BusinessDate {
	return kernel.BusinessDateOf(now, c.Zone, Cutover)
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

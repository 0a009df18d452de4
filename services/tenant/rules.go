package tenant

import (
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
)

// Values are rule values by key.
type Values map[string]int64

// RuleSet is one published version of a chain's rules. It never changes
// (RUL-01); the database refuses it too.
type RuleSet struct {
	Version     int32               // 1, 2, 3 …; decisions name it
	EffectiveOn kernel.BusinessDate // first business day under it
	Values      Values              // what differs from the defaults
	Stores      map[kernel.StoreID]Values
	PublishedBy *kernel.PersonID // nil: the system
	PublishedAt time.Time
	Note        string // why, in the publisher's words
	Withdraws   int32  // the planned version it took back before its day came; 0: none
}

// Within is the version as a grant shows it: with the values of the stores it
// reaches.
func (s RuleSet) Within(g kernel.Grant) RuleSet {
	all := s.Stores
	s.Stores = map[kernel.StoreID]Values{}
	for store, values := range all {
		if g.Covers(store, true) {
			s.Stores[store] = values
		}
	}
	return s
}

// FirstEffectiveOn is from when version 1 counts: before every fact, so that
// each business day has rules.
var FirstEffectiveOn = kernel.NewDate(1970, time.January, 1)

// FirstRuleSet is version 1: every value is the rulebook's.
func FirstRuleSet(now time.Time) RuleSet {
	return RuleSet{Version: 1, EffectiveOn: FirstEffectiveOn, Values: Values{}, Stores: map[kernel.StoreID]Values{}, PublishedAt: now}
}

// InForce picks the version for a business day: the newest of those that have
// begun. A later version with an earlier date thus replaces what was planned.
func InForce(sets []RuleSet, on kernel.BusinessDate) (RuleSet, bool) {
	var best RuleSet
	for _, s := range sets {
		if s.EffectiveOn <= on && s.Version > best.Version {
			best = s
		}
	}
	return best, best.Version > 0
}

// Rules are the values of one version, ready to be asked.
type Rules struct {
	Version   int32
	catalogue Catalogue
	set       RuleSet
}

// NewRules joins a version with the fields it is read by.
func NewRules(c Catalogue, set RuleSet) Rules {
	return Rules{Version: set.Version, catalogue: c, set: set}
}

// Int is the value of a field: the store's own, else the chain's, else the
// rulebook's. A zero store asks for the chain's. A key nobody has declared is a
// mistake in the program and panics: answering 0 would act on guests.
func (r Rules) Int(key string, store kernel.StoreID) int64 {
	f, ok := r.catalogue.Field(key)
	if !ok {
		panic(fmt.Sprintf("tenant: no rule field %q", key))
	}
	if f.StoreMayOverride {
		if v, ok := r.set.Stores[store][key]; ok {
			return v
		}
	}
	if v, ok := r.set.Values[key]; ok {
		return v
	}
	return f.Default
}

// Bool is Int for a field of kind Bool.
func (r Rules) Bool(key string, store kernel.StoreID) bool { return r.Int(key, store) != 0 }

// TimeOfDay is Int for a field of kind Time: since midnight.
func (r Rules) TimeOfDay(key string, store kernel.StoreID) time.Duration {
	return time.Duration(r.Int(key, store)) * time.Minute
}

// Zone is the chain's zone (day.zone).
func (r Rules) Zone() *time.Location {
	return location(zones[r.Int(KeyZone, kernel.StoreID{})].Code)
}

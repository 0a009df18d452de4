package tenant

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// RuleDraft is what a chain's head office is working on: the changes that shall
// become the next version (RUL-01). A chain has one, several people work on it,
// and every change says whose it is.
type RuleDraft struct {
	Revision    int64 // raised with every save; 0: nobody has ever begun one
	Base        int32 // the version the changes were made against
	EffectiveOn *kernel.BusinessDate
	Note        string
	Edits       []Edit // none: there is no draft now
	SavedBy     kernel.PersonID
	SavedAt     time.Time
}

// Edit is one change of a draft.
type Edit struct {
	Store kernel.StoreID  `json:"store"` // zero: the chain
	Key   string          `json:"key"`
	Value *int64          `json:"value"` // nil: back to the rulebook's value, of a store to the chain's
	By    kernel.PersonID `json:"by"`
	At    time.Time       `json:"at"`
}

type place struct {
	store kernel.StoreID
	key   string
}

// Save is the draft after a person has saved these edits at a moment: those
// that were there before stay whose they are, and those that change nothing in
// the version they are made against fall away. Faults: rules.unknown_key,
// rules.out_of_range, naming every bad edit.
func (d RuleDraft) Save(c Catalogue, newest RuleSet, stores []Store, edits []Edit, by kernel.PersonID, now time.Time) (RuleDraft, error) {
	if err := checkEdits(c, edits, stores); err != nil {
		return d, err
	}
	before := map[place]Edit{}
	for _, e := range d.Edits {
		before[place{e.Store, e.Key}] = e
	}
	d.Base, d.SavedBy, d.SavedAt, d.Edits = newest.Version, by, now, nil
	for _, e := range edits {
		e.By, e.At = by, now
		if old, ok := before[place{e.Store, e.Key}]; ok && same(old.Value, e.Value) {
			e.By, e.At = old.By, old.At
		}
		if f, _ := c.Field(e.Key); changes(f, newest, e) {
			d.Edits = append(d.Edits, e)
		}
	}
	slices.SortFunc(d.Edits, func(a, b Edit) int {
		if order := slices.Compare(a.Store[:], b.Store[:]); order != 0 {
			return order
		}
		return slices.IndexFunc(c, func(f Field) bool { return f.Key == a.Key }) - slices.IndexFunc(c, func(f Field) bool { return f.Key == b.Key })
	})
	return d, nil
}

// On is the version that publishing the draft upon another one would make.
func (d RuleDraft) On(newest RuleSet, effectiveOn kernel.BusinessDate, note string) Draft {
	out := Draft{Base: d.Base, EffectiveOn: effectiveOn, Note: note, Values: maps.Clone(newest.Values), Stores: map[kernel.StoreID]Values{}}
	if out.Values == nil {
		out.Values = Values{}
	}
	for store, values := range newest.Stores {
		out.Stores[store] = maps.Clone(values)
	}
	for _, e := range d.Edits {
		values := out.Values
		if !e.Store.IsZero() {
			if out.Stores[e.Store] == nil {
				out.Stores[e.Store] = Values{}
			}
			values = out.Stores[e.Store]
		}
		if e.Value == nil {
			delete(values, e.Key)
		} else {
			values[e.Key] = *e.Value
		}
	}
	maps.DeleteFunc(out.Stores, func(_ kernel.StoreID, values Values) bool { return len(values) == 0 })
	return out
}

// checkEdits names what may not be set, by the place in the list.
func checkEdits(c Catalogue, edits []Edit, stores []Store) error {
	var unknown, outside []fault.Violation
	seen := map[place]bool{}
	for i, e := range edits {
		path := fmt.Sprintf("edits[%d]", i)
		if at := (place{e.Store, e.Key}); seen[at] {
			unknown = append(unknown, fault.Violation{Field: path, Message: "同一个参数写了两次。"})
			continue
		} else {
			seen[at] = true
		}
		if !e.Store.IsZero() && !slices.ContainsFunc(stores, func(s Store) bool { return s.ID == e.Store }) {
			unknown = append(unknown, fault.Violation{Field: path, Message: "没有这家门店。"})
			continue
		}
		v := int64(0)
		if e.Value != nil {
			v = *e.Value
		} else if f, ok := c.Field(e.Key); ok {
			v = f.Default
		}
		u, o := checkValue(c, path, e.Key, v, !e.Store.IsZero())
		unknown, outside = append(unknown, u...), append(outside, o...)
	}
	return badValues(unknown, outside)
}

// changes reports whether an edit makes a difference to a version.
func changes(f Field, set RuleSet, e Edit) bool {
	if e.Store.IsZero() {
		return resolved(f, e.Value) != resolved(f, at(set.Values, f.Key))
	}
	return !same(at(set.Stores[e.Store], f.Key), e.Value)
}

func resolved(f Field, v *int64) int64 {
	if v == nil {
		return f.Default
	}
	return *v
}

func at(values Values, key string) *int64 {
	if v, ok := values[key]; ok {
		return &v
	}
	return nil
}

func same(a, b *int64) bool { return a == b || a != nil && b != nil && *a == *b }

// Difference is one value that differs between two versions. A store's value is
// nil where it follows the chain; a chain's is never nil.
type Difference struct {
	Store         kernel.StoreID // zero: the chain
	Field         Field
	Before, After *int64
}

// Compare lists what differs between two versions, the chain's values first.
func Compare(c Catalogue, before, after RuleSet) []Difference {
	var out []Difference
	for _, f := range c {
		b, a := resolved(f, at(before.Values, f.Key)), resolved(f, at(after.Values, f.Key))
		if b != a {
			out = append(out, Difference{Field: f, Before: &b, After: &a})
		}
	}
	stores := maps.Clone(before.Stores)
	if stores == nil {
		stores = map[kernel.StoreID]Values{}
	}
	maps.Copy(stores, after.Stores)
	for _, id := range sortedStores(stores) {
		for _, f := range c {
			if b, a := at(before.Stores[id], f.Key), at(after.Stores[id], f.Key); !same(b, a) {
				out = append(out, Difference{Store: id, Field: f, Before: b, After: a})
			}
		}
	}
	return out
}

// Withdraw makes the draft that takes back the newest version before its day
// comes: from that day on the rules go on as they would without it. What an
// earlier plan said for later does not come back; it had been replaced. sets
// are newest first; day is the business day it is done on, with some notice.
// Faults: rules.version_not_found, rules.not_newest, rules.is_withdrawal,
// rules.already_begun.
func Withdraw(sets []RuleSet, version int32, day kernel.BusinessDate, note string) (Draft, error) {
	at := slices.IndexFunc(sets, func(s RuleSet) bool { return s.Version == version })
	switch {
	case at < 0:
		return Draft{}, ErrNoVersion
	case at > 0:
		return Draft{}, ErrNotNewest
	case sets[0].Withdraws != 0:
		return Draft{}, ErrWithdrawal
	case sets[0].EffectiveOn <= day:
		return Draft{}, ErrBegun
	}
	without, _ := InForce(sets[1:], sets[0].EffectiveOn)
	return Draft{
		Base: version, EffectiveOn: sets[0].EffectiveOn, Withdraws: version, Note: note,
		Values: without.Values, Stores: without.Stores,
	}, nil
}

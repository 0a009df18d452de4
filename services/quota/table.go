package quota

import (
	"strconv"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Standard is what a post must reach in a whole month.
type Standard struct {
	Targets [items]int64          // 0: not assessed
	Ramp    [RampMonths - 1]int64 // customers by the end of months 1 to 8
}

// Table is the table of targets as a version of the rules has it. A post that
// is not in it is not assessed, and owns nothing.
type Table struct {
	Version int32
	posts   map[string]Standard
	entry   int // last day of entry that counts for its month
}

// TableOf reads the table of a version.
func TableOf(r tenant.Rules) Table {
	chain := kernel.StoreID{}
	t := Table{Version: r.Version, posts: map[string]Standard{}, entry: int(r.Int(KeyEntryDay, chain))}
	for _, p := range posts {
		var s Standard
		assessed := false
		for _, i := range Items {
			s.Targets[i] = r.Int(postPrefix+p.key+"."+i.Key(), chain)
			assessed = assessed || s.Targets[i] > 0
		}
		line := ramps[r.Int(postPrefix+p.key+".ramp", chain)]
		for m := range s.Ramp {
			s.Ramp[m] = r.Int(rampKey(line.key, m+1), chain)
		}
		if assessed {
			t.posts[p.name] = s
		}
	}
	return t
}

func rampKey(line string, month int) string { return rampPrefix + line + "." + strconv.Itoa(month) }

// Has reports whether a post is assessed at all.
func (t Table) Has(position string) bool {
	_, ok := t.posts[position]
	return ok
}

// MayOwn reports whether who holds a post may own files: posts with a customers
// target (LIF-05).
func (t Table) MayOwn(position string) bool { return t.posts[position].Targets[Customers] > 0 }

// Owning lists the posts that may own, in the table's order.
func (t Table) Owning() (names []string) {
	for _, p := range posts {
		if t.MayOwn(p.name) {
			names = append(names, p.name)
		}
	}
	return names
}

// Assessed lists the posts of the table with their English names.
func (t Table) Assessed() (names []kernel.Words) {
	for _, p := range posts {
		if t.Has(p.name) {
			names = append(names, kernel.Words{ZH: p.name, EN: p.en})
		}
	}
	return names
}

// PostEnglish is a post of the product in English; empty: one of the chain's own.
func PostEnglish(position string) string {
	for _, p := range posts {
		if p.name == position {
			return p.en
		}
	}
	return ""
}

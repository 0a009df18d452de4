package customer

import (
	"reflect"
	"slices"
	"strings"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Cause is why a revision of a file was begun (CUS-12); the texts are those in
// the database.
type Cause string

// The causes. The first two give a file its standing, all but the first are
// opened on files that have one: CauseImport, to complete what was imported.
const (
	CauseNew       Cause = "new"
	CauseImport    Cause = "import"
	CauseChange    Cause = "change"     // CHG-01
	CauseSpotCheck Cause = "spot_check" // CUS-04
	CauseAdoption  Cause = "adoption"   // LIF-08
	CauseHandover  Cause = "handover"   // HND-02
)

// ByOwner reports whether the file's owner may finish the revision in place of
// whom it was opened for: owners change, a finding stays with the file.
func (c Cause) ByOwner() bool {
	return c == CauseImport || c == CauseChange || c == CauseSpotCheck
}

// Opening is a revision that shall be opened on a file with a standing.
type Opening struct {
	ID      kernel.UUID // of the revision; made by the caller
	File    kernel.FileID
	Cause   Cause
	Editor  kernel.PersonID // who is to finish and submit it
	Fields  Fields          // as it begins: the values that hold, with those that shall change
	Number  kernel.Phone    // the new number; empty: it stays
	Reasons []Reason        // what is wrong, by field
	By      *kernel.PersonID
	For     *kernel.PersonID // whose delegate he was
	Rule    string
}

// Faults of revisions.
var (
	ErrNoStanding     = fault.New(fault.Conflict, "customer.no_standing", "这份档案还没有审核通过，由建档人直接修改即可。")
	ErrNotReferrer    = fault.New(fault.Conflict, "customer.not_referrer", "只有这位客户现在的推荐人可以补齐他的档案。")
	ErrNothingMissing = fault.New(fault.Conflict, "customer.nothing_missing", "这份档案没有要补齐的内容。")
	ErrRevisionOpen   = fault.New(fault.Conflict, "customer.revision_open", "这份档案正在修改或等待审核，等审核完再办理。")
)

// Take gives f with the named fields as they stand in g.
func (f Fields) Take(names []string, g Fields) Fields {
	to, from := reflect.ValueOf(&f).Elem(), reflect.ValueOf(g)
	for i := range to.NumField() {
		name, _, _ := strings.Cut(to.Type().Field(i).Tag.Get("json"), ",")
		if slices.Contains(names, name) {
			to.Field(i).Set(from.Field(i))
		}
	}
	if slices.Contains(names, "name") {
		f.Name, f.NameInsisted = g.Name, g.NameInsisted
	}
	if slices.Contains(names, "number") {
		f.PHS = g.PHS
	}
	extra := map[string]string{}
	for name, value := range f.Extra {
		extra[name] = value
	}
	for _, name := range names {
		if IsOwn(name) {
			extra[name] = g.Extra[name]
		}
	}
	f.Extra = extra
	return f.Clean()
}

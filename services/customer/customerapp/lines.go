package customerapp

import (
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
)

// ownLine is the line of what somebody did to a file of his own.
func ownLine(action string, file kernel.FileID, store kernel.StoreID, changes ...audit.Change) audit.Entry {
	e := line(action, file, store, changes...)
	e.Own = true
	return e
}

// seenLine is the line of a file that somebody sees.
func seenLine(action string, row customer.Row, by kernel.PersonID) audit.Entry {
	e := line(action, row.File, row.Store)
	e.Topic, e.Own = audit.TopicView, row.OwnedBy(by)
	return e
}

// line is what the log of acts says of a file.
func line(action string, file kernel.FileID, store kernel.StoreID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "customer", ObjectID: file.String(), Store: store, Changes: changes}
}

func moved(from, to customer.State) audit.Change {
	return audit.Change{Field: "state", Before: string(from), After: string(to)}
}

// decided is a review's line: the state, and which fields reasons were given for.
func decided(id kernel.FileID, f file, state customer.State, d customer.Decision) audit.Entry {
	e := line("customer.rejected", id, f.Store, moved(f.State, state))
	if d.Approve {
		e.Action = "customer.approved"
	}
	e.Concerned = f.Concerns
	for _, r := range d.Reasons {
		e.Changes = append(e.Changes, audit.Change{Field: "reason", After: r.Field})
	}
	return e
}

// edited tells changed fields by fingerprints: that a value was put back can be
// seen, the value can't.
func edited(keys *secret.Keys, names []string, before, after customer.Fields, numberBefore, numberAfter []byte) []audit.Change {
	out := make([]audit.Change, len(names))
	for i, name := range names {
		was, is := before.Text(name), after.Text(name)
		if name == "number" {
			was, is = hex.EncodeToString(numberBefore), hex.EncodeToString(numberAfter)
		}
		out[i] = audit.Change{Field: name, Before: audit.Fingerprint(keys, was), After: audit.Fingerprint(keys, is)}
	}
	return out
}

// listed is the line of a page of files: how many, and by which kind of search.
// It is of the store asked for, or of the only one in reach.
func listed(action string, grant kernel.Grant, store *kernel.StoreID, rows int, query string) audit.Entry {
	e := audit.Entry{Action: action, Object: "customer", Changes: []audit.Change{{Field: "rows", After: strconv.Itoa(rows)}}}
	if reached := slices.Concat(grant.Stores(), grant.OwnIn()); store != nil {
		e.Store = *store
	} else if reached = slices.Compact(reached); len(reached) == 1 && !grant.Tenant() {
		e.Store = reached[0]
	}
	if search, err := customer.ParseSearch(query); err == nil && search.Kind != customer.SearchNone {
		e.Changes = append(e.Changes, audit.Change{Field: "search", After: search.Kind.String()})
	}
	return e
}

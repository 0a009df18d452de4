package customer

import "github.com/changke/changke/services/kernel/fault"

// Finding is what is wrong with one field of a file and how to mend it.
type Finding struct {
	Field   string // as in the interface: "name", "number", "address" …
	Rule    string // rulebook id
	Message string // Chinese; never repeats what was typed in the number
}

// Violations puts findings into the form faults carry; the path says where the
// fields lie in the request, e.g. "fields.".
func Violations(path string, findings []Finding) []fault.Violation {
	out := make([]fault.Violation, len(findings))
	for i, f := range findings {
		out[i] = fault.Violation{Field: path + f.Field, Rule: f.Rule, Message: f.Message}
	}
	return out
}

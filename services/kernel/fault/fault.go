// Package fault is the few kinds of error that leave a use case. Each carries a
// stable reason for programs and a Chinese sentence for people that says how to
// mend it; platform/rpc translates kinds to Connect codes in one place.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind is what sort of failure it is.
type Kind uint8

// The kinds, and the Connect code each becomes.
const (
	Internal        Kind = iota // internal: ours; the text stays inside
	Invalid                     // invalid_argument: the caller can mend the input
	NotFound                    // not_found: also for everything outside the grant
	Conflict                    // failed_precondition: the state does not allow it (any more)
	Exists                      // already_exists
	Forbidden                   // permission_denied
	Unauthenticated             // unauthenticated
	TooMany                     // resource_exhausted, with RetryAfter
	Unavailable                 // unavailable: try again later
)

// Violation is what is wrong with one field.
type Violation struct {
	Field     string // path in the request, e.g. "stage1.name"
	Rule      string // rulebook id, e.g. "CUS-06"; may be empty
	Message   string // Chinese, says how to mend it
	MessageEn string // the same in English, of plain shape errors; may be empty
}

// Fault is an error for a caller.
type Fault struct {
	Kind       Kind
	Reason     string // stable, "customer.already_on_file"
	Message    string // Chinese, for people
	Violations []Violation
	RetryAfter time.Duration // with TooMany and Unavailable
	Limit      *Limit        // with TooMany: which one; nil: none that has a name
	cause      error
}

// Limit is a limit that was reached.
type Limit struct {
	Name  string        // stable, "key.calls_per_minute"
	Value int32         // what it allows in a minute
	Reset time.Duration // until the whole of it is free again
}

// New makes a fault.
func New(kind Kind, reason, message string) *Fault {
	return &Fault{Kind: kind, Reason: reason, Message: message}
}

// Newf is New with a formatted message; never put personal data into it.
func Newf(kind Kind, reason, format string, args ...any) *Fault {
	return New(kind, reason, fmt.Sprintf(format, args...))
}

// Fields makes an Invalid fault of what is wrong with the fields.
func Fields(reason, message string, violations ...Violation) *Fault {
	return &Fault{Kind: Invalid, Reason: reason, Message: message, Violations: violations}
}

// Field makes an Invalid fault about one field.
func Field(field, rule, message string) *Fault {
	return Fields("invalid_field", message, Violation{Field: field, Rule: rule, Message: message})
}

// Because keeps the cause for the log; it never leaves the server.
func (f *Fault) Because(err error) *Fault {
	g := *f
	g.cause = err
	return &g
}

// Error gives the reason and the message.
func (f *Fault) Error() string {
	if f.cause != nil {
		return f.Reason + ": " + f.Message + ": " + f.cause.Error()
	}
	return f.Reason + ": " + f.Message
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// Is makes errors.Is compare by reason, so that a fault can be a sentinel.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Reason == f.Reason
}

// KindOf gives the kind of any error; what is no fault is Internal.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

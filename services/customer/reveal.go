package customer

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// NamesPermission is what guests' names are shown in clear by (ROL-03).
const NamesPermission = "customer.names"

// ReadPermission is what files are read by.
const ReadPermission = "customer.read"

// Public reports whether the file is approved and nobody's.
func (r Row) Public() bool { return r.ApprovedOn != nil && r.Owner == nil }

// NameShown reports whether a caller sees the name in clear, by his grant for
// names and for reviews: a public guest's nobody, but for who reviews the file or
// checks it in an open revision (LIF-08); others' are shown where the grant
// reaches.
func (r Row) NameShown(names, review kernel.Grant) bool {
	checks := r.Editor != nil && *r.Editor == names.Person()
	return r.toReview(review) || (!r.Public() || checks) && r.Within(names)
}

// BirthdayShown reports whether a caller sees the birthday in clear: the
// referrer, for his care, and who reviews the file.
func (r Row) BirthdayShown(names, review kernel.Grant) bool {
	return r.toReview(review) || r.OwnedBy(names.Person()) && r.NameShown(names, review)
}

func (r Row) toReview(review kernel.Grant) bool {
	return r.State == Submitted && review.Covers(r.Store, false)
}

// Masked is a field that is shown in clear one file at a time, with a reason;
// the texts are those in the database.
type Masked string

// The masked fields.
const (
	MaskedNumber   Masked = "number"
	MaskedName     Masked = "name"
	MaskedBirthday Masked = "birthday"
)

// Event is what a file's timeline says of it.
func (m Masked) Event() EventKind {
	return map[Masked]EventKind{MaskedNumber: NumberShown, MaskedName: NameRevealed, MaskedBirthday: BirthdayRevealed}[m]
}

// ErrRevealsUsedUp refuses somebody who has revealed as often as the rule allows
// in a day; the next day begins at a moment in the chain's zone.
func ErrRevealsUsedUp(quota int64, now, again time.Time) *fault.Fault {
	f := fault.Newf(fault.TooMany, "customer.reveals_used_up", "今天查看完整信息的次数（%d 次）已用完，%s起可以再查看；确有需要，请联系总部。",
		quota, again.Format("1月2日 15:04 "))
	f.RetryAfter = again.Sub(now)
	return f
}

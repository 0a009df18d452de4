package customer

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of conflict cases (客户归属争议, CUS-10).
var (
	ErrNoConflict     = fault.New(fault.NotFound, "conflict.not_found", "没有找到这起归属争议。")
	ErrNotOnFile      = atNumber(fault.New(fault.Conflict, "conflict.not_on_file", "这个号码现在没有人占用，请直接保存建档。"), "CUS-10")
	ErrOwnGuest       = atNumber(fault.New(fault.Conflict, "conflict.own_guest", "这个号码就在您自己的档案里，请到“客户”中查找。"), "CUS-10")
	ErrPublicGuest    = atNumber(fault.New(fault.Conflict, "conflict.public_guest", "这位客人现在是公共客户，没有人与您争议，请告诉客服经理。"), "CUS-10")
	ErrConflictOpened = atNumber(fault.New(fault.Conflict, "conflict.open_already", "这个号码已经有一起归属争议，请等它有了结果再提出。"), "CUS-10")
	ErrConflictOver   = fault.New(fault.Conflict, "conflict.over", "这起归属争议已经有了结果，请刷新。")
	ErrTooEarly       = fault.New(fault.Conflict, "conflict.too_early", "两位推荐人的协商时间还没有到，暂时不能裁定。")
	ErrNoPart         = fault.New(fault.Conflict, "conflict.no_part", "只有争议的两位推荐人可以让出客人。")
	ErrNotHolder      = fault.New(fault.Conflict, "conflict.not_holder", "只有现在的推荐人可以在这里说明情况。")
	ErrOwnCase        = fault.New(fault.Conflict, "conflict.own_case", "不能裁定自己的归属争议，也不能代本人裁定他的争议，请由其他负责人裁定。")
)

// Side is one of the two who claim a guest; the texts are those in the database.
type Side string

// The sides; an open case has gone to nobody.
const (
	Holder   Side = "holder"   // whose file it is
	Claimant Side = "claimant" // who claims the guest
)

// Other is the other of the two.
func (s Side) Other() Side {
	if s == Holder {
		return Claimant
	}
	return Holder
}

// ConflictState is how a case stands. The database knows that it is open; whose
// turn it is then follows from the clock.
type ConflictState string

// The states; the texts are those in the database.
const (
	ConflictOpen    ConflictState = "open"
	ConflictSettled ConflictState = "settled" // one of the two gave way
	ConflictDecided ConflictState = "decided" // by the manager
)

// ConflictTexts is what the two and the manager say. It is kept sealed: people
// write names and numbers into such texts.
type ConflictTexts struct {
	Claim    string `json:"claim"`
	Answer   string `json:"answer,omitempty"`
	Decision string `json:"decision,omitempty"`
}

// maxStatement is how long each of them may be, in characters.
const maxStatement = 500

// Statement cleans what somebody says in a case. Fault: invalid_field at path.
func Statement(path, text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < 2 || n > maxStatement {
		return "", fault.Field(path, "CUS-10", "请用 2 到 500 个字写明情况。")
	}
	return text, nil
}

// Conflict is whom a case concerns and until when they may settle it.
type Conflict struct {
	Store    kernel.StoreID
	State    ConflictState
	Holder   kernel.PersonID // whose the guest was when it was opened
	Claimant kernel.PersonID
	Guest    Row // the file that holds the number, as it is now
	Due      time.Time
}

// Concerns reports whether somebody has part in it and so may not decide it
// (ROL-04): the two, and whoever else the guest belongs to by now.
func (c Conflict) Concerns(p kernel.PersonID) bool {
	return p == c.Holder || p == c.Claimant || c.Guest.Owner != nil && p == *c.Guest.Owner
}

// SideOf says which of the two somebody is.
func (c Conflict) SideOf(p kernel.PersonID) (Side, bool) {
	switch p {
	case c.Claimant:
		return Claimant, true
	case c.Holder:
		return Holder, true
	}
	return "", false
}

// Within reports whether a grant reaches the case: its own are those somebody
// has part in.
func (c Conflict) Within(g kernel.Grant) bool {
	_, part := c.SideOf(g.Person())
	return g.Covers(c.Store, part)
}

// WithManager reports whether the time to settle it is over.
func (c Conflict) WithManager(now time.Time) bool {
	return c.State == ConflictOpen && !now.Before(c.Due)
}

// Decide says whether a manager may decide the case, and for whom he does; nil:
// in his own right. Faults: conflict.over, conflict.own_case (ROL-04),
// conflict.too_early.
func (c Conflict) Decide(manager kernel.Grant, now time.Time) (*kernel.Delegated, error) {
	if c.State != ConflictOpen {
		return nil, ErrConflictOver
	}
	whom, ok := manager.Decide(c.Store, c.Concerns)
	switch {
	case !ok:
		return nil, ErrOwnCase
	case !c.WithManager(now):
		return nil, ErrTooEarly
	}
	return whom, nil
}

// HoldState is whether a file that was never approved still has its number.
type HoldState uint8

// The states, as the interface counts them.
const (
	HoldNone HoldState = iota // approved: for good
	HoldHeld
	HoldLapsed
	HoldTaken
	HoldInConflict
)

// Hold is the number of a file that was never approved (CUS-10). A reservation
// is judged when somebody enters the number: nothing frees it at its hour, and
// until another file takes it its writer may take it again.
type Hold struct {
	State HoldState
	Until *time.Time           // nil: until the file or the case is decided
	Since *kernel.BusinessDate // since when another file has it
	Case  kernel.UUID          // the open case about it; zero: none
}

package customer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of further numbers (VIS-12, CUS-10).
var (
	ErrNoContact    = fault.New(fault.NotFound, "contact.not_found", "没有找到这个联系号码，可能刚被删除。")
	ErrOnThisFile   = numberFault(fault.New(fault.Exists, "contact.on_this_file", "这个号码已经在这份档案上了。"))
	ErrTooMany      = fault.New(fault.Conflict, "contact.too_many", "一份档案最多 20 个联系号码，请先删除不用的。")
	ErrNeedsManager = fault.New(fault.Conflict, "contact.needs_manager", "已通过的档案，客人本人的号码由不是推荐人的客服经理或客服主管增减（CHG-01）。")
)

func numberFault(f *fault.Fault) *fault.Fault {
	f.Violations = []fault.Violation{{Field: "number", Rule: "VIS-12", Message: f.Message}}
	return f
}

// MaxContacts is how many further numbers stand on a file.
const MaxContacts = 20

// ContactKind is whose number it is; the texts are those in the database.
type ContactKind string

// The kinds.
const (
	ContactOwn       ContactKind = "own" // a further number of the guest's own
	ContactSecretary ContactKind = "secretary"
	ContactDriver    ContactKind = "driver"
	ContactAssistant ContactKind = "assistant"
	ContactFamily    ContactKind = "family"
	ContactOther     ContactKind = "other"
)

// Contact is a further number on a file: the guest's own, or of somebody who
// books for him. Own numbers are exclusive among the own numbers of a store; a
// contact's may stand on several files, and may be another guest's own.
type Contact struct {
	ID     kernel.UUID
	Kind   ContactKind
	Name   Name // empty: not said, or the guest's own
	Masked string
}

// ContactName cleans a contact's name: people write 王秘书, which is no guest's
// name and good enough here. Fault: invalid_field at "name".
func ContactName(kind ContactKind, name string) (Name, error) {
	name = strings.TrimSpace(name)
	switch {
	case kind == ContactOwn:
		return "", nil
	case utf8.RuneCountInString(name) > 30 || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsControl(r) }):
		return "", fault.Field("name", "VIS-12", "联系人的称呼最多 30 个字，不能有数字。")
	}
	return Name(name), nil
}

// GuestOfNumber is a guest for whom somebody with a number may book.
type GuestOfNumber struct {
	File    kernel.FileID
	Name    Name
	Row     Row         // whose he is, for who may see the name
	Contact kernel.UUID // zero: the number is his own
	Kind    ContactKind
}

package staff

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of periods of employment and of leaves.
var (
	ErrNotLeft       = fault.New(fault.Conflict, "staff.not_left", "这位员工没有离岗，或离岗日期还没有到。")
	ErrLeavingClosed = fault.New(fault.Conflict, "staff.leaving_closed", "这位员工的离职手续已经办结。")
	ErrNoAbsence     = fault.New(fault.NotFound, "staff.absence_not_found", "没有找到这次休假，或者不在您的管理范围内。")
	ErrAbsentThen    = fault.New(fault.Conflict, "staff.absence_overlaps", "这段时间已经登记了休假，请先修改原来的休假。")
	ErrReasonNeeded  = fault.Field("assignment.reason", "ACC-01", "请填写调动原因。")
)

// CustomersLeft refuses to close a leaving while customers are left (ACC-03).
func CustomersLeft(n int) error {
	return fault.Newf(fault.Conflict, "staff.customers_left", "还有 %d 位客户在这位员工名下，请先交接，或等归属规则收回后再办结。", n)
}

// Leaving is the end of a period of employment: the fact, and its procedure
// (ACC-03).
type Leaving struct {
	EntryOn    kernel.BusinessDate
	LeftOn     kernel.BusinessDate // first day no longer employed
	Reason     string
	RecordedAt time.Time
	ClosedAt   *time.Time // nil: the procedure is open
	ClosedBy   string     // name; empty while it is open
}

// Kinds of leaves; the texts are those in the database.
const (
	Annual    AbsenceKind = "annual"
	Sick      AbsenceKind = "sick"
	Maternity AbsenceKind = "maternity"
	Personal  AbsenceKind = "personal"
	Other     AbsenceKind = "other"
)

// AbsenceKind is the sort of a leave.
type AbsenceKind string

// Absence is a long leave: the person stays employed (ROL-05).
type Absence struct {
	ID     kernel.UUID
	From   kernel.BusinessDate
	To     *kernel.BusinessDate // first day back; nil = not known yet
	Kind   AbsenceKind
	Reason string
}

// Overlaps reports whether two leaves have a day in common.
func (a Absence) Overlaps(b Absence) bool {
	return (a.To == nil || b.From < *a.To) && (b.To == nil || a.From < *b.To)
}

// MayBegin says whether a leave can be recorded beside the others of a person.
// Faults: staff.date_order, staff.absence_overlaps.
func (a Absence) MayBegin(others []Absence) error {
	if a.To != nil && *a.To <= a.From {
		return ErrDateOrder
	}
	for _, o := range others {
		if o.ID != a.ID && a.Overlaps(o) {
			return ErrAbsentThen
		}
	}
	return nil
}

// Left reports whether the person is no longer employed on a day.
func (p Person) Left(on kernel.BusinessDate) bool { return p.LeftOn != nil && *p.LeftOn <= on }

// Details is everything about a person.
type Details struct {
	Person
	History   []Assignment // all posts, newest first
	Absences  []Absence    // newest first
	Leavings  []Leaving    // newest first
	Customers int          // he owns now
	Email     Email        // at work; empty: none
}

// Hired is somebody employed with the key of his number.
type Hired struct {
	Person    kernel.PersonID
	NumberKey []byte
}

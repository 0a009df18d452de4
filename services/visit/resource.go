package visit

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

// MaxResources is how many rooms, tables and halls a store may have.
const MaxResources = 1000

// Resource is a room, table or hall of a store (VIS-10).
type Resource struct {
	ID       kernel.UUID
	Store    kernel.StoreID
	Kind     Kind
	Name     string // unique in the store, the retired ones included
	Capacity int32  // seats
	Tables   int32  // of a banquet hall; 0 for others
	MinSpend kernel.Fen
	Area     string
	Floor    string
	// ActiveOn is the first business day it can be booked (nil: always),
	// RetiredOn the first it can't any more (nil: stays).
	ActiveOn, RetiredOn *kernel.BusinessDate
}

// Holder is a booking that holds a place in a meal, of a hall so many tables.
type Holder struct {
	Place  kernel.UUID
	Date   kernel.BusinessDate
	Meal   tenant.MealPeriod
	Store  kernel.StoreID
	Ref    string
	State  State
	Kind   Kind
	Tables int32
}

// ErrRetireDate is the fault of a day from which nothing can be retired.
var ErrRetireDate = fault.Field("retired_date", "VIS-10", "停用日期最早是今天，最晚是一年以后。")

// Used reports whether it can be booked for a business day.
func (r Resource) Used(on kernel.BusinessDate) bool {
	return (r.ActiveOn == nil || *r.ActiveOn <= on) && (r.RetiredOn == nil || on < *r.RetiredOn)
}

// Trimmed is the resource with its texts as they are kept.
func (r Resource) Trimmed() Resource {
	r.Name, r.Area, r.Floor = strings.TrimSpace(r.Name), strings.TrimSpace(r.Area), strings.TrimSpace(r.Floor)
	return r
}

// Check says what is wrong with a trimmed resource. Fault: invalid_field.
func (r Resource) Check() error {
	var bad []fault.Violation
	say := func(field, message string) {
		bad = append(bad, fault.Violation{Field: field, Rule: "VIS-10", Message: message})
	}
	if n := utf8.RuneCountInString(r.Name); n == 0 || n > 40 || strings.ContainsFunc(r.Name, control) {
		say("name", "请填名称，最多 40 个字，例如 301 或 牡丹厅。")
	}
	if r.Capacity < 1 || r.Capacity > 5000 {
		say("capacity", "请填可坐人数，1 到 5000。")
	}
	switch {
	case r.Kind == Banquet && r.Tables < 1:
		say("tables", "请填宴会厅能摆几桌。")
	case r.Kind != Banquet && r.Tables != 0:
		say("tables", "只有宴会厅按桌数计。")
	}
	if r.MinSpend < 0 {
		say("min_spend_fen", "最低消费不能小于零。")
	}
	if strings.ContainsFunc(r.Area+r.Floor, control) {
		say("area", "区域和楼层不能含换行。")
	}
	if len(bad) > 0 {
		return fault.Fields("invalid_field", "包间或桌位的资料有误，请按提示修改。", bad...)
	}
	return nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

// NamesTaken is the fault for names that are in the store already: each is said
// with its place in the list.
func NamesTaken(names []string, taken func(string) bool) error {
	var bad []fault.Violation
	seen := map[string]bool{}
	for i, n := range names {
		if taken(n) || seen[n] {
			bad = append(bad, fault.Violation{Field: fmt.Sprintf("names[%d]", i), Rule: "VIS-10", Message: "“" + n + "”已经有了；停用的也占着名称，可以恢复使用。"})
		}
		seen[n] = true
	}
	if len(bad) == 0 {
		return nil
	}
	f := fault.Fields("resource.name_taken", "有的名称本店已经用了，请改名。", bad...)
	f.Kind = fault.Exists
	return f
}

// ErrNameTaken is the fault of a new name that another one of the store has.
var ErrNameTaken = fault.New(fault.Exists, "resource.name_taken", "本店已经有这个名称，停用的也算；请换一个。")

// Booked is the fault of retiring what still has bookings to come.
func Booked(n int32) error {
	return fault.Newf(fault.Conflict, "resource.booked", "从那天起还有 %d 个预定用着它，请先换到别处或取消。", n)
}

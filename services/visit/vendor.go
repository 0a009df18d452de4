package visit

import (
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

// Faults of bookings that a vendor's system sends.
var (
	ErrNotVendors   = fault.New(fault.Conflict, "booking.not_vendors", "这个编号的预定是在常客里登记的，请在常客里修改；入座可以用 SeatBooking 上报。")
	ErrUnknownPlace = fault.New(fault.Invalid, "pos.unknown_place", "本店没有叫这个名称的包间或桌位，请与门店设置核对。")
	ErrBadSeating   = fault.Field("seated_time", "VIS-08", "没有这个入座时刻，请按 18:30 填写门店当地时间。")
	ErrBadArrival   = fault.Field("arrive_time", "VIS-10", "没有这个时刻，请按 18:30 这样填写。")
)

// SentBooking is a booking as a vendor's system has it now.
type SentBooking struct {
	Store     kernel.StoreID
	Ref       string
	State     State
	Number    kernel.Phone // empty: the guest told none
	GuestName string
	Booker    kernel.PersonID
	Date      kernel.BusinessDate
	Meal      tenant.MealPeriod
	Kind      Kind     // empty: that of its first place, without any a hall table
	Places    []string // names of rooms or tables
	Guests    int32
	Arrive    string // HH:MM of the store's clock; empty: not said
	Seated    string // HH:MM; empty: now, if they sit
	Tables    int32  // of a banquet
	MinSpend  kernel.Fen
	Deposit   kernel.Fen
	Note      string
	Reason    string // why it was called off or nobody came
	Notice    bool   // send the notice, once
	Noticed   bool   // the system that took it has sent one, which counts as ours does (VIS-03)
}

// Check says what of it does not fit together. Fault: invalid_field.
func (b SentBooking) Check() error {
	switch {
	case b.Kind == Banquet && b.Tables < 1:
		return fault.Field("tables", "VIS-10", "请填包席有几桌。")
	case b.Kind != Banquet && b.Tables != 0:
		return fault.Field("tables", "VIS-10", "只有包席按桌数登记。")
	case !CheckText(b.Ref):
		return fault.Field("ref", "VIS-06", "预定编号首尾不能有空格，也不能含控制字符。")
	case b.Reason != "" && b.State != Cancelled && b.State != NoShow:
		return fault.Field("reason", "VIS-09", "只有取消和未到店才填原因。")
	case b.Seated != "" && b.State != Seated && b.State != Finished:
		return fault.Field("seated_time", "VIS-08", "还没有入座，不要填入座时刻。")
	}
	return nil
}

// sentPaths are the states that a system may go on to from a state, also past
// those it never reported (VIS-09).
var sentPaths = map[State][]State{
	Requested: {Requested, Confirmed, Seated, Finished, Cancelled, NoShow},
	Confirmed: {Confirmed, Seated, Finished, Cancelled, NoShow},
	Seated:    {Seated, Finished},
	Finished:  {Finished},
	Cancelled: {Cancelled},
	NoShow:    {NoShow},
}

// Leads reports whether a booking may go on from one state to another.
func (s State) Leads(to State) bool { return slices.Contains(sentPaths[s], to) }

// SentOutcome is what became of a booking that was sent.
type SentOutcome uint8

// The outcomes.
const (
	SentCreated SentOutcome = iota + 1
	SentChanged
	SentUnchanged
)

// BookingOnFile is a booking as a vendor's system is shown it.
type BookingOnFile struct {
	ID       kernel.UUID
	Store    kernel.StoreID
	Ref      string
	State    State
	Date     kernel.BusinessDate
	Meal     tenant.MealPeriod
	Places   []string
	Booker   kernel.PersonID
	Seated   string // HH:MM; empty: not seated
	NoticeAt *time.Time
}

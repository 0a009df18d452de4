package visit

import (
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Way is how a booking came in; the texts are those in the database.
type Way string

// The ways.
const (
	Phone    Way = "phone"    // the guest called (VIS-02, VIS-05)
	Referrer Way = "referrer" // the guest asked his referrer, who enters it himself (VIS-03)
	WalkIn   Way = "walk_in"  // he came and sits already (VIS-04, VIS-05)
)

// NoticeWay is how a guest was given his notice (VIS-03); the texts are those in
// the database.
type NoticeWay string

// The ways of notices.
const (
	ByMessage NoticeWay = "message"   // accepted for sending
	InPerson  NoticeWay = "in_person" // told where none could be sent; marked for 督察
)

// MaxNotices is how often a guest is told of one booking.
const MaxNotices = 5

// Taking is what of a new booking must fit together.
type Taking struct {
	Way       Way
	Kind      Kind
	Requested bool // to be confirmed later
	Today     bool // its business day is the store's of this moment
	Known     bool // the guest told his number
	Referrer  *kernel.PersonID
	ByHimself bool // the referrer enters it
	Tables    int32
}

// Check says what does not fit. Faults: booking.past_date of a walk-in, else
// invalid_field.
func (t Taking) Check() error {
	switch {
	case !t.Known && t.Way != WalkIn:
		return fault.Field("number", "VIS-02", "请填客人的手机号；到店的客人没有留号码时，请选“到店”。")
	case t.Way == WalkIn && !t.Today:
		return fault.Field("way", "VIS-04", "到店客人只能登记在当前营业日。")
	case t.Way == WalkIn && t.Requested:
		return fault.Field("requested", "VIS-09", "到店客人直接入座，不用待确认。")
	case t.Way == Referrer && !t.ByHimself:
		return fault.Field("way", "VIS-03", "您不是这位客人的推荐人；客人来电请选“来电”，到店请选“到店”。")
	case t.Kind == Banquet && t.Tables < 1:
		return fault.Field("tables", "VIS-10", "请填包席有几桌。")
	case t.Kind != Banquet && t.Tables != 0:
		return fault.Field("tables", "VIS-10", "只有包席按桌数登记。")
	}
	return nil
}

// Reasons are a chain's reasons for calling off and for no-shows (VIS-09), in
// the order of the screen. People may write another one.
type Reasons struct{ Cancelled, NoShow []string }

// UsualReasons are offered until a chain writes its own.
var UsualReasons = Reasons{
	Cancelled: []string{"客人改期", "客人有事不来", "改订本店其他包间", "改去其他门店", "天气或交通原因", "重复登记"},
	NoShow:    []string{"联系不上客人", "客人忘记了", "客人临时有事，未提前告知", "号码有误"},
}

// Or fills lists that are empty with the usual ones.
func (r Reasons) Or(usual Reasons) Reasons {
	if len(r.Cancelled) == 0 {
		r.Cancelled = usual.Cancelled
	}
	if len(r.NoShow) == 0 {
		r.NoShow = usual.NoShow
	}
	return r
}

// Check says what is wrong with reasons as they shall be kept. Fault: invalid_field.
func (r Reasons) Check() error {
	for field, list := range map[string][]string{"cancelled": r.Cancelled, "no_show": r.NoShow} {
		for _, text := range list {
			if CheckReason(text) != nil || utf8.RuneCountInString(text) > 40 {
				return fault.Field(field, "VIS-09", "每条原因 1 到 40 个字，写在一行里。")
			}
		}
	}
	return nil
}

// CheckReason says whether a text can stand as a reason. Fault: invalid_field.
func CheckReason(text string) error {
	for _, r := range text {
		if control(r) {
			return fault.Field("reason", "VIS-09", "原因写在一行里，不能含换行。")
		}
	}
	if text == "" {
		return fault.Field("reason", "VIS-09", "请写明原因。")
	}
	return nil
}

package customer

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of consent (CUS-11).
var (
	ErrConsentUnchanged = fault.New(fault.Conflict, "consent.unchanged", "客人现在的授权已经是这样，无需再记。")
	ErrTextChanged      = fault.New(fault.Conflict, "consent.text_changed", "刚刚有人发布了新的文本，请刷新后再改。")
	ErrTextUnchanged    = fault.Field("body", "CUS-11", "文本没有变化，无需发布。")
	ErrTextSize         = fault.Field("body", "CUS-11", "授权文本请写 10–2000 个字。")
	ErrTextHeadOffice   = fault.New(fault.Forbidden, "consent.head_office", "授权文本由全企业共用，只有管理全企业的人可以发布。")
)

// Purpose is what a guest agrees to; the texts are those in the database.
type Purpose string

// The purposes.
const (
	ForFile      Purpose = "file"      // building and keeping the file
	ForService   Purpose = "service"   // messages about his own bookings and visits
	ForMarketing Purpose = "marketing" // messages that advertise
)

// Purposes in the order in which they are shown.
var Purposes = []Purpose{ForFile, ForService, ForMarketing}

// firstTexts are version 0 of every chain: what is read to a guest until the
// chain publishes its own.
var firstTexts = map[Purpose]string{
	ForFile:      "为了在您到店时更好地服务您，我们会登记您的姓名、电话、口味、忌口、生日等信息，仅供本店服务人员使用，不会提供给他人。您可以随时要求查阅、更正或删除。",
	ForService:   "我们会把与您预定、用餐有关的通知用短信发给您。您可以随时要求不再接收。",
	ForMarketing: "我们会在节日、生日或有新菜品、优惠活动时给您发短信。您可以随时回复 R 或告诉我们，不再接收。",
}

// FirstText is a purpose's version 0.
func FirstText(p Purpose) string { return firstTexts[p] }

// ConsentLine is what a guest said about a purpose, once and for ever.
type ConsentLine struct {
	Purpose Purpose
	Given   bool
	How     string // in_person, phone, paper, online, message
	Text    int32  // version of the text he was shown
	By      *kernel.PersonID
	For     *kernel.PersonID
	At      time.Time
}

// Standing is the newest line of each purpose; a purpose never asked is absent.
type Standing map[Purpose]ConsentLine

// Allows reports whether something may be done for a guest now. Service messages
// answer what he did and go out until he takes that back; advertising only when
// he agreed to it; and nobody is advertised to who took back the file itself.
func (s Standing) Allows(p Purpose) bool {
	line, said := s[p]
	switch p {
	case ForMarketing:
		file, saidFile := s[ForFile]
		return said && line.Given && (!saidFile || file.Given)
	default:
		return !said || line.Given
	}
}

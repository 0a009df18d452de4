package visit

import "github.com/changke/changke/services/kernel/fault"

// Finding is what an inspector found of a notice told in person (VIS-03).
type Finding struct {
	Held bool   // the guest was told; false: doubtful
	Note string // what it was seen from; a doubt needs it
}

// Check says what is wrong with a finding as it shall be kept. Fault: invalid_field.
func (f Finding) Check() error {
	for _, r := range f.Note {
		if control(r) {
			return fault.Field("note", "VIS-03", "写在一行里，不能含换行。")
		}
	}
	if !f.Held && f.Note == "" {
		return fault.Field("note", "VIS-03", "存疑的，请写明从哪里看出来，例如“回访客人，客人说没有接到通知”。")
	}
	return nil
}

// Act is how the log of acts names it.
func (f Finding) Act() string {
	if f.Held {
		return "booking.notice_checked"
	}
	return "booking.notice_doubted"
}

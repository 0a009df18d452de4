package visit

import "github.com/changke/changke/services/kernel"

// Told is what of a booking bears on the sentence that explains its credit.
type Told struct {
	Seating
	Known    bool            // the guest's number was told
	InPerson bool            // its notice was told, not sent
	Held     *bool           // what an inspector found of that; nil: not checked
	Entered  kernel.PersonID // who entered it; zero: imported
	Former   kernel.PersonID // who had been its booker before a correction; zero: none
	ByWhom   kernel.PersonID // who corrected it
}

// ExplainBooking says whom the visit of a booking is or would be credited to and
// why. all are the bookings of the same visit, this one included; bills is how
// many of its bills are not voided. name gives a person's name.
func ExplainBooking(b Told, all []Seating, bills int, name func(kernel.PersonID) string) kernel.Words {
	words := explainCredit(b, all, bills, name)
	add := func(more kernel.Words) { words = kernel.Words{ZH: words.ZH + more.ZH, EN: words.EN + " " + more.EN} }
	if b.State == Cancelled || b.State == NoShow || !b.Known {
		return words
	}
	switch {
	case !b.InPerson:
	case b.Held == nil:
		add(kernel.Words{ZH: "通知是当面告知的，已标记给督察（VIS-03）。", EN: "The guest was told in person, which is marked for the inspectors (VIS-03)."})
	case *b.Held:
		add(kernel.Words{ZH: "通知是当面告知的，督察核实属实（VIS-03）。", EN: "The guest was told in person, which the inspectors confirmed (VIS-03)."})
	default:
		add(kernel.Words{ZH: "通知是当面告知的，督察核实存疑；归属由经理更正（VIS-03、VIS-13）。", EN: "The guest was told in person, which the inspectors doubt; the credit is the manager's to correct (VIS-03, VIS-13)."})
	}
	var nobody kernel.PersonID
	switch {
	case b.Former != nobody:
		add(kernel.Sayf("原登记%s，由%s更正（VIS-13）。", "%s had been entered; %s corrected it (VIS-13).", name(b.Former), name(b.ByWhom)))
	case b.Entered != nobody && b.Entered != b.Booker:
		add(kernel.Sayf("客人指名找推荐人，由%s代为登记（VIS-04）。", "The guest asked for his referrer; %s entered it (VIS-04).", name(b.Entered)))
	}
	return words
}

func explainCredit(b Told, all []Seating, bills int, name func(kernel.PersonID) string) kernel.Words {
	first, credited := Credit(all)
	switch {
	case b.State == Cancelled:
		return kernel.Words{ZH: "不计入任何人，因为预定已取消，取消的预定不产生消费（VIS-09）。", EN: "Credited to nobody: it was cancelled, and a cancelled booking makes no visit (VIS-09)."}
	case b.State == NoShow:
		return kernel.Words{ZH: "不计入任何人，因为客人未到，不产生消费（VIS-09）。", EN: "Credited to nobody: the guest did not come, so there is no visit (VIS-09)."}
	case !b.Known && b.State == Finished && bills == 0:
		return kernel.Words{ZH: "待补：没有登记客人号码，不知道是谁的消费，不计入任何人（VIS-11）。", EN: "Incomplete: no number was told, so nobody knows whose visit it is; credited to nobody (VIS-11)."}
	case !b.Known:
		return kernel.Words{ZH: "不计入任何人，因为没有登记客人号码，不知道是谁的消费（VIS-11）。", EN: "Credited to nobody: no number was told, so nobody knows whose visit it is (VIS-11)."}
	case b.State == Requested:
		return kernel.Sayf("待确认；确认、发送通知并离席后才计入%s（VIS-03）。", "Not confirmed yet: credited to %s only when it is confirmed, its notice is sent and the guest has left (VIS-03).", name(b.Booker))
	case b.State != Finished && b.Noticed:
		return kernel.Sayf("离席后计入%s，因为通知已发送；同一餐段如有更早入座的预定，则计入更早的一个（VIS-08）。",
			"Will be credited to %s when the guest has left, because the notice is sent. If a booking of the same meal was seated earlier, that one takes it (VIS-08).", name(b.Booker))
	case b.State != Finished:
		return kernel.Sayf("尚未发送通知，发送通知并离席后才计入%s（VIS-03）。", "No notice sent yet: only with it the visit is credited to %s (VIS-03).", name(b.Booker))
	case credited && first.Ref == b.Ref:
		return kernel.Sayf("计入%s，因为通知已发送，并且是本餐段最早入座的预定（VIS-08）。", "Credited to %s: the notice was sent, and it is the first seated of this meal (VIS-08).", name(b.Booker))
	case credited && !b.Noticed:
		return kernel.Sayf("不计入%s，因为没有发送通知；本餐段计入%s（预定 %s，VIS-03）。", "Not credited to %s, because no notice was sent. This meal is credited to %s (booking %s, VIS-03).",
			name(b.Booker), name(first.Booker), first.Ref)
	case credited:
		return kernel.Sayf("计入%s，因为同一餐段只算一次消费，预定 %s 入座更早（VIS-08）。", "Credited to %s: one meal is one visit, and booking %s was seated earlier (VIS-08).",
			name(first.Booker), first.Ref)
	case bills > 0:
		return kernel.Words{ZH: "不计入任何人，因为没有发送通知；消费由账单产生（VIS-11）。", EN: "Credited to nobody, because no notice was sent. The bill makes the visit (VIS-11)."}
	default:
		return kernel.Words{ZH: "待补：没有发送通知，也没有账单，暂不算消费（VIS-11）。", EN: "Incomplete: neither notice nor bill, so no visit yet (VIS-11)."}
	}
}

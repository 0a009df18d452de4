package visit

import "github.com/changke/changke/services/kernel"

// ExplainBooking says whom the visit of a booking is or would be credited to and
// why. all are the bookings of the same visit, this one included; bills is how
// many of its bills are not voided. name gives a person's name.
func ExplainBooking(b Seating, all []Seating, bills int, name func(kernel.PersonID) string) kernel.Words {
	first, credited := Credit(all)
	switch {
	case b.State == Cancelled:
		return kernel.Words{ZH: "已取消，取消的预定不产生消费（VIS-09）。", EN: "Cancelled: a cancelled booking makes no visit (VIS-09)."}
	case b.State == NoShow:
		return kernel.Words{ZH: "客人未到，不产生消费（VIS-09）。", EN: "The guest did not come: no visit (VIS-09)."}
	case b.State != Finished && b.Noticed:
		return kernel.Sayf("离席后计入%s：通知已发送；同一餐段如有更早入座的预定，则计入更早的一个（VIS-08）。",
			"Will be credited to %s when the guest has left: the notice is sent. If a booking of the same meal was seated earlier, that one takes it (VIS-08).", name(b.Booker))
	case b.State != Finished:
		return kernel.Sayf("尚未发送通知，发送通知并离席后才计入%s（VIS-03）。", "No notice sent yet: only with it the visit is credited to %s (VIS-03).", name(b.Booker))
	case credited && first.Ref == b.Ref:
		return kernel.Sayf("计入%s：通知已发送，是本餐段最早入座的预定（VIS-08）。", "Credited to %s: the notice was sent, and it is the first seated of this meal (VIS-08).", name(b.Booker))
	case credited && !b.Noticed:
		return kernel.Sayf("没有发送通知，不计入%s；本餐段计入%s（预定 %s，VIS-03）。", "No notice was sent: not credited to %s. This meal is credited to %s (booking %s, VIS-03).",
			name(b.Booker), name(first.Booker), first.Ref)
	case credited:
		return kernel.Sayf("同一餐段只算一次消费，计入%s：预定 %s 入座更早（VIS-08）。", "One meal is one visit. Credited to %s: booking %s was seated earlier (VIS-08).",
			name(first.Booker), first.Ref)
	case bills > 0:
		return kernel.Words{ZH: "没有发送通知，不计入任何人；消费由账单产生（VIS-11）。", EN: "No notice was sent: credited to nobody. The bill makes the visit (VIS-11)."}
	default:
		return kernel.Words{ZH: "待补：没有发送通知，也没有账单，暂不算消费（VIS-11）。", EN: "Incomplete: neither notice nor bill, so no visit yet (VIS-11)."}
	}
}

// ExplainVisit says why a visit is credited as it is, or that it lies before the
// file's approval and counts for nobody. booker is the name of who gets the
// credit and ref the booking that took it, both empty when it is nobody.
func ExplainVisit(counted bool, booker, ref string, bills int) kernel.Words {
	switch {
	case !counted:
		return kernel.Words{ZH: "审核通过之前的消费，不计入任何人（CUS-03）。", EN: "Before the file was approved: credited to nobody (CUS-03)."}
	case ref == "":
		return kernel.Words{ZH: "没有已发通知的预定，由账单产生消费，不计入任何人（VIS-11）。", EN: "No booking with a notice: the bill makes the visit, credited to nobody (VIS-11)."}
	case bills == 0:
		return kernel.Sayf("计入%s：预定 %s 的客人已离席且通知已发送，账单未到（VIS-08）。", "Credited to %s: the notice of booking %s was sent and its guests have left; no bill yet (VIS-08).", booker, ref)
	default:
		return kernel.Sayf("计入%s：预定 %s 是本餐段最早入座且已发通知的（VIS-08）。", "Credited to %s: booking %s was the first seated of this meal with a notice (VIS-08).", booker, ref)
	}
}

package visit

import "github.com/changke/changke/services/kernel"

// ExplainBooking says in Chinese whom the visit of a booking is or would be
// credited to and why. all are the bookings of the same visit, this one
// included; bills is how many of its bills are not voided. name gives a
// person's name.
func ExplainBooking(b Seating, all []Seating, bills int, name func(kernel.PersonID) string) string {
	first, credited := Credit(all)
	switch {
	case b.State == Cancelled:
		return "已取消，取消的预定不产生消费（VIS-09）。"
	case b.State == NoShow:
		return "客人未到，不产生消费（VIS-09）。"
	case b.State != Finished && b.Noticed:
		return "完成后计入" + name(b.Booker) + "：通知已发送；同一餐段如有更早入座的预定，则计入更早的一个（VIS-08）。"
	case b.State != Finished:
		return "尚未发送通知，通知发送后完成才计入" + name(b.Booker) + "（VIS-03）。"
	case credited && first.Ref == b.Ref:
		return "计入" + name(b.Booker) + "：通知已发送，是本餐段最早入座的已完成预定（VIS-08）。"
	case credited && !b.Noticed:
		return "没有发送通知，不计入" + name(b.Booker) + "；本餐段计入" + name(first.Booker) + "（预定 " + first.Ref + "，VIS-03）。"
	case credited:
		return "同一餐段只算一次消费，计入" + name(first.Booker) + "：预定 " + first.Ref + " 入座更早（VIS-08）。"
	case bills > 0:
		return "没有发送通知，不计入任何人；消费由账单产生（VIS-11）。"
	default:
		return "待补：没有发送通知，也没有账单，暂不算消费（VIS-11）。"
	}
}

// ExplainVisit says in Chinese why a visit is credited as it is. booker is the
// name of who gets the credit and ref the booking that took it, both empty when
// it is nobody.
func ExplainVisit(booker, ref string, bills int) string {
	switch {
	case ref == "":
		return "没有已发通知的完成预定，由账单产生消费，不计入任何人（VIS-11）。"
	case bills == 0:
		return "计入" + booker + "：预定 " + ref + " 已完成且通知已发送，账单未到（VIS-08）。"
	default:
		return "计入" + booker + "：预定 " + ref + " 是本餐段最早入座且已发通知的（VIS-08）。"
	}
}

package visit

import "github.com/changke/changke/services/kernel"

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

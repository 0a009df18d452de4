package handover

import "github.com/changke/changke/services/kernel"

// broken are the ends that somebody who reads of a case has to know at once.
var broken = map[End]kernel.Words{
	Withdrawn:    {ZH: "已撤回", EN: "withdrawn"},
	Rejected:     {ZH: "总部退回", EN: "sent back by head office"},
	Refused:      {ZH: "接收人谢绝", EN: "refused by the receiver"},
	ReceiverLeft: {ZH: "接收人已不在岗", EN: "the receiver is gone"},
	Expired:      {ZH: "逾期没有办完", EN: "not done in time"},
	Reassigned:   {ZH: "已另选接收人", EN: "another receiver was chosen"},
	StoreClosed:  {ZH: "门店合并或闭店", EN: "the store merged or closed"},
}

// Told names a case in one line for whoever finds it among others: the slip, the two,
// how many guests, and how it ended if it was broken.
func (h Handover) Told(giver, receiver string) kernel.Words {
	guests := kernel.Counted(h.Files, "guest", "guests")
	end, ended := broken[h.End]
	switch {
	case !ended:
		return kernel.Sayf("第 %d 号：%s → %s，%s 位客户", "No. %d: %s → %s, %s", h.No, giver, receiver, guests)
	case h.Reason == "":
		return kernel.Sayf("第 %d 号：%s → %s，%s 位客户。%s", "No. %d: %s → %s, %s; %s", h.No, giver, receiver, guests, end)
	}
	return kernel.Sayf("第 %d 号：%s → %s，%s 位客户。%s：%s", "No. %d: %s → %s, %s; %s: %s", h.No, giver, receiver, guests, end, h.Reason)
}

package ownership

import (
	"encoding/json"
	"strconv"

	"github.com/changke/changke/services/kernel"
)

// tellHandover puts a file's handing over, or back, into words; false: its
// evidence can't be read.
func tellHandover(k Kind, evidence []byte, t Told) (kernel.Words, []Fact, bool) {
	var m StoreMoveEvidence
	if k == RuleStoreMove && json.Unmarshal(evidence, &m) == nil && !m.Move.IsZero() {
		text, facts := tellStoreMove(m, t)
		return text, facts, true
	}
	var e HandoverEvidence
	if json.Unmarshal(evidence, &e) != nil {
		return kernel.Words{}, nil, false
	}
	facts := []Fact{
		{kernel.Words{ZH: "交接单", EN: "Handover"}, kernel.Same("No. " + strconv.Itoa(int(e.No)))},
		{kernel.Words{ZH: "移交人", EN: "From"}, kernel.Same(t.From)},
		{kernel.Words{ZH: "接收人", EN: "To"}, kernel.Same(t.To)},
		{kernel.Words{ZH: "原维系开始", EN: "Guest of the giver since"}, Day(e.Was, t.EffectiveOn)},
	}
	from := shortDay(t.EffectiveOn)
	if k == RuleGivenBack {
		return kernel.Sayf("第%d号代管到期，%s起由%s交还%s维系。", "Custody No. %d is over: from %s on %s gives the guest back to %s.", e.No, from, clip(t.From), clip(t.To)), facts, true
	}
	return kernel.Sayf("第%d号客户交接，%s起由%s转交%s维系。", "Handover No. %d: from %s on the guest passes from %s to %s.", e.No, from, clip(t.From), clip(t.To)), facts, true
}

// tellStoreMove puts a tie's way to another store into words.
func tellStoreMove(e StoreMoveEvidence, t Told) (kernel.Words, []Fact) {
	from, in, to := shortDay(t.EffectiveOn), clip(e.From), clip(e.To)
	facts := []Fact{
		{kernel.Words{ZH: "原门店", EN: "Store before"}, kernel.Same(e.From)},
		{kernel.Words{ZH: "新门店", EN: "Store now"}, kernel.Same(e.To)},
		{kernel.Words{ZH: "维系开始", EN: "Guest of the referrer since"}, Day(e.Start, t.EffectiveOn)},
	}
	ended := kernel.Words{ZH: "闭店", EN: "closed"}
	if e.Merged {
		ended = kernel.Words{ZH: "合并", EN: "merged"}
	}
	switch {
	case e.Gone:
		return kernel.Sayf("%s%s：客人在%s已有档案和推荐人，%s起以那一份为准。", "%s %s: the guest has a file and a referrer in %s, which hold from %s on.", in, ended, to, from), facts
	case t.From == t.To:
		return kernel.Sayf("%s%s，%s起在%s仍由%s维系，时间接着算。", "%s %s: from %s on he is in %s still the guest of %s, and no clock begins anew.", in, ended, from, to, clip(t.To)), facts
	}
	return kernel.Sayf("%s%s，%s起转%s，由%s转交%s维系。", "%s %s: from %s on the guest is in %s and passes from %s to %s.", in, ended, from, to, clip(t.From), clip(t.To)), facts
}

// TellHeld is said of a file in handover, in place of how long its tie is safe.
func TellHeld(owner string) kernel.Words {
	return kernel.Sayf("%s的客户，正在办理交接：办完以前不会转为公共客户。", "A guest of %s, being handed over: he does not become public until that is done.", clip(owner))
}

package ownership

import (
	"encoding/json"
	"strconv"

	"github.com/changke/changke/services/kernel"
)

// tellHandover puts a file's handing over, or back, into words; false: its
// evidence can't be read.
func tellHandover(k Kind, evidence []byte, t Told) (kernel.Words, []Fact, bool) {
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

// TellHeld is said of a file in handover, in place of how long its tie is safe.
func TellHeld(owner string) kernel.Words {
	return kernel.Sayf("%s的客户，正在办理交接：办完以前不会转为公共客户。", "A guest of %s, being handed over: he does not become public until that is done.", clip(owner))
}

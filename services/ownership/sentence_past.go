package ownership

import (
	"encoding/json"

	"github.com/changke/changke/services/kernel"
)

// The sentences of RUL-04 and RUL-09, under the same rules as those of sentence.go.

// effects are what a correction does, as its button and its line say it.
var effects = map[Effect]kernel.Words{
	EffectNone:     {ZH: "归属不变", EN: "The owner stays"},
	EffectRestore:  {ZH: "恢复维系关系", EN: "The guest goes back"},
	EffectRelease:  {ZH: "转为公共客户", EN: "The guest becomes public"},
	EffectOffer:    {ZH: "请接待最多的人认养", EN: "The guest is offered"},
	EffectWithdraw: {ZH: "收回认养", EN: "The offer is withdrawn"},
}

// Words are an effect in words.
func (e Effect) Words() kernel.Words { return effects[e] }

// tellCorrection puts a correction that a person confirmed into words.
func tellCorrection(evidence []byte, t Told) (text kernel.Words, facts []Fact, ok bool) {
	var e CorrectionEvidence
	if json.Unmarshal(evidence, &e) != nil {
		return text, nil, false
	}
	month, from := kernel.Sayf("%s%s", "%s%s", monthWords(e.Month), inBrackets(t.Visits)), shortDay(t.EffectiveOn)
	facts = []Fact{{monthOfRule, monthWords(e.Month)}}
	for _, k := range e.Rules {
		facts = append(facts, Fact{kernel.Words{ZH: "与事实不符的决定", EN: "Decision that differs"}, k.Label()})
	}
	for _, v := range t.Visits {
		facts = append(facts, Fact{kernel.Words{ZH: "有出入的消费", EN: "Visit that differs"}, kernel.Sayf("%s %s", "%s, %s", Day(v.On, t.EffectiveOn), meal(v.Meal))})
	}
	switch e.Effect {
	case EffectRestore:
		text = kernel.Sayf("按补到的消费重算%s，不该转走：%s起恢复由%s维系。", "Counted anew with what was learned later, %s should not have cost the guest: from %s on a guest of %s again.", month, from, clip(t.To))
	case EffectRelease:
		text = kernel.Sayf("按补到的消费重算%s，%s不应再维系：%s起转公共。", "Counted anew with what was learned later of %s, %s should not have kept the guest: public from %s on.", month, clip(t.From), from)
	case EffectOffer:
		text = kernel.Sayf("按补到的消费重算%s，%s接待最多：%s起请其确认认养。", "Counted anew with what was learned later of %s, %s received the guest most: to be confirmed from %s on.", month, clip(t.To), from)
	case EffectWithdraw:
		text = kernel.Sayf("按补到的消费重算%s，%s的认养不再成立，%s收回。", "Counted anew with what was learned later of %s, the offer to %s has no ground: withdrawn on %s.", month, clip(t.From), from)
	default:
		text = kernel.Sayf("按补到的消费重算%s，归属不变。", "Counted anew with what was learned later of %s, the owner stays.", month)
	}
	return text, facts, true
}

// TellDifference puts a proposed correction into one sentence: what was decided and
// what it would be now. name names people.
func TellDifference(d Difference, name func(kernel.PersonID) string) kernel.Words {
	month, visits := monthWords(d.Month), inBrackets(d.Changed())
	if d.After > 0 {
		month = kernel.Sayf("已更正的%s", "%s as corrected", month)
	}
	switch d.Effect {
	case EffectRestore:
		return kernel.Sayf("%s的决定重算后不成立%s，客户应仍由%s维系。", "Counted anew, %s%s leaves the guest with %s.", month, visits, clip(name(d.Person)))
	case EffectRelease:
		return kernel.Sayf("%s重算后%s，客户不应再由%s维系，应转为公共客户。", "Counted anew, %s%s does not leave the guest with %s: public.", month, visits, clip(name(d.Person)))
	case EffectOffer:
		return kernel.Sayf("%s重算后%s，%s接待最多，应请其认养。", "Counted anew, %s%s gives the guest to %s, who received him most.", month, visits, clip(name(d.Person)))
	case EffectWithdraw:
		return kernel.Sayf("%s重算后%s，%s的认养不成立。", "Counted anew, %s%s gives no offer to %s.", month, visits, clip(name(d.Person)))
	case EffectNone:
	}
	return kernel.Sayf("%s重算后有出入%s，但归属的结果相同。", "Counted anew, %s%s differs on the way, but ends the same.", month, visits)
}

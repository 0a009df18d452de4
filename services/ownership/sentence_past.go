package ownership

import (
	"encoding/json"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
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
	month, from := kernel.Sayf("%s%s", "%s%s", monthsOf(e.Month, e.Until), inBrackets(t.Visits)), shortDay(t.EffectiveOn)
	late := lateWords(e.Causes, len(t.Visits) > 0)
	facts = []Fact{{monthOfRule, monthWords(e.Month)}}
	for _, k := range e.Rules {
		facts = append(facts, Fact{kernel.Words{ZH: "与事实不符的决定", EN: "Decision that differs"}, k.Label()})
	}
	for _, c := range e.Causes {
		facts = append(facts, Fact{kernel.Words{ZH: "起因", EN: "Learned late"}, TellCause(c, t.Name)})
	}
	for _, v := range t.Visits {
		if len(e.Causes) > 0 {
			break // they name it
		}
		facts = append(facts, Fact{kernel.Words{ZH: "有出入的消费", EN: "Visit that differs"}, kernel.Sayf("%s %s", "%s, %s", Day(v.On, t.EffectiveOn), meal(v.Meal))})
	}
	switch e.Effect {
	case EffectRestore:
		text = kernel.Sayf("按%s重算%s，不该转走：%s起恢复由%s维系。", "Counted anew with %s, %s should not have cost the guest: from %s on a guest of %s again.", late, month, from, clip(t.To))
	case EffectRelease:
		text = kernel.Sayf("按%s重算%s，%s不应再维系：%s起转公共。", "Counted anew with %s, in %s %s should not have kept the guest: public from %s on.", late, month, clip(t.From), from)
	case EffectOffer:
		text = kernel.Sayf("按%s重算%s，%s接待最多：%s起请其认养。", "Counted anew with %s, in %s %s received the guest most: to be confirmed from %s on.", late, month, clip(t.To), from)
	case EffectWithdraw:
		text = kernel.Sayf("按%s重算%s，%s的认养不再成立，%s收回。", "Counted anew with %s, in %s the offer to %s has no ground: withdrawn on %s.", late, month, clip(t.From), from)
	default:
		text = kernel.Sayf("按%s重算%s，归属不变。", "Counted anew with %s, in %s the owner stays.", late, month)
	}
	return text, facts, true
}

// TellDifference puts a proposed correction into one sentence: what was decided and
// what it would be now. name names people.
func TellDifference(d Difference, name func(kernel.PersonID) string) kernel.Words {
	month, visits := monthsOf(d.Month, d.Until()), inBrackets(d.Late())
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
	return kernel.Sayf("%s重算后有出入%s，但现在的归属不用改。", "Counted anew, %s%s differs on the way, but nothing is to be changed now.", month, visits)
}

// monthsOf is a month, or one with what followed from it.
func monthsOf(m, until kernel.Month) kernel.Words {
	if until > m {
		return kernel.Sayf("%s起", "%s and after", monthWords(m))
	}
	return monthWords(m)
}

// lateWords say what sort of facts was learned too late.
func lateWords(causes []Cause, visits bool) kernel.Words {
	sort := CauseKind("")
	if visits {
		sort = CauseVisit // decided before causes were kept
	}
	for i, c := range causes {
		k := c.Kind
		switch {
		case c.Merging != "":
			k = CauseKind(c.Merging)
		case k == CausePostEnd, k == CausePostNext:
			k = CausePost
		}
		switch {
		case i == 0, k == sort:
			sort = k
		case c.Meal != 0: // visits come first
			sort = "visits"
		default:
			sort = ""
		}
	}
	if w, ok := lateSorts[sort]; ok {
		return w
	}
	return kernel.Words{ZH: "补到的事实", EN: "what was learned later"}
}

var lateSorts = map[CauseKind]kernel.Words{
	CauseVisit:  {ZH: "补到的消费", EN: "visits learned of later"},
	CauseVoid:   {ZH: "作废的消费", EN: "visits that were void"},
	CauseCredit: {ZH: "更正的接待", EN: "receptions that were corrected"},
	"visits":    {ZH: "变动的消费", EN: "visits that changed"}, // in several ways
	CausePost:   {ZH: "补登的任职", EN: "posts entered later"},

	CauseKind(visit.FilesMerged):   {ZH: "合并的档案", EN: "files that were merged"},
	CauseKind(visit.FilesUnmerged): {ZH: "撤销的合并", EN: "a merging that was undone"},
	CauseWorks:                     {ZH: "补登的停业", EN: "works entered later"},
}

// TellCause puts into one sentence what was learned too late, and when.
func TellCause(c Cause, name func(kernel.PersonID) string) kernel.Words {
	learned, on := shortDay(c.LearnedOn), shortDay(c.On)
	credit := kernel.Words{ZH: "未记在任何人名下", EN: "credited to nobody"}
	if !c.Person.IsZero() {
		credit = kernel.Sayf("记在%s名下", "credited to %s", clip(name(c.Person)))
	}
	if booked, ok := bookedWords[c.Booked]; ok {
		return tellBooked(c, booked, credit)
	}
	if merging, ok := mergingWords[c.Merging]; ok {
		return tellMerged(c, merging, credit)
	}
	switch c.Kind {
	case CauseVisit:
		return kernel.Sayf("%s补到%s%s的消费，%s。", "Learned on %s: a visit on %s, %s, %s.", learned, on, meal(c.Meal), credit)
	case CauseVoid:
		return kernel.Sayf("%s得知%s%s的消费不算：账单作废，或预定取消、改期。", "Learned on %s: the visit on %s, %s, does not count; its bill is void, or its booking was called off or moved.", learned, on, meal(c.Meal))
	case CauseCredit:
		return kernel.Sayf("%s更正%s%s的接待：%s。", "Corrected on %s: the visit on %s, %s, is %s.", learned, on, meal(c.Meal), credit)
	case CausePost:
		return kernel.Sayf("%s补登：%s从%s起任职。", "Entered on %s: %s holds a post from %s on.", learned, clip(name(c.Person)), on)
	case CausePostEnd:
		return kernel.Sayf("%s补登：%s从%s起不再任职。", "Entered on %s: %s holds the post no longer from %s on.", learned, clip(name(c.Person)), on)
	case CausePostNext:
		return kernel.Sayf("%s补登：%s从%s起调岗。", "Entered on %s: %s holds another post from %s on.", learned, clip(name(c.Person)), on)
	case CauseLeave:
		return kernel.Sayf("%s补登：%s从%s起休长假。", "Entered on %s: %s is on long leave from %s on.", learned, clip(name(c.Person)), on)
	case CauseLeaveEnd:
		return kernel.Sayf("%s补登：%s的长假到%s为止。", "Entered on %s: the long leave of %s ends on %s.", learned, clip(name(c.Person)), shortDay(c.On-1))
	case CauseLoss:
		return kernel.Sayf("%s补办：客户从%s起不再由%s维系。", "Decided on %s, after waiting: from %s on no guest of %s any more.", learned, on, clip(name(c.Person)))
	case CauseWorks:
		return kernel.Sayf("%s补登：门店%s至%s停业。", "Entered on %s: the store was closed for works from %s to %s.", learned, on, shortDay(c.To))
	}
	return kernel.Sayf("%s得知。", "Learned on %s.", learned)
}

var bookedWords = map[visit.Kind]kernel.Words{
	visit.Room:    {ZH: "包间", EN: "private room"},
	visit.Banquet: {ZH: "包席", EN: "banquet"},
}

// tellBooked is TellCause for a room or a banquet, which scores count.
func tellBooked(c Cause, what, credit kernel.Words) kernel.Words {
	learned, on := shortDay(c.LearnedOn), shortDay(c.On)
	switch c.Kind {
	case CauseVoid:
		return kernel.Sayf("%s得知%s%s的%s预定不算：已取消、改期，或没有发通知。", "Learned on %s: on %s, %s, the %s does not count; it was called off or moved, or no notice was sent.", learned, on, meal(c.Meal), what)
	case CauseCredit:
		return kernel.Sayf("%s更正%s%s的%s预定：%s。", "Corrected on %s: on %s, %s, the %s is %s.", learned, on, meal(c.Meal), what, credit)
	default:
		return kernel.Sayf("%s补到%s%s的%s预定，%s。", "Learned on %s: on %s, %s, a %s, %s.", learned, on, meal(c.Meal), what, credit)
	}
}

var mergingWords = map[visit.Merging]kernel.Words{
	visit.FilesMerged:   {ZH: "合并档案", EN: "Files merged"},
	visit.FilesUnmerged: {ZH: "撤销合并", EN: "Merging undone"},
}

// tellMerged is TellCause for a visit that another file brought, or took along; two that
// both files had of one meal are one (VIS-08).
func tellMerged(c Cause, how, credit kernel.Words) kernel.Words {
	learned, on := shortDay(c.LearnedOn), shortDay(c.On)
	switch {
	case c.Kind == CauseVoid:
		return kernel.Sayf("%s%s：%s%s的消费不再计入。", "%[2]s on %[1]s: the visit on %[3]s, %[4]s, counts no longer.", learned, how, on, meal(c.Meal))
	case c.Kind == CauseCredit && c.Merging == visit.FilesMerged:
		return kernel.Sayf("%s%s：%s%s的消费只算一次，%s。", "%[2]s on %[1]s: the visit on %[3]s, %[4]s, counts once, %[5]s.", learned, how, on, meal(c.Meal), credit)
	default:
		return kernel.Sayf("%s%s：%s%s的消费计入，%s。", "%[2]s on %[1]s: the visit on %[3]s, %[4]s, counts, %[5]s.", learned, how, on, meal(c.Meal), credit)
	}
}

package ownership

import (
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/kernel"
)

// The sentences of warnings and appeals (LIF-10, LIF-11), under the same rules as
// those of sentence.go.

// TellWarning puts a warning that was sent on a day into words.
func TellWarning(evidence []byte, warnedOn kernel.BusinessDate) kernel.Words {
	var e WarnEvidence
	if json.Unmarshal(evidence, &e) != nil {
		return KindWarn.Label()
	}
	return e.Words(warnedOn)
}

// Words tell what is about to happen and what would save the tie, near a day.
func (e WarnEvidence) Words(near kernel.BusinessDate) kernel.Words {
	if e.Rule == KindShare {
		return kernel.Sayf("%s来%s次，%s次不由推荐人接待%s，月底转公共；推荐人再接待%d次可留住。",
			"In %s the guest came %s, %s not through the referrer%s: public at the month’s end. Visits through the referrer that keep him: %d.",
			monthWords(e.ActsOn.Month()-1), kernel.Times(e.Visits), kernel.Times(e.Others), inBrackets(e.Seen), e.Need)
	}
	until, acts := Day(e.ActsOn-1, near), shortDay(e.ActsOn)
	if e.LastVisit != nil && *e.LastVisit >= e.TieStart {
		return kernel.Sayf("客人上次来是%s，最晚%s再来就能留住，否则%s转公共。", "The guest last came on %s. A visit by %s keeps him, else he is public from %s on.",
			Told{EffectiveOn: near, Visits: e.Seen}.visitOn(e.LastVisit), until, acts)
	}
	return kernel.Sayf("客人从%s建立维系起还没来，最晚%s再来就能留住，否则%s转为公共客户。", "The guest has not come since %s, when the referrer got him. A visit by %s keeps him, else he is public from %s on.", Day(e.TieStart, near), until, acts)
}

// tellAppeal puts a decision on an appeal into words; false: it can't read the
// evidence.
func tellAppeal(evidence []byte, t Told) (text kernel.Words, facts []Fact, ok bool) {
	var e AppealEvidence
	if json.Unmarshal(evidence, &e) != nil {
		return text, nil, false
	}
	who := clip(t.name(e.Person))
	facts = t.withVisits([]Fact{
		{kernel.Words{ZH: "申诉人", EN: "Appealed by"}, kernel.Same(t.name(e.Person))},
		{kernel.Words{ZH: "申诉的变动", EN: "Against"}, Kind(e.Rule).Label()},
		{kernel.Words{ZH: "失去客户", EN: "Lost on"}, Day(e.LostOn, t.EffectiveOn)},
		{kernel.Words{ZH: "引用的消费和预定", EN: "Visits and bookings referred to"}, kernel.Same(fmt.Sprint(e.Visits))},
	})
	if !e.Granted {
		return kernel.Sayf("%s的申诉不成立，%s的归属变动不变。", "The appeal of %s was refused; what happened on %s stands.", who, shortDay(e.LostOn)), facts, true
	}
	return kernel.Sayf("%s的申诉成立，%s起恢复由其维系，维系从%s算起。", "The appeal of %s was granted: from %s on the guest is his again, as since %s.", who, shortDay(t.EffectiveOn), Day(e.Since, t.EffectiveOn)), facts, true
}

// TellAppealed is the line of a file's timeline for an appeal that somebody made.
func TellAppealed() kernel.Words {
	return kernel.Words{ZH: "对失去这位客户提出申诉", EN: "Appealed against the loss of the guest"}
}

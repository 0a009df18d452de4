package ownership

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// The sentences of LIF-04, 05, 07 and 14, under the same rules as those of
// sentence.go: none longer than 60 Chinese characters, none names the guest.

var (
	visitsCounted = kernel.Words{ZH: "计入的消费", EN: "Visits counted"}
	needed        = kernel.Words{ZH: "规定", EN: "The rule"}
	monthOfRule   = kernel.Words{ZH: "月份", EN: "Month"}
)

// tellMonth puts a decision of those rules into words; false: it can't read the
// evidence.
func tellMonth(k Kind, evidence []byte, t Told) (text kernel.Words, facts []Fact, ok bool) {
	from := shortDay(t.EffectiveOn)
	switch k {
	case KindShare:
		var e ShareEvidence
		if json.Unmarshal(evidence, &e) != nil {
			return text, nil, false
		}
		var others []Visit
		for _, v := range t.Visits {
			if t.name(v.By) != t.From {
				others = append(others, v)
			}
		}
		facts = []Fact{
			{monthOfRule, monthWords(e.Month)},
			{visitsCounted, kernel.Same(strconv.Itoa(e.Visits))},
			{kernel.Words{ZH: "不由推荐人接待", EN: "Not received by the referrer"}, kernel.Same(strconv.Itoa(e.Others))},
			{needed, kernel.Sayf("达到%d%%，至少%d次消费", "At least %d%% of at least %d", t.Share.Percent, t.Share.Visits)},
		}
		return kernel.Sayf("%s来%s次，%s次不由%s接待%s，达%d%%，%s转公共。", "In %s the guest came %s, %s not through %s%s: at least %d%%. Public from %s on.",
			monthWords(e.Month), kernel.Times(e.Visits), kernel.Times(e.Others), clip(t.From), inBrackets(others), t.Share.Percent, from), t.withVisits(facts), true
	case KindAway:
		var e AwayEvidence
		if json.Unmarshal(evidence, &e) != nil {
			return text, nil, false
		}
		text = kernel.Sayf("%s从%s起不在本店岗位上，已%d天（满%s天）未交接，%s起转为公共客户。", "%s has held no post in the store since %s: %d of %s without a handover. Public from %s on.",
			clip(t.From), Day(e.Since, t.EffectiveOn), t.EffectiveOn-e.Since, kernel.Counted(t.Days, "day", "days"), from)
		return text, []Fact{
			{kernel.Words{ZH: "离岗从", EN: "Away since"}, Day(e.Since, t.EffectiveOn)},
			{kernel.Words{ZH: "已过天数", EN: "Days since"}, kernel.Same(strconv.Itoa(int(t.EffectiveOn - e.Since)))},
			{needed, kernel.Sayf("满%s天", "%s", kernel.Counted(t.Days, "day", "days"))},
		}, true
	case KindAdoption, RuleTied:
		var e AdoptionEvidence
		if json.Unmarshal(evidence, &e) != nil {
			return text, nil, false
		}
		facts = t.withVisits([]Fact{
			{monthOfRule, monthWords(e.Month)},
			{kernel.Words{ZH: "最多接待", EN: "Most receptions"}, kernel.Same(strconv.Itoa(e.Count))},
			{needed, kernel.Sayf("至少接待%d次", "At least %d", t.Receptions)},
		})
		if !e.Tied() {
			return kernel.Sayf("%s由%s接待%s次，为最多（至少%d次）%s，待其确认。", "In %s received by %s %s, more than by anybody else (at least %d)%s: to be confirmed.",
				monthWords(e.Month), clip(t.To), kernel.Times(e.Count), t.Receptions, after(t.Visits, 2)), facts, true
		}
		return kernel.Sayf("%s%s各接待%s次（至少%d次）%s，并列最多，仍为公共客户。", "In %s %s received the guest %s each (at least %d)%s: he stays public until next month.",
			monthWords(e.Month), t.names(e.Receivers), kernel.Times(e.Count), t.Receptions, after(t.Visits, 1)), facts, true
	case KindLapse:
		var e LapseEvidence
		if json.Unmarshal(evidence, &e) != nil {
			return text, nil, false
		}
		todo := kernel.Words{ZH: "确认这位客户", EN: "confirm the guest"}
		if e.Confirmed || e.Kind == OfferClaim { // who claims confirms by that
			todo = kernel.Words{ZH: "核对并提交这份档案", EN: "check and submit the guest’s file"}
		}
		days := kernel.Counted(e.Days, "day", "days")
		text = kernel.Sayf("%s没有在%s天内%s，%s作废，仍为公共客户。", "%s did not %[3]s within %[2]s: the %[4]s is over, he stays public.", clip(t.From), days, todo, e.Kind.words())
		return text, []Fact{
			{kernel.Words{ZH: "开始", EN: "Offered on"}, Day(e.OfferedOn, t.EffectiveOn)},
			{needed, kernel.Sayf("%s天内%s", "Within %s: %s", days, todo)},
		}, true
	case KindIncomplete, KindDormancy, KindWakeUp, KindScore, KindMerge, KindHandover, KindCorrection, KindWarn, KindAppeal: // told elsewhere
	}
	return text, nil, false
}

// name is that of a person, nobody's for a visit without a credit.
func (t Told) name(p kernel.PersonID) string {
	if p.IsZero() || t.Name == nil {
		return ""
	}
	return t.Name(p)
}

// names are at most two of several people.
func (t Told) names(people []kernel.PersonID) kernel.Words {
	text := kernel.Same(clip(t.name(people[0])))
	if len(people) == 1 {
		return text
	}
	text = kernel.Sayf("%s、%s", "%s and %s", text, clip(t.name(people[1])))
	if len(people) > 2 {
		text = kernel.Sayf("%s等%d人", "%s, %d people in all,", text, len(people))
	}
	return text
}

// withVisits lists the visits that were counted, each with who has its credit.
func (t Told) withVisits(facts []Fact) []Fact {
	for _, v := range t.Visits {
		by := kernel.Same(t.name(v.By))
		if by.ZH == "" {
			by = kernel.Words{ZH: "没有接待人", EN: "credited to nobody"}
		}
		facts = append(facts, Fact{kernel.Sayf("%s %s", "%s, %s", Day(v.On, t.EffectiveOn), meal(v.Meal)), by})
	}
	return facts
}

// inBrackets names the first two visits: （1月3日晚市、1月9日午市等）.
func inBrackets(visits []Visit) kernel.Words {
	if len(visits) == 0 {
		return kernel.Words{}
	}
	return kernel.Sayf("（%s）", " (%s)", first(visits, 2))
}

// after names them behind a colon.
func after(visits []Visit, most int) kernel.Words {
	if len(visits) == 0 {
		return kernel.Words{}
	}
	return kernel.Sayf("：%s", ": %s", first(visits, most))
}

func first(visits []Visit, most int) kernel.Words {
	one := func(v Visit) kernel.Words { return kernel.Sayf("%s%s", "%s %s", shortDay(v.On), meal(v.Meal)) }
	text := one(visits[0])
	if len(visits) > 1 && most > 1 {
		text = kernel.Sayf("%s、%s", "%s, %s", text, one(visits[1]))
	}
	if len(visits) > most {
		text = kernel.Sayf("%s等", "%s and others", text)
	}
	return text
}

func monthWords(m kernel.Month) kernel.Words {
	t := m.First().Time()
	return kernel.Words{ZH: fmt.Sprintf("%d月", t.Month()), EN: t.Format("January")}
}

func meal(m tenant.MealPeriod) kernel.Words {
	switch m {
	case tenant.Lunch:
		return kernel.Words{ZH: "午市", EN: "lunch"}
	case tenant.Tea:
		return kernel.Words{ZH: "下午茶", EN: "tea"}
	case tenant.Dinner:
		return kernel.Words{ZH: "晚市", EN: "dinner"}
	case tenant.Supper:
		return kernel.Words{ZH: "夜宵", EN: "supper"}
	}
	return kernel.Words{}
}

func (k OfferKind) words() kernel.Words {
	switch k {
	case OfferClaim:
		return kernel.Words{ZH: "认领", EN: "claim"}
	case OfferAssignment:
		return kernel.Words{ZH: "指派", EN: "assignment"}
	default:
		return kernel.Words{ZH: "认养", EN: "adoption"}
	}
}

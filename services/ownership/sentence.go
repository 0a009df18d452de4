package ownership

import (
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/kernel"
)

// Every sentence that tells people about ownership stands in this file, to be
// reviewed as a whole. None is longer than 60 Chinese characters: a waiter reads
// it standing.

// Fact is one piece of evidence in words.
type Fact struct{ Label, Value string }

// Labels are the kinds as people call them.
var Labels = map[Kind]string{
	KindDormancy: "到期未消费转公共",
	KindWakeUp:   "休眠客户再次消费",
}

// Label is a kind in words; a kind this version does not know names itself.
func (k Kind) Label() string {
	if l, ok := Labels[k]; ok {
		return l
	}
	return string(k)
}

// Actor is how a decision of a kind signs (RUL-05): never a person.
func Actor(k Kind, version int32) string { return fmt.Sprintf("system:%s@v%d", k, version) }

// Told is what a decision's sentence needs beside its evidence.
type Told struct {
	Guest       string // full name; the sentence shows its first character
	EffectiveOn kernel.BusinessDate
	Months      int // the term in force
}

// TellDecision puts a decision into words. Evidence it can't read, of a newer
// version, still gives a sentence.
func TellDecision(k Kind, evidence []byte, t Told) (string, []Fact) {
	guest := Veiled(t.Guest)
	switch k {
	case KindDormancy:
		var e DormancyEvidence
		if json.Unmarshal(evidence, &e) != nil {
			break
		}
		facts := []Fact{
			{"最后一次消费", maybeDay(e.LastVisit, t.EffectiveOn)},
			{"维系开始", Day(e.TieStart, t.EffectiveOn)},
			{"期限", months(t.Months)},
		}
		if e.LastVisit != nil && *e.LastVisit >= e.TieStart {
			return fmt.Sprintf("%s已%s没来：最后一次%s，%s起转为公共客户。", guest, months(t.Months), Day(*e.LastVisit, t.EffectiveOn), shortDay(t.EffectiveOn)), facts
		}
		return fmt.Sprintf("%s从%s建立维系起%s没来过，%s起转为公共客户。", guest, Day(e.TieStart, t.EffectiveOn), months(t.Months), shortDay(t.EffectiveOn)), facts
	case KindWakeUp:
		var e WakeUpEvidence
		if json.Unmarshal(evidence, &e) != nil {
			break
		}
		facts := []Fact{{"这次消费", Day(e.Visit, t.EffectiveOn)}, {"上次消费", maybeDay(e.Previous, t.EffectiveOn)}, {"期限", months(t.Months)}}
		if e.Previous == nil {
			return fmt.Sprintf("%s%s建档后第一次来，由休眠转为有效。", guest, Day(e.Visit, t.EffectiveOn)), facts
		}
		return fmt.Sprintf("%s%s又来了，由休眠转为有效；上次是%s。", guest, Day(e.Visit, t.EffectiveOn), Day(*e.Previous, t.EffectiveOn)), facts
	}
	return fmt.Sprintf("%s：%s，%s起生效。", guest, k.Label(), shortDay(t.EffectiveOn)), nil
}

// Standing is how a file stands today, as "why is he mine" tells it.
type Standing struct {
	Today  kernel.BusinessDate
	Owner  string              // name; empty: public
	Tenure Tenure              // of the owner's tie
	Months int                 // the term in force
	Lost   bool                // LIF-03 takes it with today's run
	Former string              // who had it last; empty: nobody yet
	Since  kernel.BusinessDate // public since then
}

// TellStanding puts a standing into words.
func TellStanding(s Standing) (string, []Fact) {
	if s.Owner == "" {
		if s.Former == "" {
			return "还没有维系人：档案审核通过后，由推荐人维系。", nil
		}
		return fmt.Sprintf("公共客户：%s起不再由%s维系。", Day(s.Since, s.Today), clip(s.Former)), []Fact{{"原维系人", s.Former}, {"转为公共", Day(s.Since, s.Today)}}
	}
	until := s.Tenure.SafeUntil(s.Months)
	facts := []Fact{
		{"维系人", s.Owner},
		{"维系开始", Day(s.Tenure.Start, s.Today)},
		{"最后一次消费", maybeDay(s.Tenure.LastVisit, s.Today)},
		{"期限", months(s.Months)},
		{"最晚再来", Day(until, s.Today)},
	}
	since := "建立维系后还没来过"
	if v := s.Tenure.LastVisit; v != nil && *v >= s.Tenure.Start {
		since = "最后一次" + Day(*v, s.Today)
	}
	switch {
	case s.Lost:
		return fmt.Sprintf("%s的客户：%s，已满%s，今天转为公共客户。", clip(s.Owner), since, months(s.Months)), facts
	case until <= s.Today:
		return fmt.Sprintf("%s的客户：%s，今天是最后一天，来一次就能留住。", clip(s.Owner), since), facts
	}
	return fmt.Sprintf("%s的客户：%s，最晚%s再来就能留住，还剩%d天。", clip(s.Owner), since, Day(until, s.Today), until-s.Today), facts
}

// TellTie puts a tie's beginning into words.
func TellTie(referrer string) string { return "由" + clip(referrer) + "维系" }

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Day is 11月21日 周五, with the year when it is not that of near.
func Day(d, near kernel.BusinessDate) string {
	t := d.Time()
	text := shortDay(d) + " " + weekdays[t.Weekday()]
	if t.Year() != near.Time().Year() {
		return fmt.Sprintf("%d年%s", t.Year(), text)
	}
	return text
}

func shortDay(d kernel.BusinessDate) string {
	t := d.Time()
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

func maybeDay(d *kernel.BusinessDate, near kernel.BusinessDate) string {
	if d == nil {
		return "还没有"
	}
	return Day(*d, near)
}

// months is 三个月, 两个月, 十二个月, 二十四个月.
func months(n int) string {
	digits := [...]string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n == 2:
		return "两个月"
	case n < 1 || n > 99:
		return fmt.Sprintf("%d个月", n)
	case n < 10:
		return digits[n] + "个月"
	case n < 20:
		return "十" + digits[n%10] + "个月"
	}
	return digits[n/10] + "十" + digits[n%10] + "个月"
}

// Veiled shows the first character of a guest's name: a sentence may be read
// over a shoulder.
func Veiled(name string) string {
	for _, r := range name {
		return string(r) + "*"
	}
	return "客户"
}

// clip keeps long names from breaking a sentence.
func clip(name string) string {
	if r := []rune(name); len(r) > 7 {
		return string(r[:6]) + "…"
	}
	return name
}

package ownership

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Every sentence that tells people about ownership stands in the files of this name, in
// both languages; testdata/sentences.golden holds what they come to, to be reviewed as a
// whole. None is longer than 60 Chinese characters: a waiter reads it standing. None
// names the guest: his name stands beside it, and where it does not, nobody should read
// it.

// Fact is one piece of evidence in words.
type Fact struct{ Label, Value kernel.Words }

// Labels are the kinds as people call them.
var Labels = map[Kind]kernel.Words{
	KindDormancy:   {ZH: "到期未消费转公共", EN: "Public after no visit in time"},
	KindWakeUp:     {ZH: "休眠客户再次消费", EN: "Dormant guest came again"},
	KindIncomplete: {ZH: "未完成档案到期", EN: "Unfinished file at its end"},
	KindShare:      {ZH: "多由他人接待转公共", EN: "Public as others received the guest"},
	KindAway:       {ZH: "推荐人离岗转公共", EN: "Public as the referrer is gone"},
	KindAdoption:   {ZH: "公共客户认养", EN: "Public guest adopted"},
	RuleTied:       {ZH: "接待次数并列", EN: "Equally often received"},
	RuleAdopted:    {ZH: "认养后开始维系", EN: "Adopted"},
	KindScore:      {ZH: "月度考核", EN: "Scores of the month"},
	KindLapse:      {ZH: "逾期未确认", EN: "Not confirmed in time"},
	KindHandover:   {ZH: "客户交接到期", EN: "Handovers that end"},
	RuleHandover:   {ZH: "客户交接", EN: "Handed over"},
	RuleGivenBack:  {ZH: "代管归还或门店合并", EN: "Custody over, or a store moved"},
	KindMerge:      {ZH: "同一客人的档案合并", EN: "Files of one guest merged"},
	KindCorrection: {ZH: "更正以前的归属", EN: "Ownership corrected"},
	KindWarn:       {ZH: "将失去客户的提醒", EN: "Warnings before a loss"},
	KindAppeal:     {ZH: "失去客户的申诉", EN: "Appeal against a loss"},
}

// Label is a kind in words; a kind this version does not know names itself.
func (k Kind) Label() kernel.Words {
	if l, ok := Labels[k]; ok {
		return l
	}
	return kernel.Same(string(k))
}

// Actor is how a decision of a kind signs (RUL-05): never a person.
func Actor(k Kind, version int32) string { return fmt.Sprintf("system:%s@v%d", k, version) }

// Told is what a decision's sentence needs beside its evidence.
type Told struct {
	EffectiveOn kernel.BusinessDate
	Months      int // the term in force of LIF-03, LIF-13
	From, To    string
	Share       ShareTerms                   // LIF-04
	Receptions  int                          // LIF-07
	Days        int                          // LIF-05
	Visits      []Visit                      // that were counted
	Name        func(kernel.PersonID) string // of whoever the evidence or a visit names
}

// The labels of evidence.
var (
	lastVisit = kernel.Words{ZH: "最后一次消费", EN: "Last visit"}
	tieStart  = kernel.Words{ZH: "维系开始", EN: "Guest of the referrer since"}
	term      = kernel.Words{ZH: "期限", EN: "Term"}
)

// TellDecision puts a decision into words. Evidence it can't read, of a newer
// version, still gives a sentence.
func TellDecision(k Kind, evidence []byte, t Told) (kernel.Words, []Fact) {
	from := shortDay(t.EffectiveOn)
	switch k {
	case KindDormancy:
		var e DormancyEvidence
		if json.Unmarshal(evidence, &e) != nil {
			break
		}
		facts := []Fact{
			{lastVisit, t.visitOn(e.LastVisit)},
			{tieStart, Day(e.TieStart, t.EffectiveOn)},
			{term, months(t.Months)},
			{needed, kernel.Words{ZH: "期限内至少1次消费", EN: "At least 1 visit within the term"}},
			{visitsCounted, kernel.Same("0")},
		}
		if e.Closed > 0 {
			facts = append(facts, Fact{kernel.Words{ZH: "停业不计", EN: "Closed for works, not counted"}, kernel.Sayf("%s 天", "%s", kernel.Counted(e.Closed, "day", "days"))})
		}
		if e.LastVisit != nil && *e.LastVisit >= e.TieStart {
			return kernel.Sayf("客人%s内没再来（至少要来1次）：最后一次%s，%s起转公共。", "In %s the guest did not come (1 visit needed): last visit %s. Public from %s on.",
				months(t.Months), t.visitOn(e.LastVisit), from), facts
		}
		return kernel.Sayf("客人从%s建立维系起%s内没来过（至少要来1次），%s起转公共。", "Since %s, when the referrer got him, the guest did not come in %s (1 visit needed). Public from %s on.",
			Day(e.TieStart, t.EffectiveOn), months(t.Months), from), facts
	case KindWakeUp:
		var e WakeUpEvidence
		if json.Unmarshal(evidence, &e) != nil {
			break
		}
		facts := []Fact{
			{kernel.Words{ZH: "这次消费", EN: "This visit"}, t.visitOn(&e.Visit)},
			{kernel.Words{ZH: "上次消费", EN: "The visit before"}, t.visitOn(e.Previous)},
			{term, months(t.Months)},
		}
		if e.Previous == nil {
			return kernel.Sayf("客人%s建档后第一次来，由休眠转为有效。", "The guest came on %s for the first time since the file was built: from dormant to active.",
				t.visitOn(&e.Visit)), facts
		}
		return kernel.Sayf("客人%s又来了，由休眠转为有效；上次是%s。", "The guest came again on %s: from dormant to active. The visit before was %s.",
			t.visitOn(&e.Visit), t.visitOn(e.Previous)), facts
	case KindScore, KindHandover, KindWarn: // they decide on nobody’s guests
	case KindAppeal:
		if text, facts, ok := tellAppeal(evidence, t); ok {
			return text, facts
		}
	case RuleHandover, RuleGivenBack:
		if text, facts, ok := tellHandover(k, evidence, t); ok {
			return text, facts
		}
	case KindShare, KindAway, KindAdoption, RuleTied, KindLapse:
		if text, facts, ok := tellMonth(k, evidence, t); ok {
			return text, facts
		}
	case KindIncomplete:
		var e customer.IdleEvidence
		if json.Unmarshal(evidence, &e) != nil || e.Step == customer.IdleNothing {
			break
		}
		facts := []Fact{
			{kernel.Words{ZH: "从何时算起", EN: "Counted from"}, Day(e.Began, t.EffectiveOn)},
			{kernel.Words{ZH: "已过天数", EN: "Days since"}, kernel.Same(strconv.Itoa(e.Days))},
			{kernel.Words{ZH: "删除日", EN: "Deleted on"}, Day(e.Ends, t.EffectiveOn)},
		}
		if e.Late > 0 {
			facts = append(facts, Fact{kernel.Words{ZH: "提醒晚了，期限顺延天数", EN: "Days put off, as the warning was late"}, kernel.Same(strconv.Itoa(e.Late))})
		}
		if e.Step == customer.IdleDelete {
			return kernel.Sayf("档案%s起%d天没有提交，已删除，客人信息不再保留。", "Begun on %s and not submitted for %d days: deleted, nothing of the guest is kept.",
				Day(e.Began, t.EffectiveOn), e.Days), facts
		}
		return kernel.Sayf("档案%s起%d天没有提交，已提醒建档人：%s将自动删除。", "Begun on %s and not submitted for %d days: its writer was told that it will be deleted on %s.",
			Day(e.Began, t.EffectiveOn), e.Days, Day(e.Ends, t.EffectiveOn)), facts
	case KindCorrection:
		if text, facts, ok := tellCorrection(evidence, t); ok {
			return text, facts
		}
	case KindMerge:
		var e MergeEvidence
		if json.Unmarshal(evidence, &e) != nil {
			break
		}
		approved := []Fact{{kernel.Words{ZH: "消费计入自", EN: "Visits count from"}, Day(e.ApprovedOn, t.EffectiveOn)}}
		if e.Undone {
			return kernel.Sayf("撤销合并：两份档案从%s起恢复各自的推荐人和消费。", "Merging undone: from %s on each file has its own referrer and visits again.", from), approved
		}
		return kernel.Sayf("与同一位客人的另一份档案合并，%s起由一位推荐人维系。", "Merged with another file of the same guest: one referrer from %s on.", from), append([]Fact{
			{kernel.Words{ZH: "合并前消费", EN: "Visits before"}, kernel.Same(fmt.Sprintf("%d + %d", e.Before[0], e.Before[1]))},
			{kernel.Words{ZH: "合并后消费", EN: "Visits after"}, kernel.Same(strconv.Itoa(int(e.After)))},
		}, approved...)
	}
	return kernel.Sayf("%s，%s起生效。", "%s, from %s on.", k.Label(), from), nil
}

// Standing is how a file stands today, as "why is he mine" tells it.
type Standing struct {
	Today  kernel.BusinessDate
	Owner  string              // name; empty: public
	Built  bool                // the file was approved once
	Tenure Tenure              // of the owner's tie
	Months int                 // the term in force
	Seen   []Visit             // the last visit
	Lost   bool                // LIF-03 takes it with today's run
	Held   bool                // in handover: no rule ends the tie (HND-06)
	Former string              // who had it last; empty: nobody yet
	Since  kernel.BusinessDate // public since then
}

// TellStanding puts a standing into words.
func TellStanding(s Standing) (kernel.Words, []Fact) {
	if s.Owner == "" {
		if s.Former == "" && s.Built {
			return kernel.Words{ZH: "公共客户：还没有过推荐人。", EN: "Public: the guest has had no referrer yet."}, nil
		}
		if s.Former == "" {
			return kernel.Words{ZH: "还没有归属：档案审核通过后归推荐人。", EN: "Nobody’s yet: with the file’s approval the guest is the referrer’s."}, nil
		}
		return kernel.Sayf("公共客户：%s起不再由%s维系。", "Public: since %s no longer a guest of %s.", Day(s.Since, s.Today), clip(s.Former)), []Fact{
			{kernel.Words{ZH: "原推荐人", EN: "Former referrer"}, kernel.Same(s.Former)},
			{kernel.Words{ZH: "转为公共", EN: "Public since"}, Day(s.Since, s.Today)},
		}
	}
	until := s.Tenure.SafeUntil(s.Months)
	facts := []Fact{
		{kernel.Words{ZH: "推荐人", EN: "Referrer"}, kernel.Same(s.Owner)},
		{tieStart, Day(s.Tenure.Start, s.Today)},
		{lastVisit, Told{EffectiveOn: s.Today, Visits: s.Seen}.visitOn(s.Tenure.LastVisit)},
		{term, months(s.Months)},
		{kernel.Words{ZH: "最晚再来", EN: "To come again by"}, Day(until, s.Today)},
	}
	owner := clip(s.Owner)
	since := kernel.Words{ZH: "建立维系后还没来过", EN: "not here yet since then"}
	if v := s.Tenure.LastVisit; v != nil && *v >= s.Tenure.Start {
		since = kernel.Sayf("最后一次%s", "last visit %s", Day(*v, s.Today))
	}
	switch {
	case s.Held:
		return TellHeld(s.Owner), facts
	case s.Lost:
		return kernel.Sayf("%s的客户：%s，已满%s，今天转为公共客户。", "A guest of %s: %s, the term of %s is over. Public from today.", owner, since, months(s.Months)), facts
	case until <= s.Today:
		return kernel.Sayf("%s的客户：%s，今天是最后一天，来一次就能留住。", "A guest of %s: %s. Today is the last day; one visit keeps him.", owner, since), facts
	}
	return kernel.Sayf("%s的客户：%s，最晚%s再来就能留住，还剩%d天。", "A guest of %s: %s. A visit by %s keeps him; days left: %d.", owner, since, Day(until, s.Today), until-s.Today), facts
}

// TellTie puts a tie's beginning into words.
func TellTie(referrer string) kernel.Words {
	return kernel.Sayf("由%s维系", "Guest of %s", clip(referrer))
}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Day is 11月21日 周五 and Fri 21 Nov, with the year when it is not that of near.
func Day(d, near kernel.BusinessDate) kernel.Words {
	t := d.Time()
	w := kernel.Words{ZH: shortDay(d).ZH + " " + weekdays[t.Weekday()], EN: t.Format("Mon 2 Jan")}
	if t.Year() != near.Time().Year() {
		return kernel.Words{ZH: fmt.Sprintf("%d年%s", t.Year(), w.ZH), EN: t.Format("Mon 2 Jan 2006")}
	}
	return w
}

func shortDay(d kernel.BusinessDate) kernel.Words {
	t := d.Time()
	return kernel.Words{ZH: fmt.Sprintf("%d月%d日", t.Month(), t.Day()), EN: t.Format("2 Jan")}
}

// visitOn is the day of a visit with its meal, which decisions of old don't keep.
func (t Told) visitOn(d *kernel.BusinessDate) kernel.Words {
	text := maybeDay(d, t.EffectiveOn)
	for _, v := range t.Visits {
		if d != nil && v.On == *d {
			return kernel.Sayf("%s %s", "%s, %s", text, meal(v.Meal))
		}
	}
	return text
}

func maybeDay(d *kernel.BusinessDate, near kernel.BusinessDate) kernel.Words {
	if d == nil {
		return kernel.Words{ZH: "还没有", EN: "none yet"}
	}
	return Day(*d, near)
}

// months is 三个月, 两个月, 十二个月, 二十四个月; 1 month, 3 months.
func months(n int) kernel.Words {
	en := fmt.Sprintf("%d %s", n, tenant.Months.English(int64(n)))
	digits := [...]string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	zh := fmt.Sprintf("%d个月", n)
	switch {
	case n == 2:
		zh = "两个月"
	case n < 1 || n > 99:
	case n < 10:
		zh = digits[n] + "个月"
	case n < 20:
		zh = "十" + digits[n%10] + "个月"
	default:
		zh = digits[n/10] + "十" + digits[n%10] + "个月"
	}
	return kernel.Words{ZH: zh, EN: en}
}

// clip keeps long names from breaking a sentence.
func clip(name string) string {
	if r := []rune(name); len(r) > 7 {
		return string(r[:6]) + "…"
	}
	return name
}

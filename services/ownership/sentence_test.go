package ownership_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

const longName = "阿卜杜热合曼·买买提明·吐尔逊江·艾力"

func TestTellDecision(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind        ownership.Kind
		evidence    string
		day, expect string
	}{
		{ownership.KindDormancy, `{"last_visit":"2025-11-20","tie_start":"2025-01-01"}`, "2026-02-21", "客人三个月内没再来（至少要来1次）：最后一次2025年11月20日 周四，2月21日起转公共。"},
		{ownership.KindDormancy, `{"last_visit":null,"tie_start":"2025-01-01"}`, "2025-04-02", "客人从1月1日 周三建立维系起三个月内没来过（至少要来1次），4月2日起转公共。"},
		{ownership.KindDormancy, `{"last_visit":"2025-01-31","tie_start":"2025-02-01"}`, "2025-05-02", "客人从2月1日 周六建立维系起三个月内没来过（至少要来1次），5月2日起转公共。"},
		{ownership.KindWakeUp, `{"visit":"2025-06-01","previous":"2025-02-28"}`, "2025-06-02", "客人6月1日 周日又来了，由休眠转为有效；上次是2月28日 周五。"},
		{ownership.KindWakeUp, `{"visit":"2025-06-01","previous":null}`, "2025-06-02", "客人6月1日 周日建档后第一次来，由休眠转为有效。"},
		{ownership.KindDormancy, `[]`, "2025-06-02", "到期未消费转公共，6月2日起生效。"},
		{"LIF-99", `{}`, "2025-06-02", "LIF-99，6月2日起生效。"},
	} {
		got, facts := ownership.TellDecision(c.kind, []byte(c.evidence), ownership.Told{EffectiveOn: date(t, c.day), Months: 3})
		require.Equal(t, c.expect, got.ZH)
		require.LessOrEqual(t, utf8.RuneCountInString(got.ZH), 60, got)
		require.NotRegexp(t, `\p{Han}|%!`, got.EN)
		if json.Valid([]byte(c.evidence)) && len(c.evidence) > 2 {
			require.Len(t, facts, map[ownership.Kind]int{ownership.KindDormancy: 5, ownership.KindWakeUp: 3}[c.kind])
		}
	}
}

const (
	wangID = "00000000-0000-0000-0000-000000000001"
	liID   = "00000000-0000-0000-0000-000000000002"
)

// told is a month's decision as the sentences get it.
func told(t *testing.T, day string, visits ...ownership.Visit) ownership.Told {
	return ownership.Told{
		EffectiveOn: date(t, day), From: "王五", To: "李国", Share: ownership.ShareTerms{Percent: 50, Visits: 1}, Receptions: 2, Days: 7, Visits: visits,
		Name: func(p kernel.PersonID) string {
			return map[kernel.PersonID]string{wang: "王五", li: "李国", zhao: "赵敏"}[p]
		},
	}
}

func TestTellMonth(t *testing.T) {
	t.Parallel()
	lunch := ownership.Visit{On: date(t, "2025-01-09"), Meal: tenant.Lunch, By: li}
	for _, c := range []struct {
		kind     ownership.Kind
		evidence string
		told     ownership.Told
		expect   string
		facts    []string
	}{
		{
			ownership.KindShare, `{"month":"2025-01","visits":3,"others":2}`, told(t, "2025-02-01", came(t, "2025-01-03", nobody), lunch, came(t, "2025-01-20", wang)),
			"1月来3次，2次不由王五接待（1月3日晚市、1月9日午市），达50%，2月1日转公共。",
			[]string{"月份 1月", "计入的消费 3", "不由推荐人接待 2", "规定 达到50%，至少1次消费", "1月3日 周五 晚市 没有接待人", "1月9日 周四 午市 李国", "1月20日 周一 晚市 王五"},
		},
		{
			ownership.KindAway, `{"since":"2025-02-28"}`, told(t, "2025-03-07"),
			"王五从2月28日 周五起不在本店岗位上，已7天（满7天）未交接，3月7日起转为公共客户。",
			[]string{"离岗从 2月28日 周五", "已过天数 7", "规定 满7天"},
		},
		{
			ownership.KindAdoption, `{"month":"2025-01","count":3}`, told(t, "2025-02-01", lunch, came(t, "2025-01-10", li), came(t, "2025-01-11", li)),
			"1月由李国接待3次，为最多（至少2次）：1月9日午市、1月10日晚市等，待其确认。",
			[]string{"月份 1月", "最多接待 3", "规定 至少接待2次", "1月9日 周四 午市 李国", "1月10日 周五 晚市 李国", "1月11日 周六 晚市 李国"},
		},
		{
			ownership.RuleTied, `{"month":"2025-01","count":2,"receivers":["` + wangID + `","` + liID + `"]}`, told(t, "2025-02-01"),
			"1月王五、李国各接待2次（至少2次），并列最多，仍为公共客户。",
			[]string{"月份 1月", "最多接待 2", "规定 至少接待2次"},
		},
		{
			ownership.KindLapse, `{"kind":"adoption","offered_on":"2025-02-01","days":7}`, told(t, "2025-02-08"),
			"王五没有在7天内确认这位客户，认养作废，仍为公共客户。",
			[]string{"开始 2月1日 周六", "规定 7天内确认这位客户"},
		},
		{ownership.KindShare, `[]`, told(t, "2025-02-01"), "多由他人接待转公共，2月1日起生效。", nil},
	} {
		got, facts := ownership.TellDecision(c.kind, []byte(c.evidence), c.told)
		require.Equal(t, c.expect, got.ZH)
		require.NotRegexp(t, `[^王五李国\P{Han}]|%!`, got.EN)
		var lines []string
		for _, f := range facts {
			lines = append(lines, f.Label.ZH+" "+f.Value.ZH)
			require.NotRegexp(t, `[^王五李国\P{Han}]|%!`, f.Label.EN+f.Value.EN)
		}
		require.Equal(t, c.facts, lines)
	}
}

// TestMonthSentencesAreShort tries them with the longest of everything.
func TestMonthSentencesAreShort(t *testing.T) {
	t.Parallel()
	tea := ownership.Visit{On: date(t, "2025-10-31"), Meal: tenant.Tea, By: li}
	for k, evidence := range map[ownership.Kind]string{
		ownership.KindShare: `{"month":"2025-10","visits":31,"others":31}`, ownership.KindAway: `{"since":"2024-11-30"}`, ownership.KindAdoption: `{"month":"2025-10","count":31}`,
		ownership.RuleTied: `{"month":"2025-10","count":10,"receivers":["` + wangID + `","` + liID + `","` + liID + `"]}`, ownership.KindLapse: `{"kind":"assignment","offered_on":"2025-10-01","days":60}`,
	} {
		text, _ := ownership.TellDecision(k, []byte(evidence), ownership.Told{
			EffectiveOn: date(t, "2025-11-01"), From: longName, To: longName, Share: ownership.ShareTerms{Percent: 100, Visits: 31}, Receptions: 31, Days: 90,
			Visits: []ownership.Visit{tea, tea, tea}, Name: func(kernel.PersonID) string { return longName + "二" },
		})
		require.LessOrEqual(t, utf8.RuneCountInString(text.ZH), 60, text)
	}
}

func TestTellStanding(t *testing.T) {
	t.Parallel()
	today := date(t, "2025-11-21")
	came, old := date(t, "2025-11-20"), date(t, "2025-08-21")
	for expect, s := range map[string]ownership.Standing{
		"还没有归属：档案审核通过后归推荐人。":                               {},
		"公共客户：还没有过推荐人。":                                    {Built: true},
		"公共客户：11月1日 周六起不再由王五维系。":                           {Former: "王五", Since: date(t, "2025-11-01")},
		"王五的客户：最后一次11月20日 周四，最晚2026年2月20日 周五再来就能留住，还剩91天。": {Owner: "王五", Tenure: ownership.Tenure{Start: old, LastVisit: &came}},
		"王五的客户：建立维系后还没来过，今天是最后一天，来一次就能留住。":                 {Owner: "王五", Tenure: ownership.Tenure{Start: old}},
		"王五的客户：最后一次8月21日 周四，已满三个月，今天转为公共客户。":               {Owner: "王五", Tenure: ownership.Tenure{Start: old - 9, LastVisit: &old}, Lost: true},
	} {
		s.Today, s.Months = today, 3
		got, _ := ownership.TellStanding(s)
		require.Equal(t, expect, got.ZH)
		require.NotRegexp(t, `[^王五\P{Han}]|%!`, got.EN)
	}
	_, facts := ownership.TellStanding(ownership.Standing{Today: today, Months: 3, Owner: "王五", Tenure: ownership.Tenure{Start: old}})
	var told []string
	for _, f := range facts {
		told = append(told, f.Label.ZH+" "+f.Value.ZH+" / "+f.Label.EN+" "+f.Value.EN)
	}
	require.Equal(t, []string{
		"推荐人 王五 / Referrer 王五",
		"维系开始 8月21日 周四 / Guest of the referrer since Thu 21 Aug",
		"最后一次消费 还没有 / Last visit none yet",
		"期限 三个月 / Term 3 months",
		"最晚再来 11月21日 周五 / To come again by Fri 21 Nov",
	}, told)
}

// TestSentencesAreShort tries every sentence with the longest of everything.
func TestSentencesAreShort(t *testing.T) {
	t.Parallel()
	today := date(t, "2025-12-21")
	came := date(t, "2024-12-31")
	for months := ownership.MinMonths; months <= ownership.MaxMonths; months++ {
		for _, s := range []ownership.Standing{
			{Former: longName, Since: came},
			{Owner: longName, Tenure: ownership.Tenure{Start: came, LastVisit: &came}},
			{Owner: longName, Tenure: ownership.Tenure{Start: came, LastVisit: &came}, Lost: true},
			{Owner: longName, Tenure: ownership.Tenure{Start: came}},
		} {
			s.Today, s.Months = today, months
			text, _ := ownership.TellStanding(s)
			require.LessOrEqual(t, utf8.RuneCountInString(text.ZH), 60, text)
		}
		for k, evidence := range map[ownership.Kind]string{
			ownership.KindDormancy: `{"last_visit":"%[1]s","tie_start":"%[1]s"}`, ownership.KindWakeUp: `{"visit":"%[1]s","previous":"%[1]s"}`,
		} {
			text, _ := ownership.TellDecision(k, fmt.Appendf(nil, evidence, came), ownership.Told{EffectiveOn: today, Months: months, Visits: []ownership.Visit{{On: came, Meal: tenant.Tea}}})
			require.LessOrEqual(t, utf8.RuneCountInString(text.ZH), 60, text)
		}
	}
}

func TestActor(t *testing.T) {
	t.Parallel()
	require.Equal(t, "system:LIF-03@v7", ownership.Actor(ownership.KindDormancy, 7))
}

// Who was entered as leaving one post and beginning another on one day was transferred.
func TestTransfers(t *testing.T) {
	t.Parallel()
	day := date(t, "2025-11-21")
	end, begin := ownership.Cause{Kind: ownership.CausePostEnd, On: day, Person: li}, ownership.Cause{Kind: ownership.CausePost, On: day, Person: li}
	other, later := begin, begin
	other.Person, later.On = wang, day+1
	next := begin
	next.Kind = ownership.CausePostNext
	require.Equal(t, []ownership.Cause{next, other}, ownership.Transfers([]ownership.Cause{end, begin, other}))
	require.Equal(t, []ownership.Cause{end, later}, ownership.Transfers([]ownership.Cause{end, later}))
}

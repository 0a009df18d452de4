package ownership_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/ownership"
)

const longName = "阿卜杜热合曼·买买提明·吐尔逊江·艾力"

func TestTellDecision(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind        ownership.Kind
		evidence    string
		day, expect string
	}{
		{ownership.KindDormancy, `{"last_visit":"2025-11-20","tie_start":"2025-01-01"}`, "2026-02-21", "客人已三个月没来：最后一次2025年11月20日 周四，2月21日起转为公共客户。"},
		{ownership.KindDormancy, `{"last_visit":null,"tie_start":"2025-01-01"}`, "2025-04-02", "客人从1月1日 周三建立维系起三个月没来过，4月2日起转为公共客户。"},
		{ownership.KindDormancy, `{"last_visit":"2025-01-31","tie_start":"2025-02-01"}`, "2025-05-02", "客人从2月1日 周六建立维系起三个月没来过，5月2日起转为公共客户。"},
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
			require.Len(t, facts, 3)
		}
	}
}

func TestTellStanding(t *testing.T) {
	t.Parallel()
	today := date(t, "2025-11-21")
	came, old := date(t, "2025-11-20"), date(t, "2025-08-21")
	for expect, s := range map[string]ownership.Standing{
		"还没有归属：档案审核通过后归推荐人。":                               {},
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
			text, _ := ownership.TellDecision(k, fmt.Appendf(nil, evidence, came), ownership.Told{EffectiveOn: today, Months: months})
			require.LessOrEqual(t, utf8.RuneCountInString(text.ZH), 60, text)
		}
	}
}

func TestActor(t *testing.T) {
	t.Parallel()
	require.Equal(t, "system:LIF-03@v7", ownership.Actor(ownership.KindDormancy, 7))
}

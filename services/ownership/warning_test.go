package ownership_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// TestWarnOfDormancy: 14 and 3 days before LIF-03 would act, and in between where
// the day was missed; never on the day itself.
func TestWarnOfDormancy(t *testing.T) {
	t.Parallel()
	came, start := date(t, "2025-08-20"), date(t, "2025-01-01")
	for day, stage := range map[string]int{"2025-11-06": 0, "2025-11-07": 1, "2025-11-10": 1, "2025-11-17": 1, "2025-11-18": 2, "2025-11-20": 2, "2025-11-21": 0, "2025-12-01": 0} {
		e, err := ownership.WarnOfDormancy(date(t, day), ownership.Tenure{Start: start, LastVisit: &came}, 3, 14, 3)
		require.NoError(t, err)
		if stage == 0 {
			require.Nil(t, e, day)
			continue
		}
		require.NotNil(t, e, day)
		require.Equal(t, []any{stage, date(t, "2025-11-21"), ownership.KindDormancy}, []any{e.Stage, e.ActsOn, e.Rule}, day)
	}
	_, err := ownership.WarnOfDormancy(start, ownership.Tenure{Start: start}, 0, 14, 3)
	require.ErrorIs(t, err, ownership.ErrMonths)
	_, err = ownership.WarnOfDormancy(start, ownership.Tenure{Start: start}, 3, 3, 14)
	require.ErrorIs(t, err, ownership.ErrTerms)
}

// TestWarnedBeforeLost: whatever the term and the day, LIF-03 acts on the day that
// the warnings named, and each stage was due on some day before.
func TestWarnedBeforeLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		since, months := anyDate(t, "since"), rapid.IntRange(1, 24).Draw(t, "months")
		last := rapid.IntRange(1, 10).Draw(t, "last")
		first := last + rapid.IntRange(0, 20).Draw(t, "first")
		seen := map[int]bool{}
		for day := since + 1; ; day++ {
			lost, err := ownership.Dormancy(day, ownership.Tenure{Start: since}, months)
			require.NoError(t, err)
			e, err := ownership.WarnOfDormancy(day, ownership.Tenure{Start: since}, months, first, last)
			require.NoError(t, err)
			if lost != nil {
				require.Nil(t, e)
				require.True(t, seen[ownership.LastWarning])
				require.True(t, seen[ownership.FirstWarning] || first == last)
				break
			}
			if e != nil {
				seen[e.Stage] = true
				gone, err := ownership.Dormancy(e.ActsOn, ownership.Tenure{Start: since}, months)
				require.NoError(t, err)
				require.NotNil(t, gone)
				require.LessOrEqual(t, int(e.ActsOn-day), first)
			}
		}
	})
}

// TestNeed: so many visits through the referrer save the tie, and one less does not.
func TestNeed(t *testing.T) {
	t.Parallel()
	require.Equal(t, 2, ownership.ShareTerms{Percent: 50, Visits: 1}.Need(1, 1))
	require.Equal(t, 1, ownership.ShareTerms{Percent: 50, Visits: 1}.Need(2, 1))
	require.Equal(t, 0, ownership.ShareTerms{Percent: 50, Visits: 1}.Need(3, 1))
	require.Equal(t, 0, ownership.ShareTerms{Percent: 50, Visits: 3}.Need(2, 2))
	rapid.Check(t, func(t *rapid.T) {
		terms := ownership.ShareTerms{Percent: rapid.IntRange(1, 100).Draw(t, "percent"), Visits: rapid.IntRange(1, 5).Draw(t, "visits")}
		n := rapid.IntRange(0, 30).Draw(t, "n")
		others := rapid.IntRange(0, n).Draw(t, "others")
		ends := func(own int) bool {
			return n+own >= terms.Visits && others*100 >= terms.Percent*(n+own)
		}
		need := terms.Need(n, others)
		require.Equal(t, n > 0 && ends(0), need > 0)
		if need > 0 {
			require.False(t, ends(need))
			require.True(t, ends(need-1))
		}
	})
}

// TestWarnsOfShare: on the day for it, and on a later one only where it was missed.
func TestWarnsOfShare(t *testing.T) {
	t.Parallel()
	require.False(t, ownership.WarnsOfShare(date(t, "2025-02-19"), 20, false))
	require.True(t, ownership.WarnsOfShare(date(t, "2025-02-20"), 20, false))
	require.True(t, ownership.WarnsOfShare(date(t, "2025-02-23"), 20, false))
	require.False(t, ownership.WarnsOfShare(date(t, "2025-02-23"), 20, true))
	visits := []ownership.Visit{{On: date(t, "2025-02-03"), By: li}, {On: date(t, "2025-01-03"), By: li}}
	e, err := ownership.WarnOfShare(visits[0].On.Month(), ownership.Bond{Referrer: wang, Start: date(t, "2024-01-01")}, visits, half)
	require.NoError(t, err)
	require.Equal(t, &ownership.WarnEvidence{Rule: ownership.KindShare, Stage: 1, ActsOn: date(t, "2025-03-01"), TieStart: date(t, "2024-01-01"), Visits: 1, Others: 1, Need: 2, Seen: visits[:1]}, e)
	e, err = ownership.WarnOfShare(visits[0].On.Month(), ownership.Bond{Referrer: li, Start: date(t, "2024-01-01")}, visits, half)
	require.NoError(t, err)
	require.Nil(t, e)
}

// TestWarningWords: short, and they say what saves the tie.
func TestWarningWords(t *testing.T) {
	t.Parallel()
	came, near := date(t, "2024-12-31"), date(t, "2025-03-18")
	for _, c := range []struct {
		e    ownership.WarnEvidence
		want string
	}{
		{ownership.WarnEvidence{Rule: ownership.KindDormancy, ActsOn: date(t, "2025-04-01"), LastVisit: &came, TieStart: came - 9}, "客人上次来是2024年12月31日 周二，最晚3月31日 周一再来就能留住，否则4月1日转公共。"},
		{ownership.WarnEvidence{Rule: ownership.KindDormancy, ActsOn: date(t, "2025-04-01"), TieStart: came}, "客人从2024年12月31日 周二建立维系起还没来，最晚3月31日 周一再来就能留住，否则4月1日转为公共客户。"},
		{ownership.WarnEvidence{Rule: ownership.KindShare, ActsOn: date(t, "2025-04-01"), Visits: 12, Others: 11, Need: 11}, "3月来12次，11次不由推荐人接待，月底转公共；推荐人再接待11次可留住。"},
	} {
		got := c.e.Words(near)
		require.Equal(t, c.want, got.ZH)
		require.LessOrEqual(t, len([]rune(got.ZH)), 60)
		require.NotRegexp(t, `\p{Han}|%!`, got.EN)
	}
	require.Equal(t, ownership.KindWarn.Label(), ownership.TellWarning([]byte("["), near))
}

// TestAppealMayBeRaised by who lost the guest, once, in time.
func TestAppealMayBeRaised(t *testing.T) {
	t.Parallel()
	on := date(t, "2025-02-01")
	l := ownership.Loss{Person: wang, On: on, Told: on}
	fine := ownership.LossFacts{Standing: true}
	require.NoError(t, l.Raise(wang, on+7, 7, fine))
	require.ErrorIs(t, l.Raise(wang, on+8, 7, fine), ownership.ErrAppealLate)
	require.NoError(t, ownership.Loss{Person: wang, On: on, Told: on + 90}.Raise(wang, on+97, 7, fine), "days caught up late leave people their week")
	require.ErrorIs(t, l.Raise(li, on, 7, fine), ownership.ErrNoLoss)
	require.ErrorIs(t, l.Raise(wang, on, 7, ownership.LossFacts{Standing: true, Appealed: true}), ownership.ErrAppealTwice)
	require.ErrorIs(t, l.Raise(wang, on, 7, ownership.LossFacts{Standing: true, Open: true}), ownership.ErrAppealOpen)
	require.ErrorIs(t, l.Raise(wang, on, 7, ownership.LossFacts{Standing: true, Owner: new(wang)}), ownership.ErrAppealBack)
	require.ErrorIs(t, l.Raise(wang, on, 7, ownership.LossFacts{}), ownership.ErrAppealFile)
	_, err := ownership.Statement("text", " 短 ")
	require.Error(t, err)
	require.False(t, ownership.Appeal{Person: wang}.Concerns(kernel.PersonID{}), "nobody is not somebody who takes the guest on")
}

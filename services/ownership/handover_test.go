package ownership_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/ownership"
)

// TestHeldIsLeftAlone: no rule ends a tie in handover, however long its guest has
// stayed away or whoever received him (HND-06).
func TestHeldIsLeftAlone(t *testing.T) {
	t.Parallel()
	day := date(t, "2025-06-01")
	old := ownership.Tenure{Start: date(t, "2025-01-01")}
	lost, err := ownership.Dormancy(day, old, 3)
	require.NoError(t, err)
	require.NotNil(t, lost)
	old.Held = true
	lost, err = ownership.Dormancy(day, old, 3)
	require.NoError(t, err)
	require.Nil(t, lost)

	bond, visits := ownership.Bond{Referrer: wang, Start: date(t, "2025-01-01")}, []ownership.Visit{came(t, "2025-05-03", li)}
	month := date(t, "2025-05-01").Month()
	gone, err := ownership.Share(month, bond, visits, ownership.ShareTerms{Percent: 50, Visits: 1})
	require.NoError(t, err)
	require.NotNil(t, gone)
	bond.Held = true
	gone, err = ownership.Share(month, bond, visits, ownership.ShareTerms{Percent: 50, Visits: 1})
	require.NoError(t, err)
	require.Nil(t, gone)
}

// TestHandoverSentences are the words of handing over and giving back.
func TestHandoverSentences(t *testing.T) {
	t.Parallel()
	evidence := []byte(`{"handover":"019cd5e6-d200-7602-a59c-48481e47f8c8","no":12,"tie_start":"2025-01-09"}`)
	told := ownership.Told{EffectiveOn: date(t, "2025-03-04"), From: "王五", To: "李国"}
	for k, expect := range map[ownership.Kind]string{
		ownership.RuleHandover:  "第12号客户交接，3月4日起由王五转交李国维系。",
		ownership.RuleGivenBack: "第12号代管到期，3月4日起由王五交还李国维系。",
	} {
		got, facts := ownership.TellDecision(k, evidence, told)
		require.Equal(t, expect, got.ZH)
		require.NotRegexp(t, `[^王五李国\P{Han}]|%!`, got.EN)
		require.Len(t, facts, 4)
		long := told
		long.From, long.To = longName, longName
		got, _ = ownership.TellDecision(k, evidence, long)
		require.LessOrEqual(t, utf8.RuneCountInString(got.ZH), 60)
		got, _ = ownership.TellDecision(k, []byte(`[]`), told)
		require.Contains(t, got.ZH, k.Label().ZH)
	}
	require.LessOrEqual(t, utf8.RuneCountInString(ownership.TellHeld(longName).ZH), 60)
}

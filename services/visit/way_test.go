package visit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/visit"
)

// TestTaking: what of a new booking fits together (VIS-02 … VIS-05, VIS-10).
func TestTaking(t *testing.T) {
	t.Parallel()
	phone := visit.Taking{Way: visit.Phone, Kind: visit.Room, Today: true, Known: true}
	for name, c := range map[string]struct {
		change func(*visit.Taking)
		field  string
	}{
		"by phone":                     {func(*visit.Taking) {}, ""},
		"for another day":              {func(t *visit.Taking) { t.Today = false }, ""},
		"asked for":                    {func(t *visit.Taking) { t.Requested = true }, ""},
		"by phone without a number":    {func(t *visit.Taking) { t.Known = false }, "number"},
		"a walk-in without a number":   {func(t *visit.Taking) { t.Way, t.Known = visit.WalkIn, false }, ""},
		"a walk-in of another day":     {func(t *visit.Taking) { t.Way, t.Today = visit.WalkIn, false }, "way"},
		"a walk-in to be confirmed":    {func(t *visit.Taking) { t.Way, t.Requested = visit.WalkIn, true }, "requested"},
		"by the referrer":              {func(t *visit.Taking) { t.Way, t.ByHimself = visit.Referrer, true }, ""},
		"by another than the referrer": {func(t *visit.Taking) { t.Way = visit.Referrer }, "way"},
		"a banquet":                    {func(t *visit.Taking) { t.Kind, t.Tables = visit.Banquet, 3 }, ""},
		"a banquet of no tables":       {func(t *visit.Taking) { t.Kind = visit.Banquet }, "tables"},
		"a room with tables":           {func(t *visit.Taking) { t.Tables = 1 }, "tables"},
	} {
		taking := phone
		c.change(&taking)
		err := taking.Check()
		if c.field == "" {
			require.NoError(t, err, name)
			continue
		}
		f := (*fault.Fault)(nil)
		require.ErrorAs(t, err, &f, name)
		require.Equal(t, c.field, f.Violations[0].Field, name)
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	require.NoError(t, visit.UsualReasons.Check())
	own := visit.Reasons{NoShow: []string{"堵车"}}
	require.NoError(t, own.Check())
	require.Equal(t, []string{"堵车"}, own.Or(visit.UsualReasons).NoShow)
	require.Equal(t, visit.UsualReasons.Cancelled, own.Or(visit.UsualReasons).Cancelled)
	for _, bad := range []string{"", "a\nb", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十多"} {
		require.Error(t, visit.Reasons{Cancelled: []string{bad}}.Check(), bad)
	}
}

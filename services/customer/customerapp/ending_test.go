package customerapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
)

// What somebody has to finish, as 今日 counts it, is what its lists show: files
// that came back with reasons, and those that DEL-02 warns of, with the day.
func TestWhatIsToFinish(t *testing.T) {
	b := setup(t)
	c := b.crew()
	list := func(s customerapp.Scope) (names []string, ends []string) {
		items, _, err := b.files.List(ctx, c.lina.read(), b.now, customerapp.ListInput{Scope: s, Size: 50})
		require.NoError(t, err)
		for _, it := range items {
			names = append(names, it.Name.Full())
			if it.EndsOn != nil {
				ends = append(ends, it.EndsOn.String())
			}
		}
		return names, ends
	}
	b.create(c.lina, east, input("王新明", number(1)))
	old := b.create(c.lina, east, input("王旧明", number(2))).File
	back := b.create(c.lina, east, input("王退明", number(3))).File
	_, err := b.files.Submit(ctx, c.lina.write(), b.now, back)
	require.NoError(t, err)
	_, err = b.files.Review(ctx, c.zhao.review(), b.now, back, customer.Decision{Reasons: []customer.Reason{{Field: "address", Reason: "请写到门牌"}}})
	require.NoError(t, err)

	w, err := b.files.Writing(ctx, b.a, rep, b.now)
	require.NoError(t, err)
	require.Equal(t, customer.Writing{Back: 1}, w)
	b.exec("UPDATE guest SET created_at = $2 WHERE file_id = $1", old, b.now.AddDate(0, 0, -60))
	w, err = b.files.Writing(ctx, b.a, rep, b.now)
	require.NoError(t, err)
	require.EqualValues(t, []int32{1, 1}, []int32{w.Back, w.Ending})
	names, ends := list(customerapp.ScopeEnding)
	require.Equal(t, []string{"王旧明"}, names)
	require.Equal(t, []string{w.Ends.String()}, ends, "one day in both")
	names, _ = list(customerapp.ScopeBack)
	require.Equal(t, []string{"王退明"}, names)
	names, ends = list(customerapp.ScopeDrafts)
	require.Len(t, names, 3)
	require.Len(t, ends, 3)
	b.exec("UPDATE guest SET created_at = $2 WHERE file_id = $1", old, b.now.AddDate(0, 0, -59))
	names, _ = list(customerapp.ScopeEnding)
	require.Empty(t, names, "a day before the first warning")
}

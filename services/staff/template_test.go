package staff_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/staff"
)

// TestMergeTemplate: whatever was given, is there now and comes newly, item by
// item what the chain left as it was given follows and everything else stays.
func TestMergeTemplate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := func(label string) staff.Items {
			out := staff.Items{}
			for _, item := range []string{"role/a", "role/b", "right/a/x.read", "right/a/x.write", "right/b/x.read", "position/甲", "position/乙"} {
				values := []string{"", "own", "where"}
				if strings.HasPrefix(item, "position/") {
					values = []string{"", "a", "@b"}
				}
				if v := rapid.SampledFrom(values).Draw(t, label+item); v != "" {
					out[item] = v
				}
			}
			return out
		}
		given, ours, newer := items("given "), items("ours "), items("newer ")
		put, drop := staff.MergeTemplate(given, ours, newer)
		after := maps.Clone(ours)
		maps.Copy(after, put)
		for _, item := range drop {
			require.NotContains(t, put, item)
			delete(after, item)
		}
		role := func(item string) string {
			code, permission := staff.SplitRight(item)
			if permission == "" {
				code = strings.TrimPrefix(newer[item], "@")
			}
			return "role/" + code
		}
		for _, item := range slices.Concat(slices.Collect(maps.Keys(ours)), slices.Collect(maps.Keys(newer)), slices.Collect(maps.Keys(given))) {
			want := ours[item]
			switch {
			case ours[item] != given[item] || newer[item] == given[item]: // the chain's own, or nothing new
			case newer[item] != "" && (strings.HasPrefix(item, "role/") || after[role(item)] != ""):
				want = newer[item]
			case newer[item] == "" && strings.HasPrefix(item, "right/"):
				want = ""
			}
			require.Equal(t, want, after[item], item)
		}
	})
}

// TestItems: flattening loses nothing.
func TestItems(t *testing.T) {
	t.Parallel()
	items := staff.TemplateItems()
	require.Equal(t, items, staff.ItemsOf(staff.Template(), items.Positions()))
	require.Len(t, items.Positions(), len(staff.TemplatePositions()))
	roles, rights := items.Roles()
	require.Len(t, roles, len(staff.Template()))
	for _, r := range rights {
		at := slices.IndexFunc(staff.Template(), func(x staff.Role) bool { return x.Code == r.Code })
		require.ElementsMatch(t, staff.Template()[at].Rights, r.Rights)
	}
	require.NotEqual(t, items.Digest(), staff.Items{"role/a": "x"}.Digest())
}

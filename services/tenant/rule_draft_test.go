package tenant_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

var span = tenant.Catalogue{
	{Key: "from", Rule: "CAR-04", Label: "最早", Kind: tenant.Time, Min: 480, Max: 1200, Default: 540, StoreMayOverride: true},
	{Key: "until", Rule: "CAR-04", Label: "最晚", Kind: tenant.Time, Min: 480, Max: 1200, Default: 1200, NotBelow: "from", StoreMayOverride: true},
}

func val(v int64) *int64 { return &v }

func TestJoin(t *testing.T) {
	all := tenant.Join([]tenant.Field{{Key: "a", Rule: "LIF-03"}, {Key: "b", Rule: "LIF-01"}}, []tenant.Field{{Key: "c", Rule: "CUS-10"}, {Key: "d", Rule: "CUS-10"}, {Key: "e", Rule: "OPS-03"}})
	order := ""
	for _, f := range all {
		order += f.Key
	}
	require.Equal(t, "cdbae", order)
}

func TestShow(t *testing.T) {
	pick := []tenant.Choice{{Code: "a", Text: "甲"}, {Code: "b", Text: "乙"}}
	for want, f := range map[string]tenant.Field{
		"1":     {Kind: tenant.Int},
		"1 小时":  {Kind: tenant.Int, Unit: tenant.Hours},
		"1%":    {Kind: tenant.Percent},
		"1 日":   {Kind: tenant.Day},
		"00:01": {Kind: tenant.Time},
		"是":     {Kind: tenant.Bool},
		"乙":     {Kind: tenant.Pick, Choices: pick},
	} {
		require.Equal(t, want, f.Show(1))
	}
	require.Equal(t, "hour hours", tenant.Hours.English(1)+" "+tenant.Hours.English(24))
	require.Error(t, tenant.Catalogue{{Key: "a", Kind: tenant.Pick, Choices: pick, Default: 2}}.Check(), "no such choice")
	require.Error(t, tenant.Catalogue{{Key: "a", Kind: tenant.Int, Unit: "斤"}}.Check(), "a unit nobody can translate")
	require.Error(t, tenant.Catalogue{{Key: "a", Kind: tenant.Int, NotBelow: "b"}}.Check())
}

// Two values that don't go together are found where they come together: a
// store's own against the chain's other one.
func TestContradictions(t *testing.T) {
	stores := []tenant.Store{{ID: store, Name: "友谊店"}, {ID: other, Name: "南湖店"}}
	for _, c := range []struct {
		name  string
		draft tenant.Draft
		want  []string
	}{
		{"OK equal", tenant.Draft{Values: tenant.Values{"from": 1200}}, nil},
		{"Err chain", tenant.Draft{Values: tenant.Values{"until": 500}}, []string{`values["until"] “最晚”（08:20）不能小于“最早”（09:00）。`}},
		{
			"Err store's own against the chain's",
			tenant.Draft{Values: tenant.Values{"until": 600}, Stores: map[kernel.StoreID]tenant.Values{store: {"from": 700}}},
			[]string{"stores[" + store.String() + `]["until"] 友谊店：“最晚”（10:00）不能小于“最早”（11:40）。`},
		},
		{"OK store apart", tenant.Draft{Stores: map[kernel.StoreID]tenant.Values{other: {"from": 480, "until": 480}}}, nil},
	} {
		var got []string
		for _, v := range c.draft.Contradictions(span, stores) {
			got = append(got, v.Field+" "+v.Message)
		}
		require.Equal(t, c.want, got, c.name)
	}
	err := tenant.Draft{EffectiveOn: today + 1, Values: tenant.Values{"until": 500}}.Check(span, 0, today, stores)
	f, ok := errors.AsType[*fault.Fault](err)
	require.True(t, ok)
	require.Equal(t, "rules.contradiction", f.Reason)
}

func TestSaveDraft(t *testing.T) {
	newest := tenant.RuleSet{Version: 2, Values: tenant.Values{"months": 4}, Stores: map[kernel.StoreID]tenant.Values{store: {"months": 6}}}
	stores := []tenant.Store{{ID: store}}
	now := time.Unix(1000, 0)
	one, two := kernel.PersonID{1}, kernel.PersonID{2}
	save := func(d tenant.RuleDraft, by kernel.PersonID, edits ...tenant.Edit) (tenant.RuleDraft, error) {
		return d.Save(catalogue, newest, stores, edits, by, now)
	}
	d, err := save(tenant.RuleDraft{}, one, tenant.Edit{Key: "run", Value: val(60)}, tenant.Edit{Key: "months", Value: val(4)}, tenant.Edit{Key: "phs", Value: nil}, tenant.Edit{Store: store, Key: "months", Value: val(6)})
	require.NoError(t, err)
	require.Equal(t, []tenant.Edit{{Key: "run", Value: val(60), By: one, At: now}}, d.Edits, "what changes nothing falls away")
	d, err = save(d, two, tenant.Edit{Key: "run", Value: val(60)}, tenant.Edit{Key: "months"}, tenant.Edit{Store: store, Key: "months"})
	require.NoError(t, err)
	require.Equal(t, []kernel.PersonID{two, one, two}, []kernel.PersonID{d.Edits[0].By, d.Edits[1].By, d.Edits[2].By}, "in the order of the catalogue, each its maker's")
	next := d.On(newest, today+1, "why")
	require.Equal(t, tenant.Draft{Base: 2, EffectiveOn: today + 1, Note: "why", Values: tenant.Values{"run": 60}, Stores: map[kernel.StoreID]tenant.Values{}}, next)
	require.Equal(t, tenant.Values{"months": 4}, newest.Values, "the version is not touched")

	for name, edits := range map[string][]tenant.Edit{
		"rules.unknown_key twice":     {{Key: "run", Value: val(1)}, {Key: "run"}},
		"rules.unknown_key key":       {{Key: "x", Value: val(1)}},
		"rules.unknown_key no store":  {{Store: other, Key: "months"}},
		"rules.unknown_key its own":   {{Store: store, Key: "run"}},
		"rules.out_of_range too much": {{Key: "months", Value: val(25)}},
	} {
		_, err := save(d, one, edits...)
		f, ok := errors.AsType[*fault.Fault](err)
		require.True(t, ok, name)
		require.Contains(t, name, f.Reason)
	}
}

// What publishing a draft makes differs from the version before in exactly the
// draft's edits, whatever they are.
func TestDraftIsTheDifference(t *testing.T) {
	keys := rapid.SampledFrom([]string{"months", "phs", "run"})
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) *int64 {
			if rapid.Bool().Draw(rt, name+" unset") {
				return nil
			}
			return val(rapid.Int64Range(0, 1).Draw(rt, name) + 1)
		}
		newest := tenant.RuleSet{Version: 1, Values: tenant.Values{}, Stores: map[kernel.StoreID]tenant.Values{store: {}}}
		for _, key := range []string{"months", "run"} {
			if v := draw("chain " + key); v != nil {
				newest.Values[key] = *v
			}
		}
		if v := draw("store"); v != nil {
			newest.Stores[store]["months"] = *v
		}
		seen := map[string]bool{}
		var edits []tenant.Edit
		for range rapid.IntRange(0, 4).Draw(rt, "edits") {
			e := tenant.Edit{Key: keys.Draw(rt, "key"), Value: draw("value")}
			if e.Key == "months" && rapid.Bool().Draw(rt, "of the store") {
				e.Store = store
			}
			if e.Key == "phs" && e.Value != nil {
				*e.Value--
			}
			if id := e.Store.String() + e.Key; !seen[id] {
				seen[id], edits = true, append(edits, e)
			}
		}
		d, err := tenant.RuleDraft{}.Save(catalogue, newest, []tenant.Store{{ID: store}}, edits, kernel.PersonID{1}, time.Unix(0, 0))
		require.NoError(rt, err)
		next := d.On(newest, today, "")
		diff := tenant.Compare(catalogue, newest, tenant.RuleSet{Values: next.Values, Stores: next.Stores})
		require.Len(rt, diff, len(d.Edits))
		for i, e := range d.Edits {
			require.Equal(rt, e.Store, diff[i].Store)
			require.Equal(rt, e.Key, diff[i].Field.Key)
		}
	})
}

package kernel_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
)

var (
	east, west       = kernel.StoreID{1}, kernel.StoreID{2}
	bo, an, wei, yan = kernel.PersonID{1}, kernel.PersonID{2}, kernel.PersonID{3}, kernel.PersonID{4}
)

const review = "customer.review"

// of is what a person lets the actor do for him in some stores; none: head office.
func of(holder kernel.PersonID, permissions []string, stores ...kernel.StoreID) kernel.Assignment {
	return kernel.Assignment{Role: "all", TenantWide: len(stores) == 0, Stores: stores, For: &kernel.Delegated{Holder: holder, Permissions: permissions}}
}

func grantOf(posts ...kernel.Assignment) kernel.Grant {
	return kernel.NewGrant(&kernel.Actor{Person: bo, Assignments: posts}, review, func(role string) kernel.Reach {
		return map[string]kernel.Reach{"all": kernel.ReachOwn | kernel.ReachWhere, "own": kernel.ReachOwn}[role]
	})
}

func only(p ...kernel.PersonID) func(kernel.PersonID) bool {
	return func(x kernel.PersonID) bool { return slices.Contains(p, x) }
}

// ROL-05: what is delegated reaches as the holder's right does at his place, by
// the permissions named and no further; own rights win.
func TestDelegatedGrant(t *testing.T) {
	t.Parallel()
	own := kernel.Assignment{Role: "all", Stores: []kernel.StoreID{east}}
	for name, c := range map[string]struct {
		grant      kernel.Grant
		east, west bool
		holder     kernel.PersonID // for whom an act in west is done
	}{
		"OK own only":             {grantOf(own), true, false, kernel.PersonID{}},
		"OK delegated":            {grantOf(of(an, []string{review}, west)), false, true, an},
		"OK beside own":           {grantOf(own, of(an, []string{review}, west)), true, true, an},
		"OK own right wins":       {grantOf(of(an, []string{review}), kernel.Assignment{Role: "all", Stores: []kernel.StoreID{west}}), true, true, kernel.PersonID{}},
		"OK first of two":         {grantOf(of(an, []string{review}, west), of(wei, []string{review}, west)), false, true, an},
		"OK from head office":     {grantOf(own, of(an, []string{"x", review})), true, true, an},
		"Err other permission":    {grantOf(of(an, []string{"customer.read"}, west)), false, false, kernel.PersonID{}},
		"Err no permission":       {grantOf(of(an, nil)), false, false, kernel.PersonID{}},
		"Err role can't any more": {grantOf(kernel.Assignment{Role: "none", TenantWide: true, For: &kernel.Delegated{Holder: an, Permissions: []string{review}}}), false, false, kernel.PersonID{}},
		"Err holder's own things": {grantOf(kernel.Assignment{Role: "own", TenantWide: true, For: &kernel.Delegated{Holder: an, Permissions: []string{review}}}), false, false, kernel.PersonID{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.east, c.grant.Covers(east, true))
			require.Equal(t, c.west, c.grant.Covers(west, true))
			require.Equal(t, !c.east && !c.west, c.grant.Empty())
			whom := kernel.PersonID{}
			if d := c.grant.Holder(west, false); d != nil {
				whom = d.Holder
			}
			require.Equal(t, c.holder, whom)
			require.False(t, c.grant.Own().Covers(west, true) && !whom.IsZero(), "own rights come first")
		})
	}
	require.Equal(t, []kernel.StoreID{east, west}, grantOf(own, of(an, []string{review}, west, east)).Stores(), "each once")
}

// ROL-04: nobody decides on what concerns him, and for nobody whom it concerns.
func TestDecide(t *testing.T) {
	t.Parallel()
	own := kernel.Assignment{Role: "all", Stores: []kernel.StoreID{west}}
	byAn, byWei := of(an, []string{review}, west), of(wei, []string{review}, west)
	for name, c := range map[string]struct {
		grant     kernel.Grant
		concerned []kernel.PersonID
		ok        bool
		whom      kernel.PersonID
	}{
		"OK in own right":                     {grantOf(own), nil, true, kernel.PersonID{}},
		"OK for another":                      {grantOf(byAn), []kernel.PersonID{yan}, true, an},
		"OK the second holder":                {grantOf(byAn, byWei), []kernel.PersonID{an}, true, wei},
		"OK the holder's, in own right":       {grantOf(byAn, own), []kernel.PersonID{an}, true, kernel.PersonID{}},
		"Err own":                             {grantOf(own), []kernel.PersonID{bo}, false, kernel.PersonID{}},
		"Err own, for another":                {grantOf(byAn), []kernel.PersonID{bo}, false, kernel.PersonID{}},
		"Err the holder's":                    {grantOf(byAn), []kernel.PersonID{an}, false, kernel.PersonID{}},
		"Err both holders'":                   {grantOf(byAn, byWei), []kernel.PersonID{an, wei}, false, kernel.PersonID{}},
		"Err elsewhere":                       {grantOf(of(an, []string{review}, east)), nil, false, kernel.PersonID{}},
		"Err nobody":                          {kernel.Grant{}, nil, false, kernel.PersonID{}},
		"Err only where it is one's own post": {grantOf(kernel.Assignment{Role: "own", Stores: []kernel.StoreID{west}}), nil, false, kernel.PersonID{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whom, ok := c.grant.Decide(west, only(c.concerned...))
			require.Equal(t, c.ok, ok)
			got := kernel.PersonID{}
			if whom != nil {
				got = whom.Holder
			}
			require.Equal(t, c.whom, got)
		})
	}
}

// Whatever somebody holds and for whomever: a decision is never taken by one
// whom the request concerns, nor for him, nor without a right at the place.
func TestDecideProperty(t *testing.T) {
	t.Parallel()
	people, places := []kernel.PersonID{bo, an, wei, yan}, []kernel.StoreID{east, west}
	rapid.Check(t, func(t *rapid.T) {
		posts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) kernel.Assignment {
			a := kernel.Assignment{Role: rapid.SampledFrom([]string{"all", "own", "none"}).Draw(t, "role"), Stores: []kernel.StoreID{rapid.SampledFrom(places).Draw(t, "store")}}
			if holder := rapid.SampledFrom(people).Draw(t, "holder"); holder != bo {
				a.For = &kernel.Delegated{Holder: holder, Permissions: []string{rapid.SampledFrom([]string{review, "customer.read"}).Draw(t, "permission")}}
			}
			return a
		}), 0, 6).Draw(t, "posts")
		concerned := only(rapid.SliceOfDistinct(rapid.SampledFrom(people), func(p kernel.PersonID) kernel.PersonID { return p }).Draw(t, "concerned")...)
		store := rapid.SampledFrom(places).Draw(t, "at")
		could := func(a kernel.Assignment) bool {
			return a.Role == "all" && a.Stores[0] == store && (a.For == nil || a.For.Permissions[0] == review && !concerned(a.For.Holder))
		}
		whom, ok := grantOf(posts...).Decide(store, concerned)
		require.Equal(t, !concerned(bo) && slices.ContainsFunc(posts, could), ok)
		ownRight := slices.ContainsFunc(posts, func(a kernel.Assignment) bool { return could(a) && a.For == nil })
		require.Equal(t, ok && !ownRight, whom != nil)
		require.True(t, whom == nil || !concerned(whom.Holder))
	})
}

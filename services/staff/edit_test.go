package staff_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// TestMayEdit: nobody gives what he does not have, unless he may appoint, and
// nobody raises himself, also not with what others let him do for them.
func TestMayEdit(t *testing.T) {
	t.Parallel()
	store := kernel.StoreID{1}
	headOffice, inStore := kernel.Assignment{TenantWide: true}, kernel.Assignment{Stores: []kernel.StoreID{store}}
	with := func(a kernel.Assignment, role string, lent ...string) kernel.Assignment {
		a.Role = role
		if lent != nil {
			a.For = &kernel.Delegated{Permissions: lent}
		}
		return a
	}
	roles := map[string]string{"editor": "role.write", "appointer": "role.write staff.appoint", "reader": "customer.read", "own reader": "customer.read:own"}
	rights := func(words string) (out []staff.Right) {
		for _, w := range strings.Fields(words) {
			name, how, _ := strings.Cut(w, ":")
			out = append(out, staff.Right{Permission: name, Own: how == "own", Denied: how == "never"})
		}
		return out
	}
	for _, c := range []struct {
		name          string
		holds         []kernel.Assignment
		before, after string
		mine          []staff.Post
		want          error
	}{
		{"no right to edit", []kernel.Assignment{with(headOffice, "reader")}, "", "", nil, staff.ErrChainWide},
		{"in one store only", []kernel.Assignment{with(inStore, "editor")}, "", "", nil, staff.ErrChainWide},
		{"takes away what he has not", []kernel.Assignment{with(headOffice, "editor")}, "customer.read", "", nil, nil},
		{"narrows what he has not", []kernel.Assignment{with(headOffice, "editor")}, "customer.read", "customer.read:own", nil, nil},
		{"denies what he has not", []kernel.Assignment{with(headOffice, "editor")}, "", "customer.read:never", nil, nil},
		{"keeps what he has not", []kernel.Assignment{with(headOffice, "editor")}, "customer.read", "customer.read role.write", nil, nil},
		{"gives what he has not", []kernel.Assignment{with(headOffice, "editor")}, "", "customer.read", nil, staff.ErrBeyondEditor},
		{"widens what he has not", []kernel.Assignment{with(headOffice, "editor")}, "customer.read:own", "customer.read", nil, staff.ErrBeyondEditor},
		{"lifts a deny", []kernel.Assignment{with(headOffice, "editor")}, "customer.read:never", "customer.read:own", nil, staff.ErrBeyondEditor},
		{"gives what he has in one store", []kernel.Assignment{with(headOffice, "editor"), with(inStore, "reader")}, "", "customer.read", nil, staff.ErrBeyondEditor},
		{"gives what he has", []kernel.Assignment{with(headOffice, "editor"), with(headOffice, "reader")}, "", "customer.read", nil, nil},
		{"gives all where he has own", []kernel.Assignment{with(headOffice, "editor"), with(headOffice, "own reader")}, "", "customer.read", nil, staff.ErrBeyondEditor},
		{"gives own where he has own", []kernel.Assignment{with(headOffice, "editor"), with(headOffice, "own reader")}, "", "customer.read:own", nil, nil},
		{"may appoint", []kernel.Assignment{with(headOffice, "appointer")}, "", "customer.read", nil, nil},
		{"raises himself", []kernel.Assignment{with(headOffice, "appointer")}, "", "customer.read", []staff.Post{{TenantWide: true}}, staff.ErrRaisesSelf},
		{"raises himself later, elsewhere", []kernel.Assignment{with(headOffice, "appointer")}, "", "customer.read:own", []staff.Post{{Stores: []kernel.StoreID{store}}}, staff.ErrRaisesSelf},
		{"holds it and has it there otherwise", []kernel.Assignment{with(headOffice, "appointer"), with(inStore, "reader")}, "", "customer.read", []staff.Post{{Stores: []kernel.StoreID{store}}}, nil},
		{"holds it and takes away", []kernel.Assignment{with(headOffice, "appointer")}, "customer.read role.write", "role.write", []staff.Post{{TenantWide: true}}, nil},
		{"raises himself by what is lent", []kernel.Assignment{with(headOffice, "appointer"), with(headOffice, "reader", "customer.read")}, "", "customer.read", []staff.Post{{TenantWide: true}}, staff.ErrRaisesSelf},
	} {
		actor := &kernel.Actor{Kind: kernel.ActorPerson, Assignments: c.holds}
		grants := func(permission string) kernel.Grant {
			return kernel.NewGrant(actor, permission, func(role string) kernel.Reach {
				for _, r := range rights(roles[role]) {
					if r.Permission == permission {
						return map[bool]kernel.Reach{true: kernel.ReachOwn, false: kernel.ReachWhere}[r.Own]
					}
				}
				return 0
			})
		}
		change := staff.RoleChange{Before: staff.Role{Rights: rights(c.before)}, After: staff.Role{Rights: rights(c.after)}, Mine: c.mine}
		require.ErrorIs(t, orOK(staff.MayEdit(grants, change)), orOK(c.want), c.name)
	}
}

type okError struct{}

func (okError) Error() string { return "ok" }

// orOK makes nil comparable.
func orOK(err error) error {
	if err == nil {
		return okError{}
	}
	return err
}

// TestLentRights: by what others let him do for them nobody gives a role, to
// himself or to others (ROL-05).
func TestLentRights(t *testing.T) {
	t.Parallel()
	actor := &kernel.Actor{Assignments: []kernel.Assignment{
		{Role: "writer", TenantWide: true}, {Role: "reader", TenantWide: true, For: &kernel.Delegated{Permissions: []string{"customer.read"}}},
	}}
	grants := func(permission string) kernel.Grant {
		return kernel.NewGrant(actor, permission, func(role string) kernel.Reach {
			if role == "writer" && permission == staff.WritePermission || role == "reader" && permission == "customer.read" {
				return kernel.ReachWhere
			}
			return 0
		})
	}
	role := staff.Role{Rights: []staff.Right{{Permission: "customer.read"}}}
	for _, toSelf := range []bool{false, true} {
		require.ErrorIs(t, staff.MayGive(grants, role, staff.Post{TenantWide: true}, toSelf), staff.ErrRoleBeyondOwn)
	}
}

// TestCheckRole: what was typed is held against what there is.
func TestCheckRole(t *testing.T) {
	t.Parallel()
	check := func(name string, rights ...staff.Right) error {
		return staff.RoleChange{Before: staff.Role{Rights: []staff.Right{{Permission: "old.one"}}}, After: staff.Role{Name: name, Rights: rights}}.Check()
	}
	require.NoError(t, check("大堂主管", staff.Right{Permission: "customer.read", Own: true}, staff.Right{Permission: "old.one"}))
	for _, name := range []string{"", " 前后 ", strings.Repeat("长", 21), "a/b", "@a", "两\n行"} {
		require.Error(t, check(name), "%q", name)
	}
	for _, bad := range [][]staff.Right{
		{{Permission: "customer.rea"}},
		{{Permission: "bill.record"}}, // keys only
		{{Permission: "customer.read"}, {Permission: "customer.read", Own: true}},
		{{Permission: "rules.publish", Own: true}}, // nothing there is anybody's own
		{{Permission: "customer.review", Own: true}},
		{{Permission: "old.one", Own: true}},
	} {
		require.Error(t, check("大堂主管", bad...), "%v", bad)
	}
	for _, r := range staff.Template() { // the template passes its own rules
		if !r.IsScope() {
			require.NoError(t, staff.RoleChange{After: r}.Check(), r.Code)
			require.False(t, slices.ContainsFunc(r.Rights, func(x staff.Right) bool { return x.Own && staff.OwnMeans(x.Permission) == "" }))
		}
	}
}

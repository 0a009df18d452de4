package staffapp_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// edits gives an administrator's right to edit roles.
func (w *world) edits(c chain, no string) kernel.Grant {
	w.t.Helper()
	return w.grant(c, no, staff.EditRolesPermission)
}

// stored is a role of a chain as it is stored.
func (w *world) stored(c chain, code string) staff.Role {
	w.t.Helper()
	r, err := w.RoleInUse(w.t.Context(), w.grant(c, "A1", staff.ReadRolesPermission), code)
	require.NoError(w.t, err)
	return r.Role
}

// without is a role less some of its permissions.
func without(r staff.Role, permissions ...string) staff.Role {
	var rights []staff.Right
	for _, right := range r.Rights {
		keep := true
		for _, p := range permissions {
			keep = keep && right.Permission != p
		}
		if keep {
			rights = append(rights, right)
		}
	}
	r.Rights = rights
	return r
}

func TestRolesOfAChain(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a1 := w.edits(w.one, "A1")
	read := w.grant(w.one, "A1", staff.ReadRolesPermission)

	code, err := w.CreateRole(ctx, a1, "包厢主管", []staff.Right{{Permission: "customer.read", Own: true}})
	require.NoError(t, err)
	_, err = w.CreateRole(ctx, a1, "包厢主管", nil)
	require.ErrorIs(t, err, staff.ErrRoleNameTaken)
	_, err = w.CreateRole(ctx, w.edits(w.two, "A1"), "包厢主管", nil)
	require.NoError(t, err, "another chain has names of its own")

	_, err = w.PutPosition(ctx, a1, staff.Position{Name: "包厢主管", Role: code})
	require.NoError(t, err)
	_, err = w.PutPosition(ctx, a1, staff.Position{Name: "错", Role: "no such"})
	require.ErrorIs(t, err, staff.ErrUnknownRole)
	_, err = w.PutPosition(ctx, a1, staff.Position{Name: "错", Role: staff.ScopeRole("bills:write")})
	require.ErrorIs(t, err, staff.ErrUnknownRole, "keys' roles are nobody's")

	// It counts from the next request of whoever holds it.
	_, err = w.AssignPerson(ctx, w.actor(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission), w.one.people["R1"], post(code, w.one.s02))
	require.NoError(t, err)
	r1 := w.actor(w.one, "R1")
	require.False(t, w.grantOf(r1, "customer.read").Covers(w.one.s02, false))
	role := w.stored(w.one, code)
	role.Name, role.Rights = "包厢主任", []staff.Right{{Permission: "customer.read"}, {Permission: "booking.read", Denied: true}}
	require.NoError(t, w.UpdateRole(ctx, a1, role))
	r1 = w.actor(w.one, "R1")
	require.True(t, w.grantOf(r1, "customer.read").Covers(w.one.s02, false))
	require.False(t, w.grantOf(r1, "booking.read").Covers(w.one.s02, true))
	require.ErrorIs(t, w.UpdateRole(ctx, a1, role), staff.ErrRoleChanged, "from an old version")
	require.ErrorIs(t, w.UpdateRole(ctx, w.edits(w.two, "A1"), role), staff.ErrNoRole, "of another chain")
	scope := staff.Role{Code: staff.ScopeRole("bills:write"), Name: "x", Version: 1}
	require.ErrorIs(t, w.UpdateRole(ctx, a1, scope), staff.ErrNoRole, "keys' roles are not edited")

	// Who holds it, in reach only.
	holders, err := w.Holders(ctx, read, code, "", kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Len(t, holders, 1)
	require.Equal(t, "R1", holders[0].StaffNo)
	holders, err = w.Holders(ctx, w.grant(w.one, "M1", staff.ReadRolesPermission), code, "", kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Empty(t, holders, "M1 works in the other store")
	in, err := w.RoleInUse(ctx, w.grant(w.one, "M2", staff.ReadRolesPermission), code)
	require.NoError(t, err)
	require.Equal(t, 1, in.Holders)
	require.Equal(t, []string{"包厢主管"}, in.Positions)

	// Not while it is held, or a post comes with it.
	version := w.stored(w.one, code).Version
	require.ErrorIs(t, w.DeleteRole(ctx, a1, code, version), staff.ErrRoleInUse)
	_, err = w.EndAssignment(ctx, w.grant(w.one, "A1", staff.WritePermission), holdersOf(t, w, code), today, "")
	require.NoError(t, err)
	require.ErrorIs(t, w.DeleteRole(ctx, a1, code, version), staff.ErrRoleInUse)
	require.NoError(t, w.DeletePosition(ctx, a1, "包厢主管"))
	require.ErrorIs(t, w.DeletePosition(ctx, a1, "包厢主管"), staff.ErrNoPosition)
	require.ErrorIs(t, w.DeleteRole(ctx, a1, code, version-1), staff.ErrRoleChanged)
	require.NoError(t, w.DeleteRole(ctx, a1, code, version))
	require.ErrorIs(t, w.DeleteRole(ctx, a1, code, version), staff.ErrNoRole)
	_, err = w.AssignPerson(ctx, w.actor(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission), w.one.people["R1"], post(code, w.one.s02))
	require.ErrorIs(t, err, staff.ErrUnknownRole)
	w.in(w.one, func(tx pgx.Tx) error { // nor past the check, as an import that was judged before
		late := staff.NewPerson{ID: kernel.NewID[kernel.PersonID](w.now), StaffNo: "L1", Name: "迟", EntryOn: today, Posts: []staff.Post{post(code, w.one.s01)}}
		require.ErrorIs(t, w.PutPeopleTx(ctx, tx, w.one.id, []staff.NewPerson{late}, w.now), staff.ErrUnknownRole)
		return nil
	})
}

func holdersOf(t *testing.T, w *world, code string) kernel.UUID {
	t.Helper()
	holders, err := w.Holders(t.Context(), w.grant(w.one, "A1", staff.ReadRolesPermission), code, "", kernel.UUID{}, 10)
	require.NoError(t, err)
	require.NotEmpty(t, holders)
	return holders[0].ID
}

func (w *world) grantOf(actor *kernel.Actor, permission string) kernel.Grant {
	w.t.Helper()
	_, grants, err := w.Grants(w.t.Context(), actor)
	require.NoError(w.t, err)
	return grants(permission)
}

// TestNobodyRaisesHimself: an administrator widens any role but his own, and a
// role held for one store edits nothing.
func TestNobodyRaisesHimself(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	admin := w.stored(w.one, staff.Admin)
	admin.Rights = append(admin.Rights, staff.Right{Permission: "customer.read"})
	require.ErrorIs(t, w.UpdateRole(ctx, w.edits(w.one, "A1"), admin), staff.ErrRaisesSelf)

	manager := w.stored(w.one, staff.ServiceManager)
	manager.Rights = append(manager.Rights, staff.Right{Permission: "customer.carry_out"})
	require.NoError(t, w.UpdateRole(ctx, w.edits(w.one, "A1"), manager))

	// Without the right to appoint he gives what he has, and no more.
	code, err := w.CreateRole(ctx, w.edits(w.one, "A1"), "角色员", []staff.Right{{Permission: "role.write"}, {Permission: "store.read"}})
	require.NoError(t, err)
	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE assignment SET role = $1, tenant_wide = true, store_ids = '{}' WHERE person_id = $2", code, w.one.people["M2"])
		return err
	})
	m2 := w.edits(w.one, "M2")
	_, err = w.CreateRole(ctx, m2, "甲", []staff.Right{{Permission: "store.read"}})
	require.NoError(t, err)
	_, err = w.CreateRole(ctx, m2, "乙", []staff.Right{{Permission: "customer.read", Own: true}})
	require.ErrorIs(t, err, staff.ErrBeyondEditor)

	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE assignment SET role = 'admin' WHERE person_id = $1", w.one.people["M1"])
		return err
	})
	_, err = w.CreateRole(ctx, w.edits(w.one, "M1"), "丙", nil)
	require.ErrorIs(t, err, staff.ErrChainWide)
	_, err = w.PutPosition(ctx, w.edits(w.one, "M1"), staff.Position{Name: "丙", Role: staff.ServiceRep})
	require.ErrorIs(t, err, staff.ErrChainWide)
}

// TestLastAdministrator: no way leads to a chain that nobody can mend.
func TestLastAdministrator(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a1, write := w.edits(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission)
	for _, p := range staff.Administering {
		admin := w.stored(w.one, staff.Admin)
		require.ErrorIs(t, w.UpdateRole(ctx, a1, without(admin, p)), staff.ErrLastAdmin, p)
		denied := without(admin, p)
		denied.Rights = append(denied.Rights, staff.Right{Permission: p, Denied: true})
		require.ErrorIs(t, w.UpdateRole(ctx, a1, denied), staff.ErrLastAdmin, p)
		require.Equal(t, admin, w.stored(w.one, staff.Admin), "nothing was half done")
	}
	_, err := w.EndAssignment(ctx, write, holdersOf(t, w, staff.Admin), today+1, "")
	require.ErrorIs(t, err, staff.ErrLastAdmin)
	_, err = w.RecordLeaving(ctx, write, w.one.people["A1"], today+30, "")
	require.ErrorIs(t, err, staff.ErrLastAdmin)
	require.ErrorIs(t, w.DeleteRole(ctx, a1, staff.Admin, w.stored(w.one, staff.Admin).Version), staff.ErrRoleInUse)

	// Rights count, not the role's name: with another role that has them he can go.
	var rights []staff.Right
	for _, p := range staff.Administering {
		rights = append(rights, staff.Right{Permission: p})
	}
	code, err := w.CreateRole(ctx, a1, "系统管理员", rights)
	require.NoError(t, err)
	_, err = w.CreatePerson(ctx, w.actor(w.one, "A1"), staff.NewPerson{StaffNo: "A2", Name: "二", EntryOn: today, Posts: []staff.Post{post(code)}}, password)
	require.NoError(t, err)
	_, err = w.RecordLeaving(ctx, write, w.one.people["A1"], today, "")
	require.NoError(t, err)
}

// TestAdministratorsRemoveEachOther: of those who take each other away at the
// same moment, in different ways and in two processes, one stays.
func TestAdministratorsRemoveEachOther(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	apps := []*staffapp.App{w.App, w.process()}
	first := w.actor(w.one, "A1")
	people, roles := []kernel.PersonID{first.Person}, []staff.Role{w.stored(w.one, staff.Admin)}
	for _, no := range []string{"B1", "B2", "B3", "B4", "B5"} { // each by a role of his own
		code, err := w.CreateRole(ctx, w.edits(w.one, "A1"), "管理员"+no, roles[0].Rights)
		require.NoError(t, err)
		p, err := w.CreatePerson(ctx, w.actor(w.one, "A1"), staff.NewPerson{StaffNo: no, Name: no, EntryOn: today, Posts: []staff.Post{post(code)}}, password)
		require.NoError(t, err)
		people, roles = append(people, p.ID), append(roles, w.stored(w.one, code))
	}
	var write, edits []kernel.Grant
	for _, no := range []string{"A1", "B1", "B2", "B3", "B4", "B5"} {
		write, edits = append(write, w.grant(w.one, no, staff.WritePermission)), append(edits, w.edits(w.one, no))
	}
	errs := make([]error, len(people))
	var wg sync.WaitGroup
	for i := range people {
		next := (i + 1) % len(people)
		wg.Go(func() {
			if i%2 == 0 {
				_, errs[i] = apps[i/2%2].RecordLeaving(ctx, write[i], people[next], today, "")
			} else {
				errs[i] = apps[i/2%2].UpdateRole(ctx, edits[i], without(roles[next], staff.Administering[i/2]))
			}
		})
	}
	wg.Wait()
	refused := 0
	for _, err := range errs {
		if err != nil { // or he was no administrator any more when his turn came
			require.True(t, errors.Is(err, staff.ErrLastAdmin) || errors.Is(err, staff.ErrChainWide), "%v", err)
			refused++
		}
	}
	require.NotZero(t, refused)
	_, left, err := w.WhoCanGive(ctx, w.one.id, "customer.read")
	require.NoError(t, err)
	require.NotEmpty(t, left)
}

// TestTemplateComesToOldChains: a chain from before gets the roles, rights and
// posts it lacks when a process starts, and keeps what it changed itself.
func TestTemplateComesToOldChains(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	// As it was before templates were merged: four roles, nothing remembered.
	old := func(tx pgx.Tx) error {
		for _, sql := range []string{
			"DELETE FROM position", "DELETE FROM role_template",
			"DELETE FROM role_policy WHERE permission IN ('role.read', 'role.write', 'account.open') OR role NOT IN (SELECT role FROM assignment) AND role NOT LIKE 'scope:%'",
			"DELETE FROM role WHERE code NOT IN (SELECT role FROM assignment) AND code NOT LIKE 'scope:%'",
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	}
	want := map[string]string{}
	policies := func(c chain, into map[string]string) {
		rows, _, err := w.Policies(ctx, c.id)
		require.NoError(t, err)
		for _, p := range rows {
			into[p.Role+" "+p.Permission] = p.Reach + " " + p.Effect
		}
	}
	policies(w.two, want)
	w.in(w.one, old)
	before := w.actor(w.one, "A1")
	require.NoError(t, w.BringTemplate(ctx))
	require.NoError(t, w.process().BringTemplate(ctx))
	got := map[string]string{}
	policies(w.one, got)
	require.Equal(t, want, got)
	require.Equal(t, before.PolicyVersion+1, w.actor(w.one, "A1").PolicyVersion, "once, and for the next request")
	positions, err := w.Positions(ctx, w.one.id)
	require.NoError(t, err)
	require.Len(t, positions, len(staff.TemplatePositions()))

	// What it changes from now on is its own: a later template leaves it alone.
	a1 := w.edits(w.one, "A1")
	rep := without(w.stored(w.one, staff.ServiceRep), "customer.reveal")
	rep.Name = "门店客服"
	require.NoError(t, w.UpdateRole(ctx, a1, rep))
	_, err = w.PutPosition(ctx, a1, staff.Position{Name: "茶艺师", Role: staff.ServiceRep})
	require.NoError(t, err)
	w.in(w.one, func(tx pgx.Tx) error { // the next release
		_, err := tx.Exec(ctx, "DELETE FROM role_template WHERE item = 'template' OR item LIKE 'right/%/store.read'")
		return err
	})
	require.NoError(t, w.BringTemplate(ctx))
	after := w.stored(w.one, staff.ServiceRep)
	require.Equal(t, "门店客服", after.Name)
	require.Equal(t, rep.Rights, after.Rights)
	positions, err = w.Positions(context.WithoutCancel(ctx), w.one.id)
	require.NoError(t, err)
	require.Contains(t, positions, staff.Position{Name: "茶艺师", Role: staff.ServiceRep})
}

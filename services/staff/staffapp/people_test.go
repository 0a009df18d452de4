package staffapp_test

import (
	"sync"
	"testing"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func numbers(people []staff.Person) (out []string) {
	for _, p := range people {
		out = append(out, p.StaffNo)
	}
	return out
}

func TestPeople(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	all, m1 := w.grant(w.one, "A1", "staff.read"), w.grant(w.one, "M1", "staff.read")
	list := func(g kernel.Grant, store kernel.StoreID, after string, size int32) []string {
		people, err := w.People(ctx, g, staffapp.Find{Store: store}, after, size)
		require.NoError(t, err)
		return numbers(people)
	}
	var any kernel.StoreID
	require.Equal(t, []string{"A1", "M1", "M2", "R1"}, list(all, any, "", 10))
	require.Equal(t, []string{"M1", "M2"}, list(all, any, "A1", 2))
	require.Equal(t, []string{"M2"}, list(all, w.one.s02, "", 10), "R1 has left that store")
	require.Equal(t, []string{"M1", "R1"}, list(m1, any, "", 10))
	require.Empty(t, list(m1, w.one.s02, "", 10))
	require.Empty(t, list(all, w.two.s01, "", 10))

	people, err := w.People(ctx, m1, staffapp.Find{}, "M1", 1)
	require.NoError(t, err)
	require.EqualValues(t, "+8613900000003", people[0].Number)

	names, err := w.Names(ctx, w.one.id, []kernel.PersonID{w.one.people["M2"], w.two.people["M1"]})
	require.NoError(t, err)
	require.Equal(t, map[kernel.PersonID]string{w.one.people["M2"]: "员工M2"}, names)
	keys, err := w.tenants.Keys(ctx, w.one.id)
	require.NoError(t, err)
	foreign, err := w.tenants.Keys(ctx, w.two.id)
	require.NoError(t, err)
	w.in(w.one, func(tx pgx.Tx) error {
		byNo, err := w.PeopleByNoTx(ctx, tx, w.one.id)
		require.NoError(t, err)
		require.Equal(t, w.one.people, byNo)
		for want, key := range map[bool][]byte{
			true: keys.NumberKey("+8613900000001"), false: foreign.NumberKey("+8613900000001"),
		} {
			is, err := w.IsStaffNumberTx(ctx, tx, w.one.id, key)
			require.NoError(t, err)
			require.Equal(t, want, is)
		}
		return nil
	})
}

func TestCreatePerson(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a1 := w.actor(w.one, "A1")
	someone := func(no string, number kernel.Phone, p staff.Post) staff.NewPerson {
		return staff.NewPerson{StaffNo: no, Name: "新人", Number: number, EntryOn: today, Posts: []staff.Post{p}}
	}
	p, err := w.CreatePerson(ctx, a1, someone("N1", "+8613900000011", post(staff.ServiceManager, w.one.s02)), password)
	require.NoError(t, err, "an administrator appoints managers, whose rights he does not have")
	require.Len(t, p.Assignments, 1)
	w.login(w.one, "13900000011", "d")

	for name, c := range map[string]struct {
		in   staff.NewPerson
		want error
	}{
		"same staff number":      {someone("M1", "", post(staff.ServiceRep, w.one.s01)), staff.ErrNumberTaken},
		"same phone":             {someone("N2", "+8613900000002", post(staff.ServiceRep, w.one.s01)), staff.ErrPhoneTaken},
		"unknown role":           {someone("N2", "", post("boss", w.one.s01)), staff.ErrUnknownRole},
		"role of a key":          {someone("N2", "", post("scope:bills:write", w.one.s01)), staff.ErrUnknownRole},
		"store of another chain": {someone("N2", "", post(staff.ServiceRep, w.two.s01)), staff.ErrUnknownStore},
		"no place":               {someone("N2", "", staff.Post{Role: staff.ServiceRep}), staff.ErrNoPlace},
		"two places":             {someone("N2", "", staff.Post{Role: staff.ServiceRep, TenantWide: true, Stores: []kernel.StoreID{w.one.s01}}), staff.ErrNoPlace},
	} {
		_, err := w.CreatePerson(ctx, a1, c.in, password)
		require.ErrorIs(t, err, c.want, name)
	}

	// A manager who may manage staff, but not appoint, hands on what he has.
	var rights []staff.Right
	for _, r := range staff.Template() {
		if r.Code == staff.ServiceManager {
			rights = append(r.Rights, staff.Right{Permission: staff.WritePermission})
		}
	}
	w.in(w.one, func(tx pgx.Tx) error {
		return w.PutRolesTx(ctx, tx, w.one.id, []staff.Role{{Code: staff.ServiceManager, Name: "客服经理", Rights: rights}})
	})
	m1 := w.actor(w.one, "M1")
	_, err = w.CreatePerson(ctx, m1, someone("N3", "", post(staff.ServiceManager, w.one.s01)), password)
	require.NoError(t, err)
	_, err = w.CreatePerson(ctx, m1, someone("N4", "", post(staff.ServiceRep, w.one.s01, w.one.s02)), password)
	require.ErrorIs(t, err, staff.ErrUnknownStore, "rights in one store never carry into another")
	_, err = w.CreatePerson(ctx, m1, someone("N4", "", post(staff.HQService, w.one.s01)), password)
	require.ErrorIs(t, err, staff.ErrRoleBeyondOwn)
	_, err = w.CreatePerson(ctx, m1, someone("N4", "", post(staff.ServiceRep)), password)
	require.ErrorIs(t, err, staff.ErrRoleBeyondOwn, "nor to head office")
}

func TestAssignAndEnd(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a1 := w.actor(w.one, "A1")
	write := w.grant(w.one, "A1", "staff.write")
	p, err := w.AssignPerson(ctx, a1, write, w.one.people["R1"], post(staff.ServiceRep, w.one.s02))
	require.NoError(t, err)
	require.Len(t, p.Assignments, 2)
	// Both begin on the same day and were made in the same moment: either may come first.
	added := p.Assignments[0].ID
	if p.Assignments[1].Stores[0] == w.one.s02 {
		added = p.Assignments[1].ID
	}

	_, err = w.AssignPerson(ctx, a1, write, w.two.people["R1"], post(staff.ServiceRep, w.one.s02))
	require.ErrorIs(t, err, staff.ErrNotFound)
	_, err = w.AssignPerson(ctx, a1, write, a1.Person, post(staff.ServiceManager, w.one.s01))
	require.ErrorIs(t, err, staff.ErrRoleBeyondOwn, "an administrator does not make himself a manager")
	_, err = w.EndAssignment(ctx, w.grant(w.two, "A1", "staff.write"), added, today, "")
	require.ErrorIs(t, err, staff.ErrNoAssignment)
	_, err = w.EndAssignment(ctx, w.grant(w.one, "M1", "staff.read"), added, today, "")
	require.ErrorIs(t, err, staff.ErrNoAssignment, "another store's")

	_, err = w.EndAssignment(ctx, write, added, today-101, "")
	require.ErrorIs(t, err, staff.ErrDateOrder)
	p, err = w.EndAssignment(ctx, write, added, today, "")
	require.NoError(t, err)
	require.Len(t, p.Assignments, 1)
	_, err = w.EndAssignment(ctx, write, added, today+1, "")
	require.ErrorIs(t, err, staff.ErrAlreadyEnded, "an end is not put off without a look at who gives")

	p, err = w.RecordLeaving(ctx, write, w.one.people["R1"], today, "")
	require.NoError(t, err)
	for _, post := range p.Assignments {
		require.Equal(t, today, *post.To, "what he held at the end")
	}
	require.Equal(t, today, *p.LeftOn)
	_, err = w.AssignPerson(ctx, a1, write, w.one.people["R1"], post(staff.ServiceRep, w.one.s02))
	require.ErrorIs(t, err, staff.ErrHasLeft)
	require.Equal(t, 4, count(t, w, w.one, "SELECT version FROM person WHERE staff_no = 'R1'"), "raised by assigning, ending, leaving")
}

// However two administrators remove each other at once, one stays.
func TestLastAdmin(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a1 := w.actor(w.one, "A1")
	write := w.grant(w.one, "A1", "staff.write")
	_, err := w.RecordLeaving(ctx, write, a1.Person, today, "")
	require.ErrorIs(t, err, staff.ErrLastAdmin)
	self, err := w.Self(ctx, w.one.id, a1.Person)
	require.NoError(t, err)
	_, err = w.EndAssignment(ctx, write, self.Assignments[0].ID, today+300, "")
	require.ErrorIs(t, err, staff.ErrLastAdmin, "not even next year")

	admins := []kernel.PersonID{a1.Person}
	for _, no := range []string{"A2", "A3", "A4"} {
		p, err := w.CreatePerson(ctx, a1, staff.NewPerson{StaffNo: no, Name: no, EntryOn: today, Posts: []staff.Post{post(staff.Admin)}}, password)
		require.NoError(t, err)
		admins = append(admins, p.ID)
	}
	errs := make([]error, len(admins))
	var wg sync.WaitGroup
	for i, id := range admins {
		wg.Go(func() { _, errs[i] = w.RecordLeaving(ctx, write, id, today, "") })
	}
	wg.Wait()
	kept := 0
	for _, err := range errs {
		if err != nil {
			require.ErrorIs(t, err, staff.ErrLastAdmin)
			kept++
		}
	}
	require.Equal(t, 1, kept)
}

func TestStaffServer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	_, err := b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "A1", Password: password})
	require.NoError(t, err)

	page, err := b.staff.ListPeople(ctx, &staffv1.ListPeopleRequest{PageSize: 3})
	require.NoError(t, err)
	require.Len(t, page.GetPeople(), 3)
	rest, err := b.staff.ListPeople(ctx, &staffv1.ListPeopleRequest{PageSize: 3, PageToken: page.GetNextPageToken()})
	require.NoError(t, err)
	require.Len(t, rest.GetPeople(), 1)
	require.Empty(t, rest.GetNextPageToken())

	created, err := b.staff.CreatePerson(ctx, &staffv1.CreatePersonRequest{
		StaffNo: "N1", Name: "新人", Phone: "139 0000 0012", Password: password, EntryDate: "2025-02-28",
		Assignment: &staffv1.NewAssignment{Role: "service_rep", Position: "客服代表", StoreIds: []string{w.one.s01.String()}, FromDate: "2025-02-28"},
	})
	require.NoError(t, err)
	require.Equal(t, "139****0012", created.GetPerson().GetMaskedPhone())
	id := created.GetPerson().GetId()
	assigned, err := b.staff.AssignPerson(ctx, &staffv1.AssignPersonRequest{
		PersonId:   id,
		Assignment: &staffv1.NewAssignment{Role: "hq_service", Position: "总部客服专员", TenantWide: true, FromDate: "2025-03-01"},
	})
	require.NoError(t, err)
	require.Len(t, assigned.GetPerson().GetAssignments(), 2)
	ended, err := b.staff.EndAssignment(ctx, &staffv1.EndAssignmentRequest{AssignmentId: assigned.GetPerson().GetAssignments()[1].GetId(), ToDate: "2025-04-01"})
	require.NoError(t, err)
	require.Equal(t, "2025-04-01", ended.GetPerson().GetAssignments()[1].GetToDate())
	left, err := b.staff.RecordLeaving(ctx, &staffv1.RecordLeavingRequest{PersonId: id, LeftDate: "2025-02-28"})
	require.NoError(t, err)
	require.Equal(t, "2025-02-28", left.GetPerson().GetLeftDate())
	_, err = b.staff.RecordLeaving(ctx, &staffv1.RecordLeavingRequest{PersonId: id, LeftDate: "2025-02-31"})
	require.Equal(t, connect.CodeInvalidArgument, connect.CodeOf(err))

	roles, err := b.staff.ListRoles(ctx, &staffv1.ListRolesRequest{})
	require.NoError(t, err)
	require.Len(t, roles.GetRoles(), 11, "those of keys are not for people")
	require.Equal(t, "查看门店", roles.GetRoles()[0].GetPermissions()[0].GetLabel())
}

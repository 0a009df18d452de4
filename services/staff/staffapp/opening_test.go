package staffapp_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func form(c chain, no, name string, number kernel.Phone) staff.AccountForm {
	return staff.AccountForm{Store: c.s01, StaffNo: no, Name: name, Position: "客服代表", EntryOn: today, Number: number, Reason: "新入职"}
}

// TestOpenAccount: a manager applies, head office opens within 12 hours by the
// clock, the person activates with the code of the SMS, once (ACC-01).
func TestOpenAccount(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	w.office(t, w.one, "H1")
	apply, open := w.grant(w.one, "M1", staff.ApplyPermission), w.grant(w.one, "H1", staff.OpenPermission)

	r, err := w.ApplyAccount(ctx, apply, form(w.one, "N1", "新人", "+8613900000021"))
	require.NoError(t, err)
	require.Equal(t, noon.Add(12*time.Hour), r.DueAt)
	require.Equal(t, []time.Time{r.DueAt}, n.due, "looked at when its hours end")
	waiting, err := w.WaitingAccounts(ctx, open, kernel.StoreID{}, time.Time{}, kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, "员工M1", waiting[0].AppliedName)

	opened, code, err := w.OpenAccount(ctx, open.Actor(), open, r.ID, false)
	require.NoError(t, err)
	require.Empty(t, code.Code, "it goes to the person only")
	require.Equal(t, "139****0021", code.Masked)
	require.Equal(t, staff.AccountOpened, opened.Account)
	require.Equal(t, "员工H1", opened.DecidedName)
	require.Len(t, n.sent, 1)
	require.Equal(t, w.one.s01, n.sent[0].Store)
	require.Contains(t, n.flagged, *opened.Person, "a guest who was hired is flagged (CUS-05)")
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM activation WHERE code_hash LIKE '%"+n.sent[0].Code+"%'"))

	in := staffapp.Activation{TenantCode: "one", StaffNo: "N1", Code: n.sent[0].Code, Password: "three rainy tuesdays"}
	for name, wrong := range map[string]staffapp.Activation{
		"chain":  {TenantCode: "nowhere", StaffNo: "N1", Code: in.Code, Password: in.Password},
		"other":  {TenantCode: "two", StaffNo: "N1", Code: in.Code, Password: in.Password},
		"person": {TenantCode: "one", StaffNo: "N2", Code: in.Code, Password: in.Password},
		"code":   {TenantCode: "one", StaffNo: "N1", Code: "AAAAA-BBBBB", Password: in.Password},
	} {
		require.ErrorIs(t, w.Activate(ctx, wrong), staff.ErrWrongCode, name)
	}
	lower := in
	lower.Code = " " + string([]byte{in.Code[0] | 0x20}) + in.Code[1:5] + in.Code[6:]
	require.NoError(t, w.Activate(ctx, lower), "small letters, no dash")
	require.ErrorIs(t, w.Activate(ctx, in), staff.ErrWrongCode, "a code works once")
	_, err = w.Login(ctx, staffapp.Login{TenantCode: "one", Typed: "N1", Password: in.Password, Device: "d"})
	require.NoError(t, err)
	list, err := w.StoreAccounts(ctx, apply, kernel.StoreID{}, kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Equal(t, staff.AccountActive, list[0].Account, "the store sees it")
}

func TestApplyAccountErr(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.neighbours()
	apply := w.grant(w.one, "M1", staff.ApplyPermission)
	_, err := w.ApplyAccount(ctx, apply, form(w.one, "N1", "新人", "+8613900000021"))
	require.NoError(t, err)
	with := func(change func(*staff.AccountForm)) staff.AccountForm {
		f := form(w.one, "N2", "新人", "+8613900000022")
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		in   staff.AccountForm
		want error
	}{
		"twice":                  {form(w.one, "N1", "新人", "+8613900000021"), staff.ErrRequested},
		"other store":            {with(func(f *staff.AccountForm) { f.Store = w.one.s02 }), staff.ErrUnknownStore},
		"store of another chain": {with(func(f *staff.AccountForm) { f.Store = w.two.s01 }), staff.ErrUnknownStore},
		"head office's post":     {with(func(f *staff.AccountForm) { f.Position = "企业管理员" }), staff.ErrHeadPosition},
		"unknown post":           {with(func(f *staff.AccountForm) { f.Position = "皇帝" }), staff.ErrUnknownPost},
		"somebody else's number": {with(func(f *staff.AccountForm) { f.StaffNo = "M2" }), staff.ErrOtherPerson},
		"active":                 {with(func(f *staff.AccountForm) { f.StaffNo, f.Name = "R1", "员工R1" }), staff.ErrActive},
		"phone of another":       {with(func(f *staff.AccountForm) { f.Number = "+8613900000002" }), staff.ErrPhoneTaken},
	} {
		_, err := w.ApplyAccount(ctx, apply, c.in)
		require.ErrorIs(t, err, c.want, name)
	}
}

// TestOpenAtOnce: of many who open one request at once, one does; nobody opens
// his own (ROL-04), also not head office in reach of another store.
func TestOpenAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	w.office(t, w.one, "H1")
	w.office(t, w.one, "H2")
	r, err := w.ApplyAccount(ctx, w.grant(w.one, "M1", staff.ApplyPermission), form(w.one, "N1", "新人", "+8613900000021"))
	require.NoError(t, err)
	grants := []kernel.Grant{w.grant(w.one, "H1", staff.OpenPermission), w.grant(w.one, "H2", staff.OpenPermission)}
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			g := grants[i%2]
			if i == 5 {
				_, errs[i] = w.RefuseAccount(ctx, g, r.ID, "不符")
			} else {
				_, _, errs[i] = w.OpenAccount(ctx, g.Actor(), g, r.ID, false)
			}
		})
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			require.ErrorIs(t, err, staff.ErrDecided)
		}
	}
	require.Equal(t, 1, done)
	require.LessOrEqual(t, len(n.sent), 1)
	require.LessOrEqual(t, count(t, w, w.one, "SELECT count(*) FROM person WHERE staff_no = 'N1'"), 1)

	own := form(w.one, "N9", "新人九", "+8613900000029")
	r, err = w.ApplyAccount(ctx, w.grant(w.one, "M1", staff.ApplyPermission), own)
	require.NoError(t, err)
	me := w.grant(w.one, "H1", staff.OpenPermission)
	w.in(w.one, execute("UPDATE account_request SET applied_by = $1 WHERE request_id = $2", me.Person(), r.ID))
	_, _, err = w.OpenAccount(ctx, me.Actor(), me, r.ID, false)
	require.ErrorIs(t, err, staff.ErrOwnRequest)
	_, err = w.RefuseAccount(ctx, me, r.ID, "不符")
	require.ErrorIs(t, err, staff.ErrOwnRequest)
	_, _, err = w.OpenAccount(ctx, me.Actor(), w.grant(w.two, "A1", staff.WritePermission), r.ID, false)
	require.ErrorIs(t, err, staff.ErrNoRequest, "another chain's")
}

// TestLate: a request past its hours is marked once and counts against everybody
// who was there and could have opened it (ACC-02); who is on leave was not there.
func TestLate(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	w.office(t, w.one, "H1")
	away := w.office(t, w.one, "H2")
	open := w.grant(w.one, "H1", staff.OpenPermission)
	r, err := w.ApplyAccount(ctx, w.grant(w.one, "M1", staff.ApplyPermission), form(w.one, "N1", "新人", "+8613900000021"))
	require.NoError(t, err)
	w.in(w.one, execute("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, kind, recorded_by, recorded_at) VALUES ($1, $1, $2, $3, 'sick', $2, $4)", w.one.id, away, today-1, w.now))

	require.NoError(t, w.MarkLate(ctx, n.jobs[0]))
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM service_record"), "not due yet")
	w.now = r.DueAt
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { _ = w.MarkLate(ctx, n.jobs[0]) })
	}
	wg.Wait()
	require.Equal(t, 1, count(t, w, w.one, "SELECT count(*) FROM service_record"))
	hours, late, err := w.ServiceRecord(ctx, open.Actor())
	require.NoError(t, err)
	require.EqualValues(t, 12, hours)
	require.EqualValues(t, 1, late)
	waiting, err := w.WaitingAccounts(ctx, open, kernel.StoreID{}, time.Time{}, kernel.UUID{}, 10)
	require.NoError(t, err)
	require.NotNil(t, waiting[0].LateAt)

	on, err := w.ApplyAccount(ctx, w.grant(w.one, "M1", staff.ApplyPermission), form(w.one, "N2", "新人二", "+8613900000022"))
	require.NoError(t, err)
	_, _, err = w.OpenAccount(ctx, open.Actor(), open, on.ID, true)
	require.NoError(t, err)
	w.now = on.DueAt.Add(time.Hour)
	require.NoError(t, w.MarkLate(ctx, n.jobs[1]))
	require.Equal(t, 1, count(t, w, w.one, "SELECT count(*) FROM service_record"), "opened in time")
}

// TestCodes: a newer code voids the older, a code ends after 72 hours, five a
// day at most, and a reset changes nothing until it is used.
func TestCodes(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	w.office(t, w.one, "H1")
	manager, write := w.grant(w.one, "M1", staff.ApplyPermission), w.grant(w.one, "A1", staff.WritePermission)
	r1 := w.one.people["R1"]
	token := w.login(w.one, "R1", "phone")
	for range 2 {
		_, err := w.ResetPassword(ctx, manager.Actor(), manager, r1)
		require.NoError(t, err)
	}
	use := func(code string) error {
		return w.Activate(ctx, staffapp.Activation{TenantCode: "one", StaffNo: "R1", Code: code, Password: "three rainy tuesdays"})
	}
	require.ErrorIs(t, use(n.sent[0].Code), staff.ErrWrongCode, "voided by the newer one")
	_, err := w.Authenticate(ctx, header(token))
	require.NoError(t, err, "nothing has changed yet")
	w.now = w.now.Add(staff.CodeLasts)
	require.ErrorIs(t, use(n.sent[1].Code), staff.ErrWrongCode, "72 hours are over")
	w.now = w.now.Add(-staff.CodeLasts)
	require.NoError(t, use(n.sent[1].Code))
	_, err = w.Authenticate(ctx, header(token))
	require.ErrorIs(t, err, staff.ErrSessionEnded, "whoever sat in the account is out")

	for range 3 {
		_, err = w.ResetPassword(ctx, manager.Actor(), manager, r1)
		require.NoError(t, err)
	}
	_, err = w.ResetPassword(ctx, manager.Actor(), manager, r1)
	require.ErrorIs(t, err, staff.ErrTooManyCodes)
	_, err = w.ResetPassword(ctx, manager.Actor(), manager, w.one.people["M2"])
	require.ErrorIs(t, err, staff.ErrNotFound, "another store's")
	_, err = w.ResetPassword(ctx, manager.Actor(), manager, manager.Person())
	require.ErrorIs(t, err, staff.ErrOwnCode)
	open := w.grant(w.one, "H1", staff.OpenPermission)
	_, err = w.SendCode(ctx, open.Actor(), open, w.one.people["A1"], true)
	require.ErrorIs(t, err, staff.ErrGivesRights, "nobody prints himself the administrator's way in")
	_, err = w.InvitePerson(ctx, write.Actor(), write, w.one.people["M2"], false)
	require.ErrorIs(t, err, staff.ErrNoPhone)
	issued, err := w.InvitePerson(ctx, write.Actor(), write, w.one.people["M2"], true)
	require.NoError(t, err)
	require.NoError(t, w.Activate(ctx, staffapp.Activation{TenantCode: "one", StaffNo: "M2", Code: issued.Code, Password: "three rainy tuesdays"}))
}

// TestCodeAtOnce: of many who use one code at once, one does.
func TestCodeAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.neighbours()
	write := w.grant(w.one, "A1", staff.WritePermission)
	issued, err := w.InvitePerson(ctx, write.Actor(), write, w.one.people["M2"], true)
	require.NoError(t, err)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			errs[i] = w.Activate(ctx, staffapp.Activation{TenantCode: "one", StaffNo: "M2", Code: issued.Code, Password: "three rainy tuesdays"})
		})
	}
	wg.Wait()
	used := 0
	for _, err := range errs {
		if err == nil {
			used++
		} else {
			require.ErrorIs(t, err, staff.ErrWrongCode)
		}
	}
	require.Equal(t, 1, used)
}

// TestAccountTurn: a request lies with head office's customer service, goes up
// to its lead when its hours end or nobody is there, and counts against those
// whose turn it was (ACC-02, ROL-05).
func TestAccountTurn(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	clerk, lead := w.office(t, w.one, "H1"), w.office(t, w.one, "H0")
	w.in(w.one, execute("UPDATE assignment SET role = 'hq_head' WHERE person_id = $1", lead))
	open := w.grant(w.one, "H0", staff.OpenPermission)
	r, err := w.ApplyAccount(ctx, w.grant(w.one, "M1", staff.ApplyPermission), form(w.one, "N1", "新人", "+8613900000021"))
	require.NoError(t, err)
	turn := func() (people []kernel.PersonID, escalated bool, next *time.Time) {
		t.Helper()
		waiting, err := w.WaitingAccounts(ctx, open, kernel.StoreID{}, time.Time{}, kernel.UUID{}, 10)
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		for _, h := range waiting[0].Turn.People {
			people = append(people, h.Person)
		}
		return people, waiting[0].Turn.Escalated, waiting[0].NextAt
	}
	who, up, next := turn()
	require.Equal(t, []kernel.PersonID{clerk}, who)
	require.False(t, up)
	require.True(t, r.DueAt.Equal(*next))

	late := func(p kernel.PersonID) int {
		return count(t, w, w.one, "SELECT count(*) FROM service_record WHERE person_id = '"+p.String()+"'")
	}
	w.now = r.DueAt
	require.NoError(t, w.MarkLate(ctx, n.jobs[0]))
	who, up, next = turn()
	require.Equal(t, []kernel.PersonID{lead}, who)
	require.True(t, up)
	require.Nil(t, next, "nobody is above")
	require.Equal(t, 1, late(clerk))
	require.Zero(t, late(lead), "his own hours begin now")
	require.True(t, r.DueAt.Add(12*time.Hour).Equal(n.due[1]), "they end too")

	w.now = n.due[1]
	require.NoError(t, w.MarkLate(ctx, n.jobs[1]))
	require.Equal(t, 1, late(clerk))
	require.Equal(t, 1, late(lead))
	require.Len(t, n.jobs, 2, "there is no further step")

	w.now = r.AppliedAt
	w.in(w.one, execute("INSERT INTO absence (tenant_id, absence_id, person_id, from_on, kind, recorded_by, recorded_at) VALUES ($1, $1, $2, $3, 'sick', $2, $4)", w.one.id, clerk, today-1, w.now))
	who, up, _ = turn()
	require.Equal(t, []kernel.PersonID{lead}, who, "away without a delegate: at once")
	require.True(t, up)
}

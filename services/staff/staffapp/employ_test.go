package staffapp_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// execute runs a statement in a tenant.
func execute(sql string, args ...any) func(tx pgx.Tx) error {
	return func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), sql, args...)
		return err
	}
}

// TestTransfer: one post ends, another begins on the same day with the reason;
// the rights move with it from that day on.
func TestTransfer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", "staff.write")
	r1 := w.one.people["R1"]
	self, err := w.Self(ctx, w.one.id, r1)
	require.NoError(t, err)
	to := staff.Post{Role: staff.ServiceRep, Position: "客服代表", Stores: []kernel.StoreID{w.one.s02}, From: today + 2, Reason: "高新店缺人"}

	_, err = w.Transfer(ctx, a1, write, self.Assignments[0].ID, staff.Post{Role: to.Role, Position: to.Position, Stores: to.Stores, From: to.From})
	require.ErrorIs(t, err, staff.ErrReasonNeeded)
	_, err = w.Transfer(ctx, w.actor(w.two, "A1"), w.grant(w.two, "A1", "staff.write"), self.Assignments[0].ID, to)
	require.ErrorIs(t, err, staff.ErrNoAssignment)
	d, err := w.Transfer(ctx, a1, write, self.Assignments[0].ID, to)
	require.NoError(t, err)
	require.Len(t, d.History, 3, "an earlier one, the one that ends, the one to come")
	require.Equal(t, "高新店缺人", d.History[0].Reason)
	at := slices.IndexFunc(d.History, func(a staff.Assignment) bool { return a.ID == self.Assignments[0].ID }) // two of one day have no order
	require.Equal(t, today+2, *d.History[at].To)
	require.Equal(t, "高新店缺人", d.History[at].EndReason)
	require.Equal(t, []kernel.StoreID{w.one.s01}, w.actor(w.one, "R1").Assignments[0].Stores, "still there")
	w.now = w.now.Add(48 * 3600e9)
	require.Equal(t, []kernel.StoreID{w.one.s02}, w.actor(w.one, "R1").Assignments[0].Stores)
	_, err = w.Transfer(ctx, a1, write, self.Assignments[0].ID, to)
	require.ErrorIs(t, err, staff.ErrAlreadyEnded, "sent twice, it is one move")
	require.Equal(t, 3, count(t, w, w.one, "SELECT count(*) FROM assignment a JOIN person p USING (person_id) WHERE p.staff_no = 'R1'"), "nothing half done")
}

func TestUpdatePerson(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", "staff.write")
	r1, token := w.one.people["R1"], w.login(w.one, "R1", "phone")
	number := func(p kernel.Phone) *kernel.Phone { return &p }
	d, err := w.UpdatePerson(ctx, a1, write, r1, staffapp.PersonChange{Name: new("新名"), StaffNo: new("R9"), Number: number("+8613900000031")})
	require.NoError(t, err)
	require.Equal(t, "新名", d.Name)
	require.Contains(t, n.flagged, r1)
	_, err = w.Authenticate(ctx, header(token))
	require.NoError(t, err, "sessions go on")
	w.login(w.one, "13900000031", "d")
	w.login(w.one, "R9", "d")
	_, err = w.Login(ctx, staffapp.Login{TenantCode: "one", Typed: "13900000003", Password: password, Device: "d"})
	require.ErrorIs(t, err, staff.ErrWrongLogin, "the old number is nobody's")

	_, err = w.UpdatePerson(ctx, a1, write, r1, staffapp.PersonChange{Number: number("+8613900000002")})
	require.ErrorIs(t, err, staff.ErrPhoneTaken)
	_, err = w.UpdatePerson(ctx, a1, write, r1, staffapp.PersonChange{StaffNo: new("M1")})
	require.ErrorIs(t, err, staff.ErrNumberTaken)
	_, err = w.UpdatePerson(ctx, a1, write, w.two.people["R1"], staffapp.PersonChange{Name: new("谁")})
	require.ErrorIs(t, err, staff.ErrNotFound)
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM audit_line WHERE changes::text LIKE '%1390000%' OR changes::text LIKE '%新名%'"), "the log of acts holds no value")
}

func TestAbsence(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.neighbours()
	write := w.grant(w.one, "A1", "staff.write")
	r1 := w.one.people["R1"]
	day := func(d kernel.BusinessDate) *kernel.BusinessDate { return &d }
	d, err := w.RecordAbsence(ctx, write, r1, staff.Absence{From: today, To: day(today + 10), Kind: staff.Sick, Reason: "住院"})
	require.NoError(t, err)
	require.Equal(t, staff.Sick, d.Absence.Kind)
	_, err = w.RecordAbsence(ctx, write, r1, staff.Absence{From: today + 9, Kind: staff.Annual})
	require.ErrorIs(t, err, staff.ErrAbsentThen)
	_, err = w.RecordAbsence(ctx, write, r1, staff.Absence{From: today + 20, To: day(today + 20), Kind: staff.Annual})
	require.ErrorIs(t, err, staff.ErrDateOrder)
	next, err := w.RecordAbsence(ctx, write, r1, staff.Absence{From: today + 10, Kind: staff.Annual})
	require.NoError(t, err, "the day back may begin the next")
	require.Equal(t, today, next.Absence.From, "today's is shown first")
	_, err = w.EndAbsence(ctx, write, d.Absence.ID, today+11)
	require.ErrorIs(t, err, staff.ErrAbsentThen)
	_, err = w.EndAbsence(ctx, w.grant(w.two, "A1", "staff.write"), d.Absence.ID, today+1)
	require.ErrorIs(t, err, staff.ErrNoAbsence)

	on := func() []string {
		people, err := w.People(ctx, write, staffapp.Find{Filter: staffapp.OnLeave}, "", 10)
		require.NoError(t, err)
		return numbers(people)
	}
	require.Equal(t, []string{"R1"}, on())
	d, err = w.EndAbsence(ctx, write, d.Absence.ID, today)
	require.NoError(t, err, "on its first day it is taken back")
	require.Equal(t, today+10, d.Absence.From)
	require.Empty(t, on())
	require.Equal(t, 1, count(t, w, w.one, "SELECT count(*)::int FROM absence_was w JOIN absence a USING (tenant_id, absence_id) WHERE w.to_on = a.from_on + 10 AND w.until = a.ended_at"), "what was known of its end stays known (RUL-03)")
}

// TestLeavingAndReentry: leaving is never blocked and counts at once; its
// procedure waits for the last customer; who comes back is the same person.
func TestLeavingAndReentry(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", "staff.write")
	r1, token := w.one.people["R1"], w.login(w.one, "R1", "phone")
	n.customers[r1] = 3
	_, err := w.CloseLeaving(ctx, write, r1)
	require.ErrorIs(t, err, staff.ErrNotLeft)
	p, err := w.RecordLeaving(ctx, write, r1, today, "回老家")
	require.NoError(t, err, "three customers block nothing")
	require.Equal(t, staff.AccountDisabled, p.Account)
	_, err = w.Authenticate(ctx, header(token))
	require.ErrorIs(t, err, staff.ErrSessionEnded, "with the next request")
	_, err = w.Login(ctx, staffapp.Login{TenantCode: "one", Typed: "R1", Password: password, Device: "d"})
	require.ErrorIs(t, err, staff.ErrWrongLogin)

	_, err = w.CloseLeaving(ctx, write, r1)
	require.ErrorIs(t, err, staff.CustomersLeft(3))
	require.ErrorContains(t, err, "3 位客户")
	found := func(filter staffapp.PeopleFilter) []string {
		people, err := w.People(ctx, write, staffapp.Find{Filter: filter}, "", 10)
		require.NoError(t, err)
		return numbers(people)
	}
	require.Equal(t, []string{"R1"}, found(staffapp.LeavingOpen))
	n.customers[r1] = 0
	d, err := w.CloseLeaving(ctx, write, r1)
	require.NoError(t, err)
	require.Equal(t, "员工A1", d.Leavings[0].ClosedBy)
	_, err = w.CloseLeaving(ctx, write, r1)
	require.ErrorIs(t, err, staff.ErrLeavingClosed)
	_, err = w.RecordLeaving(ctx, write, r1, today-1, "")
	require.ErrorIs(t, err, staff.ErrLeavingClosed)
	require.Empty(t, found(staffapp.LeavingOpen))
	require.Equal(t, []string{"R1"}, found(staffapp.Left), "always findable")
	require.NotContains(t, found(staffapp.Employed), "R1")

	back := staff.Post{Role: staff.ServiceRep, Position: "客服代表", Stores: []kernel.StoreID{w.one.s02}, From: today + 5}
	_, err = w.Reenter(ctx, a1, write, r1, today-1, back)
	require.ErrorIs(t, err, staff.ErrDateOrder)
	d, err = w.Reenter(ctx, a1, write, r1, today+5, back)
	require.NoError(t, err)
	require.Equal(t, r1, d.ID)
	require.Len(t, d.History, 3, "what was before stays")
	require.Len(t, d.Leavings, 1)
	require.Equal(t, staff.AccountNone, d.Account, "the old password is void")
	_, err = w.Reenter(ctx, a1, write, r1, today+6, back)
	require.ErrorIs(t, err, staff.ErrNotLeft)
	w.now = w.now.Add(6 * 24 * 3600e9)
	_, err = w.RecordLeaving(ctx, write, r1, today+6, "")
	require.NoError(t, err)
	d, err = w.Details(ctx, write, r1)
	require.NoError(t, err)
	require.Len(t, d.Leavings, 2)
	require.False(t, d.LeavingClosed, "each period has a procedure of its own")
}

// TestFind: by part of name and number, and by the whole phone number; a store's
// manager finds his own store's people only.
func TestFind(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	all, m1 := w.grant(w.one, "A1", "staff.read"), w.grant(w.one, "M1", "staff.read")
	list := func(g kernel.Grant, text string) []string {
		people, err := w.People(ctx, g, staffapp.Find{Text: text, Filter: staffapp.Everybody}, "", 10)
		require.NoError(t, err)
		return numbers(people)
	}
	require.Equal(t, []string{"M1", "M2"}, list(all, "m"))
	require.Equal(t, []string{"R1"}, list(all, "工r1"))
	require.Equal(t, []string{"R1"}, list(all, "139 0000 0003"))
	require.Equal(t, []string{"M1"}, list(m1, "M"))
	require.Empty(t, list(all, "%"))
	_, err := w.Details(ctx, m1, w.one.people["M2"])
	require.ErrorIs(t, err, staff.ErrNotFound)
	d, err := w.Details(ctx, m1, w.one.people["R1"])
	require.NoError(t, err)
	require.Len(t, d.History, 1, "not what he was in another store")

	on := func(day kernel.BusinessDate) []string {
		people, err := w.People(ctx, m1, staffapp.Find{Store: w.one.s01, Filter: staffapp.Everybody, WorkedOn: &day}, "", 10)
		require.NoError(t, err)
		return numbers(people)
	}
	then := on(today - 1)
	require.Contains(t, then, "R1")
	r1, err := w.Details(ctx, all, w.one.people["R1"])
	require.NoError(t, err)
	_, err = w.EndAssignment(ctx, w.grant(w.one, "A1", "staff.write"), r1.Assignments[0].ID, today, "调往二店")
	require.NoError(t, err)
	_, err = w.AssignPerson(ctx, w.actor(w.one, "A1"), w.grant(w.one, "A1", "staff.write"), w.one.people["R1"], post(staff.ServiceRep, w.one.s02))
	require.NoError(t, err)
	require.NotContains(t, list(m1, ""), "R1")
	require.Equal(t, then, on(today-1), "who moved worked there then")
	require.NotContains(t, on(today), "R1")
}

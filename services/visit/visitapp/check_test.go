package visitapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

var (
	hu   = kernel.PersonID{7, 6: 0x70, 8: 0x80} // 督察
	luo  = kernel.PersonID{8, 6: 0x70, 8: 0x80} // 督察队长
	held = visit.Finding{Held: true}
)

// inspected is a house with two inspectors.
func inspected(t *testing.T) *house {
	h := newHouse(t)
	h.in(h.a, func(tx pgx.Tx) error {
		return h.people.PutPeopleTx(ctx, tx, h.a, []staff.NewPerson{
			{ID: hu, StaffNo: "E7", Name: "胡静", EntryOn: today - 400}, {ID: luo, StaffNo: "E8", Name: "罗勇斌", EntryOn: today - 400},
		}, noon)
	})
	return h
}

// toldInPerson makes a booking of 李娜's at a meal whose guest she told in person.
func (h *house) toldInPerson(meal tenant.MealPeriod) kernel.UUID {
	write := h.may(h.a, li, staffRep, "booking.write", east)
	in := booking(false)
	in.Meal = meal
	made, err := h.visits.CreateBooking(ctx, write, in, noon)
	require.NoError(h.t, err)
	_, err = h.visits.TellInPerson(ctx, write, made.BookingID, "客人不收短信", noon)
	require.NoError(h.t, err)
	return made.BookingID
}

// standsIn is the grant of somebody who checks as the delegate of an inspector.
func (h *house) standsIn(person, holder kernel.PersonID) kernel.Grant {
	return h.table.Grant(&kernel.Actor{Kind: kernel.ActorPerson, Tenant: h.a, Person: person, Assignments: []kernel.Assignment{{
		Role: "inspector", Stores: []kernel.StoreID{east}, For: &kernel.Delegated{Holder: holder, Permissions: []string{visitapp.CheckPermission}},
	}}}, visitapp.CheckPermission)
}

// TestCheckNotice is VIS-03: what was told in person is listed for 督察, found true or
// doubted once, by somebody whose it is not, and changes no credit.
func TestCheckNotice(t *testing.T) {
	h := inspected(t)
	check := h.may(h.a, hu, "inspector", "booking.check", east)
	read := h.may(h.a, hu, "inspector", "booking.read", east)
	id := h.toldInPerson(tenant.Lunch)

	list, total, err := h.visits.Unchecked(ctx, read, east)
	require.NoError(t, err)
	require.EqualValues(t, 1, total)
	require.Equal(t, "李娜", list[0].By)
	require.Equal(t, "客人不收短信", list[0].NoticeReason)
	_, _, err = h.visits.Unchecked(ctx, h.may(h.a, hu, "inspector", "booking.read", west), east)
	require.ErrorIs(t, err, visit.ErrNoStore)

	for name, c := range map[string]struct {
		grant kernel.Grant
		found visit.Finding
		want  error
	}{
		"who told and booked":      {h.may(h.a, li, "inspector", "booking.check", east), held, visit.ErrOwnTelling},
		"an inspector elsewhere":   {h.may(h.a, hu, "inspector", "booking.check", west), held, visit.ErrNotFound},
		"one of another chain":     {h.may(h.b, hu, "inspector", "booking.check", east), held, visit.ErrNotFound},
		"a doubt without a word":   {check, visit.Finding{}, fault.Field("note", "", "")},
		"a word that is two lines": {check, visit.Finding{Held: true, Note: "问过\n客人"}, fault.Field("note", "", "")},
		"who told, as a delegate":  {h.standsIn(li, luo), held, visit.ErrOwnTelling},
	} {
		_, err := h.visits.CheckNotice(ctx, c.grant, id, c.found, noon)
		require.ErrorIs(t, err, c.want, name)
	}

	later := noon.Add(time.Hour)
	errs := make([]error, 4)
	together(len(errs), func(i int) {
		_, errs[i] = h.visits.CheckNotice(ctx, check, id, visit.Finding{Note: "回访客人，客人说没有接到"}, later)
	})
	wins := 0
	for _, err := range errs {
		if err == nil {
			wins++
		} else {
			require.ErrorIs(t, err, visit.ErrChecked, "it says that somebody has")
		}
	}
	require.Equal(t, 1, wins)
	seen, err := h.visits.Open(ctx, read, id)
	require.NoError(t, err)
	require.Equal(t, []any{"胡静", "", false, later}, []any{seen.Checked, seen.For, *seen.CheckHeld, seen.CheckedAt.UTC()})
	require.Contains(t, seen.Explained.ZH, "计入李娜")
	require.Contains(t, seen.Explained.ZH, "存疑")
	require.Equal(t, 1, h.count("SELECT count(*) FROM inbox WHERE kind = 'notice_doubted' AND person_id = $1", li), "the booker is told, once")
	require.Equal(t, 0, h.count("SELECT count(*) FROM inbox WHERE kind = 'notice_doubted' AND person_id = $1", hu))
	require.Equal(t, 1, h.count("SELECT count(*) FROM audit_line WHERE action = 'booking.notice_doubted'"))
	_, total, err = h.visits.Unchecked(ctx, read, east)
	require.NoError(t, err)
	require.Zero(t, total)
	_, err = h.visits.CheckNotice(ctx, check, id, held, later)
	require.ErrorIs(t, err, visit.ErrChecked)
	h.inSync(h.a)
}

// TestCheckNoticeOfWhatNeedsNone: a message, a booking called off, a guest of one's own.
func TestCheckNoticeOfWhatNeedsNone(t *testing.T) {
	h := inspected(t)
	check := h.may(h.a, hu, "inspector", "booking.check", east)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	sent, err := h.visits.CreateBooking(ctx, write, booking(true), noon)
	require.NoError(t, err)
	_, err = h.visits.CheckNotice(ctx, check, sent.BookingID, held, noon)
	require.ErrorIs(t, err, visit.ErrNotTold)

	id := h.toldInPerson(tenant.Lunch)
	_, err = h.visits.Cancel(ctx, write, id, "客人改期", noon)
	require.NoError(t, err)
	_, err = h.visits.CheckNotice(ctx, check, id, held, noon)
	require.ErrorIs(t, err, visit.ErrNotTold)
	_, total, err := h.visits.Unchecked(ctx, check, east)
	require.NoError(t, err)
	require.Zero(t, total)

	h.file(h.a, east, guest, hu, today-10)
	own := h.toldInPerson(tenant.Tea)
	_, err = h.visits.CheckNotice(ctx, check, own, held, noon)
	require.ErrorIs(t, err, visit.ErrOwnTelling, "his guest")
	_, err = h.visits.CheckNotice(ctx, h.standsIn(zhou, hu), own, held, noon)
	require.ErrorIs(t, err, visit.ErrOwnTelling, "his delegate no more than he")
	done, err := h.visits.CheckNotice(ctx, h.may(h.a, luo, "inspector", "booking.check", east), own, visit.Finding{Held: true, Note: " 大堂经理在场 "}, noon)
	require.NoError(t, err)
	require.Equal(t, "大堂经理在场", done.CheckNote)
	require.Contains(t, done.Explained.ZH, "属实")
}

// TestCheckNoticeAfterAMessage: of a booking that went to another store its guest got a
// message; who told him in person after that is who told him (HND-08, ROL-04).
func TestCheckNoticeAfterAMessage(t *testing.T) {
	h := inspected(t)
	made, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", east), booking(false), noon)
	require.NoError(t, err)
	h.in(h.a, func(tx pgx.Tx) error {
		_, err := h.visits.LeaveTx(ctx, tx, h.a, visit.StoreEnd{From: east, To: new(west), On: today}, 1, noon)
		return err
	})
	_, err = h.visits.TellInPerson(ctx, h.may(h.a, luo, staffRep, "booking.write", west), made.BookingID, "客人不收短信", noon)
	require.NoError(t, err)

	list, _, err := h.visits.Unchecked(ctx, h.may(h.a, hu, "inspector", "booking.read", west), west)
	require.NoError(t, err)
	require.Equal(t, "罗勇斌", list[0].By)
	_, err = h.visits.CheckNotice(ctx, h.may(h.a, luo, "inspector", "booking.check", west), made.BookingID, held, noon)
	require.ErrorIs(t, err, visit.ErrOwnTelling)
	_, err = h.visits.CheckNotice(ctx, h.may(h.a, hu, "inspector", "booking.check", west), made.BookingID, held, noon)
	require.NoError(t, err)
}

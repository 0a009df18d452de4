package visitapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// post gives somebody a post in the east store.
func (h *house) post(person kernel.PersonID) {
	h.in(h.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
			VALUES ($1, $2, $3, 'service_rep', '客服代表', false, $4, $5, $6)`, h.a, kernel.NewID[kernel.UUID](noon), person, []kernel.StoreID{east}, today-100, noon)
		return err
	})
}

// TestWays is VIS-02 … VIS-05: who gets the credit, and which notice goes out when.
func TestWays(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou, today-10)
	desk, referrer := h.may(h.a, li, "front_desk", "booking.write", east), h.may(h.a, zhou, staffRep, "booking.write", east)
	take := func(g kernel.Grant, change func(*visitapp.NewBooking)) (visitapp.Line, error) {
		in := booking(true)
		change(&in)
		return h.visits.CreateBooking(ctx, g, in, noon)
	}

	asks, err := take(desk, func(in *visitapp.NewBooking) { in.Way, in.ForReferrer = visit.WalkIn, true })
	require.NoError(t, err)
	require.Equal(t, string(visit.Seated), asks.State, "seated first")
	require.NotNil(t, asks.SeatedMinute)
	require.Equal(t, "周敏", asks.Booker)
	require.Equal(t, "李娜", asks.Entered)
	require.Contains(t, asks.Explained.ZH, "离席后计入周敏")
	require.Contains(t, asks.Explained.ZH, "由李娜代为登记")
	require.Equal(t, []string{"dining_notice"}, h.notices(h.a))

	comes, err := take(desk, func(in *visitapp.NewBooking) { in.Way = visit.WalkIn })
	require.NoError(t, err)
	require.Equal(t, "李娜", comes.Booker, "whoever takes it (VIS-05)")

	own, err := take(referrer, func(in *visitapp.NewBooking) { in.Way = visit.Referrer })
	require.NoError(t, err)
	require.Equal(t, "周敏", own.Booker)
	_, err = take(desk, func(in *visitapp.NewBooking) { in.Way = visit.Referrer })
	require.Equal(t, fault.Invalid, fault.KindOf(err), "he is not the referrer")
	_, err = take(desk, func(in *visitapp.NewBooking) { in.ForReferrer, in.Number = true, "+8613900000000" })
	require.ErrorIs(t, err, visit.ErrNoReferrer)

	stranger, err := take(desk, func(in *visitapp.NewBooking) { in.Way, in.Number, in.GuestName = visit.WalkIn, "", "散客" })
	require.NoError(t, err)
	require.Nil(t, stranger.NoticeAt, "nobody to tell")
	_, err = h.visits.SendNotice(ctx, desk, stranger.BookingID, noon)
	require.ErrorIs(t, err, visit.ErrNoNumber)
	done, err := h.visits.Finish(ctx, desk, stranger.BookingID, noon)
	require.NoError(t, err)
	require.Contains(t, done.Explained.ZH, "待补")

	late, err := take(desk, func(in *visitapp.NewBooking) { in.Arrive = "18:30" })
	require.NoError(t, err)
	require.Equal(t, "18:30", visit.Clock(*late.ArriveMinute, late.Cutover))
	_, err = take(desk, func(in *visitapp.NewBooking) { in.Arrive = "25:30" })
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	h.inSync(h.a)
}

// TestRequested is VIS-09: what is only asked for tells nobody yet.
func TestRequested(t *testing.T) {
	h := newHouse(t)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	in := booking(true)
	in.Requested = true
	made, err := h.visits.CreateBooking(ctx, write, in, noon)
	require.NoError(t, err)
	require.Equal(t, string(visit.Requested), made.State)
	require.Empty(t, h.notices(h.a))
	_, err = h.visits.SendNotice(ctx, write, made.BookingID, noon)
	require.ErrorIs(t, err, visit.ErrWrongState, "confirm it first")
	sure, err := h.visits.Confirm(ctx, write, made.BookingID, true, noon)
	require.NoError(t, err)
	require.Equal(t, string(visit.Confirmed), sure.State)
	require.Equal(t, []string{"booking_notice"}, h.notices(h.a))
	_, err = h.visits.Confirm(ctx, write, made.BookingID, true, noon)
	require.ErrorIs(t, err, visit.ErrWrongState)
}

// TestNotices is VIS-03: sent again, told in person and marked, counted, and until
// the business day ends.
func TestNotices(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-10)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	read := h.may(h.a, li, staffRep, "booking.read", east)
	made, err := h.visits.CreateBooking(ctx, write, booking(false), noon)
	require.NoError(t, err)
	sent, err := h.visits.SendNotice(ctx, write, made.BookingID, noon.Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, noon.Add(time.Minute), sent.NoticeAt.UTC())
	_, err = h.visits.TellInPerson(ctx, write, made.BookingID, "客人座机", noon)
	require.ErrorIs(t, err, visit.ErrNoticed)
	errs := make([]error, 6)
	together(len(errs), func(i int) { _, errs[i] = h.visits.SendNotice(ctx, write, made.BookingID, noon.Add(time.Hour)) })
	again := 0
	for _, err := range errs {
		if err == nil {
			again++
		} else {
			require.ErrorIs(t, err, visit.ErrNotices)
		}
	}
	require.Equal(t, visit.MaxNotices-1, again)
	open, err := h.visits.Open(ctx, read, made.BookingID)
	require.NoError(t, err)
	require.Len(t, open.Notices, visit.MaxNotices)
	require.Equal(t, "李娜", open.Notices[0].By)
	require.Equal(t, noon.Add(time.Minute), open.NoticeAt.UTC(), "the first one's time stays")

	lunch := booking(false)
	lunch.Meal = 1
	other, err := h.visits.CreateBooking(ctx, write, lunch, noon)
	require.NoError(t, err)
	_, err = h.pool.Single(h.a).Exec(ctx, "UPDATE booking SET number_box = NULL WHERE booking_id = $1", other.BookingID) // as an imported one
	require.NoError(t, err)
	_, err = h.visits.Seat(ctx, write, other.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.Finish(ctx, write, other.BookingID, noon)
	require.NoError(t, err)
	visits := func() int {
		lines, _, err := h.visits.Visits(ctx, h.may(h.a, zhou, staffRep, "customer.read", east), file, nil, 50)
		require.NoError(t, err)
		return len(lines)
	}
	require.Equal(t, 0, visits(), "待补")
	_, err = h.visits.TellInPerson(ctx, write, other.BookingID, "客\n人", noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	_, err = h.visits.TellInPerson(ctx, write, other.BookingID, "客人不收短信", noon.AddDate(0, 0, 1))
	require.ErrorIs(t, err, visit.ErrDayOver)
	told, err := h.visits.TellInPerson(ctx, write, other.BookingID, "客人不收短信", noon.Add(time.Hour))
	require.NoError(t, err)
	require.Contains(t, told.Explained.ZH, "计入李娜")
	require.Contains(t, told.Explained.ZH, "督察")
	require.Equal(t, "客人不收短信", told.NoticeReason)
	require.Equal(t, 1, visits())
	_, err = h.visits.SendNotice(ctx, h.may(h.a, li, staffRep, "booking.write", west), made.BookingID, noon)
	require.ErrorIs(t, err, visit.ErrNotFound)
	h.inSync(h.a)
}

// TestCorrectBooker is VIS-13: until the business day ends, with a reason, both
// told, and never to oneself; later by who may confirm corrections, as a fact that was
// not known before (RUL-03).
func TestCorrectBooker(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-10)
	h.post(zhou)
	manager := kernel.PersonID{9, 6: 0x70, 8: 0x80}
	h.in(h.a, func(tx pgx.Tx) error {
		return h.people.PutPeopleTx(ctx, tx, h.a, []staff.NewPerson{{ID: manager, StaffNo: "E9", Name: "陈静", EntryOn: today - 400}}, noon)
	})
	write := h.may(h.a, li, staffRep, "booking.write", east)
	correct := h.may(h.a, manager, "service_manager", "booking.correct", east)
	made, err := h.visits.CreateBooking(ctx, write, booking(true), noon)
	require.NoError(t, err)
	_, err = h.visits.Seat(ctx, write, made.BookingID, noon)
	require.NoError(t, err)
	_, err = h.visits.Finish(ctx, write, made.BookingID, noon)
	require.NoError(t, err)

	night := noon.Add(15*time.Hour + 59*time.Minute) // 03:59 in the store
	for name, c := range map[string]struct {
		grant kernel.Grant
		to    kernel.PersonID
		at    time.Time
		want  error
	}{
		"the day is over":  {correct, zhou, night.Add(time.Minute), visit.ErrDayOver},
		"it is his":        {correct, li, noon, visit.ErrSameBooker},
		"to himself":       {h.may(h.a, zhou, "service_manager", "booking.correct", east), zhou, noon, visit.ErrForSelf},
		"of another store": {h.may(h.a, manager, "service_manager", "booking.correct", west), zhou, noon, visit.ErrNotFound},
	} {
		_, err := h.visits.CorrectBooker(ctx, c.grant, made.BookingID, c.to, "登记错了", c.at)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err = h.visits.CorrectBooker(ctx, correct, made.BookingID, kernel.PersonID{7}, "登记错了", noon)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "nobody of the store")

	after, err := h.visits.CorrectBooker(ctx, correct, made.BookingID, zhou, "周敏的客人，登记错了", night)
	require.NoError(t, err)
	require.Equal(t, []string{"周敏", "李娜", "陈静", "周敏的客人，登记错了"}, []string{after.Booker, after.Former, after.Corrected, after.CorrectReason})
	require.Contains(t, after.Explained.ZH, "计入周敏")
	require.Contains(t, after.Explained.ZH, "原登记李娜，由陈静更正")
	lines, _, err := h.visits.Visits(ctx, h.may(h.a, zhou, staffRep, "customer.read", east), file, nil, 50)
	require.NoError(t, err)
	require.Equal(t, "周敏", lines[0].Credited)
	require.Equal(t, 1, h.count("SELECT count(*) FROM inbox WHERE person_id = $1 AND kind = 'booking_given' AND file_id = $2", zhou, file))
	require.Equal(t, 1, h.count("SELECT count(*) FROM inbox WHERE person_id = $1 AND kind = 'booking_taken' AND on_date = $2", li, today))
	h.inSync(h.a)

	later, decides := noon.AddDate(0, 0, 40), h.may(h.a, manager, "service_manager", "correction.decide", east)
	h.post(li)
	_, err = h.pool.Single(h.a).Exec(ctx, "UPDATE assignment SET from_on = $2 WHERE person_id = $1", li, today+1)
	require.NoError(t, err)
	_, err = h.visits.CorrectBooker(ctx, correct, made.BookingID, li, "补正", later)
	require.ErrorIs(t, err, visit.ErrDayOver)
	_, err = h.visits.CorrectBookerLate(ctx, decides, made.BookingID, li, "补正", night)
	require.ErrorIs(t, err, visit.ErrDayOpen, "on the day it is the manager's")
	_, err = h.visits.CorrectBookerLate(ctx, h.may(h.a, manager, "service_manager", "correction.decide", west), made.BookingID, li, "补正", later)
	require.ErrorIs(t, err, visit.ErrNotFound, "of another store")
	_, err = h.visits.CorrectBookerLate(ctx, h.may(h.a, li, "service_manager", "correction.decide", east), made.BookingID, li, "补正", later)
	require.ErrorIs(t, err, visit.ErrForSelf)
	_, err = h.visits.CorrectBookerLate(ctx, decides, made.BookingID, li, "补正", later)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "he worked elsewhere on that day")
	_, err = h.pool.Single(h.a).Exec(ctx, "UPDATE assignment SET from_on = $2, to_on = $3 WHERE person_id = $1", li, today, today+1)
	require.NoError(t, err)
	_, err = h.visits.CorrectBookerLate(ctx, decides, made.BookingID, li, "", later)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "without a reason")
	after, err = h.visits.CorrectBookerLate(ctx, decides, made.BookingID, li, "补正", later)
	require.NoError(t, err)
	require.Equal(t, []string{"李娜", "周敏", "补正"}, []string{after.Booker, after.Former, after.CorrectReason})
	require.Equal(t, 1, h.count("SELECT count(*) FROM inbox WHERE person_id = $1 AND kind = 'booking_given' AND on_date = $2", li, today))
	require.Equal(t, 1, h.count("SELECT count(*) FROM inbox WHERE person_id = $1 AND kind = 'booking_taken' AND on_date = $2", zhou, today))
	require.Equal(t, 1, h.count("SELECT count(*) FROM guest_visits WHERE file_id = $1 AND changed_at = $2", file, later), "something was learned of the file")
	h.in(h.a, func(tx pgx.Tx) error {
		for at, want := range map[time.Time]kernel.PersonID{later.Add(-time.Second): zhou, later: li} {
			known, err := h.visits.CountedTx(ctx, tx, h.a, []kernel.FileID{file}, today, today+1, at)
			require.NoError(t, err)
			require.Equal(t, want, *known[file][0].CreditedTo)
		}
		return nil
	})
	h.inSync(h.a)
	_, err = h.pool.Single(h.a).Exec(ctx, "UPDATE booking SET state = 'cancelled' WHERE booking_id = $1", made.BookingID)
	require.NoError(t, err)
	_, err = h.visits.CorrectBookerLate(ctx, decides, made.BookingID, zhou, "补正", later)
	require.ErrorIs(t, err, visit.ErrWrongState)
}

// TestChainReasons: a chain's own list, and back to the usual one.
func TestChainReasons(t *testing.T) {
	h := newHouse(t)
	admin := h.may(h.a, li, staff.Admin, "store.write")
	usual, err := h.visits.Reasons(ctx, h.a)
	require.NoError(t, err)
	require.Equal(t, visit.UsualReasons, usual)
	_, err = h.visits.SetReasons(ctx, admin, visit.Reasons{Cancelled: []string{"下雨", "改期"}})
	require.NoError(t, err)
	own, err := h.visits.Reasons(ctx, h.a)
	require.NoError(t, err)
	require.Equal(t, visit.Reasons{Cancelled: []string{"下雨", "改期"}, NoShow: visit.UsualReasons.NoShow}, own)
	other, err := h.visits.Reasons(ctx, h.b)
	require.NoError(t, err)
	require.Equal(t, visit.UsualReasons, other)
	_, err = h.visits.SetReasons(ctx, h.may(h.a, li, staff.Admin, "store.write", east), visit.Reasons{})
	require.ErrorIs(t, err, visit.ErrNoStore, "the chain's, not a store's")
}

package visitapp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

const secretary, driver = kernel.Phone("+8613900001111"), kernel.Phone("+8613900002222")

func (h *house) contact(file kernel.FileID, owner kernel.PersonID, kind customer.ContactKind, number kernel.Phone) {
	_, err := h.files.AddContact(ctx, h.may(h.a, owner, staffRep, "customer.write", east), noon, file, kind, number.E164(), "王秘书")
	require.NoError(h.t, err)
}

// VIS-12: a booking by a contact is the guest's, who gets the visit; its notice
// goes to who called; a contact of several must say for whom.
func TestBookingByContact(t *testing.T) {
	h := newHouse(t)
	one, two := h.file(h.a, east, guest, zhou, today-10), h.file(h.a, east, "+8613812340002", zhou, today-10)
	h.contact(one, zhou, customer.ContactDriver, driver)
	h.contact(one, zhou, customer.ContactSecretary, secretary)
	h.contact(two, zhou, customer.ContactSecretary, secretary)
	h.contact(one, zhou, customer.ContactFamily, "+8613812340002") // two's own number
	write := h.may(h.a, li, staffRep, "booking.write", east)
	book := func(number kernel.Phone, file *kernel.FileID, meal tenant.MealPeriod) (kernel.FileID, string, error) {
		in := booking(true)
		in.Number, in.For, in.Meal = number, file, meal
		l, err := h.visits.CreateBooking(ctx, write, in, noon)
		if err != nil || l.File == nil {
			return kernel.FileID{}, "", err
		}
		who := ""
		if l.Contact != nil {
			who = l.Contact.Name.Full()
		}
		return *l.File, who, nil
	}
	file, who, err := book(driver, nil, tenant.Dinner)
	require.NoError(t, err)
	require.Equal(t, one, file, "a contact of one guest books for him")
	require.Equal(t, "王秘书", who)
	_, _, err = book(secretary, nil, tenant.Supper)
	require.Equal(t, "booking.for_whom", faultOf(t, err).Reason)
	file, _, err = book(secretary, &two, tenant.Supper)
	require.NoError(t, err)
	require.Equal(t, two, file)
	file, who, err = book("+8613812340002", nil, tenant.Tea)
	require.NoError(t, err)
	require.Equal(t, two, file, "whose own the number is goes before whose contact it is")
	require.Empty(t, who)
	file, who, err = book("+8613812340002", &one, tenant.Tea)
	require.NoError(t, err)
	require.Equal(t, one, file)
	require.Equal(t, "王秘书", who)
	_, _, err = book(driver, &two, tenant.Dinner)
	require.Equal(t, "for_file_id", faultOf(t, err).Violations[0].Field)
	_, who, err = book("+8613700009999", nil, tenant.Dinner)
	require.NoError(t, err, "a number nobody knows books as ever")
	require.Empty(t, who)

	guests, err := h.visits.GuestsOfNumber(ctx, write, east, secretary)
	require.NoError(t, err)
	require.Len(t, guests, 2)
	require.Equal(t, "王*", guests[0].Shown, "somebody else's guest")
	guests, err = h.visits.GuestsOfNumber(ctx, h.may(h.a, zhou, staffRep, "booking.write", east), east, secretary)
	require.NoError(t, err)
	require.Equal(t, "王建国", guests[0].Shown)
	_, err = h.visits.GuestsOfNumber(ctx, write, west, secretary)
	require.Equal(t, "store.not_found", faultOf(t, err).Reason)
}

// CUS-10: a second own number of a guest counts visits like the first.
func TestSecondOwnNumber(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou, today-10)
	_, err := h.files.AddContact(ctx, h.may(h.a, li, "service_manager", "customer.write", east), noon, file, customer.ContactOwn, "+8613812340003", "")
	require.NoError(t, err)
	write := h.may(h.a, li, staffRep, "booking.write", east)
	for i, number := range []kernel.Phone{guest, "+8613812340003"} {
		in := booking(true)
		in.Number, in.Meal = number, []tenant.MealPeriod{tenant.Lunch, tenant.Dinner}[i]
		l, err := h.visits.CreateBooking(ctx, write, in, noon)
		require.NoError(t, err)
		require.Equal(t, file, *l.File)
		_, err = h.visits.Seat(ctx, write, l.BookingID, noon)
		require.NoError(t, err)
		_, err = h.visits.Finish(ctx, write, l.BookingID, noon)
		require.NoError(t, err)
	}
	require.Equal(t, int32(2), h.summary(h.a, file).Count)
	keys, err := h.tenants.Keys(ctx, h.a)
	require.NoError(t, err)
	supper := func(number kernel.Phone) func(*visit.Bill) {
		return func(b *visit.Bill) { b.Number, b.Meal = visit.NumberKey(keys.NumberKey(number)), tenant.Supper }
	}
	h.record(h.a, h.bill(h.a, "1", supper(guest)), h.bill(h.a, "2", supper("+8613812340003")), h.bill(h.a, "3", supper("+8613812340099")))
	require.Equal(t, int32(3), h.summary(h.a, file).Count, "one meal under both numbers, in one batch (VIS-08)")
	h.inSync(h.a)
}

// CUS-01: numbers that came often enough in a month and have no file, with who
// received them; each sees his own, a manager all; and a file begins from it.
func TestRegulars(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou, today-10)
	came := func(number kernel.Phone, by kernel.PersonID, at time.Time) kernel.UUID {
		write := h.may(h.a, by, staffRep, "booking.write", east)
		in := booking(true)
		in.Number, in.Date = number, kernel.BusinessDateOf(at, tenant.Shanghai, tenant.Cutover)
		l, err := h.visits.CreateBooking(ctx, write, in, at)
		require.NoError(t, err)
		_, err = h.visits.Seat(ctx, write, l.BookingID, at)
		require.NoError(t, err)
		_, err = h.visits.Finish(ctx, write, l.BookingID, at)
		require.NoError(t, err)
		return l.BookingID
	}
	const often, once, april = kernel.Phone("+8613600000001"), kernel.Phone("+8613600000002"), kernel.Phone("+8613600000003")
	days := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	for i := range 2 {
		came(often, li, days(i))
		came(guest, li, days(i))
	}
	last := came(often, zhou, days(2))
	came(once, li, noon)
	came(april, li, days(1))
	came(april, li, days(40))
	in := booking(true) // only booked
	in.Number, in.Date = once, today+1
	_, err := h.visits.CreateBooking(ctx, h.may(h.a, li, staffRep, "booking.write", east), in, noon)
	require.NoError(t, err)

	write := func(p kernel.PersonID, role string) kernel.Grant { return h.may(h.a, p, role, "customer.write", east) }
	m, err := h.visits.Regulars(ctx, write(li, "service_manager"), east, nil, days(2))
	require.NoError(t, err)
	require.Equal(t, 2, m.Standard)
	require.Len(t, m.Regulars, 1)
	r := m.Regulars[0]
	require.Equal(t, 3, r.Bookings)
	require.Equal(t, "136****0001", r.Masked)
	require.Equal(t, last, r.Booking)
	require.False(t, r.NameShown, "who sees no names in clear (ROL-03)")
	require.Equal(t, "李娜", r.Receivers[0].Name)
	require.Equal(t, 2, r.Receivers[0].Bookings)
	require.Len(t, r.Receivers, 2)
	own, err := h.visits.Regulars(ctx, write(zhou, staffRep), east, nil, days(2))
	require.NoError(t, err)
	require.Len(t, own.Regulars[0].Receivers, 1, "of others nothing")
	require.True(t, own.Regulars[0].NameShown, "who booked wrote the name himself")
	march := kernel.NewDate(2025, 3, 1).Month()
	later, err := h.visits.Regulars(ctx, write(li, staffRep), east, &march, days(40))
	require.NoError(t, err)
	require.Len(t, later.Regulars, 1)
	_, err = h.visits.Regulars(ctx, write(li, staffRep), west, nil, noon)
	require.Equal(t, "store.not_found", faultOf(t, err).Reason)

	// 周敏 took that booking, and may begin the file with its number.
	begin := func(by kernel.PersonID, booking kernel.UUID) error {
		_, err := h.files.Create(ctx, write(by, staffRep), days(2), east, kernel.NewID[kernel.UUID](noon), customerapp.Input{Booking: booking, Fields: customer.Fields{Name: "钱思齐"}})
		return err
	}
	require.Equal(t, "customer.invalid_fields", faultOf(t, begin(li, last)).Reason, "another's booking")
	require.NoError(t, begin(zhou, last))
	m, err = h.visits.Regulars(ctx, write(li, "service_manager"), east, nil, days(2))
	require.NoError(t, err)
	require.Empty(t, m.Regulars, "begun")

	// Who claims another's guest sees nothing of his visits before it is his.
	claim, err := h.files.OpenConflict(ctx, write(li, staffRep), days(2), east, kernel.NewID[kernel.UUID](noon), customerapp.Input{Number: often.E164(), Fields: customer.Fields{Name: "钱思齐"}}, "是我的客人")
	require.NoError(t, err)
	require.Equal(t, 1, claim.HolderBookings)
	require.Equal(t, 2, claim.ClaimantBookings)
	visits, _, err := h.visits.Visits(ctx, h.may(h.a, li, staffRep, "customer.read", east), *claim.ClaimFile, nil, 50)
	require.NoError(t, err)
	require.Empty(t, visits)
}

func faultOf(t *testing.T, err error) *fault.Fault {
	t.Helper()
	var f *fault.Fault
	require.ErrorAs(t, err, &f)
	return f
}

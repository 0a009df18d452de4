package customerapp_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// A field in clear leaves a line with caller and field before it is given; the
// reason rests as ciphertext.
func TestReveal(t *testing.T) {
	b := setup(t)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	v := b.create(lina, east, input("王建国", number(1)))
	_, err := b.files.Reveal(ctx, lina.may("customer.reveal"), b.now, v.File, customer.MaskedNumber, "  ")
	reason(t, err, "invalid_field")
	require.Zero(t, b.superCount("SELECT count(*)::int FROM number_reveal"))
	for i, c := range []struct {
		what  customer.Masked
		value string
		event string
		act   string
	}{
		{customer.MaskedNumber, number(1), "number.revealed", "customer.revealed"},
		{customer.MaskedName, "王建国", "name.revealed", "customer.name_seen"},
		{customer.MaskedBirthday, "1980年2月29日", "birthday.revealed", "customer.birthday_seen"},
	} {
		got, err := b.files.Reveal(ctx, lina.may("customer.reveal"), b.now, v.File, c.what, "电话确认今晚的包间")
		require.NoError(t, err)
		require.Equal(t, c.value, got.Value)
		require.Equal(t, 19-i, got.Left)
		require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM number_reveal WHERE person_id = $1 AND field = $2", rep, string(c.what)))
		require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event WHERE kind = $1", c.event))
		require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM audit_line WHERE action = $1", c.act))
	}
	require.Equal(t, 3, b.superCount("SELECT count(*)::int FROM reveal_reason WHERE file_id = $1", v.File))
	require.Zero(t, b.superCount("SELECT count(*)::int FROM reveal_reason WHERE position('电话'::bytea in reason_box) > 0"))
}

// What the rule allows in a day is given out exactly, however many ask at once;
// who has used it up is told until when, and others are not touched.
func TestRevealQuota(t *testing.T) {
	b := setup(t)
	lina, gang := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east)
	v := b.create(lina, east, input("王建国", number(1)))
	reveal := func(w who) error {
		_, err := b.files.Reveal(ctx, w.may("customer.reveal"), b.now, v.File, customer.MaskedNumber, "电话确认今晚的包间")
		return err
	}
	var given, refused atomic.Int32
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := reveal(lina); err == nil {
				given.Add(1)
			} else if f := (*fault.Fault)(nil); errors.As(err, &f) && f.Reason == "customer.reveals_used_up" {
				refused.Add(1)
			}
		})
	}
	all.Wait()
	require.Equal(t, []int32{20, 10}, []int32{given.Load(), refused.Load()})
	require.Equal(t, 20, b.superCount("SELECT count(*)::int FROM number_reveal"), "nothing of a refused one stays")
	require.Equal(t, 20, b.superCount("SELECT count(*)::int FROM audit_line WHERE action = 'customer.revealed'"))
	require.NoError(t, reveal(gang), "each person has his own")

	err := reveal(lina)
	reason(t, err, "customer.reveals_used_up")
	var f *fault.Fault
	require.ErrorAs(t, err, &f)
	b.now = b.now.Add(f.RetryAfter - time.Second)
	reason(t, reveal(lina), "customer.reveals_used_up")
	b.now = b.now.Add(time.Second)
	require.NoError(t, reveal(lina), "the next business day has begun")
	require.Equal(t, 4, b.now.In(tenant.Shanghai).Hour())
}

// Who sees names and birthdays in clear, by the template's roles (ROL-03).
func TestNamesAreFor(t *testing.T) {
	b := setup(t)
	day := kernel.NewDate(2025, 1, 1)
	mine, own := rep, rep2
	owned := customer.Row{Store: east, Name: "王建国", ApprovedOn: &day, Owner: &own, Writer: own, State: customer.Approved}
	lost, draft, waiting := owned, owned, owned
	lost.Owner = nil
	draft.ApprovedOn, draft.Owner, draft.Writer, draft.State = nil, nil, mine, customer.Draft
	waiting.State = customer.Submitted
	for _, c := range []struct {
		role string
		at   []kernel.StoreID
		want string // for each file n: name, d: name and birthday, -: neither
	}{
		{staff.ServiceManager, []kernel.StoreID{east}, "n-dd"},
		{staff.ServiceManager, []kernel.StoreID{west}, "----"},
		{staff.HQService, nil, "n-dd"},
		{staff.ServiceRep, []kernel.StoreID{east}, "--d-"},
		{"front_desk", []kernel.StoreID{east}, "n-dn"},
		{"inspector", []kernel.StoreID{east}, "----"},
		{"area_manager", []kernel.StoreID{east}, "----"},
		{staff.Admin, nil, "----"},
	} {
		w := b.as(b.a, mine, c.role, c.at...)
		actor := &kernel.Actor{Tenant: b.a, Person: mine, Assignments: w.posts}
		names, review, got := b.table.Grant(actor, customer.NamesPermission), b.table.Grant(actor, "customer.review"), ""
		for _, r := range []customer.Row{owned, lost, draft, waiting} {
			switch {
			case r.BirthdayShown(names, review):
				require.True(t, r.NameShown(names, review))
				got += "d"
			case r.NameShown(names, review):
				got += "n"
			default:
				got += "-"
			}
		}
		require.Equal(t, c.want, got, "%s in %v: owned by another, public, own draft, waiting for review", c.role, c.at)
	}
}

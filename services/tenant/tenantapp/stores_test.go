package tenantapp_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

var day = kernel.NewDate(2025, time.February, 28) // the business day of noon

// may gives a grant at stores; none: the whole chain.
func may(id kernel.TenantID, stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{Tenant: id, Person: kernel.PersonID{1}, Assignments: []kernel.Assignment{{Role: "r", TenantWide: len(stores) == 0, Stores: stores}}}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere })
}

// acts lists the acts on stores in the log, by name.
func (b *bundle) acts(t *testing.T, id kernel.TenantID) (acts []string) {
	t.Helper()
	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), "SELECT action FROM audit_line WHERE object = 'store' ORDER BY action")
		require.NoError(t, err)
		acts, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return acts
}

func TestCreateStore(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	in := tenant.Store{Code: "S01", Name: "友谊店", Address: "友谊路 8 号", Zone: tenant.Shanghai, Cutover: 5 * time.Hour, Hours: tenant.OpeningHours{{Weekday: 1, Opens: 600, Closes: 1500}}}
	made, err := b.CreateStore(t.Context(), may(one), in)
	require.NoError(t, err)
	beside, err := b.process().Store(t.Context(), one, made.ID)
	require.NoError(t, err)
	require.Equal(t, made, beside, "as another process reads it")
	require.Equal(t, in.Hours, beside.Hours)
	require.Equal(t, 5*time.Hour, beside.Cutover)

	_, err = b.CreateStore(t.Context(), may(one), in)
	require.ErrorIs(t, err, tenant.ErrStoreCodeTaken)
	_, err = b.CreateStore(t.Context(), may(two), in)
	require.NoError(t, err, "another chain's namesake")
	_, err = b.CreateStore(t.Context(), may(one, made.ID), tenant.Store{Code: "S02", Name: "x", Zone: tenant.Shanghai})
	require.ErrorIs(t, err, tenant.ErrStoreHeadOffice)
	for name, bad := range map[string]tenant.Store{
		"code": {Code: "", Name: "x", Zone: tenant.Shanghai}, "cutover": {Code: "S03", Name: "x", Zone: tenant.Shanghai, Cutover: 13 * time.Hour},
		"hours": {Code: "S03", Name: "x", Zone: tenant.Shanghai, Hours: tenant.OpeningHours{{Weekday: 9, Opens: 1, Closes: 2}}},
	} {
		_, err := b.CreateStore(t.Context(), may(one), bad)
		require.Equal(t, fault.Invalid, fault.KindOf(err), name)
	}
	require.Equal(t, []string{"store.created"}, b.acts(t, one), "one line for the one that came to be")
}

func TestEditStore(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	id, other := b.store(t, one, "S01"), b.store(t, one, "S02")
	info := tenant.StoreInfo{Code: "A1", Name: "老店", Address: "南门"}
	s, err := b.UpdateStore(t.Context(), may(one, id), id, 1, info)
	require.NoError(t, err)
	require.EqualValues(t, 2, s.Version)
	require.Equal(t, "老店", s.Name)
	_, err = b.UpdateStore(t.Context(), may(one), id, 1, info)
	require.ErrorIs(t, err, tenant.ErrStoreChanged)
	_, err = b.UpdateStore(t.Context(), may(one), other, 1, info)
	require.ErrorIs(t, err, tenant.ErrStoreCodeTaken)
	for name, g := range map[string]kernel.Grant{"other store": may(one, other), "other chain": may(two)} {
		_, err = b.UpdateStore(t.Context(), g, id, 2, info)
		require.ErrorIs(t, err, tenant.ErrNoStore, name)
	}
	hours := tenant.OpeningHours{{Weekday: 1, Opens: 600, Closes: 1320}}
	s, err = b.SetStoreHours(t.Context(), may(one), id, 2, hours)
	require.NoError(t, err)
	require.Equal(t, hours, s.Hours)
	_, err = b.SetStoreHours(t.Context(), may(one), id, 2, nil)
	require.ErrorIs(t, err, tenant.ErrStoreChanged)
	require.Equal(t, []string{"store.changed", "store.hours_changed"}, b.acts(t, one))
}

func TestChangeStoreClock(t *testing.T) {
	b := setup(t)
	one := b.tenant(t, "one")
	id := b.store(t, one, "S01")
	change := func(from kernel.BusinessDate, cutover time.Duration) error {
		_, err := b.ChangeStoreClock(t.Context(), may(one), id, tenant.Clock{From: from, Zone: tenant.Shanghai, Cutover: cutover})
		return err
	}
	require.ErrorIs(t, change(day, time.Hour), tenant.ErrClockPassed)
	require.NoError(t, change(day+3, time.Hour))
	require.NoError(t, change(day+1, 6*time.Hour), "in the place of what was planned")
	s, err := b.process().Store(t.Context(), one, id)
	require.NoError(t, err)
	require.Equal(t, []tenant.Clock{{From: day + 1, Zone: s.Later[0].Zone, Cutover: 6 * time.Hour}}, s.Later)

	b.now = (day + 1).At(5*time.Hour+59*time.Minute+55*time.Second, tenant.Shanghai) // the old day still
	require.ErrorIs(t, change(day+1, time.Hour), tenant.ErrClockPassed, "too late to reach every process in time")
	b.now = b.now.Add(time.Hour)
	require.NoError(t, change(day+2, 2*time.Hour))
	s, err = b.process().Store(t.Context(), one, id)
	require.NoError(t, err)
	require.Len(t, s.Later, 2, "what has begun stays")
	require.Equal(t, 4*time.Hour, s.ClockOn(day).Cutover)
	require.Equal(t, 6*time.Hour, s.ClockOn(day+1).Cutover)
}

func TestStoreStates(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	id := b.store(t, one, "S01")
	var asked [2]kernel.BusinessDate
	b.OpenBookings = func(_ context.Context, _ kernel.TenantID, _ kernel.StoreID, from, to kernel.BusinessDate) (int32, error) {
		asked = [2]kernel.BusinessDate{from, to}
		return 3, nil
	}
	s, open, err := b.SuspendStore(t.Context(), may(one), id, "停电")
	require.NoError(t, err)
	require.EqualValues(t, 3, open)
	require.Equal(t, day, asked[0])
	require.Equal(t, tenant.StoreSuspended, s.State(day))
	_, _, err = b.SuspendStore(t.Context(), may(one), id, "停电")
	require.ErrorIs(t, err, tenant.ErrStoreState)
	_, _, err = b.SuspendStore(t.Context(), may(two), id, "停电")
	require.ErrorIs(t, err, tenant.ErrNoStore)

	_, _, err = b.CloseStore(t.Context(), may(one), id, day-1, "租约到期")
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	s, _, err = b.CloseStore(t.Context(), may(one), id, day+30, "租约到期")
	require.NoError(t, err)
	require.Equal(t, day+30, asked[0])
	require.Equal(t, tenant.StoreOpen, s.State(day+29), "open until then, no longer suspended")
	require.Equal(t, tenant.StoreClosed, s.State(day+30))
	_, _, err = b.CloseStore(t.Context(), may(one), id, day+31, "x")
	require.ErrorIs(t, err, tenant.ErrStoreState)
	_, _, err = b.SuspendStore(t.Context(), may(one), id, "x")
	require.ErrorIs(t, err, tenant.ErrStoreState)
	s, err = b.ReopenStore(t.Context(), may(one), id)
	require.NoError(t, err)
	require.Nil(t, s.ClosedOn)
	require.Empty(t, s.StateReason)
	_, err = b.ReopenStore(t.Context(), may(one), id)
	require.ErrorIs(t, err, tenant.ErrStoreState)
	require.Equal(t, []string{"store.closed", "store.reopened", "store.suspended"}, b.acts(t, one))
}

func TestClosures(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	id := b.store(t, one, "S01")
	b.OpenBookings = func(context.Context, kernel.TenantID, kernel.StoreID, kernel.BusinessDate, kernel.BusinessDate) (int32, error) {
		return 0, nil
	}
	enter := func(from, to kernel.BusinessDate) (tenant.Store, error) {
		s, _, err := b.CreateClosure(t.Context(), may(one), id, tenant.Closure{From: from, To: to, Reason: "后厨改造"})
		return s, err
	}
	s, err := enter(day+5, day+9)
	require.NoError(t, err)
	first := s.Closures[0].ID
	_, err = enter(day+9, day+12)
	require.ErrorIs(t, err, tenant.ErrClosureOverlaps)
	s, err = enter(day-2, day+2)
	require.NoError(t, err, "entered when it had begun")
	begun := s.Closures[0].ID

	_, err = b.WithdrawClosure(t.Context(), may(two), id, first)
	require.ErrorIs(t, err, tenant.ErrNoStore)
	_, err = b.WithdrawClosure(t.Context(), may(one), id, begun)
	require.ErrorIs(t, err, tenant.ErrClosureBegun)
	_, _, err = b.EndClosure(t.Context(), may(one), id, begun, day-2)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	_, _, err = b.EndClosure(t.Context(), may(one), id, begun, day+6)
	require.ErrorIs(t, err, tenant.ErrClosureOverlaps)
	s, _, err = b.EndClosure(t.Context(), may(one), id, begun, day-1)
	require.NoError(t, err)
	require.Equal(t, day-1, s.Closures[0].To)
	s, err = b.WithdrawClosure(t.Context(), may(one), id, first)
	require.NoError(t, err)
	require.Len(t, s.Closures, 1)
	_, err = b.WithdrawClosure(t.Context(), may(one), id, first)
	require.ErrorIs(t, err, tenant.ErrNoClosure)
	require.Len(t, b.acts(t, one), 4)

	// Of those who enter the same days at the same moment, one does.
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = enter(day+20, day+21) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			require.ErrorIs(t, err, tenant.ErrClosureOverlaps)
		}
	}
	require.Equal(t, 1, won)
}

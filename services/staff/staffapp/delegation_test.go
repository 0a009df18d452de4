package staffapp_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

const day = 24 * time.Hour

// delegate lets somebody act for another from a moment until another.
func (w *world) delegate(c chain, by, holder, delegate string, from, until time.Duration, permissions ...string) (staff.Delegation, error) {
	w.t.Helper()
	return w.Delegate(w.t.Context(), w.actor(c, by), w.now, staff.Delegation{
		Holder: c.people[holder], Delegate: c.people[delegate], Permissions: permissions, From: w.now.Add(from), Until: w.now.Add(until),
	})
}

// reach is in which of the chain's stores somebody may do something, and for whom.
func (w *world) reach(c chain, no, permission string) (out []string) {
	w.t.Helper()
	g := w.grant(c, no, permission)
	for name, s := range map[string]kernel.StoreID{"S01": c.s01, "S02": c.s02} {
		if !g.Covers(s, false) {
			continue
		}
		if d := g.Holder(s, false); d != nil {
			name += " for " + d.HolderName
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// ROL-05: what the delegate may do is what the holder may at that moment, of the
// permissions named, within the period.
func TestDelegatedRights(t *testing.T) {
	w := newWorld(t)
	none := []string(nil)
	require.Equal(t, none, w.reach(w.one, "R1", "customer.review"))
	d, err := w.delegate(w.one, "M2", "M2", "R1", day, 3*day, "customer.review", "customer.read")
	require.NoError(t, err)
	require.Equal(t, "员工M2", d.HolderName)
	require.Equal(t, "员工R1", d.DelegateName)

	require.Equal(t, none, w.reach(w.one, "R1", "customer.review"), "has not begun")
	w.now = noon.Add(day)
	require.Equal(t, []string{"S02 for 员工M2"}, w.reach(w.one, "R1", "customer.review"))
	require.Equal(t, []string{"S02 for 员工M2"}, w.reach(w.one, "R1", "customer.read"))
	require.Equal(t, none, w.reach(w.one, "R1", "customer.blacklist"), "not delegated")
	require.Equal(t, none, w.reach(w.two, "R1", "customer.review"), "another chain")
	require.True(t, w.grant(w.one, "R1", "customer.read").Covers(w.one.s01, true), "his own guests as ever")
	w.now = noon.Add(3*day - time.Nanosecond)
	require.NotEmpty(t, w.reach(w.one, "R1", "customer.review"))
	w.now = noon.Add(3 * day)
	require.Equal(t, none, w.reach(w.one, "R1", "customer.review"), "over")
}

// Own rights win, and nothing is delegated on.
func TestNoChains(t *testing.T) {
	w := newWorld(t)
	none := []string(nil)
	_, err := w.delegate(w.one, "M1", "M1", "M2", 0, day, "customer.review")
	require.NoError(t, err)
	require.Equal(t, []string{"S01 for 员工M1", "S02"}, w.reach(w.one, "M2", "customer.review"))
	_, err = w.delegate(w.one, "M2", "M2", "R1", 0, day, "customer.review")
	require.NoError(t, err)
	require.Equal(t, []string{"S02 for 员工M2"}, w.reach(w.one, "R1", "customer.review"), "what M2 has himself, not M1's")

	_, err = w.delegate(w.one, "R1", "R1", "M1", 0, day, "customer.review")
	require.ErrorIs(t, err, staff.ErrNotHeld)
	_, err = w.delegate(w.one, "R1", "R1", "M1", 0, day, "customer.read")
	require.ErrorIs(t, err, staff.ErrNotHeld, "only his own guests")
	require.Equal(t, []string{"S01"}, w.reach(w.one, "M1", "customer.review"))
	require.Equal(t, none, w.reach(w.one, "R1", "delegation.write"))
}

// Every way of losing the right counts from the delegate's very next request,
// in every process.
func TestDelegationEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	token := w.login(w.one, "R1", "d")
	beside := w.process()
	may := func() bool {
		a, err := beside.Authenticate(ctx, header(token))
		require.NoError(t, err)
		_, grants, err := beside.Grants(ctx, a)
		require.NoError(t, err)
		return grants("customer.review").Covers(w.one.s02, false)
	}
	give := func() staff.Delegation {
		d, err := w.delegate(w.one, "M2", "M2", "R1", 0, 30*day, "customer.review")
		require.NoError(t, err)
		require.True(t, may())
		return d
	}

	d := give()
	_, err := w.EndDelegation(ctx, w.actor(w.one, "M1"), nil, w.now, d.ID)
	require.ErrorIs(t, err, staff.ErrNoDelegation, "neither holder nor delegate")
	require.True(t, may())
	for _, who := range []string{"M2", "R1"} {
		ended, err := w.EndDelegation(ctx, w.actor(w.one, who), nil, w.now, d.ID)
		require.NoError(t, err)
		require.True(t, ended.Ended(w.now))
		require.False(t, may())
		_, err = w.EndDelegation(ctx, w.actor(w.one, who), nil, w.now, d.ID)
		require.ErrorIs(t, err, staff.ErrDelegationEnded)
		d = give()
	}
	grant := w.grant(w.one, "A1", "delegation.write")
	_, err = w.EndDelegation(ctx, w.actor(w.one, "A1"), &grant, w.now, d.ID)
	require.NoError(t, err, "an administrator ends others'")
	require.False(t, may())
	other := w.grant(w.two, "A1", "delegation.write")
	d = give()
	_, err = w.EndDelegation(ctx, w.actor(w.two, "A1"), &other, w.now, d.ID)
	require.ErrorIs(t, err, staff.ErrNoDelegation, "another chain's")

	// The holder's role loses the permission, then his post ends.
	put := func(roles []staff.Role) {
		w.in(w.one, func(tx pgx.Tx) error { return w.PutRolesTx(ctx, tx, w.one.id, roles) })
	}
	put([]staff.Role{{Code: staff.ServiceManager, Name: "客服经理", Rights: []staff.Right{{Permission: "customer.read"}}}})
	require.False(t, may())
	put(staff.Template())
	require.True(t, may())
	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE assignment SET to_on = $1 WHERE person_id = $2", today, w.one.people["M2"])
		return err
	})
	require.False(t, may())
	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE assignment SET to_on = NULL WHERE person_id = $1", w.one.people["M2"])
		return err
	})
	require.True(t, may())

	// He leaves in three days: it ends with his last day, and stays ended should
	// he come back (ACC-03).
	write := w.grant(w.one, "A1", "staff.write")
	_, err = w.RecordLeaving(ctx, write, w.one.people["M2"], today+3, "")
	require.NoError(t, err)
	require.True(t, may())
	w.now = (today + 3).At(4*time.Hour, noon.Location()).Add(-time.Second)
	require.True(t, may())
	w.now = w.now.Add(time.Second)
	require.False(t, may())
	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE person SET left_on = NULL WHERE person_id = $1", w.one.people["M2"])
		return err
	})
	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE assignment SET to_on = NULL WHERE person_id = $1", w.one.people["M2"])
		return err
	})
	require.False(t, may())
}

// Leaving today takes away what was given and what was had.
func TestLeavingEndsDelegations(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.delegate(w.one, "M1", "M1", "M2", 0, 9*day, "customer.review")
	require.NoError(t, err)
	_, err = w.delegate(w.one, "M2", "M2", "R1", day, 9*day, "customer.review")
	require.NoError(t, err)
	_, err = w.RecordLeaving(ctx, w.grant(w.one, "A1", "staff.write"), w.one.people["M2"], today, "")
	require.NoError(t, err)
	require.Equal(t, 2, count(t, w, w.one, "SELECT count(*)::int FROM delegation WHERE ended_at <= '"+noon.Format(time.RFC3339)+"'"))
	mine, err := w.MyDelegations(ctx, w.actor(w.one, "M1"), w.now)
	require.NoError(t, err)
	require.Len(t, mine, 1)
	require.True(t, mine[0].Ended(w.now))
	_, err = w.delegate(w.one, "M1", "M1", "M2", 0, day, "customer.review")
	require.ErrorIs(t, err, staff.ErrNoDelegate, "he has left")
	_, err = w.delegate(w.one, "A1", "M2", "R1", 0, day, "store.read")
	require.ErrorIs(t, err, staff.ErrNoHolder)
}

func TestDelegateRefused(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		by, holder, delegate string
		from, until          time.Duration
		permissions          []string
		want                 error
	}{
		"Err to himself":               {"M1", "M1", "M1", 0, day, []string{"customer.review"}, staff.ErrToHimself},
		"Err no such delegate":         {"M1", "M1", "X9", 0, day, []string{"customer.review"}, staff.ErrNoDelegate},
		"Err not held":                 {"M1", "M1", "R1", 0, day, []string{"customer.review", "staff.write"}, staff.ErrNotHeld},
		"Err never delegable":          {"A1", "A1", "M1", 0, day, []string{"staff.appoint"}, staff.ErrNotDelegable},
		"Err to name delegates":        {"A1", "A1", "M1", 0, day, []string{"delegation.write"}, staff.ErrNotDelegable},
		"Err out of reach":             {"M1", "M2", "R1", 0, day, []string{"customer.review"}, staff.ErrNoHolder},
		"Err no such holder":           {"A1", "X9", "R1", 0, day, []string{"customer.review"}, staff.ErrNoHolder},
		"Err names himself":            {"A1", "M1", "A1", 0, day, []string{"customer.review"}, staff.ErrToOneself},
		"OK an administrator appoints": {"A1", "M1", "R1", 0, day, []string{"customer.review"}, nil},
		"OK for oneself":               {"M1", "M1", "R1", 0, 92 * day, []string{"customer.review"}, nil},
		"OK overlapping":               {"M1", "M1", "M2", 0, day, []string{"customer.review"}, nil},
		"OK half a year ahead":         {"M1", "M1", "M2", 183 * day, 275 * day, []string{"customer.review"}, nil},
		"Err too long":                 {"M1", "M1", "R1", 0, 92*day + time.Second, []string{"customer.review"}, staff.Delegation{From: noon, Until: noon.Add(93 * day)}.CheckPeriod(noon)},
	} {
		_, err := w.delegate(w.one, c.by, c.holder, c.delegate, c.from, c.until, c.permissions...)
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
	}
	for i := range 40 { // in time nobody names a hundredth
		if _, err := w.delegate(w.one, "M2", "M2", "R1", 0, day, "store.read"); err != nil {
			require.ErrorIs(t, err, staff.ErrTooManyDelegated)
			require.Equal(t, staff.MaxDelegations, i)
			return
		}
	}
	t.Fatal("no bound")
}

// Nobody loses rights of his own to what others let him do.
func TestManyDelegations(t *testing.T) {
	w := newWorld(t)
	w.in(w.one, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO delegation (tenant_id, delegation_id, holder_id, delegate_id, permissions, from_at, until_at, created_by, created_at)
			SELECT $1, gen_random_uuid(), $2, $3, '{customer.review}', $4, $5, $2, $4 FROM generate_series(1, 100)`,
			w.one.id, w.one.people["M2"], w.one.people["M1"], noon, noon.Add(day))
		return err
	})
	a := w.actor(w.one, "M1")
	require.Len(t, a.Assignments, kernel.MaxAssignments)
	require.Nil(t, a.Assignments[0].For)
	require.Equal(t, []string{"S01", "S02 for 员工M2"}, w.reach(w.one, "M1", "customer.review"))
}

// Named and leaving at once: whoever has left acts for nobody, and nobody for him.
func TestDelegateWhileLeaving(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m2, write := w.actor(w.one, "M2"), w.grant(w.one, "A1", "staff.write")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, _ = w.Delegate(ctx, m2, w.now, staff.Delegation{Holder: m2.Person, Delegate: w.one.people["R1"], Permissions: []string{"customer.review"}, From: w.now, Until: w.now.Add(day)})
		})
	}
	wg.Go(func() { _, _ = w.RecordLeaving(ctx, write, m2.Person, today, "") })
	wg.Wait()
	require.Equal(t, 0, count(t, w, w.one, "SELECT count(*)::int FROM delegation WHERE least(until_at, ended_at) > '"+noon.Format(time.RFC3339)+"'"))
}

// What is offered to choose from, and who sees whose.
func TestDelegationLists(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	m1, r1, a1 := w.actor(w.one, "M1"), w.actor(w.one, "R1"), w.actor(w.one, "A1")
	names := func(list []staff.Colleague) (out []string) {
		for _, c := range list {
			out = append(out, c.StaffNo)
		}
		return out
	}
	permissions, colleagues, err := w.Choices(ctx, m1, m1.Person, "")
	require.NoError(t, err)
	require.Contains(t, permissions, "customer.review")
	require.NotContains(t, permissions, "delegation.write")
	require.Equal(t, []string{"A1", "R1"}, names(colleagues), "of his store and head office, not himself")
	_, colleagues, err = w.Choices(ctx, m1, m1.Person, "员工R")
	require.NoError(t, err)
	require.Equal(t, []string{"R1"}, names(colleagues))
	permissions, _, err = w.Choices(ctx, r1, r1.Person, "")
	require.NoError(t, err)
	require.NotContains(t, permissions, "customer.read", "his own guests are nobody else's to see")
	permissions, colleagues, err = w.Choices(ctx, a1, m1.Person, "")
	require.NoError(t, err)
	require.Contains(t, permissions, "customer.review", "he appoints")
	require.Equal(t, []string{"A1", "R1"}, names(colleagues))
	_, _, err = w.Choices(ctx, m1, w.one.people["M2"], "")
	require.ErrorIs(t, err, staff.ErrNoHolder)

	for range 3 {
		_, err = w.delegate(w.one, "M1", "M1", "M2", 0, day, "customer.review")
		require.NoError(t, err)
		_, err = w.delegate(w.one, "M2", "M2", "R1", 0, day, "customer.review")
		require.NoError(t, err)
	}
	count := func(no string, size int32) int {
		list, err := w.Delegations(ctx, w.grant(w.one, no, "delegation.read"), w.now, kernel.UUID{}, size)
		require.NoError(t, err)
		return len(list)
	}
	require.Equal(t, 6, count("A1", 50))
	require.Equal(t, 3, count("M1", 50), "holders of his store")
	page, err := w.Delegations(ctx, w.grant(w.one, "A1", "delegation.read"), w.now, kernel.UUID{}, 4)
	require.NoError(t, err)
	rest, err := w.Delegations(ctx, w.grant(w.one, "A1", "delegation.read"), w.now, page[3].ID, 4)
	require.NoError(t, err)
	require.Len(t, rest, 2)
	mine, err := w.MyDelegations(ctx, w.actor(w.one, "M2"), w.now)
	require.NoError(t, err)
	require.Len(t, mine, 6, "given and had")
	w.now = noon.Add(day + staff.DelegationShown)
	require.Equal(t, 0, count("A1", 50), "long over")
}

package operatorapp_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func TestChains(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	id, _ := w.newChain(t, op, "alpha")
	w.newChain(t, op, "beta")
	admin, err := operator.NewFirstAdmin("A001", "沈", "13800138000")
	require.NoError(t, err)
	_, _, err = w.app.CreateChain(ctx, op, "alpha", "又一家", admin)
	require.Equal(t, "tenant.code_taken", reason(err))
	_, err = operator.NewFirstAdmin(" ", "", "1380")
	require.Equal(t, "invalid_field", reason(err))

	// Cut off between chain and administrator, the same call goes on.
	half, err := w.tenants.CreateTenant(ctx, w.now, "gamma", "丙")
	require.NoError(t, err)
	chain, code, err := w.app.CreateChain(ctx, op, "gamma", "丙", admin)
	require.NoError(t, err)
	require.Equal(t, half, chain.ID)
	require.NotEmpty(t, code)

	chains, err := w.app.Chains(ctx, "alpha", 10)
	require.NoError(t, err)
	require.Equal(t, []string{"beta", "gamma"}, []string{chains[0].Code, chains[1].Code})
	require.EqualValues(t, []int64{0, 1, 0}, []int64{chains[0].Stores, chains[0].Staff, chains[0].Files})

	require.Equal(t, "chain.not_found", reason(w.app.Suspend(ctx, op, kernel.TenantID{})))
	require.Equal(t, "chain.wrong_state", reason(w.app.Resume(ctx, op, id)))
	_, err = w.app.Close(ctx, op, id, "beta")
	require.Equal(t, "invalid_field", reason(err), "another code was typed")
	keep, err := w.app.Close(ctx, op, id, " Alpha ")
	require.NoError(t, err)
	require.Equal(t, "2026-06-08", keep.String())
	_, err = w.app.Close(ctx, op, id, "alpha")
	require.Equal(t, "chain.wrong_state", reason(err), "closing twice")
	require.Equal(t, "chain.wrong_state", reason(w.app.Resume(ctx, op, id)), "closed is for good")

	// Both logs have each act once, with nobody's name or number.
	acts, err := w.app.Acts(ctx, kernel.UUID{}, 50)
	require.NoError(t, err)
	count := map[string]int{}
	for _, n := range acts {
		count[n.Action+" "+n.TenantCode]++
	}
	require.Equal(t, 1, count["chain.closed alpha"])
	require.Equal(t, []int{1, 1}, []int{count["chain.created gamma"], count["chain.created alpha"]})
	var lines int
	require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM audit_line WHERE tenant_id = $1 AND action = 'chain.closed'", id).Scan(&lines))
	require.Equal(t, 1, lines)
}

// TestCreateChainKilled: wherever the process that makes a chain dies, the same
// call by another goes on: one chain, one administrator, one line of it; another
// administrator's call is refused.
func TestCreateChainKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	for i, at := range []string{"before he is entered", "within", "before his code"} {
		code := fmt.Sprintf("cut%d", i)
		admin, err := operator.NewFirstAdmin("A001", "沈一", "13800138000")
		require.NoError(t, err)
		w.killed = at
		require.PanicsWithValue(t, at, func() { _, _, _ = w.app.CreateChain(ctx, op, code, "丁", admin) })
		w.killed = ""
		if at == "before his code" {
			other := admin
			other.Name = "沈二"
			_, _, err = w.app.CreateChain(ctx, op, code, "丁", other)
			require.Equal(t, "tenant.code_taken", reason(err))
		}
		chain, secret, err := w.app.CreateChain(ctx, op, code, "丁", admin)
		require.NoError(t, err, at)
		require.NotEmpty(t, secret)
		var people, lines int
		require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM person WHERE tenant_id = $1", chain.ID).Scan(&people))
		require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM audit_line WHERE tenant_id = $1 AND action = 'chain.created'", chain.ID).Scan(&lines))
		require.Equal(t, []int{1, 1}, []int{people, lines}, at)
		_, _, err = w.app.CreateChain(ctx, op, code, "丁", admin)
		require.Equal(t, "tenant.code_taken", reason(err), "it is made: nobody gets a second code by this way")
	}
}

// TestTwoOperatorsAtOnce: of many that suspend and close at the same time, each
// step is taken by one.
func TestTwoOperatorsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	other, _ := w.signIn(t, "other", w.newOperator(t, "other"))
	id, _ := w.newChain(t, op, "alpha")
	race := func(act func(by *kernel.Actor) error) map[string]int {
		got := map[string]int{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				err := act([]*kernel.Actor{op, other}[i%2])
				mu.Lock()
				defer mu.Unlock()
				got[reason(err)]++
			})
		}
		all.Wait()
		return got
	}
	once := map[string]int{"": 1, "chain.wrong_state": 7}
	require.Equal(t, once, race(func(by *kernel.Actor) error { return w.app.Suspend(ctx, by, id) }))
	require.Equal(t, once, race(func(by *kernel.Actor) error { return w.app.Resume(ctx, by, id) }))
	require.Equal(t, once, race(func(by *kernel.Actor) error { _, err := w.app.Close(ctx, by, id, "alpha"); return err }))
	require.Equal(t, map[string]int{"tenant.code_taken": 8}, race(func(by *kernel.Actor) error {
		_, _, err := w.app.CreateChain(ctx, by, "alpha", "x", operator.FirstAdmin{StaffNo: "A", Name: "x", Phone: "+8613800138000"})
		return err
	}))
}

// TestOperatorsRoleReachesNoTenant: the role the server becomes for operators
// sees no row of any chain, even inside one, and nobody else sees the operators.
func TestOperatorsRoleReachesNoTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	id, _ := w.newChain(t, op, "alpha")
	tables := []string{}
	rows, err := w.super.Query(ctx, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')")
	require.NoError(t, err)
	tables, err = pgx.AppendRows(tables, rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(tables), 30)
	for _, table := range tables {
		err := w.pool.AsOperator(ctx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1::uuid::text, true)", id)
			require.NoError(t, err)
			_, err = tx.Exec(ctx, "SELECT * FROM "+table)
			return err
		})
		require.ErrorContains(t, err, "permission denied", table)
	}
	for _, table := range []string{"account", "session", "known_device", "login_failure", "act", "support"} {
		err := w.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "SELECT * FROM operator."+table)
			return err
		})
		require.ErrorContains(t, err, "permission denied", table)
	}
	err = w.pool.AsOperator(ctx, func(tx pgx.Tx) error { _, err := tx.Exec(ctx, "DELETE FROM operator.act"); return err })
	require.ErrorContains(t, err, "permission denied", "the log is append-only")
}

// TestSuspended: sessions are refused from the next request on, with words that
// say why, and go on after a resume as they were.
func TestSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	id, admin := w.newChain(t, op, "alpha")
	require.NoError(t, w.staff.SetPassword(ctx, id, admin.Person, password))
	in := staffapp.Login{TenantCode: "alpha", Typed: "A001", Password: password, Device: staff.NewToken()}
	opened, err := w.staff.Login(ctx, in)
	require.NoError(t, err)
	header := withCookie(staffapp.SessionCookie, opened.Token)
	_, err = w.app.InChain().Authenticate(ctx, header)
	require.NoError(t, err)

	require.NoError(t, w.app.Suspend(ctx, op, id))
	actor, err := w.app.InChain().Authenticate(ctx, header)
	require.ErrorContains(t, err, "CK002")
	require.Nil(t, actor)
	require.NoError(t, w.app.Resume(ctx, op, id))
	_, err = w.app.InChain().Authenticate(ctx, header)
	require.NoError(t, err)
	_, err = w.app.Close(ctx, op, id, "alpha")
	require.NoError(t, err)
	_, err = w.app.InChain().Authenticate(ctx, header)
	require.ErrorContains(t, err, "CK003")
}

package main

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	"github.com/changke/changke/gen/go/changke/operator/v1/operatorv1connect"
	"github.com/changke/changke/services/operator"
)

// reads is how a method is called that changes nothing.
var reads = regexp.MustCompile(`^(Get|List|Explain|Who|Preview|Compare|Search|Watch)`)

// TestSupportOnlyReads calls every method there is as an operator with a chain's
// consent: what his list does not name is refused, what it names reads, nothing
// is written but the lines that say so, one for each call, and no number shows.
func TestSupportOnlyReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	allowed := 0
	for _, m := range methods(t) {
		if m.rule.GetPublic() || m.rule.GetOperator() {
			continue
		}
		may := m.rule.GetSupport() || slices.Contains(operator.SupportPermissions, m.rule.GetPermission())
		if may {
			require.Regexp(t, reads, string(m.desc.Name()), "a method of this name may well change something: is it a read, and who says so?")
			require.False(t, m.rule.GetStepUp(), m.name())
		}
		req := m.build(t, w, w.a)
		before, lines := w.moment(t), len(w.auditLines(t))
		a := w.ask(t, w.asIs(t, w.a.support, false), m.procedure(), req)
		wrote := w.wrote(t, before, w.a.id)
		if !may {
			require.Contains(t, []string{"permission_denied", "unauthenticated"}, a.code, "%s: %s", m.name(), a)
			require.Empty(t, wrote, m.name())
			continue
		}
		allowed++
		require.Equal(t, "ok", a.code, "%s: %s", m.name(), a)
		require.Empty(t, wrote, m.name())
		require.Len(t, w.auditLines(t), lines+1, m.name())
		require.NotRegexp(t, aNumber, string(a.body), m.name())
		require.Len(t, w.texts(t, "SELECT line_id::text FROM audit_line WHERE tenant_id = $1 AND actor_kind = 'operator' AND actor_id = $2 AND actor_name = 'operator'", w.a.id, w.operator), allowed)
	}
	require.Greater(t, allowed, 15)
}

// TestSupportEnds: the consent ends to the second, and at once when the
// administrator ends it, with every process.
func TestSupportEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	beside := w.beside(t)
	const name = "changke.tenant.v1.TenantService.ListStores"
	ask := func(at *world) answer {
		return at.ask(t, at.asIs(t, w.a.support, false), procedureOf(name), samples[name].build(t, w, w.a))
	}
	for _, at := range []*world{w, beside} {
		require.Equal(t, "ok", ask(at).code)
	}
	w.clock.set(noon.Add(time.Hour - time.Second))
	require.Equal(t, "ok", ask(w).code)
	w.clock.set(noon.Add(time.Hour))
	for _, at := range []*world{w, beside} {
		a := ask(at)
		require.Equal(t, []string{"unauthenticated", "support.ended"}, []string{a.code, a.reason})
	}
	w.clock.set(noon)
	require.Equal(t, "ok", ask(w).code)
	chain := operatorv1connect.NewChainServiceClient(w.client(w.a.admin), w.server.URL)
	res, err := chain.ListSupport(t.Context(), &operatorv1.ListSupportRequest{})
	require.NoError(t, err)
	_, err = chain.EndSupport(t.Context(), &operatorv1.EndSupportRequest{AccessId: res.Accesses[0].Id})
	require.NoError(t, err)
	require.Equal(t, "support.ended", ask(beside).reason)
}

// TestSuspendedChain: sessions, keys, those remembered in memory too, logins,
// support and jobs of a suspended chain stand still, its neighbour's go on, and
// a resume brings everything back as it was.
func TestSuspendedChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	const bills = "changke.visit.v1.BillService.RecordBills"
	try := func(want string) {
		t.Helper()
		for who, name := range map[*caller]string{w.a.manager: "changke.customer.v1.CustomerService.ListCustomers", w.a.till: bills, w.a.support: "changke.tenant.v1.TenantService.ListStores"} {
			a := w.ask(t, w.asIs(t, who, false), procedureOf(name), samples[name].build(t, w, w.a))
			require.Equal(t, want, a.reason, "%s: %s", name, a)
		}
		require.Equal(t, "ok", w.ask(t, w.b.till, procedureOf(bills), samples[bills].build(t, w, w.b)).code)
	}
	login := func() answer {
		const name = "changke.staff.v1.AuthService.Login"
		return w.ask(t, &caller{name: "new"}, procedureOf(name), samples[name].build(t, w, w.a))
	}
	op := w.operatorOf(w.a.operator)
	try("")
	_, err := op.SuspendChain(ctx, &operatorv1.SuspendChainRequest{TenantId: w.a.id.String()})
	require.NoError(t, err)
	try("chain.suspended")
	require.Equal(t, "chain.suspended", login().reason)
	before := w.moment(t)

	// Days pass; the neighbour's are played, the suspended chain's wait.
	w.clock.set(noon.Add(72 * time.Hour))
	require.NoError(t, w.prod.jobs.Start(ctx))
	require.NoError(t, w.prod.ownership.Plan(ctx, w.clock.Now()))
	newest := func(c *chain) string {
		return w.texts(t, "SELECT max(period_on)::text FROM period_run WHERE tenant_id = $1 AND state = 'done'", c.id)[0]
	}
	played := newest(w.a)
	require.Eventually(t, func() bool { return newest(w.b) == "2026-03-13" }, 20*time.Second, 50*time.Millisecond, "the neighbour goes on")
	require.Eventually(t, func() bool {
		return len(w.texts(t, "SELECT id::text FROM river.river_job WHERE args->>'tenant' = $1::text AND state IN ('available', 'running', 'retryable')", w.a.id)) == 0
	}, 20*time.Second, 50*time.Millisecond)
	require.NotEmpty(t, w.texts(t, "SELECT id::text FROM river.river_job WHERE args->>'tenant' = $1::text AND state = 'scheduled'", w.a.id), "its jobs wait")
	require.Empty(t, slices.DeleteFunc(w.wrote(t, before, w.a.id), func(table string) bool {
		return slices.Contains([]string{"river_job", "period_run", "run_chunk", "audit_block"}, table) // what waits and is sealed
	}), "nothing of the chain has moved")
	require.Equal(t, played, newest(w.a))

	_, err = w.operatorOf(w.atDesk(t)).ResumeChain(ctx, &operatorv1.ResumeChainRequest{TenantId: w.a.id.String()})
	require.NoError(t, err)
	w.exec(t, "UPDATE river.river_job SET state = 'available', scheduled_at = now() WHERE state = 'scheduled' AND args->>'tenant' = $1::text", w.a.id)
	require.Eventually(t, func() bool { return newest(w.a) == "2026-03-13" }, 20*time.Second, 50*time.Millisecond, "the chain catches up")
	require.NoError(t, w.prod.jobs.Stop(ctx))
	w.clock.set(noon)
	try("")
	require.Equal(t, "ok", login().code)
	_, err = op.CloseChain(ctx, &operatorv1.CloseChainRequest{TenantId: w.a.id.String(), Code: w.a.code})
	require.NoError(t, err)
	try("chain.closed")
	_, err = op.CloseChain(ctx, &operatorv1.CloseChainRequest{TenantId: w.a.id.String(), Code: w.a.code})
	require.Equal(t, "chain.wrong_state", reasonOf(err))
}

package ownershipapp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/rpc"
)

// login lets every call come from one actor.
type login struct{ actor *kernel.Actor }

func (l login) Authenticate(context.Context, http.Header) (*kernel.Actor, error) { return l.actor, nil }
func (login) Forget(*kernel.Actor)                                               {}

// as gives a client for a person whose role reaches so far, in some stores or,
// when none are named, in all.
func (c *chain) as(person int, reach string, stores ...kernel.StoreID) ownershipv1connect.OwnershipServiceClient {
	c.t.Helper()
	var policies []authz.Policy
	for _, p := range []string{"customer.read", "run.read", "run.retry", "decision.read"} {
		policies = append(policies, authz.Policy{Role: "r", Permission: p, Reach: reach, Effect: "allow"})
	}
	actor := c.grantOf(c.people[person], kernel.ReachWhere, stores...).Actor()
	carry := rpc.NewInterceptor(rpc.Config{
		Log: slog.New(slog.DiscardHandler), Clock: c.clock, Authenticator: login{actor}, Deadline: time.Minute,
		Tables:  authz.NewTables(func(context.Context, kernel.TenantID) ([]authz.Policy, int64, error) { return policies, 1, nil }),
		Observe: func(string, string, time.Duration) {},
	})
	mux := http.NewServeMux()
	mux.Handle(ownershipv1connect.NewOwnershipServiceHandler(c.app.Server(), connect.WithInterceptors(carry)))
	server := httptest.NewServer(mux)
	c.t.Cleanup(server.Close)
	return ownershipv1connect.NewOwnershipServiceClient(server.Client(), server.URL)
}

func TestExplain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withoutCredits).work()
	c := w.chain("explain", 2)
	g, lost := c.file(0, "2025-01-01"), c.file(1, "2025-01-01")
	c.visit(g, "2025-02-28", "2025-05-31")
	ctx, all := t.Context(), c.as(1, "where")
	explain := func(g guest) *ownershipv1.ExplainOwnershipResponse {
		res, err := all.ExplainOwnership(ctx, &ownershipv1.ExplainOwnershipRequest{FileId: g.file.String()})
		require.NoError(t, err)
		return res
	}

	w.catchUp(c, "2025-05-30")
	res := explain(g)
	require.Equal(t, "王五的客户：最后一次2月28日 周五，最晚5月31日 周六再来就能留住，还剩1天。", res.Sentence)
	require.EqualValues(t, 1, res.DaysLeft)
	require.Equal(t, "2025-05-31", res.SafeUntilDate)
	require.Len(t, res.Ties, 1)
	require.Equal(t, "王五", res.Ties[0].ReferrerName)
	require.Empty(t, res.Decisions)

	w.clock.set(date(t, "2025-05-31").At(21*time.Hour, shanghai)) // he has come today
	res = explain(g)
	require.Equal(t, "2025-08-31", res.SafeUntilDate)
	require.EqualValues(t, 92, res.DaysLeft)

	res = explain(lost)
	require.Equal(t, "公共客户：4月2日 周三起不再由王五维系。", res.Sentence)
	require.EqualValues(t, -1, res.DaysLeft)
	require.Empty(t, res.SafeUntilDate)
	require.Equal(t, "2025-04-02", res.Ties[0].EndDate)
	require.Len(t, res.Decisions, 1)
	d := res.Decisions[0]
	require.Equal(t, "客人从1月1日 周三建立维系起三个月内没来过（至少要来1次），4月2日起转公共。", d.Sentence)
	require.Equal(t, []string{"system:LIF-03@v1", "王五", "", "张*", "2025-04-02"}, []string{d.Actor, d.FromName, d.ToName, d.GuestName, d.EffectiveDate})
	require.Len(t, d.Evidence, 5)
	contest := func() string {
		res, err := c.as(0, "where").ExplainOwnership(ctx, &ownershipv1.ExplainOwnershipRequest{FileId: lost.file.String()})
		require.NoError(t, err)
		return res.Decisions[0].AppealUntilDate
	}
	require.Empty(t, d.AppealUntilDate, "it was not his guest")
	require.Equal(t, "2025-06-06", contest(), "seven days from when it was decided (LIF-11)")

	w.clock.set(date(t, "2025-09-01").At(4*time.Hour+time.Minute, shanghai)) // the day has begun, its run not yet
	res = explain(g)
	require.Equal(t, "王五的客户：最后一次5月31日 周六，已满三个月，今天转为公共客户。", res.Sentence)
	require.Zero(t, res.DaysLeft)
	require.Equal(t, "2025-08-31", res.SafeUntilDate)
	require.Empty(t, contest(), "too late")

	_, err := c.as(1, "where", c.stores[1]).ExplainOwnership(ctx, &ownershipv1.ExplainOwnershipRequest{FileId: g.file.String()})
	require.Equal(t, connect.CodeNotFound, connect.CodeOf(err), "another store's")
	other := w.chain("explain2", 1)
	_, err = other.as(1, "where").ExplainOwnership(ctx, &ownershipv1.ExplainOwnershipRequest{FileId: g.file.String()})
	require.Equal(t, connect.CodeNotFound, connect.CodeOf(err), "another chain's")
	_, err = c.as(0, "own").ExplainOwnership(ctx, &ownershipv1.ExplainOwnershipRequest{FileId: g.file.String()})
	require.NoError(t, err, "his own")
}

// TestTimeline pages through what three contexts wrote, one line at a time.
func TestTimeline(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("timeline", 1)
	g := c.file(0, "2025-01-01")
	c.visit(g, "2025-06-01")
	w.catchUp(c, "2025-04-03")
	w.catchUp(c, "2025-06-03")
	client := c.as(1, "where")
	var kinds []string
	for token := ""; ; {
		res, err := client.ListTimeline(t.Context(), &ownershipv1.ListTimelineRequest{FileId: g.file.String(), PageSize: 1, PageToken: token})
		require.NoError(t, err)
		for _, l := range res.Lines {
			kinds = append(kinds, l.Kind+" "+l.BusinessDate+" "+l.Actor)
			require.NotEmpty(t, l.Text)
		}
		if token = res.NextPageToken; token == "" {
			break
		}
	}
	require.Equal(t, "LIF-13 2025-06-02 system:LIF-13@v1", kinds[0])
	require.Equal(t, "LIF-03 2025-04-02 system:LIF-03@v1", kinds[1])
	require.Len(t, kinds, 4)
	slices.Sort(kinds)
	require.True(t, strings.HasPrefix(kinds[2], "file.imported "))
	require.Equal(t, "tie.import 2025-01-01 system", kinds[3])

	_, err := client.ListTimeline(t.Context(), &ownershipv1.ListTimelineRequest{FileId: g.file.String(), PageToken: "made up"})
	require.Equal(t, connect.CodeInvalidArgument, connect.CodeOf(err))
}

// TestLists pages through runs and decisions as far as a permission reaches.
func TestLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("lists", 2)
	files := append(c.files(0, "2025-01-01", 3), c.files(1, "2025-01-02", 2)...)
	w.catchUp(c, "2025-04-05")
	ctx, hq := t.Context(), c.as(1, "where")

	runs, err := hq.ListRuns(ctx, &ownershipv1.ListRunsRequest{NotableOnly: true})
	require.NoError(t, err)
	require.Len(t, runs.Runs, 2)
	require.Equal(t, []string{"2025-04-03", "LIF-03", "到期未消费转公共"}, []string{runs.Runs[0].PeriodDate, runs.Runs[0].Kind, runs.Runs[0].Label})
	run := runs.Runs[1]
	require.Equal(t, ownershipv1.RunState_RUN_STATE_DONE, run.State)
	require.EqualValues(t, []int64{3, 3, 0, 1, 1}, []int64{run.Examined, run.Decided, run.SetAside, int64(run.Chunks), int64(run.ChunksDone)})
	for _, client := range []ownershipv1connect.OwnershipServiceClient{hq, c.as(1, "where", c.stores[0])} { // one alone, however long ago
		one, err := client.ListRuns(ctx, &ownershipv1.ListRunsRequest{RunId: run.Id})
		require.NoError(t, err)
		require.Len(t, one.Runs, 1)
		require.Equal(t, run.Id, one.Runs[0].Id)
		require.EqualValues(t, 3, one.Runs[0].Decided)
	}
	var days []string
	for token := ""; ; {
		res, err := hq.ListRuns(ctx, &ownershipv1.ListRunsRequest{PageSize: 100, PageToken: token})
		require.NoError(t, err)
		for _, r := range res.Runs {
			days = append(days, r.PeriodDate+r.Kind)
		}
		if token = res.NextPageToken; token == "" {
			break
		}
	}
	require.Len(t, days, 95*7+3*2)
	require.True(t, slices.IsSortedFunc(days, func(a, b string) int { return strings.Compare(b, a) }))

	// Runs of stores that catch up share day and rule with the chain's own: none is
	// passed over where a page ends between them.
	c.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, lane, stores)
		SELECT tenant_id, gen_random_uuid(), kind, period_on, 'done', cut_off, 1, cut_off, n, '{}' FROM period_run, generate_series(1, 3) n WHERE tenant_id = $1 AND run_id = $2`, c.id, run.Id)
	seen := map[string]bool{}
	for token, pages := "", 0; ; pages++ {
		res, err := hq.ListRuns(ctx, &ownershipv1.ListRunsRequest{PageSize: 1, PageToken: token})
		require.NoError(t, err)
		for _, r := range res.Runs {
			require.False(t, seen[r.Id])
			seen[r.Id] = true
		}
		if token = res.NextPageToken; token == "" || pages > 60 {
			break
		}
	}
	same := c.texts("SELECT run_id::text FROM period_run WHERE tenant_id = $1 AND kind = $2 AND period_on = $3::date", c.id, run.Kind, run.PeriodDate)
	require.Len(t, same, 4)
	for _, id := range same {
		require.True(t, seen[id])
	}

	list := func(client ownershipv1connect.OwnershipServiceClient, req *ownershipv1.ListDecisionsRequest) (seen []string) {
		for {
			res, err := client.ListDecisions(ctx, req)
			require.NoError(t, err)
			for _, d := range res.Decisions {
				seen = append(seen, d.FileId)
			}
			if req.PageToken = res.NextPageToken; req.PageToken == "" {
				return seen
			}
		}
	}
	ids := func(guests ...guest) (out []string) {
		for _, g := range guests {
			out = append(out, g.file.String())
		}
		return out
	}
	all := list(hq, &ownershipv1.ListDecisionsRequest{PageSize: 2})
	require.ElementsMatch(t, ids(files...), all)
	require.ElementsMatch(t, ids(files[3:]...), all[:2], "newest first")
	require.ElementsMatch(t, ids(files[:3]...), list(hq, &ownershipv1.ListDecisionsRequest{RunId: run.Id, PageSize: 2}))
	require.ElementsMatch(t, ids(files[3:]...), list(hq, &ownershipv1.ListDecisionsRequest{StoreId: c.stores[1].String()}))
	require.ElementsMatch(t, ids(files[3:]...), list(c.as(1, "where", c.stores[1]), &ownershipv1.ListDecisionsRequest{}))
	require.Empty(t, list(c.as(1, "where", c.stores[1]), &ownershipv1.ListDecisionsRequest{RunId: run.Id}))
	require.Empty(t, list(c.as(1, "where", c.stores[1]), &ownershipv1.ListDecisionsRequest{StoreId: c.stores[0].String()}))
	require.Empty(t, list(c.as(1, "own"), &ownershipv1.ListDecisionsRequest{}), "lost by another")
	require.Len(t, list(c.as(0, "own"), &ownershipv1.ListDecisionsRequest{PageSize: 1}), 5, "his own losses")
	require.Len(t, list(c.as(0, "own", c.stores[0]), &ownershipv1.ListDecisionsRequest{RunId: run.Id}), 3)
	require.Empty(t, list(w.chain("lists2", 1).as(1, "where"), &ownershipv1.ListDecisionsRequest{RunId: run.Id}))

	_, err = hq.RetryRun(ctx, &ownershipv1.RetryRunRequest{Id: run.Id})
	require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err))
	_, err = hq.RetryRun(ctx, &ownershipv1.RetryRunRequest{Id: files[0].file.String()})
	require.Equal(t, connect.CodeNotFound, connect.CodeOf(err))
}

// TestTies: the database holds "at most one owner", whoever is faster.
func TestTies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.chain("ties", 1)
	g := c.file(0, "2025-01-01")
	ctx, now := t.Context(), w.clock.Now()
	err := w.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
		return w.app.TieTx(ctx, tx, c.id, g.file, g.store, c.people[1], date(t, "2025-02-01"), "approval", nil, now)
	})
	require.ErrorIs(t, err, ownership.ErrAlreadyOwned)
	require.Equal(t, []string{"王五"}, c.texts("SELECT p.name FROM person p JOIN guest ON owner_id = person_id WHERE file_id = $1", g.file))

	owned, err := w.app.Owned(ctx, c.id, c.people[0])
	require.NoError(t, err)
	require.Equal(t, []kernel.FileID{g.file}, owned)
	owned, err = w.app.Owned(ctx, c.id, c.people[1])
	require.NoError(t, err)
	require.Empty(t, owned)
	last := date(t, "2025-02-28")
	until, err := w.app.SafeUntil(ctx, c.id, g.file, g.store, &last, last)
	require.NoError(t, err)
	require.Equal(t, "2025-05-31", until.String())
	// The clock of a tie that was taken over begins no sooner than the go-live (RUL-06).
	c.live("2025-03-10", 0)
	c.exec("UPDATE tie SET origin = 'import' WHERE tenant_id = $1", c.id)
	until, err = w.app.SafeUntil(ctx, c.id, g.file, g.store, &last, last)
	require.NoError(t, err)
	require.Equal(t, "2025-06-10", until.String())
	c.exec("UPDATE tie SET end_on = '2025-03-01' WHERE tenant_id = $1", c.id)
	until, err = w.app.SafeUntil(ctx, c.id, g.file, g.store, &last, last)
	require.NoError(t, err)
	require.Nil(t, until, "public")
}

package messageapp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
)

var (
	start      = time.Date(2025, 11, 21, 18, 0, 0, 0, tenant.Shanghai)
	east, west = kernel.NewID[kernel.StoreID](start), kernel.NewID[kernel.StoreID](start)
	ctx        = context.Background()
)

const number = kernel.Phone("+8613812341234")

// bundle is two chains with the same stores on one database.
type bundle struct {
	t        *testing.T
	pool     *db.Pool
	super    string
	tenants  *tenantapp.App
	messages *messageapp.App
	queue    *jobs.Client
	now      time.Time
	a, b     kernel.TenantID
}

func setup(t *testing.T, p messageapp.Provider) *bundle {
	t.Parallel()
	master, err := secret.MasterFile(t.TempDir() + "/master")
	require.NoError(t, err)
	d := testdb.New(t)
	b := &bundle{t: t, pool: d.Pool(t), super: d.SuperURL, now: start}
	clock, log := kernel.ClockFunc(func() time.Time { return b.now }), slog.New(slog.DiscardHandler)
	b.tenants = tenantapp.New(tenantapp.Deps{DB: b.pool, Master: master, Clock: clock, Log: log, SeedRolesTx: func(context.Context, pgx.Tx, kernel.TenantID) error { return nil }})
	b.messages = messageapp.New(messageapp.Deps{DB: b.pool, Numbers: b.tenants, Clock: clock, Log: log, Provider: p})
	workers := river.NewWorkers()
	b.messages.Register(workers)
	b.queue, err = jobs.New(b.pool, workers, jobs.Options{Work: true, Log: log})
	require.NoError(t, err)
	b.messages.UseJobs(b.queue)
	b.a, b.b = b.chain("jia"), b.chain("yi")
	return b
}

func (b *bundle) chain(code string) kernel.TenantID {
	id, err := b.tenants.CreateTenant(ctx, b.now, code, code)
	require.NoError(b.t, err)
	require.NoError(b.t, b.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		return b.tenants.PutStoresTx(ctx, tx, id, []tenant.Store{{ID: east, Code: "S01", Name: "东店"}, {ID: west, Code: "S02", Name: "西店"}}, b.now)
	}))
	return id
}

var errUndone = errors.New("undone")

// put queues a message; undo rolls the transaction back afterwards.
func (b *bundle) put(id kernel.TenantID, store kernel.StoreID, guest string, undo bool) {
	b.t.Helper()
	keys, err := b.tenants.Keys(ctx, id)
	require.NoError(b.t, err)
	err = b.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
		_, err := b.messages.QueueTx(ctx, tx, id, keys, message.New{
			Store: store, Template: message.BookingNotice, Number: number,
			Params: map[string]string{message.ParamStore: "东店", message.ParamGuest: guest, message.ParamDate: "11月21日 周五", message.ParamMeal: "晚市"},
		}, b.now)
		if err == nil && undo {
			return errUndone
		}
		return err
	})
	if undo {
		require.ErrorIs(b.t, err, errUndone)
	} else {
		require.NoError(b.t, err)
	}
}

func (b *bundle) grant(id kernel.TenantID, stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Assignments: []kernel.Assignment{{Role: "x", TenantWide: len(stores) == 0, Stores: stores}}}
	return kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere })
}

// work runs the queue until no message of either chain is queued any more.
func (b *bundle) work() {
	b.t.Helper()
	require.NoError(b.t, b.queue.Start(ctx))
	require.Eventually(b.t, func() bool { return b.count("SELECT count(*)::int FROM message WHERE state = 'queued'") == 0 }, 30*time.Second, 20*time.Millisecond)
	require.NoError(b.t, b.queue.Stop(ctx))
}

func (b *bundle) count(sql string) int {
	conn, err := pgx.Connect(ctx, b.super)
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, conn.Close(ctx)) }()
	var n int
	require.NoError(b.t, conn.QueryRow(ctx, sql).Scan(&n))
	return n
}

// recorder is a provider that remembers, and refuses who it is told to.
type recorder struct {
	mu     sync.Mutex
	sent   []messageapp.Outgoing
	refuse string // part of a text
}

func (r *recorder) Send(_ context.Context, m messageapp.Outgoing) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, m)
	if r.refuse != "" && strings.Contains(m.Text, r.refuse) {
		return fmt.Errorf("%w: blocked", messageapp.ErrRefused)
	}
	return nil
}

func TestQueueSendList(t *testing.T) {
	provider := &recorder{refuse: "李四海"}
	b := setup(t, provider)
	b.put(b.a, east, "王建国", false)
	b.put(b.a, west, "李四海", false)
	b.put(b.a, east, "没有人", true)
	b.put(b.b, east, "乙建国", false)

	listed, next, err := b.messages.List(ctx, b.grant(b.a), nil, 10, "")
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, listed, 2, "a transaction that was undone sends nothing")
	for _, l := range listed {
		require.Equal(t, message.Queued, l.State)
		require.Equal(t, "138****1234", l.Masked)
		require.Equal(t, "预定通知", l.Template.Label)
		require.Nil(t, l.Sent)
	}
	require.Equal(t, 3, b.count("SELECT count(*)::int FROM river.river_job"))
	require.Zero(t, b.count("SELECT count(*)::int FROM river.river_job WHERE args::text LIKE '%王%' OR args::text LIKE '%138%'"), "a job holds ids only")
	require.Zero(t, b.count("SELECT count(*)::int FROM message WHERE row(message)::text LIKE '%13812341234%'"), "no number in clear")

	b.work()
	require.Len(t, provider.sent, 3)
	require.Equal(t, number, provider.sent[0].Number)
	byText := map[bool]message.State{}
	listed, _, err = b.messages.List(ctx, b.grant(b.a), nil, 10, "")
	require.NoError(t, err)
	for _, l := range listed {
		byText[strings.Contains(l.Text, "李四海")] = l.State
	}
	require.Equal(t, map[bool]message.State{false: message.Sent, true: message.Failed}, byText)
}

// A job that runs again finds nothing to do.
func TestSendOnce(t *testing.T) {
	provider := &recorder{}
	b := setup(t, provider)
	b.put(b.a, east, "王建国", false)
	b.work()
	require.Len(t, provider.sent, 1)
	args := messageapp.SendArgs{Tenant: b.a, Message: provider.sent[0].ID}
	text, err := json.Marshal(args)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf(`{"tenant":"%s","message":"%s"}`, b.a, args.Message), string(text))
	require.NoError(t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error { return b.queue.InsertTx(ctx, tx, args, nil) }))
	b.put(b.a, east, "李建国", false)
	again, err := jobs.New(b.pool, func() *river.Workers { w := river.NewWorkers(); b.messages.Register(w); return w }(), jobs.Options{Work: true, Concurrency: 1, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	b.queue = again
	b.work()
	require.Len(t, provider.sent, 2)
}

func TestReachAndPages(t *testing.T) {
	b := setup(t, nil)
	for i := range 25 {
		b.now = start.Add(time.Duration(i) * time.Second)
		b.put(b.a, []kernel.StoreID{east, west}[i%2], fmt.Sprint("客", i), false)
	}
	b.put(b.b, east, "乙", false)
	walk := func(g kernel.Grant, store *kernel.StoreID) []time.Time {
		out, token := []time.Time{}, ""
		for {
			listed, next, err := b.messages.List(ctx, g, store, 4, token)
			require.NoError(t, err)
			for _, l := range listed {
				if len(out) > 0 {
					require.True(t, l.Created.Before(out[len(out)-1]), "newest first, each once")
				}
				out = append(out, l.Created)
			}
			if token = next; token == "" {
				return out
			}
		}
	}
	require.Len(t, walk(b.grant(b.a), nil), 25)
	require.Len(t, walk(b.grant(b.a, east), nil), 13)
	require.Len(t, walk(b.grant(b.a, east, west), nil), 25)
	require.Len(t, walk(b.grant(b.a, east), &east), 13)
	require.Empty(t, walk(b.grant(b.a, east), &west))
	require.Len(t, walk(b.grant(b.a), &west), 12)
	require.Len(t, walk(b.grant(b.b), nil), 1)

	_, token, err := b.messages.List(ctx, b.grant(b.a), nil, 4, "")
	require.NoError(t, err)
	_, _, err = b.messages.List(ctx, b.grant(b.b), nil, 4, token)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "a token of another chain")
}

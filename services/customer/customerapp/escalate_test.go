package customerapp_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// appoint gives somebody a role for good; without stores at head office.
func (b *bundle) appoint(person kernel.PersonID, role string, stores ...kernel.StoreID) {
	b.exec(`INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at) VALUES ($1, $2, $3, $4, $4, $5, $6, '2024-01-01', $7)`,
		b.a, kernel.NewID[kernel.UUID](start), person, role, len(stores) == 0, append([]kernel.StoreID{}, stores...), start)
	b.exec("UPDATE person SET password_hash = 'x' WHERE person_id = $1", person)
}

func (b *bundle) exec(sql string, args ...any) {
	b.t.Helper()
	require.NoError(b.t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	}))
}

// away puts somebody on long leave from a day on.
func (b *bundle) away(person kernel.PersonID, days int) {
	from := kernel.NewDate(2025, 2, 1)
	b.exec(`INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, 'sick', $3, $6)`,
		b.a, kernel.NewID[kernel.UUID](start), person, from, from+kernel.BusinessDate(days), start)
}

// submit is a file of 李娜's that waits.
func (b *bundle) submit(n int) kernel.FileID {
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	v := b.create(lina, east, input("王建国", number(n)))
	_, err := b.files.Submit(ctx, lina.write(), b.now, v.File)
	require.NoError(b.t, err)
	return v.File
}

// turn is whose turn a file's review is: the step and the names.
func (b *bundle) turn(file kernel.FileID) (staff.Step, string) {
	items, _, _, err := b.files.ListReviews(ctx, b.as(b.a, hq, staff.HQService).review(), b.now, nil, 50, "")
	require.NoError(b.t, err)
	i := slices.IndexFunc(items, func(i customerapp.ReviewItem) bool { return i.File == file })
	names := []string{}
	for _, h := range items[i].Turn.People {
		names = append(names, staff.Signature(h.Name, h.ForName).ZH)
	}
	return items[i].Turn.Step, strings.Join(names, " ")
}

// CUS-03 and ROL-05 by the clock: store, 楼面店总, head office; each step once
// on the timeline, by nobody, and with those it went to.
func TestEscalation(t *testing.T) {
	b := setup(t)
	b.appoint(rep2, staff.ServiceManager, east)
	b.appoint(boss, "floor_manager", east)
	b.appoint(hq, staff.HQService)
	file := b.submit(1)
	expect := func(went int, step staff.Step, names string, kinds ...customer.EventKind) {
		t.Helper()
		n, err := b.files.Escalate(ctx, b.a, b.now)
		require.NoError(t, err)
		require.Equal(t, went, n)
		n, err = b.files.Escalate(ctx, b.a, b.now)
		require.NoError(t, err)
		require.Zero(t, n, "a second look changes nothing")
		s, people := b.turn(file)
		require.Equal(t, step, s)
		require.Equal(t, names, people)
		lines, err := b.files.EventsPage(ctx, b.a, file, kernel.UUID{}, 10)
		require.NoError(t, err)
		got := []customer.EventKind{}
		for _, l := range lines {
			if strings.HasPrefix(string(l.Kind), "review.") {
				got = append(got, l.Kind)
				require.Nil(t, l.Person)
				require.Equal(t, "ROL-05", l.Rule)
			}
		}
		require.Equal(t, append([]customer.EventKind{}, kinds...), got)
	}
	expect(0, staff.StepStore, "周敏")
	b.now = start.Add(12*time.Hour - time.Second)
	expect(0, staff.StepStore, "周敏")
	b.now = start.Add(12 * time.Hour)
	expect(1, staff.StepStoreHead, "赵刚", customer.ToStoreHead)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM customer_pub.review WHERE escalated = 2 AND escalated_to = ARRAY[$1::uuid]", boss))
	b.now = start.Add(24 * time.Hour)
	expect(1, staff.StepHQ, "孙平", customer.ToHQ, customer.ToStoreHead)
	b.now = start.Add(240 * time.Hour)
	expect(0, staff.StepHQ, "孙平", customer.ToHQ, customer.ToStoreHead)

	// Whoever is below may still decide; a rejected file begins anew.
	lina, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, rep2, staff.ServiceManager, east)
	_, err := b.files.Review(ctx, zhao.review(), b.now, file, customer.Decision{Reasons: []customer.Reason{{Field: "address", Reason: "请核对门牌号"}}})
	require.NoError(t, err)
	n, err := b.files.Escalate(ctx, b.a, b.now)
	require.NoError(t, err)
	require.Zero(t, n, "a decided one is left alone")
	_, err = b.files.Submit(ctx, lina.write(), b.now, file)
	require.NoError(t, err)
	b.now = b.now.Add(time.Hour)
	expect(0, staff.StepStore, "周敏", customer.ToHQ, customer.ToStoreHead)
	v, err := b.files.Get(ctx, lina.read(), b.now, file)
	require.NoError(t, err)
	require.Equal(t, staff.StepStore, v.Turn.Step, "the writer sees with whom it lies")
	require.Equal(t, v.Due, v.Turn.Next)
}

// ROL-05: away without a delegate it goes up at once, with one it stays.
func TestEscalationByAbsence(t *testing.T) {
	b := setup(t)
	b.appoint(rep2, staff.ServiceManager, east)
	b.appoint(boss, "floor_manager", east)
	b.appoint(hq, staff.HQService)
	b.away(rep2, 20)
	file := b.submit(1)
	n, err := b.files.Escalate(ctx, b.a, b.now)
	require.NoError(t, err)
	require.Zero(t, n, "back since a week")
	b.away(rep2, 60)
	n, err = b.files.Escalate(ctx, b.a, b.now)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	step, names := b.turn(file)
	require.Equal(t, staff.StepStoreHead, step)
	require.Equal(t, "赵刚", names)

	delegate := func(holder, to kernel.PersonID, permission string) {
		b.exec(`INSERT INTO delegation (tenant_id, delegation_id, holder_id, delegate_id, permissions, from_at, until_at, created_by, created_at) VALUES ($1, $2, $3, $4, ARRAY[$5], $6, $7, $3, $6)`,
			b.a, kernel.NewID[kernel.UUID](start), holder, to, permission, start, start.Add(48*time.Hour))
	}
	delegate(rep2, hq, "customer.read")
	step, _ = b.turn(file)
	require.Equal(t, staff.StepStoreHead, step, "delegated something else")
	b.exec("UPDATE person SET password_hash = 'x'")
	delegate(rep2, rep, "customer.review")
	step, _ = b.turn(file)
	require.Equal(t, staff.StepStoreHead, step, "the delegate wrote it himself (ROL-04)")
	delegate(rep2, hq, "customer.review")
	step, names = b.turn(file)
	require.Equal(t, staff.StepStore, step)
	require.Equal(t, "孙平 代 周敏", names)
	b.exec("UPDATE person SET left_on = '2025-02-20' WHERE person_id = $1", hq)
	_, names = b.turn(file)
	require.Equal(t, "赵刚", names, "he has left")
	b.exec("UPDATE person SET password_hash = NULL WHERE person_id = $1", boss)
	step, names = b.turn(file)
	require.Equal(t, staff.StepNone, step, "he has no account")
	require.Empty(t, names)
}

// Many look at once: each file goes up once. And who decides meanwhile, decides.
func TestEscalateTogether(t *testing.T) {
	b := setup(t)
	b.appoint(rep2, staff.ServiceManager, east)
	b.appoint(boss, "floor_manager", east)
	files := []kernel.FileID{}
	for i := range 8 {
		files = append(files, b.submit(i+1))
	}
	b.now = start.Add(13 * time.Hour)
	zhao := b.as(b.a, rep2, staff.ServiceManager, east)
	var wg sync.WaitGroup
	var mu sync.Mutex
	went := 0
	for range 4 {
		wg.Go(func() {
			n, err := b.files.Escalate(ctx, b.a, b.now)
			require.NoError(t, err)
			mu.Lock()
			went += n
			mu.Unlock()
		})
	}
	for _, f := range files[:4] {
		wg.Go(func() {
			_, err := b.files.Review(ctx, zhao.review(), b.now, f, customer.Decision{Approve: true})
			require.NoError(t, err)
		})
	}
	wg.Wait()
	require.GreaterOrEqual(t, went, 4)
	require.Equal(t, went, b.superCount("SELECT count(*)::int FROM file_event WHERE kind = 'review.to_store_head'"))
	require.Equal(t, 8, b.superCount("SELECT count(*)::int FROM file_event WHERE kind IN ('file.approved', 'file.submitted') AND file_id = ANY($1)", files[:4]))
	require.Equal(t, 4, b.superCount("SELECT count(*)::int FROM customer_pub.review WHERE escalated = 2"))
}

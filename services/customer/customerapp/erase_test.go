package customerapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// idle are the files that DEL-02 does something to on a business day, with what.
func (b *bundle) idle(day kernel.BusinessDate) map[kernel.FileID]customer.IdleStep {
	b.t.Helper()
	terms, out := customer.IdleTerms{First: 60, Last: 83, End: 90}, map[kernel.FileID]customer.IdleStep{}
	stores, err := b.tenants.Stores(ctx, b.a)
	require.NoError(b.t, err)
	require.NoError(b.t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		files, err := b.files.IdleTx(ctx, tx, b.a, day, terms, stores, kernel.FileID{}, 100)
		for _, f := range files {
			for _, s := range stores {
				if s.ID != f.Store {
					continue
				}
				e, err := customer.DecideIdle(day, day.At(5*time.Hour, tenant.Shanghai), f, s, terms)
				require.NoError(b.t, err)
				if e != nil {
					out[f.File] = e.Step
				}
			}
		}
		return err
	}))
	return out
}

// warned says that a file's writer was warned so often, on time.
func (b *bundle) warned(file kernel.FileID, times int) {
	b.t.Helper()
	require.Equal(b.t, 1, b.superCount("WITH w AS (UPDATE guest SET warned = $2 WHERE file_id = $1 RETURNING 1) SELECT count(*)::int FROM w", file, times))
}

// The days that a file waits for a review do not count for DEL-02, however often
// it comes back, alone or with others.
func TestWaitingDoesNotCount(t *testing.T) {
	b := setup(t)
	b.now = time.Date(2025, 3, 1, 12, 0, 0, 0, tenant.Shanghai)
	c := b.crew()
	began := kernel.NewDate(2025, 3, 1)
	file := b.create(c.lina, east, input("李建国", number(1))).File
	wait := func(days int) {
		_, err := b.files.Submit(ctx, c.lina.write(), b.now, file)
		require.NoError(t, err)
		b.now = b.now.AddDate(0, 0, days)
	}
	no := customer.Decision{Reasons: []customer.Reason{{Field: "address", Reason: "请写到门牌"}}}
	wait(30)
	_, err := b.files.Review(ctx, c.zhao.review(), b.now, file, no)
	require.NoError(t, err)
	wait(20)
	batch := []customerapp.Decided{{File: file, Decision: no}}
	require.NoError(t, b.files.BatchReview(ctx, c.zhao.review(), b.now, batch))
	require.Nil(t, batch[0].Fault)

	require.Empty(t, b.idle(began+50+59))
	require.Equal(t, customer.IdleWarn, b.idle(began + 50 + 60)[file])
	b.warned(file, 1)
	require.Equal(t, customer.IdleWarnEnd, b.idle(began + 50 + 83)[file])
	b.warned(file, 2)
	require.Empty(t, b.idle(began+50+89))
	require.Equal(t, customer.IdleDelete, b.idle(began + 50 + 90)[file])
	wait(300)
	require.Empty(t, b.idle(began+500), "what waits for us is left alone")
}

// DEL-02 is for files that were never approved: those that have or had a
// standing, and imported ones, it leaves alone whatever is open on them.
func TestStandingIsNotIdle(t *testing.T) {
	b := setup(t)
	c := b.crew()
	check := b.drawnOf(c, 1)[0]
	_, err := b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, customerapp.SpotFound{Month: check.Month, File: check.File, Result: customer.CheckNotReal, Confirmed: true})
	require.NoError(t, err)
	b.opened(c, 5, []string{"number"}, customerapp.Input{Number: number(9)})
	_, err = b.files.Complete(ctx, c.lina.write(), b.now, b.imported(7, rep))
	require.NoError(t, err)
	draft := b.create(c.lina, east, input("李建国", number(3))).File
	require.Equal(t, map[kernel.FileID]customer.IdleStep{draft: customer.IdleWarn}, b.idle(kernel.NewDate(2027, 1, 1)))
}

// Erasing takes whatever hangs on a file: further numbers, cases, reported
// changes, findings, reasons; what somebody did stays as ids and dates (DEL-03).
func TestErasedWithAllThatHangsOnIt(t *testing.T) {
	b := setup(t)
	c := b.crew()
	check := b.drawnOf(c, 1)[0]
	file := check.File
	_, err := b.contact(c.zhao, file, customer.ContactOwn, 21)
	require.NoError(t, err)
	_, err = b.contact(c.lina, file, customer.ContactDriver, 22)
	require.NoError(t, err)
	_, err = b.files.ReportChange(ctx, c.zhao.request(), b.now, file, request(), []string{"number"}, customerapp.Input{Number: number(9)}, "")
	require.NoError(t, err)
	_, err = b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, customerapp.SpotFound{
		Month: check.Month, File: file, Result: customer.CheckFinding, Findings: []customer.Reason{{Field: "address", Reason: "查无此单位"}},
	})
	require.NoError(t, err)
	hanging := []string{"file_number", "file_revision", "file_contact", "conflict_case", "change_request", "spot_check_finding", "reveal_reason", "file_staff_flag"}
	count := func(table string) int {
		return b.superCount("SELECT count(*)::int FROM "+table+" WHERE tenant_id = $1 AND file_id = $2", b.a, file)
	}
	for _, table := range []string{"file_number", "file_revision", "file_contact", "change_request", "spot_check_finding"} {
		require.Positive(t, count(table), table)
	}
	require.NoError(t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		gone, err := b.files.EraseTx(ctx, tx, b.a, customerapp.Erasure{Files: []kernel.FileID{file}, Rule: customer.RuleOnRequest, Day: func(kernel.StoreID) kernel.BusinessDate { return kernel.NewDate(2025, 4, 1) }}, b.now)
		require.Equal(t, []kernel.FileID{file}, gone)
		return err
	}))
	for _, table := range hanging {
		require.Zero(t, count(table), table)
	}
	require.Equal(t, 1, count("spot_check"), "that it was checked stays")
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM guest WHERE file_id = $1 AND name = '' AND initials = '' AND number_box = '' AND number_key = '' AND last4_rev = '' AND owner_id IS NULL", file))
	views, _, err := b.files.SpotChecks(ctx, c.sun.check(), b.now, check.Month, nil, 50, "")
	require.NoError(t, err)
	require.Len(t, views, 1)
	_, err = b.files.Get(ctx, c.zhao.read(), b.now, file)
	reason(t, err, "customer.not_found")
}

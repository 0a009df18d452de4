package customerapp_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

func (w who) check() kernel.Grant { return w.may("customer.spot_check") }

// queue takes the jobs that are queued, each month once while it waits.
func (b *bundle) queue() *[]string {
	months := &[]string{}
	b.files.UseJobs(func(_ context.Context, _ pgx.Tx, args river.JobArgs, _ *river.InsertOpts) error {
		if m := args.(customerapp.DrawArgs).Month; args.(customerapp.DrawArgs).Tenant == b.a && !slices.Contains(*months, m) {
			*months = append(*months, m)
		}
		return nil
	})
	return months
}

// work draws what is queued.
func (b *bundle) work(months *[]string) {
	for len(*months) > 0 {
		month, err := kernel.ParseMonth((*months)[0])
		require.NoError(b.t, err)
		*months = (*months)[1:]
		require.NoError(b.t, b.files.DrawSpotChecks(ctx, b.a, month, func(pgx.Tx) error { return nil }))
	}
}

// CUS-04: each month that is over is drawn once, in order, also those slept
// through; the share per store, rounded up; with the seed on record anybody
// draws the same files again.
func TestSpotChecksDrawn(t *testing.T) {
	b := setup(t)
	c := b.crew()
	months := b.queue()
	west1 := b.as(b.a, rep, staff.ServiceRep, west)
	for i := range 23 { // 27 February
		b.approved(c, i+1)
	}
	b.approve(west1, b.create(west1, west, input("王建国", number(1))).File, b.as(b.a, boss, staff.ServiceManager, west))
	require.NoError(t, b.files.PlanSpotChecks(ctx, b.now))
	require.Empty(t, *months, "the month is not over")
	b.now = time.Date(2025, 3, 1, 3, 59, 0, 0, tenant.Shanghai)
	require.NoError(t, b.files.PlanSpotChecks(ctx, b.now))
	require.Empty(t, *months, "not even by the calendar: the business day of 28 February goes on")
	b.now = time.Date(2025, 5, 3, 9, 0, 0, 0, tenant.Shanghai)
	require.NoError(t, b.files.PlanSpotChecks(ctx, b.now))
	require.Equal(t, []string{"2025-02"}, *months, "the earliest first")
	b.work(months)

	list, err := b.files.SpotCheckMonths(ctx, c.sun.check())
	require.NoError(t, err)
	require.Len(t, list, 3, "slept-through months follow one by one")
	feb := list[2]
	require.Equal(t, "2025-02", feb.Month.String())
	require.Equal(t, 24, feb.Approved)
	require.Equal(t, 3, feb.Drawn, "5 % of 23 and of 1, rounded up")
	require.Equal(t, 0, list[0].Drawn)

	checks, _, err := b.files.SpotChecks(ctx, c.sun.check(), b.now, feb.Month, nil, 50, "")
	require.NoError(t, err)
	drawn := map[kernel.StoreID][]kernel.FileID{}
	for _, check := range checks {
		require.Equal(t, rep, check.Referrer)
		require.Equal(t, boss, check.Reviewer)
		drawn[check.Store] = append(drawn[check.Store], check.File)
	}
	for _, store := range []kernel.StoreID{east, west} {
		files := b.superFiles("SELECT file_id FROM file_revision WHERE store_id = $1 AND approved_on BETWEEN '2025-02-01' AND '2025-02-28' ORDER BY revision_id DESC", store)
		require.ElementsMatch(t, customer.Draw(feb.Seed, store, files, int64(feb.Percent)), drawn[store], "anybody draws the same again")
	}

	var wg sync.WaitGroup
	for range 8 { // all processes at once
		wg.Go(func() {
			require.NoError(t, b.files.DrawSpotChecks(ctx, b.a, feb.Month, func(pgx.Tx) error { return nil }))
		})
	}
	wg.Wait()
	require.Equal(t, 3, b.superCount("SELECT count(*)::int FROM spot_check"))
	require.Equal(t, 3, b.superCount("SELECT count(*)::int FROM spot_check_run"))
}

// drawnOf is the files of a month with the checks of them.
func (b *bundle) drawnOf(c crew, n int) []customerapp.SpotCheckView {
	b.t.Helper()
	months := b.queue()
	for i := range n {
		b.approved(c, i+1)
	}
	b.now = b.now.AddDate(0, 1, 2)
	require.NoError(b.t, b.files.PlanSpotChecks(ctx, b.now))
	b.work(months)
	checks, _, err := b.files.SpotChecks(ctx, c.sun.check(), b.now, kernel.NewDate(2025, 2, 1).Month(), nil, 50, "")
	require.NoError(b.t, err)
	return checks
}

// A finding sends the file back to its referrer and counts against him and who
// approved it; the standing stays (CUS-12).
func TestSpotCheckFinding(t *testing.T) {
	b := setup(t)
	c := b.crew()
	check := b.drawnOf(c, 3)[0]
	found := customerapp.SpotFound{Month: check.Month, File: check.File, Result: customer.CheckFinding}
	_, err := b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, found)
	reason(t, err, "invalid_field")
	found.Findings = []customer.Reason{{Field: "address", Reason: "该地址查无此单位"}}
	self := b.as(b.a, boss, staff.HQService)
	_, err = b.files.RecordSpotCheck(ctx, self.check(), b.now, found)
	reason(t, err, "spot_check.own")
	_, err = b.files.RecordSpotCheck(ctx, b.as(b.b, hq, staff.HQService).check(), b.now, found)
	reason(t, err, "spot_check.not_found")

	done, err := b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, found)
	require.NoError(t, err)
	require.Equal(t, "该地址查无此单位", done.Findings[0].Reason)
	_, err = b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, customerapp.SpotFound{Month: check.Month, File: check.File, Result: customer.CheckFine})
	reason(t, err, "spot_check.already_checked")

	v, err := b.files.Get(ctx, c.lina.read(), b.now, check.File)
	require.NoError(t, err)
	require.Equal(t, customer.CauseSpotCheck, v.Revision.Cause)
	require.Equal(t, found.Findings, v.Revision.Reasons)
	require.NotNil(t, v.ApprovedOn)
	require.Equal(t, rep, *v.Owner)
	in := customerapp.Input{Fields: v.Revision.Fields}
	in.Fields.Address = "高新路88号"
	_, err = b.files.Update(ctx, c.lina.write(), b.now, check.File, v.Version, in)
	require.NoError(t, err)
	v = b.approve(c.lina, check.File, c.zhao)
	require.Equal(t, "高新路88号", v.Fields.Address)

	referrers, reviewers, err := b.files.SpotCheckRates(ctx, c.sun.check(), check.Month, check.Month, nil)
	require.NoError(t, err)
	require.Equal(t, []customerapp.Rate{{Person: rep, Name: "李娜", Checked: 1, Found: 1}}, referrers)
	require.Equal(t, []customerapp.Rate{{Person: boss, Name: "赵刚", Checked: 1, Found: 1}}, reviewers)
	require.Zero(t, b.superCount("SELECT count(*)::int FROM spot_check_finding WHERE position(convert_to('该地址', 'UTF8') IN findings_box) > 0"))
}

// "No real guest" ends the standing, and nothing else does (CUS-12): tie, number
// and whatever was open go with it.
func TestNoRealGuest(t *testing.T) {
	b := setup(t)
	c := b.crew()
	check := b.drawnOf(c, 1)[0]
	change, err := b.files.ReportChange(ctx, c.zhao.request(), b.now, check.File, request(), []string{"number"}, customerapp.Input{Number: number(9)}, "")
	require.NoError(t, err)
	_, err = b.files.OpenChange(ctx, c.sun.carryOut(), b.now, change.ID)
	require.NoError(t, err)
	found := customerapp.SpotFound{Month: check.Month, File: check.File, Result: customer.CheckNotReal}
	_, err = b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, found)
	reason(t, err, "spot_check.not_confirmed")
	found.Confirmed = true
	_, err = b.files.RecordSpotCheck(ctx, c.sun.check(), b.now, found)
	require.NoError(t, err)
	v, err := b.files.Get(ctx, c.zhao.read(), b.now, check.File)
	require.NoError(t, err)
	require.Equal(t, customer.Ended, v.State)
	require.Nil(t, v.ApprovedOn)
	require.Nil(t, v.Owner)
	require.Nil(t, v.Revision)
	require.NotNil(t, v.EndedOn)
	require.Nil(t, b.right.moved[0].To)
	require.Zero(t, b.superCount("SELECT count(*)::int FROM file_number"))
	require.Zero(t, b.superCount("SELECT count(*)::int FROM change_request WHERE state IN ('pending', 'opened')"))
	_, err = b.files.Submit(ctx, c.lina.write(), b.now, check.File)
	reason(t, err, "customer.not_editable")
	b.create(c.lina, east, input("李建国", number(1)))
	b.create(c.lina, east, input("李建国", number(9)))
}

// superFiles looks past row level security.
func (b *bundle) superFiles(sql string, args ...any) []kernel.FileID {
	b.t.Helper()
	conn, err := pgx.Connect(ctx, b.super)
	require.NoError(b.t, err)
	defer func() { require.NoError(b.t, conn.Close(ctx)) }()
	rows, err := conn.Query(ctx, sql, args...)
	require.NoError(b.t, err)
	files, err := pgx.CollectRows(rows, pgx.RowTo[kernel.FileID])
	require.NoError(b.t, err)
	return files
}

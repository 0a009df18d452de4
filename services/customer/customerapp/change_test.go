package customerapp_test

import (
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

// crew is who works on a file from its draft to its change.
type crew struct{ lina, zhao, sun who }

func (b *bundle) crew() crew {
	return crew{b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east), b.as(b.a, hq, staff.HQService)}
}

func (w who) request() kernel.Grant  { return w.may("customer.request") }
func (w who) carryOut() kernel.Grant { return w.may("customer.carry_out") }

// approved is a file with a standing.
func (b *bundle) approved(c crew, n int) customerapp.View {
	b.t.Helper()
	return b.approve(c.lina, b.create(c.lina, east, input("王建国", number(n))).File, c.zhao)
}

// opened is a file whose change head office has opened.
func (b *bundle) opened(c crew, n int, names []string, in customerapp.Input) customerapp.View {
	b.t.Helper()
	v := b.approved(c, n)
	change, err := b.files.ReportChange(ctx, c.zhao.request(), b.now, v.File, request(), names, in, "客人来电说的")
	require.NoError(b.t, err)
	_, err = b.files.OpenChange(ctx, c.sun.carryOut(), b.now, change.ID)
	require.NoError(b.t, err)
	v, err = b.files.Get(ctx, c.lina.read(), b.now, v.File)
	require.NoError(b.t, err)
	return v
}

// CHG-01, CUS-12: from the report to the approval the old values hold, shown and
// searched; then the new ones do, and the number moves with them.
func TestChange(t *testing.T) {
	b := setup(t)
	c := b.crew()
	in := customerapp.Input{Number: number(2), Fields: customer.Fields{Name: "王建军", Employer: "西安曲江文化产业集团", Taste: "不看"}}
	v := b.opened(c, 1, []string{"name", "employer", "number"}, in)

	holds := func(v customerapp.View, name, masked string) {
		t.Helper()
		require.Equal(t, name, v.Fields.Name.Full())
		require.Equal(t, name, v.Name.Full())
		require.Equal(t, masked, v.Masked)
		require.Equal(t, rep, *v.Owner)
		require.NotNil(t, v.ApprovedOn)
		found, _, err := b.files.List(ctx, c.zhao.read(), b.now, customerapp.ListInput{Query: name, Size: 10})
		require.NoError(t, err)
		require.Len(t, found, 1)
	}
	holds(v, "王建国", "138****0001")
	require.Equal(t, customer.CauseChange, v.Revision.Cause)
	require.Equal(t, []string{"name", "employer", "number"}, v.Revision.Changed)
	require.Equal(t, "138****0002", v.Revision.Masked)
	require.Equal(t, "不看", in.Fields.Taste)
	require.Empty(t, v.Revision.Fields.Taste, "what was not named does not count")
	require.True(t, v.Revision.Editable)
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM file_number WHERE file_id = $1", v.File), "the new number is kept for it")

	mended := customerapp.Input{Fields: v.Revision.Fields}
	mended.Fields.JobTitle = "总经理助理"
	v, err := b.files.Update(ctx, c.lina.write(), b.now, v.File, v.Version, mended)
	require.NoError(t, err)
	holds(v, "王建国", "138****0001")
	v, err = b.files.Submit(ctx, c.lina.write(), b.now, v.File)
	require.NoError(t, err)
	holds(v, "王建国", "138****0001")

	items, _, _, err := b.files.ListReviews(ctx, c.zhao.review(), b.now, nil, 10, "")
	require.NoError(t, err)
	require.Len(t, items, 1)
	require.Equal(t, []string{"name", "employer", "job_title", "number"}, items[0].Changed)
	require.Equal(t, "王建国", items[0].Before.Name.Full())
	require.Equal(t, "王建军", items[0].Fields.Name.Full())
	require.Equal(t, "138****0002", items[0].Masked)
	require.Empty(t, b.right.moved)

	b.now = b.now.Add(24 * time.Hour)
	v, err = b.files.Review(ctx, c.zhao.review(), b.now, v.File, customer.Decision{Approve: true, Version: items[0].Version})
	require.NoError(t, err)
	holds(v, "王建军", "138****0002")
	require.Nil(t, v.Revision)
	require.Nil(t, v.Change)
	require.Equal(t, kernel.NewDate(2025, 2, 27), *v.ApprovedOn, "the first approval stays")
	require.Len(t, b.right.moved, 1)
	require.Equal(t, kernel.NewDate(2025, 2, 28), b.right.moved[0].On)
	require.Equal(t, 1, b.right.ties, "no second tie")
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number WHERE file_id = $1", v.File))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM change_request WHERE state = 'done'"))
	b.create(c.lina, east, input("李建国", number(1))) // the old number is free
}

// A rejected change can be mended; the number that holds is never let go of, and
// putting it back frees the new one.
func TestChangeRejected(t *testing.T) {
	b := setup(t)
	c := b.crew()
	v := b.opened(c, 1, []string{"number"}, customerapp.Input{Number: number(2)})
	_, err := b.files.Submit(ctx, c.lina.write(), b.now, v.File)
	require.NoError(t, err)
	v, err = b.files.Review(ctx, c.zhao.review(), b.now, v.File, customer.Decision{Reasons: []customer.Reason{{Field: "number", Reason: "打不通"}}})
	require.NoError(t, err)
	require.Equal(t, customer.Rejected, v.State)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number WHERE reserved_until IS NULL"), "the old one is kept for good")
	require.Equal(t, "打不通", v.Revision.Reasons[0].Reason)

	v, err = b.files.Update(ctx, c.lina.write(), b.now, v.File, v.Version, customerapp.Input{Number: number(1), Fields: v.Revision.Fields})
	require.NoError(t, err)
	require.Empty(t, v.Revision.Changed)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number"))
	b.create(c.lina, east, input("李建国", number(2)))
	v = b.approve(c.lina, v.File, c.zhao)
	require.Equal(t, "138****0001", v.Masked)
	require.Empty(t, b.right.moved)
}

// Who may do what to a change, and when not any more.
func TestChangeFaults(t *testing.T) {
	b := setup(t)
	c := b.crew()
	v, taken := b.approved(c, 1), b.approved(c, 3)
	report := func(names []string, in customerapp.Input) error {
		_, err := b.files.ReportChange(ctx, c.zhao.request(), b.now, v.File, request(), names, in, "")
		return err
	}
	draft := b.create(c.lina, east, input("李建国", number(2)))
	_, err := b.files.ReportChange(ctx, c.zhao.request(), b.now, draft.File, request(), []string{"taste"}, customerapp.Input{Fields: customer.Fields{Taste: "辣"}}, "")
	reason(t, err, "customer.no_standing")
	reason(t, report([]string{"taste"}, customerapp.Input{}), "change.nothing_changed")
	reason(t, report([]string{"number"}, customerapp.Input{Number: number(1)}), "change.nothing_changed")
	reason(t, report([]string{"number"}, customerapp.Input{Number: number(3)}), "customer.already_on_file")
	reason(t, report([]string{"number"}, customerapp.Input{Number: string(repNumber)}), "customer.staff_number")
	reason(t, report([]string{"number"}, customerapp.Input{Number: "029-88888888"}), "customer.invalid_fields")
	reason(t, report([]string{"address"}, customerapp.Input{Fields: customer.Fields{Address: "西安市"}}), "customer.invalid_fields")
	reason(t, report([]string{"address"}, customerapp.Input{}), "customer.invalid_fields") // required
	reason(t, report([]string{"consent"}, customerapp.Input{}), "invalid_field")
	require.Zero(t, b.superCount("SELECT count(*)::int FROM change_request"))

	again := request()
	for range 2 { // a retry reports nothing twice
		_, err = b.files.ReportChange(ctx, c.zhao.request(), b.now, v.File, again, []string{"taste"}, customerapp.Input{Fields: customer.Fields{Taste: "辣"}}, "")
		require.NoError(t, err)
	}
	_, err = b.files.ReportChange(ctx, c.zhao.request(), b.now, taken.File, again, []string{"taste"}, customerapp.Input{Fields: customer.Fields{Taste: "辣"}}, "")
	reason(t, err, "customer.request_reused")
	reason(t, report([]string{"taste"}, customerapp.Input{Fields: customer.Fields{Taste: "甜"}}), "change.already_reported")
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM change_request WHERE due_at = requested_at + interval '12 hours'"))

	other := b.as(b.a, rep2, staff.ServiceManager, west)
	_, err = b.files.WithdrawChange(ctx, other.request(), b.now, again)
	reason(t, err, "change.not_found")
	_, err = b.files.OpenChange(ctx, b.as(b.b, hq, staff.HQService).carryOut(), b.now, again)
	reason(t, err, "change.not_found")
	// ROL-04: not as a delegate either.
	delegate := b.as(b.a, boss, staff.ServiceManager, east).acting(hq, staff.HQService, []string{"customer.carry_out", "customer.read"})
	_, err = b.files.OpenChange(ctx, delegate.carryOut(), b.now, again)
	reason(t, err, "change.own_request")
	_, err = b.files.RefuseChange(ctx, c.sun.carryOut(), b.now, again, "")
	reason(t, err, "invalid_field")
	refused, err := b.files.RefuseChange(ctx, c.sun.carryOut(), b.now, again, "请先与客人核对")
	require.NoError(t, err)
	require.Equal(t, "请先与客人核对", refused.Refusal)
	_, err = b.files.OpenChange(ctx, c.sun.carryOut(), b.now, again)
	reason(t, err, "change.already_decided")
	_, err = b.files.WithdrawChange(ctx, c.zhao.request(), b.now, again)
	reason(t, err, "change.already_decided")

	v = b.opened(c, 5, []string{"taste"}, customerapp.Input{Fields: customer.Fields{Taste: "辣"}})
	reason(t, report2(b, c, v.File), "customer.revision_open")
	for _, w := range []who{c.zhao, b.as(b.a, rep2, staff.ServiceManager, east)} {
		_, err = b.files.Update(ctx, w.write(), b.now, v.File, v.Version, customerapp.Input{Fields: v.Revision.Fields})
		reason(t, err, "customer.not_editable") // it is the referrer's
	}
}

func report2(b *bundle, c crew, file kernel.FileID) error {
	_, err := b.files.ReportChange(ctx, c.zhao.request(), b.now, file, request(), []string{"taste"}, customerapp.Input{Fields: customer.Fields{Taste: "甜"}}, "")
	return err
}

// At most one revision is open (CUS-12), however many open one at once.
func TestOneOpenRevision(t *testing.T) {
	b := setup(t)
	c := b.crew()
	v := b.approved(c, 1)
	revisions, err := b.files.Revisions(ctx, b.a, east, b.now)
	require.NoError(t, err)
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			errs[i] = b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
				return revisions.OpenRevisionTx(ctx, tx, customer.Opening{
					ID: kernel.NewID[kernel.UUID](b.now), File: v.File, Cause: customer.CauseAdoption, Editor: rep2, Fields: v.Fields, Rule: "LIF-08",
				})
			})
		})
	}
	wg.Wait()
	opened := 0
	for _, err := range errs {
		if err == nil {
			opened++
			continue
		}
		reason(t, err, "customer.revision_open")
	}
	require.Equal(t, 1, opened)
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM file_revision"))

	// LIF-08: the new referrer sees and finishes it, the owner does not.
	min := b.as(b.a, rep2, staff.ServiceRep, east)
	seen, err := b.files.Get(ctx, min.read(), b.now, v.File)
	require.NoError(t, err)
	require.True(t, seen.Revision.Editable)
	_, err = b.files.Submit(ctx, c.lina.write(), b.now, v.File)
	reason(t, err, "customer.not_editable")
	_, err = b.files.Submit(ctx, min.write(), b.now, v.File)
	require.NoError(t, err)
	own := b.as(b.a, rep2, staff.ServiceManager, east)
	_, err = b.files.Review(ctx, own.review(), b.now, v.File, customer.Decision{Approve: true})
	reason(t, err, "customer.own_file")
}

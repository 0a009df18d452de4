package customerapp_test

import (
	"slices"
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

// A file from its first field to its approval in the small hours.
func TestFileToApproval(t *testing.T) {
	b := setup(t)
	lina, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east)

	v := b.create(lina, east, customerapp.Input{Number: number(11112222), Fields: customer.Fields{Name: "曾 国强"}})
	require.Equal(t, customer.Draft, v.State)
	require.Equal(t, "曾国强", v.Name.Full())
	require.Equal(t, "138****2222", v.Masked)
	require.Equal(t, customer.NeverApproved, v.Activity)
	require.Equal(t, "李娜", v.WriterName)
	require.Equal(t, "东店", v.StoreName)

	in := input("曾国强", "")
	in.Fields.Consent = false
	v, err := b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
	require.NoError(t, err)
	require.Equal(t, customer.Stage1, v.State)
	require.Equal(t, []string{"consent"}, v.Missing)
	_, err = b.files.Submit(ctx, lina.write(), b.now, v.File)
	reason(t, err, "customer.incomplete")
	require.Equal(t, "fields.consent", faultOf(t, err).Violations[0].Field)

	_, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version-1, input("曾国强", ""))
	reason(t, err, "customer.changed")
	v, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, input("曾国强", ""))
	require.NoError(t, err)
	require.Equal(t, customer.Stage2, v.State)
	require.Equal(t, "138****2222", v.Masked, "an empty number leaves the number")

	v, err = b.files.Submit(ctx, lina.write(), b.now, v.File)
	require.NoError(t, err)
	require.Equal(t, customer.Submitted, v.State)
	require.Equal(t, start.Add(12*time.Hour), v.Due.In(start.Location()))
	_, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, input("曾国强", ""))
	reason(t, err, "customer.not_editable")

	items, next, total, err := b.files.ListReviews(ctx, zhao.review(), b.now, nil, 50, "")
	require.NoError(t, err)
	require.Len(t, items, 1)
	require.Empty(t, next)
	require.Equal(t, 1, total)
	require.True(t, items[0].Decidable)
	require.Equal(t, "科技路5号", items[0].Fields.Address)

	v, err = b.files.Review(ctx, zhao.review(), b.now, v.File, customer.Decision{Approve: true})
	require.NoError(t, err)
	require.Equal(t, customer.Approved, v.State)
	require.Equal(t, kernel.NewDate(2025, 2, 27), *v.ApprovedOn, "01:00 belongs to the evening before")
	require.Equal(t, rep, *v.Owner)
	require.Equal(t, "李娜", v.OwnerName)
	require.Equal(t, customer.Active, v.Activity)
	require.Equal(t, kernel.NewDate(2025, 5, 27), *v.SafeUntil)
	require.Len(t, b.right.approved, 1)
	require.Equal(t, 1, b.right.ties)

	events, err := b.files.EventsPage(ctx, b.a, v.File, kernel.UUID{}, 10)
	require.NoError(t, err)
	kinds := []customer.EventKind{}
	for _, e := range events {
		kinds = append(kinds, e.Kind)
		require.Equal(t, kernel.NewDate(2025, 2, 27), e.On)
	}
	require.ElementsMatch(t, []customer.EventKind{customer.FileCreated, customer.FileChanged, customer.FileChanged, customer.FileSubmitted, customer.FileApproved}, kinds)

	_, err = b.files.Create(ctx, b.as(b.a, rep2, staff.ServiceRep, east).write(), b.now, east, request(), input("王建国", number(11112222)))
	reason(t, err, "customer.already_on_file")
	f := faultOf(t, err)
	require.Equal(t, "该号码已于 2025年2月27日 在本店建档，不能重复建档。", f.Message)
	require.Equal(t, "CUS-10", f.Violations[0].Rule)
	require.NotContains(t, err.Error(), "李娜")
	b.create(b.as(b.a, rep, staff.ServiceRep, west), west, input("曾国强", number(11112222))) // another store may have him
}

func TestInvalidInput(t *testing.T) {
	b := setup(t)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	_, err := b.files.Create(ctx, lina.write(), b.now, east, request(), customerapp.Input{Number: "029-88123456", Fields: customer.Fields{Name: "王先生", Address: "西安市"}})
	rules := map[string]string{}
	for _, v := range faultOf(t, err).Violations {
		rules[v.Field] = v.Rule
	}
	require.Equal(t, map[string]string{"fields.name": "CUS-06", "fields.number": "CUS-07", "fields.address": "CUS-08"}, rules)
	_, err = b.files.Create(ctx, lina.write(), b.now, east, request(), customerapp.Input{})
	require.Len(t, faultOf(t, err).Violations, 1)
	_, err = b.files.Create(ctx, lina.write(), b.now, east, request(), customerapp.Input{Fields: customer.Fields{Name: "王建国"}})
	reason(t, err, "customer.invalid_fields")
	require.Equal(t, "fields.number", faultOf(t, err).Violations[0].Field)
	_, err = b.files.Create(ctx, lina.write(), b.now, east, request(), input("王建国", repNumber.E164()))
	reason(t, err, "customer.staff_number")
	require.Equal(t, "CUS-05", faultOf(t, err).Violations[0].Rule)
	_, err = b.files.Create(ctx, lina.write(), b.now, west, request(), input("王建国", number(1)))
	reason(t, err, "store.not_found")
	in := input("王建国", number(1))
	in.Fields.Taste, in.Fields.HowKnown = `'; DROP TABLE guest; --`, `{"$ne": null}`
	require.Equal(t, in.Fields.Taste, b.create(lina, east, in).Fields.Taste)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM guest"))
}

func TestCheck(t *testing.T) {
	b := setup(t)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	check := func(in customerapp.Input, file *kernel.FileID) map[string]string {
		checked, err := b.files.Check(ctx, lina.write(), b.now, east, in, file)
		require.NoError(t, err)
		out := map[string]string{}
		for _, f := range checked.Findings {
			out[f.Field] = f.Rule
		}
		return out
	}
	v := b.create(lina, east, input("王建国", number(1)))
	require.Empty(t, check(customerapp.Input{}, nil))
	require.Empty(t, check(input("王建国", number(2)), nil))
	require.Equal(t, map[string]string{"number": "CUS-10"}, check(input("王建国", number(1)), nil))
	require.Empty(t, check(input("王建国", number(1)), &v.File), "his own number")
	require.Equal(t, map[string]string{"number": "CUS-05", "name": "CUS-06"}, check(input("老李", repNumber.E164()), nil))
	require.Equal(t, map[string]string{"number": "CUS-07"}, check(input("王建国", "95588"), nil))
	other := b.create(b.as(b.a, rep2, staff.ServiceRep, east), east, input("李建国", number(3)))
	_, err := b.files.Check(ctx, lina.write(), b.now, east, input("王建国", number(3)), &other.File)
	reason(t, err, "customer.not_found")
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM guest"), "nothing is written")
}

// Fifty at once: one file.
func TestNumberOnce(t *testing.T) {
	b := setup(t)
	var wg sync.WaitGroup
	errs := make([]error, 50)
	for i := range errs {
		who := b.as(b.a, []kernel.PersonID{rep, rep2}[i%2], staff.ServiceRep, east)
		wg.Go(func() {
			_, errs[i] = b.files.Create(ctx, who.write(), b.now, east, request(), input("王建国", number(1)))
		})
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		reason(t, err, "customer.already_on_file")
	}
	require.Equal(t, 1, made)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM guest"))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number"))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event"))
}

// The same request, often and at once: the same file.
func TestRequestOnce(t *testing.T) {
	b := setup(t)
	lina, id := b.as(b.a, rep, staff.ServiceRep, east), request()
	var wg sync.WaitGroup
	files := make([]kernel.FileID, 20)
	for i := range files {
		wg.Go(func() {
			v, err := b.files.Create(ctx, lina.write(), b.now, east, id, input("王建国", number(1)))
			if err == nil {
				files[i] = v.File
			}
		})
	}
	wg.Wait()
	for _, f := range files {
		require.Equal(t, files[0], f)
		require.False(t, f.IsZero())
	}
	_, err := b.files.Create(ctx, b.as(b.a, rep2, staff.ServiceRep, east).write(), b.now, east, id, input("王建国", number(2)))
	reason(t, err, "customer.request_reused")
	_, err = b.files.Create(ctx, b.as(b.b, rep, staff.ServiceRep, east).write(), b.now, east, id, input("王建国", number(1)))
	require.NoError(t, err, "another chain's request of the same id is another request")
}

// A draft holds its number for seven days, a submitted file until it is decided.
func TestReservation(t *testing.T) {
	b := setup(t)
	lina, min, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, rep2, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east)
	v := b.create(lina, east, input("王建国", number(1)))
	alone := b.create(lina, east, input("李建国", number(2)))

	b.now = start.Add(7 * 24 * time.Hour)
	_, err := b.files.Create(ctx, min.write(), b.now, east, request(), input("王建国", number(1)))
	reason(t, err, "customer.already_on_file")
	b.now = b.now.Add(time.Second)
	second := b.create(min, east, input("王建国", number(1)))
	_, err = b.files.Submit(ctx, lina.write(), b.now, v.File)
	reason(t, err, "customer.already_on_file")
	_, err = b.files.Submit(ctx, lina.write(), b.now, alone.File)
	require.NoError(t, err, "nobody took it meanwhile")

	_, err = b.files.Submit(ctx, min.write(), b.now, second.File)
	require.NoError(t, err)
	b.now = b.now.Add(30 * 24 * time.Hour)
	_, err = b.files.Create(ctx, lina.write(), b.now, east, request(), input("王建国", number(1)))
	reason(t, err, "customer.already_on_file")
	rejected, err := b.files.Review(ctx, zhao.review(), b.now, second.File, customer.Decision{Reasons: []customer.Reason{{Field: "address", Reason: "请核对门牌号"}}})
	require.NoError(t, err)
	require.Equal(t, customer.Rejected, rejected.State)
	require.Equal(t, []customer.Reason{{Field: "address", Reason: "请核对门牌号"}}, rejected.Reasons)

	in := input("王建国", number(3)) // a new number lets go of the old one
	mended, err := b.files.Update(ctx, min.write(), b.now, second.File, rejected.Version, in)
	require.NoError(t, err)
	require.Equal(t, customer.Rejected, mended.State, "the reasons stay in sight")
	require.Equal(t, "138****0003", mended.Masked)
	b.create(lina, east, input("王建国", number(1)))
	_, err = b.files.Submit(ctx, min.write(), b.now, second.File)
	require.NoError(t, err)
	items, _, _, err := b.files.ListReviews(ctx, zhao.review(), b.now, nil, 50, "")
	require.NoError(t, err)
	at := slices.IndexFunc(items, func(i customerapp.ReviewItem) bool { return i.File == second.File })
	refused := items[at].Refused
	require.Equal(t, rejected.Reasons, refused.Reasons, "the reviewer sees what it was sent back for")
	require.Equal(t, "赵刚", refused.By.ZH)
	require.True(t, b.now.Equal(*refused.At))
	require.Nil(t, items[1-at].Refused)
	again := b.approve(min, second.File, zhao)
	require.Empty(t, again.Reasons)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number WHERE file_id = $1", second.File))
}

// Of sixteen who decide at once, one does.
func TestOneDecision(t *testing.T) {
	b := setup(t)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	v := b.create(lina, east, input("王建国", number(1)))
	_, err := b.files.Submit(ctx, lina.write(), b.now, v.File)
	require.NoError(t, err)
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		zhao := b.as(b.a, []kernel.PersonID{boss, hq}[i%2], staff.ServiceManager, east)
		d := customer.Decision{Approve: i%4 < 2}
		if !d.Approve {
			d.Reasons = []customer.Reason{{Field: "name", Reason: "请核对"}}
		}
		wg.Go(func() { _, errs[i] = b.files.Review(ctx, zhao.review(), b.now, v.File, d) })
	}
	wg.Wait()
	decided := 0
	for _, err := range errs {
		if err == nil {
			decided++
			continue
		}
		reason(t, err, "customer.already_decided")
	}
	require.Equal(t, 1, decided)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event WHERE kind IN ('file.approved', 'file.rejected')"))
	require.LessOrEqual(t, b.right.ties, 1)
}

func TestReviewRefused(t *testing.T) {
	b := setup(t)
	zhao := b.as(b.a, boss, staff.ServiceManager, east)
	v := b.create(zhao, east, input("王建国", number(1)))
	_, err := b.files.Review(ctx, zhao.review(), b.now, v.File, customer.Decision{Approve: true})
	reason(t, err, "customer.not_submitted")
	_, err = b.files.Submit(ctx, zhao.write(), b.now, v.File)
	require.NoError(t, err)
	_, err = b.files.Review(ctx, zhao.review(), b.now, v.File, customer.Decision{Approve: true})
	reason(t, err, "customer.own_file")
	_, err = b.files.Review(ctx, b.as(b.a, rep2, staff.ServiceManager, west).review(), b.now, v.File, customer.Decision{Approve: true})
	reason(t, err, "customer.not_found")
	_, err = b.files.Review(ctx, b.as(b.b, hq, staff.HQService).review(), b.now, v.File, customer.Decision{Approve: true})
	reason(t, err, "customer.not_found")
	items, _, _, err := b.files.ListReviews(ctx, zhao.review(), b.now, nil, 50, "")
	require.NoError(t, err)
	require.False(t, items[0].Decidable)
	_, err = b.files.Submit(ctx, b.as(b.a, rep2, staff.ServiceManager, east).write(), b.now, v.File)
	reason(t, err, "customer.not_editable")
	_, err = b.files.Review(ctx, b.as(b.a, hq, staff.HQService).review(), b.now, v.File, customer.Decision{Approve: true})
	require.NoError(t, err)
}

// A name that CUS-06 refuses, insisted on by the writer, needs the reviewer's reason.
func TestInsistedName(t *testing.T) {
	b := setup(t)
	lina, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east)
	in := input("李总", number(1))
	_, err := b.files.Create(ctx, lina.write(), b.now, east, request(), in)
	reason(t, err, "customer.invalid_fields")
	in.Fields.NameInsisted = true
	v := b.create(lina, east, in)
	_, err = b.files.Submit(ctx, lina.write(), b.now, v.File)
	require.NoError(t, err)
	_, err = b.files.Review(ctx, zhao.review(), b.now, v.File, customer.Decision{Approve: true})
	reason(t, err, "customer.name_refused")
	v, err = b.files.Review(ctx, zhao.review(), b.now, v.File, customer.Decision{Approve: true, Reasons: []customer.Reason{{Field: "name", Reason: "身份证上就是这个名字"}}})
	require.NoError(t, err)
	require.Equal(t, customer.Approved, v.State)
}

// ROL-03: who sees neither name nor birthday in clear and sends back what he was
// given changes neither; what he writes himself is written.
func TestMaskedStaysWhatItWas(t *testing.T) {
	b := setup(t)
	v := b.create(b.lina(), east, input("王建国", number(1)))
	in := input(v.Fields.Name.Masked(), "")
	in.Fields.Birthday, in.Fields.Taste = nil, "少油"
	checked, err := b.files.Check(ctx, b.lina().write(), b.now, east, in, &v.File)
	require.NoError(t, err)
	require.Empty(t, checked.Findings)
	v, err = b.files.Update(ctx, b.lina().write(), b.now, v.File, v.Version, in)
	require.NoError(t, err)
	require.Equal(t, "王建国", v.Fields.Name.Full())
	require.Equal(t, &customer.Day{Year: 1980, Month: 2, Day: 29}, v.Fields.Birthday)
	require.Equal(t, "少油", v.Fields.Taste)
	require.Equal(t, customer.Stage2, v.State)

	in.Fields.Name, in.Fields.Birthday = "王建军", &customer.Day{Month: 5, Day: 1}
	v, err = b.files.Update(ctx, b.lina().write(), b.now, v.File, v.Version, in)
	require.NoError(t, err)
	require.Equal(t, "王建军", v.Fields.Name.Full())
	require.Equal(t, 5, v.Fields.Birthday.Month)

	// The same of an open revision of a file with a standing (CUS-12).
	b.approve(b.lina(), v.File, b.zhao())
	revisions, err := b.files.Revisions(ctx, b.a, east, b.now)
	require.NoError(t, err)
	wanted := v.Fields
	wanted.Name, wanted.Birthday = "欧阳建军", &customer.Day{Month: 6, Day: 2}
	require.NoError(t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		return revisions.OpenRevisionTx(ctx, tx, customer.Opening{ID: request(), File: v.File, Cause: customer.CauseChange, Editor: rep, Fields: wanted})
	}))
	v, err = b.files.Get(ctx, b.lina().read(), b.now, v.File)
	require.NoError(t, err)
	in.Fields.Name, in.Fields.Birthday, in.Fields.Taste = "欧阳*", nil, "少盐"
	v, err = b.files.Update(ctx, b.lina().write(), b.now, v.File, v.Version, in)
	require.NoError(t, err)
	require.Equal(t, "欧阳建军", v.Revision.Fields.Name.Full())
	require.Equal(t, 6, v.Revision.Fields.Birthday.Month)
	require.Equal(t, "少盐", v.Revision.Fields.Taste)
}

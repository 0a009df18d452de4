package customerapp_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

const templateWrite = "template.write"

// tea is the template in force with a required field of the chain's own.
func tea(t *testing.T, b *bundle, id kernel.TenantID) customer.Template {
	t.Helper()
	v, err := b.files.Template(ctx, id, 0)
	require.NoError(t, err)
	v.Fields = append(slices.Clone(v.Fields), customer.TemplateField{Name: "x_tea", Stage: 2, Group: customer.GroupTaste, Label: "爱喝的茶", Kind: customer.KindText, Required: true})
	return v.Template
}

// publish publishes a template and gives its version.
func publish(t *testing.T, b *bundle, grant kernel.Grant, tpl customer.Template) int32 {
	t.Helper()
	d, err := b.files.Draft(ctx, grant)
	require.NoError(t, err)
	d, err = b.files.SaveTemplate(ctx, grant, b.now, d.Revision, tpl)
	require.NoError(t, err)
	v, err := b.files.PublishTemplate(ctx, grant, b.now, d.Revision, "")
	require.NoError(t, err)
	return v.Version
}

// From draft to history: what is published counts at once, what was stays.
func TestTemplatePublished(t *testing.T) {
	b := setup(t)
	admin := b.as(b.a, hq, staff.Admin).may(templateWrite)
	d, err := b.files.Draft(ctx, admin)
	require.NoError(t, err)
	require.Zero(t, d.Revision)
	require.False(t, d.Changed)
	require.True(t, d.Template.Same(customer.DefaultTemplate()))
	_, err = b.files.PublishTemplate(ctx, admin, b.now, 0, "")
	reason(t, err, "template.no_change")

	wrong := tea(t, b, b.a)
	wrong.Fields[len(wrong.Fields)-1].Label = "生日"
	d, err = b.files.SaveTemplate(ctx, admin, b.now, 0, wrong)
	require.NoError(t, err, "a draft may be unfinished")
	require.Len(t, d.Findings, 1)
	_, err = b.files.PublishTemplate(ctx, admin, b.now, d.Revision, "")
	reason(t, err, "template.invalid")
	_, err = b.files.SaveTemplate(ctx, admin, b.now, 0, wrong)
	reason(t, err, "template.draft_changed")

	d, err = b.files.SaveTemplate(ctx, admin, b.now, d.Revision, tea(t, b, b.a))
	require.NoError(t, err)
	require.Equal(t, "孙平", d.ByName)
	v, err := b.files.PublishTemplate(ctx, admin, b.now, d.Revision, "春茶上市")
	require.NoError(t, err)
	require.Equal(t, int32(2), v.Version)
	_, err = b.files.PublishTemplate(ctx, admin, b.now, d.Revision, "")
	reason(t, err, "template.draft_changed")

	d, err = b.files.Draft(ctx, admin)
	require.NoError(t, err)
	require.False(t, d.Changed)
	d, err = b.files.SaveTemplate(ctx, admin, b.now, d.Revision, customer.DefaultTemplate())
	require.NoError(t, err)
	require.True(t, d.Changed)
	d, err = b.files.SaveTemplate(ctx, admin, b.now, d.Revision, v.Template)
	require.NoError(t, err)
	require.False(t, d.Changed, "what is in force is no draft")

	versions, next, err := b.files.TemplateVersions(ctx, admin, 1, "")
	require.NoError(t, err)
	require.Equal(t, "春茶上市", versions[0].Note)
	versions, next, err = b.files.TemplateVersions(ctx, admin, 1, next)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Equal(t, int32(1), versions[0].Version)
	_, err = b.files.Template(ctx, b.a, 3)
	reason(t, err, "template.version_not_found")
	other, err := b.files.Template(ctx, b.b, 0)
	require.NoError(t, err)
	require.Equal(t, int32(1), other.Version, "another chain's is its own")
	require.Equal(t, 5, b.superCount("SELECT count(*)::int FROM audit_line WHERE topic = 'template'"))
}

// A right bound to stores is not enough: the template is the whole chain's.
func TestTemplateIsTheChains(t *testing.T) {
	b := setup(t)
	admin := b.as(b.a, hq, staff.Admin, east).may(templateWrite)
	_, err := b.files.Draft(ctx, admin)
	reason(t, err, "template.head_office")
	_, err = b.files.SaveTemplate(ctx, admin, b.now, 0, customer.DefaultTemplate())
	reason(t, err, "template.head_office")
	_, err = b.files.PublishTemplate(ctx, admin, b.now, 1, "")
	reason(t, err, "template.head_office")
	_, _, err = b.files.TemplateVersions(ctx, admin, 10, "")
	reason(t, err, "template.head_office")
}

// Of sixteen who publish the same draft, one does.
func TestTemplatePublishedOnce(t *testing.T) {
	b := setup(t)
	admin := b.as(b.a, hq, staff.Admin).may(templateWrite)
	d, err := b.files.SaveTemplate(ctx, admin, b.now, 0, tea(t, b, b.a))
	require.NoError(t, err)
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.files.PublishTemplate(ctx, admin, b.now, d.Revision, "") })
	}
	wg.Wait()
	published := 0
	for _, err := range errs {
		if err == nil {
			published++
			continue
		}
		reason(t, err, "template.draft_changed")
	}
	require.Equal(t, 1, published)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_template"))
}

// An open file is judged by the template it was begun or last saved under;
// saving takes it to the newest.
func TestFileKeepsItsTemplate(t *testing.T) {
	b := setup(t)
	admin := b.as(b.a, hq, staff.Admin).may(templateWrite)
	lina, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east)
	ready := b.create(lina, east, input("王建国", number(1)))
	open := b.create(lina, east, input("李建国", number(2)))
	require.Equal(t, int32(1), ready.Template)
	require.Equal(t, int32(2), publish(t, b, admin, tea(t, b, b.a)))

	v, err := b.files.Submit(ctx, lina.write(), b.now, ready.File)
	require.NoError(t, err, "nothing was asked of it that is empty")
	require.Equal(t, int32(1), v.Template)
	again, err := b.files.Submit(ctx, lina.write(), b.now, ready.File)
	require.NoError(t, err, "a retry")
	require.Equal(t, v.Version, again.Version)

	in := input("李建国", "")
	v, err = b.files.Update(ctx, lina.write(), b.now, open.File, open.Version, in)
	require.NoError(t, err)
	require.Equal(t, int32(2), v.Template)
	require.Equal(t, customer.Stage1, v.State)
	require.Equal(t, []string{"x_tea"}, v.Missing)
	_, err = b.files.Submit(ctx, lina.write(), b.now, open.File)
	reason(t, err, "customer.incomplete")
	require.Equal(t, "fields.x_tea", faultOf(t, err).Violations[0].Field)

	b.now = b.now.Add(time.Second)
	in.Fields.Extra = map[string]string{"x_tea": "龙井"}
	v, err = b.files.Update(ctx, lina.write(), b.now, open.File, v.Version, in)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"x_tea": "龙井"}, v.Fields.Extra)
	events, err := b.files.EventsPage(ctx, b.a, open.File, kernel.UUID{}, 1)
	require.NoError(t, err)
	require.Equal(t, "修改档案：爱喝的茶", events[0].Text().ZH)
	_, err = b.files.Submit(ctx, lina.write(), b.now, open.File)
	require.NoError(t, err)
	items, _, _, err := b.files.ListReviews(ctx, zhao.review(), b.now, nil, 10, "")
	require.NoError(t, err)
	require.ElementsMatch(t, []int32{1, 2}, []int32{items[0].Template, items[1].Template})
	v, err = b.files.Review(ctx, zhao.review(), b.now, open.File, customer.Decision{Reasons: []customer.Reason{{Field: "x_tea", Reason: "请问清楚"}}})
	require.NoError(t, err)
	require.Equal(t, "x_tea", v.Reasons[0].Field)
}

// A retry that says more than the first try loses nothing, and one that says
// the same writes nothing.
func TestRetriesLoseNothing(t *testing.T) {
	b := setup(t)
	lina, id := b.as(b.a, rep, staff.ServiceRep, east), request()
	first, err := b.files.Create(ctx, lina.write(), b.now, east, id, input("王建国", number(1)))
	require.NoError(t, err)
	in := input("王建国", number(1))
	in.Fields.Taste = "清淡"
	v, err := b.files.Create(ctx, lina.write(), b.now, east, id, in)
	require.NoError(t, err)
	require.Equal(t, first.File, v.File)
	require.Equal(t, "清淡", v.Fields.Taste)
	late, err := b.files.Create(ctx, lina.write(), b.now, east, id, input("王建国", number(1)))
	require.NoError(t, err)
	require.Equal(t, "清淡", late.Fields.Taste, "what came late does not undo what was changed since")
	_, err = b.files.Create(ctx, b.as(b.a, rep, staff.ServiceRep, west).write(), b.now, west, id, in)
	reason(t, err, "customer.request_reused")

	var wg sync.WaitGroup
	in.Fields.Taboos = "花生"
	for range 16 {
		wg.Go(func() {
			got, err := b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
			if err == nil {
				require.Equal(t, v.Version+1, got.Version)
			}
		})
	}
	wg.Wait()
	v, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
	require.NoError(t, err, "the answer was lost on the way, the change was not")
	require.Equal(t, "花生", v.Fields.Taboos)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM guest"))
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM file_event WHERE kind = 'file.changed'"))
}

// The key of unsent files is a person's own, at every login.
func TestDraftKey(t *testing.T) {
	b := setup(t)
	key := func(c who) string {
		k, err := b.files.DraftKey(ctx, c.write())
		require.NoError(t, err)
		require.Len(t, k, 32)
		return string(k)
	}
	require.Equal(t, key(b.as(b.a, rep, staff.ServiceRep, east)), key(b.as(b.a, rep, staff.ServiceRep, west)))
	require.NotEqual(t, key(b.as(b.a, rep, staff.ServiceRep, east)), key(b.as(b.a, rep2, staff.ServiceRep, east)))
	require.NotEqual(t, key(b.as(b.a, rep, staff.ServiceRep, east)), key(b.as(b.b, rep, staff.ServiceRep, east)))
}

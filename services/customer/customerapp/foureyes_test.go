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

// acting lets somebody act for a holder with the holder's role in some stores.
func (w who) acting(holder kernel.PersonID, role string, permissions []string, stores ...kernel.StoreID) who {
	w.posts = append(slices.Clone(w.posts), kernel.Assignment{
		Role: role, TenantWide: len(stores) == 0, Stores: stores, For: &kernel.Delegated{ID: kernel.UUID(holder), Holder: holder, Permissions: permissions},
	})
	return w
}

var reviewing = []string{"customer.review", "customer.read"}

// ROL-04 on real rows: nobody reviews what he wrote, nor, as a delegate, what
// his holder wrote; whoever may, decides in the right name.
func TestFourEyes(t *testing.T) {
	b := setup(t)
	for name, c := range map[string]struct {
		writer kernel.PersonID
		by     who
		whom   *kernel.PersonID
		err    string
	}{
		"OK a manager":                    {rep, b.as(b.a, boss, staff.ServiceManager, east), nil, ""},
		"OK a manager's delegate":         {rep, b.as(b.a, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, east), &boss, ""},
		"OK head office's delegate":       {boss, b.as(b.a, rep2, staff.ServiceRep, east).acting(hq, staff.HQService, reviewing), &hq, ""},
		"OK the other of two holders":     {boss, b.as(b.a, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, east).acting(hq, staff.HQService, reviewing), &hq, ""},
		"OK the holder's, in own right":   {boss, b.as(b.a, rep2, staff.ServiceManager, east).acting(boss, staff.ServiceManager, reviewing, east), nil, ""},
		"Err own":                         {boss, b.as(b.a, boss, staff.ServiceManager, east), nil, "customer.own_file"},
		"Err own, as a delegate":          {rep2, b.as(b.a, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, east), nil, "customer.own_file"},
		"Err own, with both rights":       {boss, b.as(b.a, boss, staff.ServiceManager, east).acting(hq, staff.HQService, reviewing), nil, "customer.own_file"},
		"Err the holder's":                {boss, b.as(b.a, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, east), nil, "customer.own_file"},
		"Err delegated for another store": {rep, b.as(b.a, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, west), nil, "customer.not_found"},
		"Err another chain's namesakes":   {rep, b.as(b.b, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, east), nil, "customer.not_found"},
	} {
		writer := b.as(b.a, c.writer, staff.ServiceManager, east)
		v := b.create(writer, east, input("王建国", number(b.superCount("SELECT count(*)::int FROM guest")+1)))
		_, err := b.files.Submit(ctx, writer.write(), b.now, v.File)
		require.NoError(t, err)
		b.now = b.now.Add(time.Second)
		_, err = b.files.Review(ctx, c.by.review(), b.now, v.File, customer.Decision{Approve: true})
		if c.err != "" {
			reason(t, err, c.err)
			require.Equal(t, 0, b.superCount("SELECT count(*)::int FROM file_event WHERE file_id = $1 AND kind = 'file.approved'", v.File), name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_revision WHERE file_id = $1 AND decided_by = $2 AND decided_for IS NOT DISTINCT FROM $3", v.File, c.by.person, c.whom), name)
		lines, err := b.files.EventsPage(ctx, b.a, v.File, kernel.UUID{}, 10)
		require.NoError(t, err)
		require.Equal(t, customer.FileApproved, lines[0].Kind)
		require.Equal(t, c.by.person, *lines[0].Person)
		require.Equal(t, c.whom, lines[0].For, name)
	}
}

// The queue says before the tap what may be decided.
func TestReviewQueueOfDelegate(t *testing.T) {
	b := setup(t)
	for i, w := range []kernel.PersonID{rep, rep2, boss} {
		writer := b.as(b.a, w, staff.ServiceManager, east)
		v := b.create(writer, east, input("王建国", number(i+1)))
		_, err := b.files.Submit(ctx, writer.write(), b.now, v.File)
		require.NoError(t, err)
	}
	delegate := b.as(b.a, rep2, staff.ServiceManager, west).acting(boss, staff.ServiceManager, reviewing, east)
	items, _, total, err := b.files.ListReviews(ctx, delegate.review(), b.now, nil, 50, "")
	require.NoError(t, err)
	require.Equal(t, 3, total)
	for _, i := range items {
		require.Equal(t, i.Writer == rep, i.Decidable, "neither his own nor his holder's")
	}
}

// A holder and his delegate at once, again and again: one decision, in one name.
func TestOneDecisionOfTwo(t *testing.T) {
	b := setup(t)
	lina, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, boss, staff.ServiceManager, east)
	delegate := b.as(b.a, rep2, staff.ServiceRep, east).acting(boss, staff.ServiceManager, reviewing, east)
	for i := range 10 {
		v := b.create(lina, east, input("王建国", number(i+1)))
		_, err := b.files.Submit(ctx, lina.write(), b.now, v.File)
		require.NoError(t, err)
		var wg sync.WaitGroup
		var errs [2]error
		for i, w := range []who{zhao, delegate} {
			wg.Go(func() { _, errs[i] = b.files.Review(ctx, w.review(), b.now, v.File, customer.Decision{Approve: true}) })
		}
		wg.Wait()
		require.NotEqual(t, errs[0] == nil, errs[1] == nil, "exactly one: %v", errs)
		require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event WHERE file_id = $1 AND kind = 'file.approved'", v.File))
		require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_revision r JOIN file_event e USING (tenant_id, file_id) WHERE r.file_id = $1 AND e.kind = 'file.approved' AND e.person_id = r.decided_by AND e.for_id IS NOT DISTINCT FROM r.decided_for", v.File))
	}
}

// A number seen for somebody stands on record for both.
func TestRevealForAnother(t *testing.T) {
	b := setup(t)
	v := b.create(b.as(b.a, rep, staff.ServiceRep, east), east, input("王建国", number(1)))
	delegate := b.as(b.a, rep2, staff.ServiceRep, west).acting(boss, staff.ServiceManager, []string{"customer.reveal"}, east)
	_, err := b.files.Reveal(ctx, delegate.may("customer.reveal"), b.now, v.File, customer.MaskedNumber, "客人来电")
	require.NoError(t, err)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM number_reveal WHERE person_id = $1 AND for_id = $2", rep2, boss))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event WHERE kind = 'number.revealed' AND person_id = $1 AND for_id = $2", rep2, boss))
}

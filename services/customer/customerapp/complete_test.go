package customerapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// imported is a file of the former system with its referrer.
func (b *bundle) imported(n int, owner kernel.PersonID) kernel.FileID {
	b.t.Helper()
	keys, err := b.tenants.Keys(ctx, b.a)
	require.NoError(b.t, err)
	id, on := kernel.NewID[kernel.FileID](b.now), kernel.NewDate(2025, 1, 5)
	require.NoError(b.t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		if err := b.files.PutFilesTx(ctx, tx, b.a, keys, kernel.NewID[kernel.UUID](b.now), []customer.ImportedFile{{
			File: id, Store: east, Name: "王建国", Number: kernel.Phone("+86" + number(n)), Writer: rep2, ApprovedOn: on,
		}}, b.now); err != nil {
			return err
		}
		return b.files.SetOwnerTx(ctx, tx, b.a, []customer.Owner{{File: id, Owner: &owner, Since: &on}})
	}))
	return id
}

// What the former system lacked is filled in by the referrer and reviewed; the
// file stands all the while.
func TestCompleteImported(t *testing.T) {
	b := setup(t)
	lina, min, zhao := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, rep2, staff.ServiceManager, east), b.as(b.a, boss, staff.ServiceManager, east)
	id := b.imported(1, rep)
	v, err := b.files.Get(ctx, lina.read(), b.now, id)
	require.NoError(t, err)
	require.Equal(t, []string{"sex", "how_known", "employer", "job_title", "address", "birthday", "consent"}, v.Missing)
	require.Equal(t, customer.Approved, v.State)
	_, err = b.files.Complete(ctx, min.write(), b.now, id)
	reason(t, err, "customer.not_referrer")

	v, err = b.files.Complete(ctx, lina.write(), b.now, id)
	require.NoError(t, err)
	require.True(t, v.Revision.Editable)
	again, err := b.files.Complete(ctx, lina.write(), b.now, id)
	require.NoError(t, err, "a retry")
	require.Equal(t, v.Version, again.Version)
	require.Equal(t, kernel.NewDate(2025, 1, 5), *v.ApprovedOn, "it is not suspended")
	require.Equal(t, rep, *v.Owner)
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM file_revision"))

	v, err = b.files.Update(ctx, lina.write(), b.now, id, v.Version, input("王建国", ""))
	require.NoError(t, err)
	require.Equal(t, customer.Name("王建国"), v.Name)
	require.Empty(t, v.Fields.Employer, "what holds is what was approved")
	_, err = b.files.Submit(ctx, lina.write(), b.now, id)
	require.NoError(t, err)
	b.now = b.now.Add(time.Hour)
	v, err = b.files.Review(ctx, zhao.review(), b.now, id, customer.Decision{Approve: true})
	require.NoError(t, err)
	require.Equal(t, "采购部长", v.Fields.JobTitle)
	require.Empty(t, v.Missing)
	require.Equal(t, kernel.NewDate(2025, 1, 5), *v.ApprovedOn, "the first approval stays")
	_, err = b.files.Complete(ctx, lina.write(), b.now, id)
	reason(t, err, "customer.nothing_missing")
}

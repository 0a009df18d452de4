package customerapp_test

import (
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// 64 reviewers on the same files at once, one by one and in batches, some for
// and some against: each file gets exactly one decision, and what stands in the
// database is what that one reviewer was told (CUS-03). With SOAK: 1,000 files.
func TestManyReviewersOneDecision(t *testing.T) {
	b := setup(t)
	n := 12
	if os.Getenv("SOAK") != "" {
		n = 1000
	}
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	files := make([]kernel.FileID, n)
	for i := range files {
		v := b.create(lina, east, input("王建国", number(i+1)))
		_, err := b.files.Submit(ctx, lina.write(), b.now, v.File)
		require.NoError(t, err)
		files[i] = v.File
	}
	taken := make([]atomic.Int64, n) // by place of the file
	var approved atomic.Int64
	place := map[kernel.FileID]int{}
	for i, f := range files {
		place[f] = i
	}
	var wg sync.WaitGroup
	for r := range 64 {
		reviewer := b.as(b.a, kernel.NewID[kernel.PersonID](start), staff.ServiceManager, east)
		wg.Go(func() {
			d := customer.Decision{Approve: r%2 == 0}
			if !d.Approve {
				d.Reasons = []customer.Reason{{Field: "address", Reason: "查无此单位"}}
			}
			order := rand.New(rand.NewPCG(uint64(r), 64)).Perm(n)
			for from := 0; from < n; from += 10 {
				var batch []customerapp.Decided
				for _, i := range order[from:min(from+10, n)] {
					batch = append(batch, customerapp.Decided{File: files[i], Decision: d})
				}
				if err := b.files.BatchReview(ctx, reviewer.review(), b.now, batch); err != nil {
					t.Error(err)
					return
				}
				for _, done := range batch {
					if done.Fault == nil {
						taken[place[done.File]].Add(1)
						if d.Approve {
							approved.Add(1)
						}
						continue
					}
					if done.Fault.Reason != "customer.already_decided" {
						t.Errorf("%s", done.Fault.Reason)
					}
				}
			}
		})
	}
	wg.Wait()
	for i := range taken {
		require.EqualValues(t, 1, taken[i].Load(), "file %d", i)
	}
	require.Equal(t, n, b.superCount("SELECT count(*)::int FROM file_event WHERE kind IN ('file.approved', 'file.rejected')"))
	require.EqualValues(t, approved.Load(), b.superCount("SELECT count(*)::int FROM guest WHERE state = 'approved'"))
	require.EqualValues(t, approved.Load(), b.right.ties)
	require.Equal(t, n, b.superCount("SELECT count(*)::int FROM audit_line WHERE action IN ('customer.approved', 'customer.rejected')"))
}

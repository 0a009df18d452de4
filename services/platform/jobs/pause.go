package jobs

import (
	"context"
	"encoding/json"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/changke/changke/services/kernel"
)

// pausedFor is after how long a job that had to wait is looked at again.
const pausedFor = time.Minute

// pause holds back the jobs of tenants that stand still: they wait, keep their
// place and count no attempt.
type pause struct {
	river.MiddlewareDefaults
	paused func(ctx context.Context, tenant kernel.TenantID, kind string) (bool, error)
}

// Work implements rivertype.WorkerMiddleware.
func (p *pause) Work(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	var args struct {
		Tenant kernel.TenantID `json:"tenant"`
	}
	if err := json.Unmarshal(job.EncodedArgs, &args); err != nil {
		return err
	}
	if !args.Tenant.IsZero() { // of a tenant, as nearly all are
		paused, err := p.paused(ctx, args.Tenant, job.Kind)
		if err != nil {
			return err
		}
		if paused {
			return river.JobSnooze(pausedFor)
		}
	}
	return work(ctx)
}

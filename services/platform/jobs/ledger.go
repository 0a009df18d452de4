package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// InsertIDTx is InsertTx for a ledger that names the job in charge of a piece of
// work: it gives the job's number.
func (c *Client) InsertIDTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) (int64, error) {
	res, err := c.river.InsertTx(ctx, tx, args, opts)
	if err != nil {
		return 0, err
	}
	return res.Job.ID, nil
}

// StateTx tells how a job stands; "" when there is no such job (any more).
func (c *Client) StateTx(ctx context.Context, tx pgx.Tx, id int64) (rivertype.JobState, error) {
	job, err := c.river.JobGetTx(ctx, tx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return job.State, nil
}

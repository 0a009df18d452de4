package db

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/changke/changke/services/kernel"
)

// Single sends the tenant's setting and one statement as one batch: one round
// trip and one implicit transaction instead of four. It implements sqlc's DBTX
// for whatever stands alone, reads and single writes.
type Single struct {
	pool   *Pool
	tenant kernel.TenantID
	locks  []int64
}

// Single gives a Single of a tenant.
func (p *Pool) Single(tenant kernel.TenantID) Single { return Single{pool: p, tenant: tenant} }

// Locked takes advisory locks with the setting, in this order: the first
// shared, the others, two at most, alone. A lock taken inside the statement would
// come after its snapshot, which then misses what the former holder committed.
func (s Single) Locked(shared int64, alone ...int64) Single {
	s.locks = append([]int64{shared}, alone...)
	return s
}

func (s Single) send(ctx context.Context, sql string, args []any) (pgx.BatchResults, error) {
	enter, enterArgs := enterStatement(ctx, s.tenant, s.locks)
	queued := [2]pgx.QueuedQuery{{SQL: enter, Arguments: enterArgs}, {SQL: sql, Arguments: args}}
	res := s.pool.pg.SendBatch(ctx, &pgx.Batch{QueuedQueries: []*pgx.QueuedQuery{&queued[0], &queued[1]}})
	if _, err := res.Exec(); err != nil {
		_ = res.Close()
		return nil, stale(err)
	}
	return res, nil
}

// Exec runs a statement that gives no rows.
func (s Single) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	res, err := s.send(ctx, sql, args)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := res.Exec()
	if closeErr := res.Close(); err == nil {
		err = closeErr
	}
	return tag, err
}

// Query runs a statement; closing the rows gives the connection back.
func (s Single) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	res, err := s.send(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	rows, err := res.Query()
	if err != nil {
		_ = res.Close()
		return nil, err
	}
	return &singleRows{Rows: rows, res: res}, nil
}

// QueryRow runs a statement that gives one row; scanning it gives the connection
// back.
func (s Single) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	res, err := s.send(ctx, sql, args)
	return singleRow{res, err}
}

type singleRows struct {
	pgx.Rows
	res pgx.BatchResults
	err error
}

// Close ends the batch too: only then is a write committed and known to be.
func (r *singleRows) Close() {
	r.Rows.Close()
	if r.res != nil {
		r.err = r.res.Close()
		r.res = nil
	}
}

func (r *singleRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *singleRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.err
}

type singleRow struct {
	res pgx.BatchResults
	err error
}

func (r singleRow) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	err := r.res.QueryRow().Scan(dest...)
	if closeErr := r.res.Close(); err == nil {
		err = closeErr
	}
	return err
}

// Together sends the setting and the statements of a batch: one round trip and one
// implicit transaction. What they give goes to the batch's own functions.
func (s Single) Together(ctx context.Context, b *pgx.Batch) error {
	enter, args := enterStatement(ctx, s.tenant, s.locks)
	all := &pgx.Batch{}
	all.Queue(enter, args...)
	all.QueuedQueries = append(all.QueuedQueries, b.QueuedQueries...)
	return stale(s.pool.pg.SendBatch(ctx, all).Close())
}

package db

import (
	"context"
	"errors"

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

// QueryRow runs a statement that gives one row, when that is scanned. It stays prepared on
// every connection: for texts that the program holds, of which there are only so many.
func (s Single) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return singleRow{s, ctx, sql, args}
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

// outdated says that what a statement gives has changed since it was prepared: a
// migration came meanwhile.
const outdated = "0A000"

type singleRow struct {
	Single
	ctx  context.Context
	sql  string
	args []any
}

// Scan implements pgx.Row. A row by its key is what is asked most: unless somebody traces,
// it goes past pgx's pipeline, which costs a tenth of the whole look-up.
func (r singleRow) Scan(dest ...any) error {
	if r.pool.traced {
		res, err := r.send(r.ctx, r.sql, r.args)
		if err != nil {
			return err
		}
		err = res.QueryRow().Scan(dest...)
		if closeErr := res.Close(); err == nil {
			err = closeErr
		}
		return err
	}
	conn, err := r.pool.pg.Acquire(r.ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = r.scan(conn.Conn(), dest)
	if pgErr := (*pgconn.PgError)(nil); errors.As(err, &pgErr) && pgErr.Code == outdated {
		_ = conn.Conn().Deallocate(r.ctx, r.sql) // the next call prepares it again
	}
	return stale(err)
}

func (r singleRow) scan(conn *pgx.Conn, dest []any) error {
	enter, enterArgs := enterStatement(r.ctx, r.tenant, r.locks)
	var batch pgconn.Batch
	if err := errors.Join(queue(r.ctx, conn, &batch, enter, enterArgs), queue(r.ctx, conn, &batch, r.sql, r.args)); err != nil {
		return err
	}
	res := conn.PgConn().ExecBatch(r.ctx, &batch)
	scanned := pgx.ErrNoRows
	entered := res.NextResult()
	if entered && res.NextResult() {
		if row := res.ResultReader(); row.NextRow() {
			scanned = pgx.ScanRow(conn.TypeMap(), row.FieldDescriptions(), row.Values(), dest...)
		}
	}
	if err := res.Close(); err != nil {
		return err
	}
	return scanned
}

// queue adds a statement, prepared on the connection, to a batch.
func queue(ctx context.Context, conn *pgx.Conn, batch *pgconn.Batch, sql string, args []any) error {
	prepared, err := conn.Prepare(ctx, sql, sql)
	if err != nil {
		return err
	}
	var built pgx.ExtendedQueryBuilder
	if err := built.Build(conn.TypeMap(), prepared, args); err != nil {
		return err
	}
	batch.ExecStatement(prepared, built.ParamValues, built.ParamFormats, built.ResultFormats)
	return nil
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

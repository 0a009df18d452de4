package posapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
	"github.com/changke/changke/services/tenant"
)

// Clockwork moves a sandbox's days on; main wires it.
type Clockwork interface {
	// MoveDay moves the clock to its n-th day ahead of the calendar; false: it stands
	// elsewhere. Fault: sandbox.real_chain.
	MoveDay(ctx context.Context, id kernel.TenantID, n int) (bool, error)
	// CatchUp waits until every run that is due has been; an error says which failed.
	CatchUp(ctx context.Context, id kernel.TenantID) error
	// CloseDays says of each business day up to the last, since the stores are live,
	// that lacks something that it is complete as it is, as a manager of each store
	// would (RUL-07): totals that a vendor tried for a day long past make its store
	// wait from there on.
	CloseDays(ctx context.Context, id kernel.TenantID, last kernel.BusinessDate) error
}

// sandboxOf gives the chain if it is a sandbox. Fault: sandbox.real_chain.
func (a *App) sandboxOf(ctx context.Context, id kernel.TenantID) (tenant.Chain, error) {
	chain, err := a.Stores.Chain(ctx, id)
	if err == nil && !chain.Sandbox {
		err = pos.ErrRealChain
	}
	return chain, err
}

// Sandbox gives a sandbox as it stands. Fault: sandbox.real_chain.
func (a *App) Sandbox(ctx context.Context, id kernel.TenantID, now time.Time) (pos.Sandbox, error) {
	chain, err := a.sandboxOf(ctx, id)
	if err != nil {
		return pos.Sandbox{}, err
	}
	out := pos.Sandbox{Code: chain.Code, Today: chain.BusinessDate(now), Ahead: int32(chain.Moved.Days(now))}
	q := posdb.New(a.DB.Single(id))
	switch move, err := q.SandboxMove(ctx, id); {
	case err == nil:
		m := move.Move()
		out.Move = &m
	case !errors.Is(err, pgx.ErrNoRows):
		return out, err
	}
	rows, err := q.Troubles(ctx, id)
	for _, r := range rows {
		out.OrderedAt = &r.OrderedAt
		if r.LeftOver > 0 {
			out.Troubles = append(out.Troubles, r.Trouble())
		}
	}
	return out, err
}

// MoveClock lets a sandbox's clock go forward by some days, each of which is lived
// through by a job. Faults: sandbox.real_chain, sandbox.moving.
func (a *App) MoveClock(ctx context.Context, grant kernel.Grant, days int32, leaveOpen bool, now time.Time) (pos.Sandbox, error) {
	id := grant.Actor().Tenant
	chain, err := a.sandboxOf(ctx, id)
	if err != nil {
		return pos.Sandbox{}, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		from := int32(chain.Moved.Days(now))
		n, err := posdb.New(tx).BeginMove(ctx, posdb.BeginMoveParams{TenantID: id, FromDays: from, ToDays: from + days, LeaveOpen: leaveOpen, Now: now})
		if err == nil && n == 0 {
			err = pos.ErrMoving
		}
		if err != nil {
			return err
		}
		line := audit.Entry{Action: "sandbox.clock_moved", Object: "sandbox", ObjectID: chain.Code, Changes: []audit.Change{{Field: "days", After: fmt.Sprint(days)}}}
		if err := audit.WriteTx(ctx, tx, id, now, line); err != nil {
			return err
		}
		return a.insertJob(ctx, tx, MoveArgs{Tenant: id}, nil)
	})
	if err != nil {
		return pos.Sandbox{}, err
	}
	return a.Sandbox(ctx, id, now)
}

// MoveArgs are the job's that lives through the days of a move.
type MoveArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
}

// Kind implements river.JobArgs.
func (MoveArgs) Kind() string { return "sandbox_move" }

// moveSpell is how long a job moves days before it makes room for others.
const moveSpell = time.Minute

type moveWorker struct {
	river.WorkerDefaults[MoveArgs]
	app *App
}

// Work moves day after day. Cut off anywhere, the next try goes on where this one
// stood: the day's number is the guard.
func (w *moveWorker) Work(ctx context.Context, job *river.Job[MoveArgs]) error {
	spell, cancel := context.WithTimeout(ctx, moveSpell)
	defer cancel()
	for spell.Err() == nil {
		more, err := w.app.moveOn(ctx, job.Args.Tenant)
		if err != nil || !more {
			return err
		}
	}
	return river.JobSnooze(0)
}

// moveOn settles the day that a moving clock shows and goes on to the next one; false:
// it has arrived, or stopped. Each day is worked to its end before the next begins, so
// that its runs see the day they are of, as in production.
func (a *App) moveOn(ctx context.Context, id kernel.TenantID) (bool, error) {
	q := posdb.New(a.DB.Single(id))
	row, err := q.SandboxMove(ctx, id)
	if err != nil {
		return false, err
	}
	move := row.Move()
	chain, err := a.sandboxOf(ctx, id)
	if err != nil || move.State != pos.Moving {
		return false, err
	}
	now := a.Clock.Now()
	ahead := int32(chain.Moved.Days(now))
	err = a.settle(ctx, id, chain.BusinessDate(now), move, ahead)
	if err == nil && ahead < move.To {
		_, err = a.Clockwork.MoveDay(ctx, id, int(ahead)+1)
		if err == nil {
			return true, nil
		}
	}
	if ctx.Err() != nil { // not its fault: tried again
		return false, ctx.Err()
	}
	if err != nil {
		a.Log.ErrorContext(ctx, "a sandbox's clock stopped", "tenant", id, "error", err)
		_, err = q.EndMove(ctx, string(pos.Stopped), "有任务失败，时钟停在这一天：请在“任务”里查看，重试后再移。", id)
		return false, err
	}
	_, err = q.EndMove(ctx, string(pos.Arrived), "", id)
	return false, err
}

// settle declares the days that were left behind, so that no store waits for a till
// that nobody runs, and works what is due today.
func (a *App) settle(ctx context.Context, id kernel.TenantID, today kernel.BusinessDate, move pos.Move, ahead int32) error {
	if ahead > move.From && !move.LeaveOpen {
		if err := a.Clockwork.CloseDays(ctx, id, today-1); err != nil {
			return err
		}
	}
	return a.Clockwork.CatchUp(ctx, id)
}

// OrderTrouble puts troubles in place of those still to come; their ids, a millisecond
// apart, keep their order. Faults:
// sandbox.real_chain, sandbox.unknown_method.
func (a *App) OrderTrouble(ctx context.Context, grant kernel.Grant, troubles []pos.Trouble, now time.Time) (pos.Sandbox, error) {
	id := grant.Actor().Tenant
	chain, err := a.sandboxOf(ctx, id)
	if err != nil {
		return pos.Sandbox{}, err
	}
	for _, t := range troubles {
		if err := t.Check(); err != nil {
			return pos.Sandbox{}, err
		}
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := posdb.New(tx)
		if err := q.DropTroubles(ctx, id); err != nil {
			return err
		}
		for i, t := range troubles {
			err := q.InsertTrouble(ctx, posdb.InsertTroubleParams{
				TenantID: id, TroubleID: kernel.NewID[kernel.UUID](now.Add(time.Duration(i) * time.Millisecond)), Method: t.Method, Kind: string(t.Kind), Calls: t.Calls, WaitMs: int32(t.Wait.Milliseconds()), Now: now,
			})
			if err != nil {
				return err
			}
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "sandbox.trouble_ordered", Object: "sandbox", ObjectID: chain.Code})
	})
	if err != nil {
		return pos.Sandbox{}, err
	}
	return a.Sandbox(ctx, id, now)
}

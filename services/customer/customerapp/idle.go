package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/tenant"
)

// Inbox is the port to message: what the system tells a member of staff.
type Inbox interface {
	NoteTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, notes []message.Note, now time.Time) error
}

// IdleTx gives the files of DEL-02 that something may be due for on a day, in the
// order of files after one, locked: a port of ownership, whose chain of runs
// carries the rule out.
func (a *App) IdleTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, day kernel.BusinessDate, t customer.IdleTerms, stores []tenant.Store, after kernel.FileID, atMost int) ([]customer.Idle, error) {
	p := customerdb.IdleFilesParams{TenantID: id, AfterFile: after, AtMost: int32(atMost)}
	for warned, days := range []int{t.First, t.Last, t.End} {
		p.Warned, p.Before = append(p.Warned, int16(warned)), append(p.Before, customer.BegunBefore(day, days, stores))
	}
	rows, err := customerdb.New(tx).IdleFiles(ctx, p)
	out := make([]customer.Idle, len(rows))
	for i, r := range rows {
		out[i] = customer.Idle{File: r.FileID, Store: r.StoreID, Writer: r.WriterID, Clock: r.Clock, Warned: int(r.Warned)}
	}
	return out, err
}

// ActIdleTx carries out what DEL-02 decided on files that IdleTx locked in the
// same transaction: writers are warned, files are erased, each in some
// statements for all.
func (a *App) ActIdleTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, day kernel.BusinessDate, acts []customer.IdleAct, now time.Time) error {
	var warned []kernel.UUID
	var clocks []time.Time
	e := Erasure{Rule: customer.RuleIncomplete, Day: func(kernel.StoreID) kernel.BusinessDate { return day }}
	notes := make([]message.Note, len(acts))
	for i, act := range acts {
		n := message.Note{Person: act.Writer, File: act.File, On: act.Ends}
		switch act.Step {
		case customer.IdleDelete:
			e.Files, n.Kind = append(e.Files, act.File), message.FileDeleted
		case customer.IdleWarnEnd:
			n.Kind = message.FileEndsSoon
		case customer.IdleWarn:
			n.Kind = message.FileEnds
		case customer.IdleNothing:
			return errors.New("a decision that does nothing")
		}
		notes[i] = n
		if act.Step != customer.IdleDelete {
			warned, clocks = append(warned, kernel.UUID(act.File)), append(clocks, act.IdleEvidence.Clock)
		}
	}
	if len(warned) > 0 {
		if err := customerdb.New(tx).MarkWarned(ctx, id, warned, clocks); err != nil {
			return err
		}
	}
	if len(e.Files) > 0 {
		if _, err := a.EraseTx(ctx, tx, id, e, now); err != nil {
			return err
		}
	}
	return a.inbox.NoteTx(ctx, tx, id, notes, now)
}

// FirstIdle is the business day on which the oldest file was begun that DEL-02
// has not looked at; nil: there is none.
func (a *App) FirstIdle(ctx context.Context, id kernel.TenantID) (*kernel.BusinessDate, error) {
	row, err := a.read(id).FirstIdle(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	store, err := a.Tenants.Store(ctx, id, row.StoreID)
	if err != nil {
		return nil, err
	}
	return new(store.BusinessDate(row.Clock)), nil
}

package handoverapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
)

// PlanMove plans how a store ends (HND-08); nothing changes until somebody else at
// head office has approved it and the day has come. Faults: store_move.not_found (not
// at head office), store_move.open, invalid_field.
func (a *App) PlanMove(ctx context.Context, grant kernel.Grant, now time.Time, m handover.Move) (handover.Move, error) {
	id := grant.Actor().Tenant
	if _, err := a.checkMove(ctx, grant, now, &m); err != nil {
		return m, err
	}
	m.ID, m.State, m.By, m.PlannedAt = kernel.NewID[kernel.UUID](now), handover.MovePlanned, grant.Person(), now
	m.For = grant.Holder(m.Store, false).Who()
	s := setting{tenant: id, now: now}
	var err error
	if s.office, err = a.officeDesk(ctx, id, now, m.Store); err != nil {
		return m, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := handoverdb.New(tx)
		if err := q.InsertMove(ctx, handoverdb.InsertMoveParams{
			TenantID: id, MoveID: m.ID, Kind: string(m.Kind), StoreID: m.Store, ToStoreID: m.To, OnDate: m.On, Reason: m.Reason, PlannedBy: m.By, PlannedFor: m.For, Now: now,
		}); err != nil {
			if db.ConstraintName(err) == "store_move_one" {
				return handover.ErrMoveOpen
			}
			return err
		}
		if err := q.InsertMoveLines(ctx, handoverdb.MoveLineColumns(id, m)); err != nil {
			return err
		}
		notes := []message.Note{}
		for _, p := range s.turn(m.Store, m.Concerns) {
			notes = append(notes, message.Note{Person: p, Kind: message.StoreMovePlanned, On: m.On})
		}
		if err := a.Messages.NoteTx(ctx, tx, id, notes, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, moveLine("store_move.planned", m))
	})
	return m, err
}

// ApproveMove lets a store end on its day: from then on it takes no bookings for it.
// Not by who planned it, nor by anybody whose guests it names (ROL-04). Faults:
// store_move.not_found, store_move.own, store_move.over, store_move.late,
// store_move.blocked.
func (a *App) ApproveMove(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (handover.Move, error) {
	p, err := a.MoveView(ctx, grant, now, id)
	m := p.Move
	if err != nil {
		return m, err
	}
	whom, ok := grant.Decide(m.Store, m.Concerns)
	switch {
	case !ok:
		return m, handover.ErrMoveOwn
	case m.State != handover.MovePlanned:
		return m, handover.ErrMoveOver
	case m.On <= p.today:
		return m, handover.ErrMoveLate
	case p.blocked():
		return m, handover.ErrMoveBlocked
	}
	me, tenantID := grant.Person(), grant.Actor().Tenant
	m.State, m.ApprovedBy, m.ApprovedFor = handover.MoveApproved, &me, whom.Who()
	return m, a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		n, err := handoverdb.New(tx).ApproveMove(ctx, handoverdb.ApproveMoveParams{TenantID: tenantID, MoveID: id, ApprovedBy: kernel.UUID(me), ApprovedFor: m.ApprovedFor, Now: now})
		if err != nil {
			return err
		}
		if n == 0 {
			return handover.ErrMoveOver
		}
		if err := a.Tenants.CloseStoreTx(ctx, tx, tenantID, m.Store, m.On, m.Reason, now); err != nil {
			return err
		}
		e := moveLine("store_move.approved", m)
		e.Concerned = m.Concerns
		return audit.WriteTx(ctx, tx, tenantID, now, e)
	})
}

// WithdrawMove takes an end back before it begins; the store takes bookings again.
// Faults: store_move.not_found, store_move.begun, store_move.over.
func (a *App) WithdrawMove(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (handover.Move, error) {
	m, err := a.move(ctx, grant, id)
	if err != nil {
		return m, err
	}
	if m.State == handover.MoveRunning || m.State == handover.MoveDone {
		return m, handover.ErrMoveBegun
	}
	tenantID, was := grant.Actor().Tenant, m.State
	m.State = handover.MoveWithdrawn
	return m, a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		n, err := handoverdb.New(tx).WithdrawMove(ctx, handoverdb.WithdrawMoveParams{TenantID: tenantID, MoveID: id, WithdrawnBy: kernel.UUID(grant.Person()), Now: now, Expected: string(was)})
		if err != nil {
			return err
		}
		if n == 0 {
			return handover.ErrMoveOver
		}
		if was == handover.MoveApproved {
			if err := a.Tenants.ReopenStoreTx(ctx, tx, tenantID, m.Store, now); err != nil {
				return err
			}
		}
		return audit.WriteTx(ctx, tx, tenantID, now, moveLine("store_move.withdrawn", m))
	})
}

// Moves lists ends of stores, newest first, before one. Fault: store_move.not_found.
func (a *App) Moves(ctx context.Context, grant kernel.Grant, before time.Time, beforeID kernel.UUID, atMost int) ([]handover.Move, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return nil, handover.ErrMoveNotFound
	}
	rows, err := a.read(id).Moves(ctx, handoverdb.MovesParams{TenantID: id, BeforeAt: before, BeforeID: beforeID, AtMost: int32(atMost)})
	out := make([]handover.Move, len(rows))
	for i, r := range rows {
		out[i] = r.Move()
	}
	return out, err
}

// move reads one with its lines. Fault: store_move.not_found.
func (a *App) move(ctx context.Context, grant kernel.Grant, move kernel.UUID) (handover.Move, error) {
	if !grant.Tenant() {
		return handover.Move{}, handover.ErrMoveNotFound
	}
	return readMove(ctx, a.read(grant.Actor().Tenant), grant.Actor().Tenant, move)
}

func readMove(ctx context.Context, q *handoverdb.Queries, id kernel.TenantID, move kernel.UUID) (handover.Move, error) {
	row, err := q.Move(ctx, id, move)
	if errors.Is(err, pgx.ErrNoRows) {
		return handover.Move{}, handover.ErrMoveNotFound
	}
	if err != nil {
		return handover.Move{}, err
	}
	m := row.Move()
	lines, err := q.MoveLines(ctx, id, move)
	for _, l := range lines {
		m.Lines = append(m.Lines, handover.MoveLine{Referrer: l.ReferrerID, To: l.ToStoreID, Receiver: l.ReceiverID})
	}
	return m, err
}

// checkMove says whether an end can be planned now, and gives the store. Faults:
// store_move.not_found, invalid_field.
func (a *App) checkMove(ctx context.Context, grant kernel.Grant, now time.Time, m *handover.Move) (tenant.Store, error) {
	if !grant.Tenant() {
		return tenant.Store{}, handover.ErrMoveNotFound
	}
	s, err := a.Tenants.Store(ctx, grant.Actor().Tenant, m.Store)
	if err != nil {
		return s, err
	}
	if _, err := a.Tenants.Store(ctx, grant.Actor().Tenant, m.To); err != nil {
		return s, err
	}
	if s.ClosedOn != nil {
		return s, handover.ErrMoveStore
	}
	return s, m.Check(s.BusinessDate(now))
}

// moveLine is what the log of acts says of the end of a store.
func moveLine(action string, m handover.Move) audit.Entry {
	return audit.Entry{
		Action: action, Topic: "handover", Object: "store", ObjectID: m.Store.String(), Store: m.Store,
		Changes: []audit.Change{{Field: "kind", After: string(m.Kind)}, {Field: "to_store", After: m.To.String()}, {Field: "closed_on", After: m.On.String()}},
	}
}

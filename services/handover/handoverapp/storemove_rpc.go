package handoverapp

import (
	"context"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	handoverv1 "github.com/changke/changke/gen/go/changke/handover/v1"
	"github.com/changke/changke/gen/go/changke/handover/v1/handoverv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// moveServer answers StoreMoveService.
type moveServer struct{ *App }

// MoveServer gives the RPC service of stores that end.
func (a *App) MoveServer() handoverv1connect.StoreMoveServiceHandler { return moveServer{a} }

var (
	moveKinds = map[handoverv1.StoreMoveKind]handover.MoveKind{
		handoverv1.StoreMoveKind_STORE_MOVE_KIND_MERGE: handover.MergeStores, handoverv1.StoreMoveKind_STORE_MOVE_KIND_CLOSE: handover.CloseStore,
	}
	moveKindsBack = map[handover.MoveKind]handoverv1.StoreMoveKind{
		handover.MergeStores: handoverv1.StoreMoveKind_STORE_MOVE_KIND_MERGE, handover.CloseStore: handoverv1.StoreMoveKind_STORE_MOVE_KIND_CLOSE,
	}
	moveStates = map[handover.MoveState]handoverv1.StoreMoveState{
		handover.MovePlanned: handoverv1.StoreMoveState_STORE_MOVE_STATE_PLANNED, handover.MoveApproved: handoverv1.StoreMoveState_STORE_MOVE_STATE_APPROVED,
		handover.MoveRunning: handoverv1.StoreMoveState_STORE_MOVE_STATE_MOVING, handover.MoveDone: handoverv1.StoreMoveState_STORE_MOVE_STATE_DONE,
		handover.MoveWithdrawn: handoverv1.StoreMoveState_STORE_MOVE_STATE_WITHDRAWN,
	}
	fates = map[visit.Fate]handoverv1.StoreMoveFate{
		visit.GoesToPlace: handoverv1.StoreMoveFate_STORE_MOVE_FATE_PLACED, visit.GoesUnplaced: handoverv1.StoreMoveFate_STORE_MOVE_FATE_UNPLACED,
		visit.GoesUnopened: handoverv1.StoreMoveFate_STORE_MOVE_FATE_SHUT, visit.IsCalledOff: handoverv1.StoreMoveFate_STORE_MOVE_FATE_CALLED_OFF,
		visit.GoesAsItStood: handoverv1.StoreMoveFate_STORE_MOVE_FATE_ALONG,
	}
	moveBlocks = map[handover.MoveBlock]handoverv1.StoreMoveBlockReason{
		handover.BlockedByBookings: handoverv1.StoreMoveBlockReason_STORE_MOVE_BLOCK_REASON_BOOKINGS, handover.BlockedByReferrer: handoverv1.StoreMoveBlockReason_STORE_MOVE_BLOCK_REASON_REFERRER,
		handover.BlockedByReceiver: handoverv1.StoreMoveBlockReason_STORE_MOVE_BLOCK_REASON_RECEIVER, handover.BlockedByTwin: handoverv1.StoreMoveBlockReason_STORE_MOVE_BLOCK_REASON_TWIN,
		handover.BlockedByMove: handoverv1.StoreMoveBlockReason_STORE_MOVE_BLOCK_REASON_MOVE, handover.BlockedByStoreWait: handoverv1.StoreMoveBlockReason_STORE_MOVE_BLOCK_REASON_WAITING,
	}
)

// PreviewStoreMove implements StoreMoveService.
func (s moveServer) PreviewStoreMove(ctx context.Context, req *handoverv1.PreviewStoreMoveRequest) (*handoverv1.PreviewStoreMoveResponse, error) {
	m, err := planFromProto(req.Plan)
	if err != nil {
		return nil, err
	}
	if m.Reason == "" {
		m.Reason = "-" // only what is written needs one
	}
	v, err := s.PreviewMove(ctx, rpc.Grant(ctx), s.Clock.Now(), m)
	if err != nil {
		return nil, err
	}
	receivers, err := s.ReceiversOfMove(ctx, rpc.Actor(ctx).Tenant, v)
	d := s.detail(ctx, v)
	for _, store := range v.targets() {
		x := &handoverv1.StoreMoveReceivers{StoreId: store.String()}
		for _, r := range receivers[store] {
			x.Receivers = append(x.Receivers, &handoverv1.ReceiverChoice{Id: r.PersonID.String(), StaffNo: r.StaffNo, Name: r.Name, Position: r.Position, Files: r.Files})
		}
		d.Receivers = append(d.Receivers, x)
	}
	return &handoverv1.PreviewStoreMoveResponse{Detail: d}, err
}

// PlanStoreMove implements StoreMoveService.
func (s moveServer) PlanStoreMove(ctx context.Context, req *handoverv1.PlanStoreMoveRequest) (*handoverv1.PlanStoreMoveResponse, error) {
	m, err := planFromProto(req.Plan)
	if err != nil {
		return nil, err
	}
	if m, err = s.PlanMove(ctx, rpc.Grant(ctx), s.Clock.Now(), m); err != nil {
		return nil, err
	}
	d, err := s.moveAgain(ctx, m.ID)
	return &handoverv1.PlanStoreMoveResponse{Detail: d}, err
}

// ListStoreMoves implements StoreMoveService.
func (s moveServer) ListStoreMoves(ctx context.Context, req *handoverv1.ListStoreMovesRequest) (*handoverv1.ListStoreMovesResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	before, id, err := movePage(grant.Actor().Tenant, req.PageToken)
	if err != nil {
		return nil, err
	}
	all, err := s.Moves(ctx, grant, before, id, size+1)
	if err != nil {
		return nil, err
	}
	page, last := cut(all, size)
	res := &handoverv1.ListStoreMovesResponse{}
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, strconv.FormatInt(last.PlannedAt.UnixMicro(), 10), last.ID.String())
	}
	people := []kernel.PersonID{}
	for _, m := range page {
		if people = append(people, m.By); m.ApprovedBy != nil {
			people = append(people, *m.ApprovedBy)
		}
	}
	names, err := s.names(ctx, grant.Actor().Tenant, people...)
	for _, m := range page {
		res.Moves = append(res.Moves, moveProto(m, names))
	}
	return res, err
}

// GetStoreMove implements StoreMoveService.
func (s moveServer) GetStoreMove(ctx context.Context, req *handoverv1.GetStoreMoveRequest) (*handoverv1.GetStoreMoveResponse, error) {
	id, err := moveID(req.Id)
	if err != nil {
		return nil, err
	}
	d, err := s.moveAgain(ctx, id)
	return &handoverv1.GetStoreMoveResponse{Detail: d}, err
}

// ApproveStoreMove implements StoreMoveService.
func (s moveServer) ApproveStoreMove(ctx context.Context, req *handoverv1.ApproveStoreMoveRequest) (*handoverv1.ApproveStoreMoveResponse, error) {
	d, err := s.did(ctx, req.Id, s.ApproveMove)
	return &handoverv1.ApproveStoreMoveResponse{Detail: d}, err
}

// WithdrawStoreMove implements StoreMoveService.
func (s moveServer) WithdrawStoreMove(ctx context.Context, req *handoverv1.WithdrawStoreMoveRequest) (*handoverv1.WithdrawStoreMoveResponse, error) {
	d, err := s.did(ctx, req.Id, s.WithdrawMove)
	return &handoverv1.WithdrawStoreMoveResponse{Detail: d}, err
}

// did does a step of the caller's and gives the end as it stands then.
func (s moveServer) did(ctx context.Context, id string, do func(context.Context, kernel.Grant, time.Time, kernel.UUID) (handover.Move, error)) (*handoverv1.StoreMoveDetail, error) {
	at, err := moveID(id)
	if err != nil {
		return nil, err
	}
	if _, err := do(ctx, rpc.Grant(ctx), s.Clock.Now(), at); err != nil {
		return nil, err
	}
	return s.moveAgain(ctx, at)
}

func (s moveServer) moveAgain(ctx context.Context, id kernel.UUID) (*handoverv1.StoreMoveDetail, error) {
	v, err := s.MoveView(ctx, rpc.Grant(ctx), s.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return s.detail(ctx, v), nil
}

func moveID(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, handover.ErrMoveNotFound
	}
	return id, nil
}

// movePage reads where a page begins; empty: at the newest.
func movePage(id kernel.TenantID, token string) (time.Time, kernel.UUID, error) {
	parts, err := rpc.ParsePageToken(id, token, 2)
	if err != nil || parts == nil {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), kernel.UUID{}, err
	}
	micros, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return time.Time{}, kernel.UUID{}, errPageToken
	}
	at, err := kernel.ParseID[kernel.UUID](parts[1])
	if err != nil {
		return time.Time{}, at, errPageToken
	}
	return time.UnixMicro(micros), at, nil
}

func planFromProto(p *handoverv1.StoreMovePlan) (m handover.Move, err error) {
	m = handover.Move{Kind: moveKinds[p.Kind], Reason: p.Reason}
	if m.Store, err = kernel.ParseID[kernel.StoreID](p.StoreId); err != nil {
		return m, handover.ErrMoveStore
	}
	if m.To, err = kernel.ParseID[kernel.StoreID](p.ToStoreId); err != nil {
		return m, handover.ErrMoveSame
	}
	if m.On, err = kernel.ParseDate(p.OnDate); err != nil {
		return m, fault.Field("on_date", handover.RuleStoreEnds, "日期不正确，请重新选择。")
	}
	for _, l := range p.Lines {
		var x handover.MoveLine
		if x.Referrer, err = kernel.ParseID[kernel.PersonID](l.ReferrerId); err != nil {
			return m, handover.ErrMoveLine
		}
		if x.Receiver, err = kernel.ParseID[kernel.PersonID](l.ReceiverId); err != nil {
			return m, handover.ErrMoveLine
		}
		if x.To, err = kernel.ParseID[kernel.StoreID](l.ToStoreId); err != nil {
			return m, handover.ErrMoveLine
		}
		m.Lines = append(m.Lines, x)
	}
	return m, nil
}

func moveProto(m handover.Move, names map[kernel.PersonID]person) *handoverv1.StoreMove {
	p := &handoverv1.StoreMovePlan{Kind: moveKindsBack[m.Kind], StoreId: m.Store.String(), ToStoreId: m.To.String(), OnDate: m.On.String(), Reason: m.Reason}
	for _, l := range m.Lines {
		p.Lines = append(p.Lines, &handoverv1.StoreMoveLine{ReferrerId: l.Referrer.String(), ToStoreId: l.To.String(), ReceiverId: l.Receiver.String()})
	}
	out := &handoverv1.StoreMove{
		Plan: p, State: moveStates[m.State], PlannedByName: names[m.By].name, Files: m.Files, Moved: m.Moved, Ties: m.Ties, Passed: m.Passed, Doubles: m.Doubles, Stuck: m.Stuck, Posts: m.People,
		Bookings: m.Bookings, Unplaced: m.Unplaced, Untold: m.Untold,
	}
	if m.State != "" {
		out.Id, out.PlannedTime = m.ID.String(), timestamppb.New(m.PlannedAt)
	}
	if m.ApprovedBy != nil {
		out.ApprovedByName = names[*m.ApprovedBy].name
	}
	if m.MovedOn != nil {
		out.MovedDate = m.MovedOn.String()
	}
	return out
}

func (s moveServer) detail(ctx context.Context, v MoveView) *handoverv1.StoreMoveDetail {
	i := v.Inventory
	d := &handoverv1.StoreMoveDetail{
		Move: moveProto(v.Move, v.Names), MayWithdraw: v.State != "" && v.Withdrawable(),
		Inventory: &handoverv1.StoreMoveInventory{
			Public: i.Public, Drafts: i.Drafts, Reviews: i.Reviews, Offers: i.Offers, Appeals: i.Appeals, Conflicts: i.Conflicts, Handovers: i.Cases, Custodies: i.Custodies, People: i.People, Twins: v.Twins,
		},
	}
	_, decides := rpc.Grant(ctx).Decide(v.Store, v.Concerns)
	for i, b := range v.Bookings {
		d.Inventory.Bookings++
		if b.Fate == visit.GoesUnplaced {
			d.Inventory.Unplaced++
		}
		if !b.Told {
			d.Inventory.Untold++
		}
		if i < maxBookingsShown {
			d.Bookings = append(d.Bookings, &handoverv1.StoreMoveBooking{
				Id: b.ID.String(), Ref: b.Ref, Date: b.Date.String(), MealPeriod: visitv1.MealPeriod(b.Meal), Guest: b.Guest, Guests: b.Guests, BookerName: v.Names[b.Booker].name,
				Places: b.Places, Fate: fates[b.Fate], ToPlaces: b.To, Told: b.Told,
			})
		}
	}
	d.MayApprove = decides && v.State == handover.MovePlanned && v.On > v.today && !v.blocked()
	for _, o := range v.Owners {
		x := &handoverv1.StoreMoveOwner{
			Person: &handoverv1.HandoverPerson{Id: o.ReferrerID.String(), StaffNo: o.StaffNo, Name: o.Name, Position: o.Position, LeftDate: dateOr(o.LeftOn)},
			Files:  o.Files, Held: o.Held, ToStoreId: o.To.String(), Missing: o.Missing,
		}
		if !o.Missing {
			r := v.Names[o.Receiver]
			x.Receiver = &handoverv1.HandoverPerson{Id: o.Receiver.String(), StaffNo: r.no, Name: r.name, LeftDate: dateOr(r.left)}
		}
		d.Inventory.Owned += o.Files
		d.Owners = append(d.Owners, x)
	}
	for _, b := range v.Blocks {
		d.Blocks = append(d.Blocks, &handoverv1.StoreMoveBlock{Reason: moveBlocks[b.Reason], Count: b.Count})
	}
	return d
}

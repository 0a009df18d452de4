package customerapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// ConflictServer is customerv1connect.ConflictServiceHandler.
type ConflictServer struct{ app *App }

// ConflictServer puts the use cases of conflict cases behind their RPC service.
func (a *App) ConflictServer() ConflictServer { return ConflictServer{a} }

// OpenConflict implements ConflictService.
func (s ConflictServer) OpenConflict(ctx context.Context, req *customerv1.OpenConflictRequest) (*customerv1.OpenConflictResponse, error) {
	store, request, in, err := createFromProto(&customerv1.CreateFileRequest{StoreId: req.GetStoreId(), RequestId: req.GetRequestId(), Fields: req.GetFields()})
	if err != nil {
		return nil, err
	}
	v, err := s.app.OpenConflict(ctx, rpc.Grant(ctx), s.app.Clock.Now(), store, request, in, req.GetReason())
	if err != nil {
		return nil, err
	}
	return &customerv1.OpenConflictResponse{Conflict: conflictToProto(v)}, nil
}

// ListConflicts implements ConflictService.
func (s ConflictServer) ListConflicts(ctx context.Context, req *customerv1.ListConflictsRequest) (*customerv1.ListConflictsResponse, error) {
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	found, next, err := s.app.Conflicts(ctx, rpc.Grant(ctx), s.app.Clock.Now(), store, req.GetEnded(), pageSize(req.GetPageSize()), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	e := listed("conflict.listed", rpc.Grant(ctx), store, len(found), "")
	e.Object = "conflict"
	audit.Seen(ctx, e)
	out := &customerv1.ListConflictsResponse{NextPageToken: next}
	for _, v := range found {
		out.Conflicts = append(out.Conflicts, conflictToProto(v))
	}
	return out, nil
}

// GetConflict implements ConflictService.
func (s ConflictServer) GetConflict(ctx context.Context, req *customerv1.GetConflictRequest) (*customerv1.GetConflictResponse, error) {
	id, err := caseFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Conflict(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	e := conflictLine("conflict.viewed", id, v.Store)
	e.Topic, e.Own = audit.TopicView, v.ByMe || v.Mine
	audit.Seen(ctx, e)
	return &customerv1.GetConflictResponse{Conflict: conflictToProto(v)}, nil
}

// AnswerConflict implements ConflictService.
func (s ConflictServer) AnswerConflict(ctx context.Context, req *customerv1.AnswerConflictRequest) (*customerv1.AnswerConflictResponse, error) {
	id, err := caseFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Answer(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, req.GetAnswer())
	if err != nil {
		return nil, err
	}
	return &customerv1.AnswerConflictResponse{Conflict: conflictToProto(v)}, nil
}

// YieldConflict implements ConflictService.
func (s ConflictServer) YieldConflict(ctx context.Context, req *customerv1.YieldConflictRequest) (*customerv1.YieldConflictResponse, error) {
	id, err := caseFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Yield(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return &customerv1.YieldConflictResponse{Conflict: conflictToProto(v)}, nil
}

// DecideConflict implements ConflictService.
func (s ConflictServer) DecideConflict(ctx context.Context, req *customerv1.DecideConflictRequest) (*customerv1.DecideConflictResponse, error) {
	id, err := caseFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Decide(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, sides[req.GetOutcome()], req.GetReason())
	if err != nil {
		return nil, err
	}
	return &customerv1.DecideConflictResponse{Conflict: conflictToProto(v)}, nil
}

// GetNumberHold implements ConflictService.
func (s ConflictServer) GetNumberHold(ctx context.Context, req *customerv1.GetNumberHoldRequest) (*customerv1.GetNumberHoldResponse, error) {
	id, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	h, err := s.app.Hold(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	out := &customerv1.GetNumberHoldResponse{Hold: customerv1.NumberHold(h.State), HoldUntilTime: maybeTime(h.Until), OnFileDate: dateToProto(h.Since)}
	if !h.Case.IsZero() {
		out.ConflictId = h.Case.String()
	}
	return out, nil
}

// HoldNumber implements ConflictService.
func (s ConflictServer) HoldNumber(ctx context.Context, req *customerv1.HoldNumberRequest) (*customerv1.HoldNumberResponse, error) {
	id, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	until, err := s.app.HoldAgain(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return &customerv1.HoldNumberResponse{HoldUntilTime: timestamppb.New(until)}, nil
}

func caseFromProto(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, fault.Field("id", "", "编号不正确。")
	}
	return id, nil
}

var sides = map[customerv1.ConflictOutcome]customer.Side{
	customerv1.ConflictOutcome_CONFLICT_OUTCOME_HOLDER: customer.Holder, customerv1.ConflictOutcome_CONFLICT_OUTCOME_CLAIMANT: customer.Claimant,
}

var outcomes = map[customer.Side]customerv1.ConflictOutcome{
	customer.Holder: customerv1.ConflictOutcome_CONFLICT_OUTCOME_HOLDER, customer.Claimant: customerv1.ConflictOutcome_CONFLICT_OUTCOME_CLAIMANT,
}

var conflictStates = map[customer.ConflictState]customerv1.ConflictState{
	customer.ConflictOpen:    customerv1.ConflictState_CONFLICT_STATE_OPEN,
	customer.ConflictSettled: customerv1.ConflictState_CONFLICT_STATE_SETTLED,
	customer.ConflictDecided: customerv1.ConflictState_CONFLICT_STATE_DECIDED,
}

func conflictToProto(v ConflictView) *customerv1.Conflict {
	out := &customerv1.Conflict{
		Id: v.ID.String(), StoreId: v.Store.String(), StoreName: v.StoreName, MaskedNumber: v.Masked, State: conflictStates[v.State], Outcome: outcomes[v.Outcome],
		HolderName: v.HolderName, ClaimantName: v.ClaimantName, OnFileDate: v.Since.String(), FileState: states[v.Guest.State], GuestName: v.GuestName, ClaimedName: v.ClaimedName,
		FileId: maybeID(v.File), ClaimFileId: maybeID(v.ClaimFile), Claim: v.Texts.Claim, Answer: v.Texts.Answer, Decision: v.Texts.Decision,
		OpenTime: timestamppb.New(v.Opened), DueTime: timestamppb.New(v.Due), EndTime: maybeTime(v.Ended), EndedByName: v.EndedBy,
		ClaimedByMe: v.ByMe, HeldByMe: v.Mine, Decidable: v.Decidable, HolderBookings: int32(v.HolderBookings), ClaimantBookings: int32(v.ClaimantBookings),
	}
	if v.Manager {
		out.State = customerv1.ConflictState_CONFLICT_STATE_WITH_MANAGER
	}
	if v.Turn != nil {
		out.Turn = turnToProto(*v.Turn)
	}
	return out
}

func maybeID(id *kernel.FileID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

func maybeTime(t *time.Time) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return timestamppb.New(*t)
}

package handoverapp

import (
	"context"

	handoverv1 "github.com/changke/changke/gen/go/changke/handover/v1"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
)

// stepped does a step of the caller's on a case and gives it as it stands then.
func (a server) stepped(ctx context.Context, id string, do func(kernel.Grant, kernel.UUID) (handover.Handover, error)) (*handoverv1.Handover, error) {
	at, err := caseID(id)
	if err != nil {
		return nil, err
	}
	if _, err := do(rpc.Grant(ctx), at); err != nil {
		return nil, err
	}
	v, err := a.again(ctx, rpc.Actor(ctx).Tenant, a.Clock.Now(), at)
	return v.proto(), err
}

// CheckHandover implements HandoverService.
func (a server) CheckHandover(ctx context.Context, req *handoverv1.CheckHandoverRequest) (*handoverv1.CheckHandoverResponse, error) {
	h, err := a.stepped(ctx, req.Id, func(g kernel.Grant, id kernel.UUID) (handover.Handover, error) {
		return a.Check(ctx, g, a.Clock.Now(), id, req.Approve, req.Seat, req.Reason)
	})
	return &handoverv1.CheckHandoverResponse{Handover: h}, err
}

// AnswerHandover implements HandoverService.
func (a server) AnswerHandover(ctx context.Context, req *handoverv1.AnswerHandoverRequest) (*handoverv1.AnswerHandoverResponse, error) {
	h, err := a.stepped(ctx, req.Id, func(g kernel.Grant, id kernel.UUID) (handover.Handover, error) {
		return a.Answer(ctx, g, a.Clock.Now(), id, req.Accept, req.Reason)
	})
	return &handoverv1.AnswerHandoverResponse{Handover: h}, err
}

// ConfirmHandover implements HandoverService.
func (a server) ConfirmHandover(ctx context.Context, req *handoverv1.ConfirmHandoverRequest) (*handoverv1.ConfirmHandoverResponse, error) {
	h, err := a.stepped(ctx, req.Id, func(g kernel.Grant, id kernel.UUID) (handover.Handover, error) {
		return a.Confirm(ctx, g, a.Clock.Now(), id, req.Approve, req.Reason)
	})
	return &handoverv1.ConfirmHandoverResponse{Handover: h}, err
}

// SendHandover implements HandoverService.
func (a server) SendHandover(ctx context.Context, req *handoverv1.SendHandoverRequest) (*handoverv1.SendHandoverResponse, error) {
	h, err := a.stepped(ctx, req.Id, func(g kernel.Grant, id kernel.UUID) (handover.Handover, error) {
		return a.Send(ctx, g, a.Clock.Now(), id)
	})
	return &handoverv1.SendHandoverResponse{Handover: h}, err
}

// WithdrawHandover implements HandoverService.
func (a server) WithdrawHandover(ctx context.Context, req *handoverv1.WithdrawHandoverRequest) (*handoverv1.WithdrawHandoverResponse, error) {
	h, err := a.stepped(ctx, req.Id, func(g kernel.Grant, id kernel.UUID) (handover.Handover, error) {
		return a.Withdraw(ctx, g, a.Clock.Now(), id, req.Reason)
	})
	return &handoverv1.WithdrawHandoverResponse{Handover: h}, err
}

// BeginFileCheck implements HandoverService.
func (a server) BeginFileCheck(ctx context.Context, req *handoverv1.BeginFileCheckRequest) (*handoverv1.BeginFileCheckResponse, error) {
	id, err := caseID(req.Id)
	if err != nil {
		return nil, err
	}
	file, err := kernel.ParseID[kernel.FileID](req.FileId)
	if err != nil {
		return nil, handover.ErrNotInCase
	}
	h, err := a.BeginCheck(ctx, rpc.Grant(ctx), a.Clock.Now(), id, file)
	if err != nil {
		return nil, err
	}
	f, err := a.fileOf(ctx, rpc.Actor(ctx).Tenant, h, file)
	if err != nil {
		return nil, err
	}
	out, _ := a.filesProto(ctx, []FileView{f}, 1, true)
	return &handoverv1.BeginFileCheckResponse{File: out[0]}, nil
}

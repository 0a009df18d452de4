package posapp

import (
	"context"
	"encoding/hex"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/pos"
)

// SandboxServer is posv1connect.SandboxServiceHandler.
type SandboxServer struct{ app *App }

// SandboxServer puts the use cases of sandboxes behind their RPC service.
func (a *App) SandboxServer() SandboxServer { return SandboxServer{a} }

// GetSandbox implements SandboxService.
func (s SandboxServer) GetSandbox(ctx context.Context, _ *posv1.GetSandboxRequest) (*posv1.GetSandboxResponse, error) {
	b, err := s.app.Sandbox(ctx, rpc.Actor(ctx).Tenant, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.GetSandboxResponse{Sandbox: sandboxToProto(b)}, nil
}

// MoveClock implements SandboxService.
func (s SandboxServer) MoveClock(ctx context.Context, req *posv1.MoveClockRequest) (*posv1.MoveClockResponse, error) {
	b, err := s.app.MoveClock(ctx, rpc.Grant(ctx), req.GetDays(), req.GetLeaveOpen(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.MoveClockResponse{Sandbox: sandboxToProto(b)}, nil
}

// OrderTrouble implements SandboxService.
func (s SandboxServer) OrderTrouble(ctx context.Context, req *posv1.OrderTroubleRequest) (*posv1.OrderTroubleResponse, error) {
	troubles := make([]pos.Trouble, len(req.GetTroubles()))
	for i, t := range req.GetTroubles() {
		troubles[i] = pos.Trouble{Method: t.GetMethod(), Kind: kindOfTrouble[t.GetKind()], Calls: t.GetCalls(), Wait: time.Duration(t.GetWaitMs()) * time.Millisecond}
	}
	b, err := s.app.OrderTrouble(ctx, rpc.Grant(ctx), troubles, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.OrderTroubleResponse{Sandbox: sandboxToProto(b)}, nil
}

// ListCalls implements SandboxService.
func (s SandboxServer) ListCalls(ctx context.Context, req *posv1.ListCallsRequest) (*posv1.ListCallsResponse, error) {
	id, size := rpc.Actor(ctx).Tenant, pageSize(req.GetPageSize(), 500)
	parts, err := rpc.ParsePageToken(id, req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	var after kernel.UUID
	if parts != nil {
		if after, err = kernel.ParseID[kernel.UUID](parts[0]); err != nil {
			return nil, err
		}
	}
	calls, err := s.app.SandboxCalls(ctx, id, after, size)
	if err != nil {
		return nil, err
	}
	out := &posv1.ListCallsResponse{}
	for _, c := range calls {
		out.Calls = append(out.Calls, sandboxCallToProto(c))
	}
	if len(calls) == size {
		out.NextPageToken = rpc.PageToken(id, calls[size-1].ID.String())
	}
	return out, nil
}

var (
	kindOfTrouble = map[posv1.TroubleKind]pos.TroubleKind{
		posv1.TroubleKind_TROUBLE_KIND_REFUSE: pos.Refuse, posv1.TroubleKind_TROUBLE_KIND_LOSE: pos.Lose,
		posv1.TroubleKind_TROUBLE_KIND_SLOW: pos.Slow, posv1.TroubleKind_TROUBLE_KIND_LIMIT: pos.Limit,
	}
	troubleKinds = map[pos.TroubleKind]posv1.TroubleKind{
		pos.Refuse: posv1.TroubleKind_TROUBLE_KIND_REFUSE, pos.Lose: posv1.TroubleKind_TROUBLE_KIND_LOSE,
		pos.Slow: posv1.TroubleKind_TROUBLE_KIND_SLOW, pos.Limit: posv1.TroubleKind_TROUBLE_KIND_LIMIT,
	}
	moveStates = map[pos.MoveState]posv1.SandboxMoveState{
		pos.Moving: posv1.SandboxMoveState_SANDBOX_MOVE_STATE_MOVING, pos.Arrived: posv1.SandboxMoveState_SANDBOX_MOVE_STATE_DONE,
		pos.Stopped: posv1.SandboxMoveState_SANDBOX_MOVE_STATE_STOPPED,
	}
)

func sandboxToProto(b pos.Sandbox) *posv1.Sandbox {
	out := &posv1.Sandbox{Code: b.Code, BusinessDate: b.Today.String(), DaysAhead: b.Ahead}
	if m := b.Move; m != nil {
		out.Move = &posv1.SandboxMove{State: moveStates[m.State], Days: m.To - m.From, DaysDone: max(0, min(b.Ahead, m.To)-m.From), Error: m.Error}
	}
	for _, t := range b.Troubles {
		out.Troubles = append(out.Troubles, &posv1.SandboxTrouble{Method: t.Method, Kind: troubleKinds[t.Kind], Calls: t.Calls, WaitMs: int32(t.Wait.Milliseconds())})
	}
	if b.OrderedAt != nil {
		out.OrderedTime = timestamppb.New(*b.OrderedAt)
	}
	for _, s := range pos.SandboxStores {
		out.Stores = append(out.Stores, &posv1.SandboxStore{Code: s.Code, Name: s.Name, Places: s.Places, BookerNos: s.Bookers})
	}
	for _, g := range pos.SandboxGuests {
		out.Guests = append(out.Guests, &posv1.SandboxGuest{StoreCode: g.Store, Number: g.Number.Local(), Name: g.Name, Story: g.Story, StoryEn: g.StoryEn})
	}
	return out
}

func sandboxCallToProto(c pos.SandboxCall) *posv1.SandboxCall {
	return &posv1.SandboxCall{
		ReceiveTime: timestamppb.New(c.At), TookMs: int32(c.Took.Milliseconds()), Method: c.Method, KeyHash: hex.EncodeToString(c.IdemHash), BodyHash: c.Body,
		Items: c.Items, Cursor: c.Cursor, Trouble: troubleKinds[c.Trouble], Code: c.Code, Reason: c.Reason,
	}
}

package ownershipapp

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// safetyServer answers SafetyService.
type safetyServer struct{ *App }

// SafetyServer gives the RPC service of what keeps runs from doing harm.
func (a *App) SafetyServer() ownershipv1connect.SafetyServiceHandler { return safetyServer{a} }

// ListWaits lists the stores that runs leave out.
func (a safetyServer) ListWaits(ctx context.Context, _ *ownershipv1.ListWaitsRequest) (*ownershipv1.ListWaitsResponse, error) {
	waits, err := a.Waits(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListWaitsResponse{}
	for _, w := range waits {
		res.Waits = append(res.Waits, w.proto())
	}
	return res, nil
}

// ListBrakes lists the runs that stopped before a store.
func (a safetyServer) ListBrakes(ctx context.Context, req *ownershipv1.ListBrakesRequest) (*ownershipv1.ListBrakesResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	before, err := idToken(grant.Actor().Tenant, req.PageToken, lastID)
	if err != nil {
		return nil, err
	}
	rows, err := a.Brakes(ctx, grant, req.OpenOnly, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListBrakesResponse{}
	page, last := cut(rows, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, last.BrakeID.String())
	}
	for _, b := range page {
		res.Brakes = append(res.Brakes, b.proto())
	}
	return res, nil
}

// ListBrakedGuests lists whom a stopped run would release.
func (a safetyServer) ListBrakedGuests(ctx context.Context, req *ownershipv1.ListBrakedGuestsRequest) (*ownershipv1.ListBrakedGuestsResponse, error) {
	id, err := brakeOf(req.Id)
	if err != nil {
		return nil, err
	}
	p, err := a.BrakedGuests(ctx, rpc.Grant(ctx), id, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &ownershipv1.ListBrakedGuestsResponse{Lines: p.proto(), Total: int32(p.Total)}, nil
}

// DecideBrake lets a stopped run go on, or skips it.
func (a safetyServer) DecideBrake(ctx context.Context, req *ownershipv1.DecideBrakeRequest) (*ownershipv1.DecideBrakeResponse, error) {
	id, err := brakeOf(req.Id)
	if err != nil {
		return nil, err
	}
	reason := strings.TrimSpace(req.Reason)
	if reason == "" || strings.ContainsAny(reason, "\r\n") {
		return nil, fault.Field("reason", "RUL-08", "请用一行写明原因。")
	}
	b, err := a.App.DecideBrake(ctx, rpc.Grant(ctx), id, req.Release, reason, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &ownershipv1.DecideBrakeResponse{Brake: b.proto()}, nil
}

// PreviewGoLive shows what go-live would do.
func (a safetyServer) PreviewGoLive(ctx context.Context, req *ownershipv1.PreviewGoLiveRequest) (*ownershipv1.PreviewGoLiveResponse, error) {
	store, err := kernel.ParseID[kernel.StoreID](req.StoreId)
	if err != nil {
		return nil, tenant.ErrNoStore
	}
	on, err := kernel.ParseDate(req.LiveDate)
	if err != nil {
		return nil, tenant.ErrLiveDate
	}
	p, err := a.App.PreviewGoLive(ctx, rpc.Grant(ctx), store, on, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &ownershipv1.PreviewGoLiveResponse{Lines: p.proto(), Total: int32(p.Total), Ties: p.Ties}, nil
}

func brakeOf(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, ownership.ErrNoBrake
	}
	return id, nil
}

func (w Wait) proto() *ownershipv1.StoreWait {
	out := &ownershipv1.StoreWait{
		StoreId: w.Store.ID.String(), StoreName: w.Store.Name, Cause: ownershipv1.WaitCause_WAIT_CAUSE_BRAKE,
		Rule: string(w.Step.Kind), StepDate: w.Step.Day.String(), WaitTime: timestamppb.New(w.Since),
	}
	if !w.Brake {
		out.Cause, out.IncompleteDate = ownershipv1.WaitCause_WAIT_CAUSE_DAY, (w.Step.Day - 1).String()
	}
	for _, g := range w.Gaps {
		out.Gaps, out.GapsEn = append(out.Gaps, g.ZH), append(out.GapsEn, g.EN)
	}
	return out
}

var brakeStates = map[string]ownershipv1.BrakeState{
	"open": ownershipv1.BrakeState_BRAKE_STATE_OPEN, "released": ownershipv1.BrakeState_BRAKE_STATE_RELEASED, "stopped": ownershipv1.BrakeState_BRAKE_STATE_STOPPED,
}

func (b Brake) proto() *ownershipv1.Brake {
	label := ownership.Kind(b.Kind).Label()
	out := &ownershipv1.Brake{
		Id: b.BrakeID.String(), StoreId: b.StoreID.String(), StoreName: b.StoreName, Rule: b.Kind, Label: label.ZH, LabelEn: label.EN, PeriodDate: b.PeriodOn.String(),
		Releases: b.Releases, Ties: b.Ties, Runs: b.Runs, Released: b.Released, State: brakeStates[b.State], Reason: b.Reason, DecidedBy: b.DecidedBy, CreateTime: timestamppb.New(b.CreatedAt),
	}
	if b.DecidedAt != nil {
		out.DecideTime = timestamppb.New(*b.DecidedAt)
	}
	return out
}

func (p Outlook) proto() []*ownershipv1.PreviewLine {
	out := make([]*ownershipv1.PreviewLine, len(p.Lines))
	for i, l := range p.Lines {
		out[i] = &ownershipv1.PreviewLine{
			FileId: l.FileID.String(), GuestName: customer.Name(l.GuestName).Masked(), Rule: l.Rule, Date: l.EffectiveOn.String(),
			FromName: l.FromName, ToName: l.ToName, Sentence: l.Sentence.ZH, SentenceEn: l.Sentence.EN,
		}
	}
	return out
}

package customerapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// MergeServer is customerv1connect.MergeServiceHandler.
type MergeServer struct{ app *App }

// MergeServer puts the use cases of merging behind their RPC service.
func (a *App) MergeServer() MergeServer { return MergeServer{a} }

// PreviewMerge implements MergeService.
func (s MergeServer) PreviewMerge(ctx context.Context, req *customerv1.PreviewMergeRequest) (*customerv1.PreviewMergeResponse, error) {
	in, err := mergeFromProto(req.GetSurvivorId(), req.GetMergedId(), req.GetOwner())
	if err != nil {
		return nil, err
	}
	e, err := s.app.PreviewMerge(ctx, rpc.Grant(ctx), s.app.Clock.Now(), in)
	if err != nil {
		return nil, err
	}
	return &customerv1.PreviewMergeResponse{Effect: e.proto()}, nil
}

// MergeFiles implements MergeService.
func (s MergeServer) MergeFiles(ctx context.Context, req *customerv1.MergeFilesRequest) (*customerv1.MergeFilesResponse, error) {
	in, err := mergeFromProto(req.GetSurvivorId(), req.GetMergedId(), req.GetOwner())
	if err != nil {
		return nil, err
	}
	in.Reason = req.GetReason()
	e, err := s.app.MergeFiles(ctx, rpc.Grant(ctx), s.app.Clock.Now(), in)
	if err != nil {
		return nil, err
	}
	return &customerv1.MergeFilesResponse{Id: e.ID.String(), Effect: e.proto()}, nil
}

// ListMerges implements MergeService.
func (s MergeServer) ListMerges(ctx context.Context, req *customerv1.ListMergesRequest) (*customerv1.ListMergesResponse, error) {
	file, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	merges, row, err := s.app.Merges(ctx, rpc.Grant(ctx), s.app.Clock.Now(), file)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, seenLine("customer.merges_viewed", row, rpc.Grant(ctx).Person()))
	out := &customerv1.ListMergesResponse{}
	for _, m := range merges {
		out.Merges = append(out.Merges, m.proto())
	}
	return out, nil
}

// UndoMerge implements MergeService.
func (s MergeServer) UndoMerge(ctx context.Context, req *customerv1.UndoMergeRequest) (*customerv1.UndoMergeResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetId())
	if err != nil {
		return nil, customer.ErrNoMerge
	}
	survivor, err := s.app.UndoMerge(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return &customerv1.UndoMergeResponse{SurvivorId: survivor.String()}, nil
}

func mergeFromProto(survivor, merged string, owner customerv1.MergeOwner) (in MergeInput, err error) {
	if in.Survivor, err = fileFromProto(survivor); err == nil {
		in.Merged, err = fileFromProto(merged)
	}
	in.FromMerged = owner == customerv1.MergeOwner_MERGE_OWNER_MERGED
	return in, err
}

func (e MergeEffect) proto() *customerv1.MergeEffect {
	name := func(p *kernel.PersonID) string {
		if p == nil {
			return ""
		}
		return e.Names[*p]
	}
	return &customerv1.MergeEffect{
		SurvivorApprovedDate: e.SurvivorOn.String(), MergedApprovedDate: e.MergedOn.String(), ApprovedDate: e.After.String(),
		SurvivorVisits: e.Visits.Survivor.Count, MergedVisits: e.Visits.Merged.Count, Visits: e.Visits.After.Count, LastVisitDate: dateToProto(e.Visits.After.Last),
		SurvivorOwnerName: name(e.Owners.SurvivorOwner), MergedOwnerName: name(e.Owners.MergedOwner), OwnerName: name(e.Owners.After),
	}
}

func (m MergeView) proto() *customerv1.FileMerge {
	out := &customerv1.FileMerge{
		Id: m.ID.String(), SurvivorId: m.Survivor.String(), Merged: &customerv1.CustomerRow{Id: m.Merged.String(), State: customerv1.FileState_FILE_STATE_DELETED},
		Reason: m.Reason, MergedByName: staff.Signature(m.ByName, m.ForName).ZH, MergeTime: timestamppb.New(m.At), UndoneByName: m.UndoName, Undoable: m.Undoable,
	}
	if !m.File.File.IsZero() {
		out.Merged = rowToProto(m.File)
	}
	if m.UndoneAt != nil {
		out.UndoTime = timestamppb.New(*m.UndoneAt)
	}
	return out
}

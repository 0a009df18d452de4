package customerapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

var causes = map[customer.Cause]customerv1.RevisionCause{
	customer.CauseNew:       customerv1.RevisionCause_REVISION_CAUSE_NEW,
	customer.CauseImport:    customerv1.RevisionCause_REVISION_CAUSE_IMPORT,
	customer.CauseChange:    customerv1.RevisionCause_REVISION_CAUSE_CHANGE,
	customer.CauseSpotCheck: customerv1.RevisionCause_REVISION_CAUSE_SPOT_CHECK,
	customer.CauseAdoption:  customerv1.RevisionCause_REVISION_CAUSE_ADOPTION,
	customer.CauseHandover:  customerv1.RevisionCause_REVISION_CAUSE_HANDOVER,
}

var changeStates = map[customer.ChangeState]customerv1.ChangeState{
	customer.ChangePending:   customerv1.ChangeState_CHANGE_STATE_PENDING,
	customer.ChangeOpened:    customerv1.ChangeState_CHANGE_STATE_OPENED,
	customer.ChangeRefused:   customerv1.ChangeState_CHANGE_STATE_REFUSED,
	customer.ChangeWithdrawn: customerv1.ChangeState_CHANGE_STATE_WITHDRAWN,
	customer.ChangeDone:      customerv1.ChangeState_CHANGE_STATE_DONE,
}

// ChangeServer is the RPC service of reported changes (CHG-01).
type ChangeServer struct{ app *App }

// ChangeServer puts the use cases behind customerv1connect.ChangeServiceHandler.
func (a *App) ChangeServer() ChangeServer { return ChangeServer{a} }

// ReportChange implements ChangeService.
func (s ChangeServer) ReportChange(ctx context.Context, req *customerv1.ReportChangeRequest) (*customerv1.ReportChangeResponse, error) {
	file, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	request, err := kernel.ParseID[kernel.UUID](req.GetRequestId())
	if err != nil {
		return nil, customer.ErrRequestReused
	}
	in, err := inputFromProto(req.GetFields())
	if err != nil {
		return nil, err
	}
	v, err := s.app.ReportChange(ctx, rpc.Grant(ctx), s.app.Clock.Now(), file, request, req.GetChanged(), in, req.GetNote())
	return &customerv1.ReportChangeResponse{Change: changeToProto(v)}, err
}

// WithdrawChange implements ChangeService.
func (s ChangeServer) WithdrawChange(ctx context.Context, req *customerv1.WithdrawChangeRequest) (*customerv1.WithdrawChangeResponse, error) {
	id, err := changeFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.WithdrawChange(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	return &customerv1.WithdrawChangeResponse{Change: changeToProto(v)}, err
}

// OpenChange implements ChangeService.
func (s ChangeServer) OpenChange(ctx context.Context, req *customerv1.OpenChangeRequest) (*customerv1.OpenChangeResponse, error) {
	id, err := changeFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.OpenChange(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	return &customerv1.OpenChangeResponse{Change: changeToProto(v)}, err
}

// RefuseChange implements ChangeService.
func (s ChangeServer) RefuseChange(ctx context.Context, req *customerv1.RefuseChangeRequest) (*customerv1.RefuseChangeResponse, error) {
	id, err := changeFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.RefuseChange(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, req.GetReason())
	return &customerv1.RefuseChangeResponse{Change: changeToProto(v)}, err
}

// ListReportedChanges implements ChangeService.
func (s ChangeServer) ListReportedChanges(ctx context.Context, req *customerv1.ListReportedChangesRequest) (*customerv1.ListReportedChangesResponse, error) {
	var file *kernel.FileID
	if req.GetFileId() != "" {
		id, err := fileFromProto(req.GetFileId())
		if err != nil {
			return nil, err
		}
		file = &id
	}
	views, next, err := s.app.ReportedChanges(ctx, rpc.Grant(ctx), s.app.Clock.Now(), file, pageSize(req.GetPageSize()), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, listed("customer.changes_listed", rpc.Grant(ctx), nil, len(views), ""))
	return &customerv1.ListReportedChangesResponse{Changes: changesToProto(views), NextPageToken: next}, nil
}

// ListChanges implements ChangeService.
func (s ChangeServer) ListChanges(ctx context.Context, req *customerv1.ListChangesRequest) (*customerv1.ListChangesResponse, error) {
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	views, next, waiting, err := s.app.Changes(ctx, rpc.Grant(ctx), s.app.Clock.Now(), store, req.GetDecided(), pageSize(req.GetPageSize()), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, listed("customer.changes_listed", rpc.Grant(ctx), store, len(views), ""))
	return &customerv1.ListChangesResponse{Changes: changesToProto(views), NextPageToken: next, Waiting: int32(waiting)}, nil
}

func changeFromProto(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, customer.ErrNoChange
	}
	return id, nil
}

func changesToProto(views []ChangeView) []*customerv1.Change {
	out := make([]*customerv1.Change, len(views))
	for i, v := range views {
		out[i] = changeToProto(v)
	}
	return out
}

func changeToProto(v ChangeView) *customerv1.Change {
	out := &customerv1.Change{
		Id: v.ID.String(), Row: rowToProto(v.Item), State: changeStates[v.State], Fields: v.Names, Before: v.Item.fields(v.Before), After: v.Item.fields(v.Values.Fields),
		Note: v.Values.Note, ReporterName: v.ByName, ReporterForName: v.ForName, ReportTime: timestamppb.New(v.At), DueTime: timestamppb.New(v.Due), DeciderName: v.DeciderName,
		Refusal: v.Refusal, EditorName: v.EditorName, Decidable: v.Decidable,
	}
	if v.Values.Number != "" {
		out.Before.Number, out.After.Number = v.Item.Masked, v.Values.Number.Masked()
	}
	if v.Decided != nil {
		out.DecideTime = timestamppb.New(*v.Decided)
	}
	return out
}

// BatchReview implements CustomerService.
func (s Server) BatchReview(ctx context.Context, req *customerv1.BatchReviewRequest) (*customerv1.BatchReviewResponse, error) {
	batch, err := batchFromProto(req)
	if err != nil {
		return nil, err
	}
	if err := s.app.BatchReview(ctx, rpc.Grant(ctx), s.app.Clock.Now(), batch); err != nil {
		return nil, err
	}
	out := &customerv1.BatchReviewResponse{}
	for _, b := range batch {
		r := &customerv1.BatchReviewResult{Id: b.File.String()}
		if b.Fault != nil {
			r.Error, r.Message = b.Fault.Reason, b.Fault.Message
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

func batchFromProto(req *customerv1.BatchReviewRequest) ([]Decided, error) {
	out, seen := make([]Decided, len(req.GetDecisions())), map[kernel.FileID]bool{}
	for i, d := range req.GetDecisions() {
		id, err := fileFromProto(d.GetId())
		if err != nil {
			return nil, err
		}
		if seen[id] {
			return nil, customer.ErrTwice
		}
		seen[id] = true
		out[i] = Decided{File: id, Decision: decisionFromProto(d)}
	}
	return out, nil
}

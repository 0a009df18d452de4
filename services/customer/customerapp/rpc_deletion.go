package customerapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// DeletionServer is the RPC service of deletion requests.
type DeletionServer struct{ app *App }

// DeletionServer implements customerv1connect.DeletionServiceHandler.
func (a *App) DeletionServer() DeletionServer { return DeletionServer{a} }

// RequestDeletion implements DeletionService.
func (s DeletionServer) RequestDeletion(ctx context.Context, req *customerv1.RequestDeletionRequest) (*customerv1.RequestDeletionResponse, error) {
	file, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.RequestDeletion(ctx, rpc.Grant(ctx), s.app.Clock.Now(), file, grounds[req.GetGround()], req.GetReason())
	return &customerv1.RequestDeletionResponse{Request: deletionToProto(v)}, err
}

// WithdrawDeletion implements DeletionService.
func (s DeletionServer) WithdrawDeletion(ctx context.Context, req *customerv1.WithdrawDeletionRequest) (*customerv1.WithdrawDeletionResponse, error) {
	v, err := s.app.WithdrawDeletion(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()))
	return &customerv1.WithdrawDeletionResponse{Request: deletionToProto(v)}, err
}

// CarryOutDeletion implements DeletionService.
func (s DeletionServer) CarryOutDeletion(ctx context.Context, req *customerv1.CarryOutDeletionRequest) (*customerv1.CarryOutDeletionResponse, error) {
	v, err := s.app.CarryOutDeletion(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()))
	return &customerv1.CarryOutDeletionResponse{Request: deletionToProto(v)}, err
}

// RefuseDeletion implements DeletionService.
func (s DeletionServer) RefuseDeletion(ctx context.Context, req *customerv1.RefuseDeletionRequest) (*customerv1.RefuseDeletionResponse, error) {
	v, err := s.app.RefuseDeletion(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()), req.GetReason())
	return &customerv1.RefuseDeletionResponse{Request: deletionToProto(v)}, err
}

// ListStoreDeletions implements DeletionService.
func (s DeletionServer) ListStoreDeletions(ctx context.Context, req *customerv1.ListStoreDeletionsRequest) (*customerv1.ListStoreDeletionsResponse, error) {
	scope, file := DeletionsOfStores, kernel.FileID{}
	if req.GetFileId() != "" {
		scope, file = DeletionsOfFile, kernel.FileID(anyID(req.GetFileId()))
	}
	out, next, err := s.list(ctx, scope, req.GetStoreId(), file, int(req.GetPageSize()), req.GetPageToken())
	return &customerv1.ListStoreDeletionsResponse{Requests: out, NextPageToken: next}, err
}

// ListDeletions implements DeletionService.
func (s DeletionServer) ListDeletions(ctx context.Context, req *customerv1.ListDeletionsRequest) (*customerv1.ListDeletionsResponse, error) {
	scope := DeletionsWaiting
	if req.GetDecided() {
		scope = DeletionsDecided
	}
	out, next, err := s.list(ctx, scope, req.GetStoreId(), kernel.FileID{}, int(req.GetPageSize()), req.GetPageToken())
	return &customerv1.ListDeletionsResponse{Requests: out, NextPageToken: next}, err
}

// list is a page of requests, and says in the log how many were seen.
func (s DeletionServer) list(ctx context.Context, scope DeletionScope, storeID string, file kernel.FileID, size int, token string) ([]*customerv1.DeletionRequest, string, error) {
	grant := rpc.Grant(ctx)
	store, err := storeFromProto(storeID)
	if err != nil {
		return nil, "", err
	}
	after, place, err := placeOf(grant.Actor().Tenant, token)
	if err != nil {
		return nil, "", err
	}
	size = pageSize(int32(size))
	views, err := s.app.Deletions(ctx, grant, s.app.Clock.Now(), scope, store, file, after, place, size+1)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(views) > size {
		views = views[:size]
		next = rpc.PageToken(grant.Actor().Tenant, views[size-1].DueAt.Format(time.RFC3339Nano), views[size-1].ID.String())
	}
	audit.Seen(ctx, listed("customer.deletions_listed", grant, store, len(views), ""))
	out := make([]*customerv1.DeletionRequest, len(views))
	for i, v := range views {
		out[i] = deletionToProto(v)
	}
	return out, next, nil
}

// placeOf reads a token of a list that goes by moment and id.
func placeOf(id kernel.TenantID, token string) (time.Time, kernel.UUID, error) {
	return afterReview(id, token)
}

// anyID reads an id that the interface has checked; what is none names nothing.
func anyID(s string) kernel.UUID {
	id, _ := kernel.ParseID[kernel.UUID](s)
	return id
}

var grounds = map[customerv1.DeletionGround]customer.DeletionGround{
	customerv1.DeletionGround_DELETION_GROUND_NOT_A_GUEST: customer.NotAGuest,
	customerv1.DeletionGround_DELETION_GROUND_DUPLICATE:   customer.Duplicate,
	customerv1.DeletionGround_DELETION_GROUND_GUEST_WISH:  customer.GuestWish,
	customerv1.DeletionGround_DELETION_GROUND_WRONG_ENTRY: customer.WrongEntry,
	customerv1.DeletionGround_DELETION_GROUND_OTHER:       customer.OtherGround,
}

var deletionStates = map[customer.RequestState]customerv1.DeletionState{
	customer.RequestPending:   customerv1.DeletionState_DELETION_STATE_PENDING,
	customer.RequestDone:      customerv1.DeletionState_DELETION_STATE_DONE,
	customer.RequestRefused:   customerv1.DeletionState_DELETION_STATE_REFUSED,
	customer.RequestWithdrawn: customerv1.DeletionState_DELETION_STATE_WITHDRAWN,
}

// inverse turns a table of words round.
func inverse[K, V comparable](m map[K]V) map[V]K {
	out := make(map[V]K, len(m))
	for k, v := range m {
		out[v] = k
	}
	return out
}

var groundsToProto = inverse(grounds)

func deletionToProto(v DeletionView) *customerv1.DeletionRequest {
	out := &customerv1.DeletionRequest{
		Id: v.ID.String(), FileId: v.File.String(), StoreId: v.Store.String(), StoreName: v.StoreName, Ground: groundsToProto[v.Ground], Reason: v.Reason,
		State: deletionStates[v.State], AskedName: v.Asked.ZH, AskTime: timestamppb.New(v.AskedAt), DueTime: timestamppb.New(v.DueAt),
		Decidable: v.Decidable, DecidedName: v.Decided.ZH, DecideTime: timeToProto(v.DecidedAt), Refusal: v.Refusal,
	}
	if i := v.Item; i != nil {
		out.GuestName, out.MaskedNumber, out.OwnerName, out.Visits, out.LastVisitDate = i.shownName(), i.Masked, i.OwnerName, i.Visits.Count, dateToProto(i.Visits.Last)
	}
	if v.Turn != nil {
		out.Turn = turnToProto(*v.Turn)
	}
	return out
}

func timeToProto(t *time.Time) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return timestamppb.New(*t)
}

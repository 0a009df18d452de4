package callerapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	callerv1 "github.com/changke/changke/gen/go/changke/caller/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// Server is callerv1connect.CallerServiceHandler.
type Server struct{ app *App }

// Server puts the use cases behind their RPC service.
func (a *App) Server() Server { return Server{a} }

// ListRecentCalls implements CallerService.
func (s Server) ListRecentCalls(ctx context.Context, req *callerv1.ListRecentCallsRequest) (*callerv1.ListRecentCallsResponse, error) {
	var store kernel.StoreID
	if req.GetStoreId() != "" {
		id, err := kernel.ParseID[kernel.StoreID](req.GetStoreId())
		if err != nil || !rpc.Grant(ctx).Covers(id, false) {
			return nil, tenant.ErrNoStore
		}
		store = id
	}
	calls, err := s.app.Recent(ctx, rpc.Grant(ctx), store, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "call.board_viewed", store, "calls", len(calls))
	out, named := &callerv1.ListRecentCallsResponse{}, rpc.GrantFor(ctx, customer.NamesPermission)
	for _, c := range calls {
		out.Calls = append(out.Calls, callToProto(c, named))
	}
	return out, nil
}

// callToProto shows a name in clear to who sees names there; a public guest's to
// nobody.
func callToProto(c Call, named kernel.Grant) *callerv1.Call {
	out := &callerv1.Call{
		Id: c.ID.String(), StoreId: c.Store.String(), RingTime: timestamppb.New(c.At), MaskedNumber: c.Masked, Line: c.Line, Blacklisted: c.Blacklisted,
	}
	if !c.Known() {
		return out
	}
	out.FileId, out.ReferrerName, out.Public = c.File.String(), c.OwnerName, c.Owner == nil
	own := c.Owner != nil && *c.Owner == named.Person()
	out.GuestName = c.Name.Masked()
	if c.Owner != nil && named.Covers(c.Store, own) {
		out.GuestName = c.Name.Full()
	}
	return out
}

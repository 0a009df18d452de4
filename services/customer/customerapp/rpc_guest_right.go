package customerapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// GuestRightServer is the RPC service of guests' own requests.
type GuestRightServer struct{ app *App }

// GuestRightServer implements customerv1connect.GuestRightServiceHandler.
func (a *App) GuestRightServer() GuestRightServer { return GuestRightServer{a} }

// ReceiveGuestRequest implements GuestRightService.
func (s GuestRightServer) ReceiveGuestRequest(ctx context.Context, req *customerv1.ReceiveGuestRequestRequest) (*customerv1.ReceiveGuestRequestResponse, error) {
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	client := anyID(req.GetClientId())
	if client.IsZero() {
		return nil, fault.Field("client_id", "", "请求编号不正确。")
	}
	v, err := s.app.ReceiveGuestRequest(ctx, rpc.Grant(ctx), s.app.Clock.Now(), ReceiveInput{
		Client: client, Kind: guestKinds[req.GetKind()], Number: req.GetNumber(), Channel: channels[req.GetChannel()], Store: store, Note: req.GetNote(),
	})
	return &customerv1.ReceiveGuestRequestResponse{Request: guestRequestToProto(v)}, err
}

// ListGuestRequests implements GuestRightService.
func (s GuestRightServer) ListGuestRequests(ctx context.Context, req *customerv1.ListGuestRequestsRequest) (*customerv1.ListGuestRequestsResponse, error) {
	grant := rpc.Grant(ctx)
	after, place, err := placeOf(grant.Actor().Tenant, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := pageSize(req.GetPageSize())
	views, err := s.app.GuestRequests(ctx, grant, req.GetClosed(), after, place, size+1)
	if err != nil {
		return nil, err
	}
	out := &customerv1.ListGuestRequestsResponse{}
	if len(views) > size {
		views = views[:size]
		out.NextPageToken = rpc.PageToken(grant.Actor().Tenant, views[size-1].DueAt.Format(time.RFC3339Nano), views[size-1].ID.String())
	}
	audit.Seen(ctx, listed("guest_request.listed", grant, nil, len(views), ""))
	for _, v := range views {
		out.Requests = append(out.Requests, guestRequestToProto(v))
	}
	return out, nil
}

// VerifyGuestRequest implements GuestRightService.
func (s GuestRightServer) VerifyGuestRequest(ctx context.Context, req *customerv1.VerifyGuestRequestRequest) (*customerv1.VerifyGuestRequestResponse, error) {
	v, err := s.app.VerifyGuestRequest(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()), identities[req.GetIdentity()])
	return &customerv1.VerifyGuestRequestResponse{Request: guestRequestToProto(v)}, err
}

// CarryOutGuestRequest implements GuestRightService.
func (s GuestRightServer) CarryOutGuestRequest(ctx context.Context, req *customerv1.CarryOutGuestRequestRequest) (*customerv1.CarryOutGuestRequestResponse, error) {
	v, err := s.app.CarryOutGuestRequest(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()), reasonsFromProto(req.GetCorrections()))
	return &customerv1.CarryOutGuestRequestResponse{Request: guestRequestToProto(v)}, err
}

// DownloadGuestCopy implements GuestRightService.
func (s GuestRightServer) DownloadGuestCopy(ctx context.Context, req *customerv1.DownloadGuestCopyRequest) (*customerv1.DownloadGuestCopyResponse, error) {
	book, v, err := s.app.GuestCopy(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()))
	if err != nil {
		return nil, err
	}
	return &customerv1.DownloadGuestCopyResponse{File: book, FileName: "客人信息副本-" + v.ReceivedAt.Format("20060102") + ".xlsx", Request: guestRequestToProto(v)}, nil
}

// RefuseGuestRequest implements GuestRightService.
func (s GuestRightServer) RefuseGuestRequest(ctx context.Context, req *customerv1.RefuseGuestRequestRequest) (*customerv1.RefuseGuestRequestResponse, error) {
	v, err := s.app.RefuseGuestRequest(ctx, rpc.Grant(ctx), s.app.Clock.Now(), anyID(req.GetRequestId()), req.GetReason())
	return &customerv1.RefuseGuestRequestResponse{Request: guestRequestToProto(v)}, err
}

var guestKinds = map[customerv1.GuestRequestKind]customer.GuestRequestKind{
	customerv1.GuestRequestKind_GUEST_REQUEST_KIND_COPY:       customer.AskCopy,
	customerv1.GuestRequestKind_GUEST_REQUEST_KIND_CORRECTION: customer.AskCorrection,
	customerv1.GuestRequestKind_GUEST_REQUEST_KIND_ERASURE:    customer.AskErasure,
}

var guestStates = map[customer.GuestRequestState]customerv1.GuestRequestState{
	customer.GuestReceived: customerv1.GuestRequestState_GUEST_REQUEST_STATE_RECEIVED,
	customer.GuestVerified: customerv1.GuestRequestState_GUEST_REQUEST_STATE_VERIFIED,
	customer.GuestDone:     customerv1.GuestRequestState_GUEST_REQUEST_STATE_DONE,
	customer.GuestRefused:  customerv1.GuestRequestState_GUEST_REQUEST_STATE_REFUSED,
}

var channels = map[customerv1.GuestRequestChannel]string{
	customerv1.GuestRequestChannel_GUEST_REQUEST_CHANNEL_STORE:   "store",
	customerv1.GuestRequestChannel_GUEST_REQUEST_CHANNEL_PHONE:   "phone",
	customerv1.GuestRequestChannel_GUEST_REQUEST_CHANNEL_LETTER:  "letter",
	customerv1.GuestRequestChannel_GUEST_REQUEST_CHANNEL_ONLINE:  "online",
	customerv1.GuestRequestChannel_GUEST_REQUEST_CHANNEL_CONSENT: "consent",
}

var identities = map[customerv1.GuestIdentity]string{
	customerv1.GuestIdentity_GUEST_IDENTITY_ID_CARD:    "id_card",
	customerv1.GuestIdentity_GUEST_IDENTITY_CALLBACK:   "callback",
	customerv1.GuestIdentity_GUEST_IDENTITY_KNOWN:      "known",
	customerv1.GuestIdentity_GUEST_IDENTITY_AUTHORISED: "authorised",
}

var (
	guestKindsToProto = inverse(guestKinds)
	channelsToProto   = inverse(channels)
	identitiesToProto = inverse(identities)
)

func guestRequestToProto(v GuestRequestView) *customerv1.GuestRequest {
	out := &customerv1.GuestRequest{
		Id: v.ID.String(), Kind: guestKindsToProto[v.Kind], State: guestStates[v.State], MaskedNumber: v.Masked, Channel: channelsToProto[v.Channel], StoreName: v.StoreName,
		Note: v.Note, ReceivedName: v.Received, ReceiveTime: timestamppb.New(v.ReceivedAt), DueTime: timestamppb.New(v.DueAt), Identity: identitiesToProto[v.Identity],
		VerifiedName: v.Verified, VerifyTime: timeToProto(v.VerifiedAt), DecidedName: v.Decided.ZH, DecideTime: timeToProto(v.DecidedAt),
		HandledFiles: v.GuestRequest.Files, Refusal: v.Refusal, Decidable: v.Decidable,
	}
	for _, f := range v.Files {
		out.Files = append(out.Files, &customerv1.GuestRequestFile{FileId: f.File.String(), StoreName: f.StoreName, GuestName: f.Name.Full(), State: states[f.State]})
	}
	return out
}

package ownershipapp

import (
	"context"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/rpc"
)

// offerServer answers OfferService.
type offerServer struct{ *App }

// OfferServer gives the RPC service of offers.
func (a *App) OfferServer() ownershipv1connect.OfferServiceHandler { return offerServer{a} }

// ListMyOffers lists what waits for the caller.
func (a offerServer) ListMyOffers(ctx context.Context, req *ownershipv1.ListMyOffersRequest) (*ownershipv1.ListMyOffersResponse, error) {
	actor, size := rpc.Actor(ctx), pageSize(req.PageSize)
	after, err := idToken(actor.Tenant, req.PageToken, kernel.UUID{})
	if err != nil {
		return nil, err
	}
	offers, err := a.MyOffers(ctx, actor, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListMyOffersResponse{}
	page, last := cut(offers, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(actor.Tenant, last.ID.String())
	}
	for _, o := range page {
		res.Offers = append(res.Offers, o.proto())
	}
	return res, nil
}

// ConfirmOffer takes an offer on.
func (a offerServer) ConfirmOffer(ctx context.Context, req *ownershipv1.ConfirmOfferRequest) (*ownershipv1.ConfirmOfferResponse, error) {
	id, err := offerID(req.Id)
	if err != nil {
		return nil, err
	}
	if _, err := a.Confirm(ctx, rpc.Actor(ctx), a.Clock.Now(), id); err != nil {
		return nil, err
	}
	o, err := a.offerView(ctx, rpc.Actor(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.ConfirmOfferResponse{Offer: o.proto()}, nil
}

// DeclineOffer ends an offer that the caller does not want.
func (a offerServer) DeclineOffer(ctx context.Context, req *ownershipv1.DeclineOfferRequest) (*ownershipv1.DeclineOfferResponse, error) {
	id, err := offerID(req.Id)
	if err != nil {
		return nil, err
	}
	if _, err := a.Decline(ctx, rpc.Actor(ctx), a.Clock.Now(), id); err != nil {
		return nil, err
	}
	o, err := a.offerView(ctx, rpc.Actor(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.DeclineOfferResponse{Offer: o.proto()}, nil
}

func offerID(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, ownership.ErrNoOffer
	}
	return id, nil
}

var offerKinds = map[ownership.OfferKind]ownershipv1.OfferKind{
	ownership.OfferAdoption:   ownershipv1.OfferKind_OFFER_KIND_ADOPTION,
	ownership.OfferClaim:      ownershipv1.OfferKind_OFFER_KIND_CLAIM,
	ownership.OfferAssignment: ownershipv1.OfferKind_OFFER_KIND_ASSIGNMENT,
}

var offerStates = map[ownership.OfferState]ownershipv1.OfferState{
	ownership.OfferPending:   ownershipv1.OfferState_OFFER_STATE_PENDING,
	ownership.OfferConfirmed: ownershipv1.OfferState_OFFER_STATE_CONFIRMED,
	ownership.OfferDone:      ownershipv1.OfferState_OFFER_STATE_DONE,
	ownership.OfferDeclined:  ownershipv1.OfferState_OFFER_STATE_DECLINED,
	ownership.OfferLapsed:    ownershipv1.OfferState_OFFER_STATE_LAPSED,
	ownership.OfferGaveWay:   ownershipv1.OfferState_OFFER_STATE_GAVE_WAY,
}

// proto shows the guest's name once the caller has confirmed and finishes the
// file: a public guest's name is nobody's to read.
func (o OfferView) proto() *ownershipv1.Offer {
	guest := customer.Name(o.GuestName).Masked()
	if o.State == ownership.OfferConfirmed {
		guest = o.GuestName
	}
	return &ownershipv1.Offer{
		Id: o.ID.String(), FileId: o.File.String(), StoreId: o.Store.String(), GuestName: guest, Kind: offerKinds[o.Kind], State: o.state(),
		OfferedDate: o.OfferedOn.String(), LastDate: (o.LapsesOn - 1).String(), Sentence: o.Why.ZH, SentenceEn: o.Why.EN, Rule: o.Why.Rule, RuleVersion: o.Why.Version,
	}
}

// state tells a confirmed offer whose file waits for its review, or came back from it,
// from one that is still being checked.
func (o OfferView) state() ownershipv1.OfferState {
	if in, ok := inReview[o.FileState]; ok && o.State == ownership.OfferConfirmed {
		return in
	}
	return offerStates[o.State]
}

var inReview = map[customer.State]ownershipv1.OfferState{
	customer.Submitted: ownershipv1.OfferState_OFFER_STATE_SUBMITTED, customer.Rejected: ownershipv1.OfferState_OFFER_STATE_SENT_BACK,
}

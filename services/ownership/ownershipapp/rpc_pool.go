package ownershipapp

import (
	"context"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// poolServer answers PoolService.
type poolServer struct{ *App }

// PoolServer gives the RPC service of the public pool.
func (a *App) PoolServer() ownershipv1connect.PoolServiceHandler { return poolServer{a} }

// ListPool lists the public guests of a store.
func (a poolServer) ListPool(ctx context.Context, req *ownershipv1.ListPoolRequest) (*ownershipv1.ListPoolResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	asked, err := poolAsked(grant.Actor().Tenant, req)
	if err != nil {
		return nil, err
	}
	asked.AtMost = size + 1
	guests, mayOwn, err := a.Pool(ctx, grant, a.Clock.Now(), asked)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListPoolResponse{MayOwn: mayOwn}
	page, last := cut(guests, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, last.PublicOn.String(), last.FileID.String())
	}
	for _, g := range page {
		res.Guests = append(res.Guests, g.proto(asked.Store))
	}
	return res, nil
}

// ClaimGuest claims a public guest.
func (a poolServer) ClaimGuest(ctx context.Context, req *ownershipv1.ClaimGuestRequest) (*ownershipv1.ClaimGuestResponse, error) {
	file, err := poolFileOf(req.FileId)
	if err != nil {
		return nil, err
	}
	o, err := a.Claim(ctx, rpc.Grant(ctx), a.Clock.Now(), file)
	if err != nil {
		return nil, err
	}
	v, err := a.offerView(ctx, rpc.Actor(ctx).Tenant, o.ID)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.ClaimGuestResponse{Offer: v.proto()}, nil
}

// ListAssignees lists whom a public guest may be assigned to.
func (a poolServer) ListAssignees(ctx context.Context, req *ownershipv1.ListAssigneesRequest) (*ownershipv1.ListAssigneesResponse, error) {
	file, err := poolFileOf(req.FileId)
	if err != nil {
		return nil, err
	}
	people, err := a.Assignees(ctx, rpc.Grant(ctx), a.Clock.Now(), file)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListAssigneesResponse{}
	for _, p := range people {
		res.Assignees = append(res.Assignees, p.proto())
	}
	return res, nil
}

// AssignGuest assigns a public guest.
func (a poolServer) AssignGuest(ctx context.Context, req *ownershipv1.AssignGuestRequest) (*ownershipv1.AssignGuestResponse, error) {
	file, err := poolFileOf(req.FileId)
	if err != nil {
		return nil, err
	}
	to, err := kernel.ParseID[kernel.PersonID](req.PersonId)
	if err != nil {
		return nil, ownership.ErrOfferPost
	}
	o, err := a.Assign(ctx, rpc.Grant(ctx), a.Clock.Now(), file, to)
	if err != nil {
		return nil, err
	}
	v, err := a.offerView(ctx, rpc.Actor(ctx).Tenant, o.ID)
	if err != nil {
		return nil, err
	}
	v.GuestName = customer.Name(v.GuestName).Masked() // whoever assigns sees no more of a public guest than others
	return &ownershipv1.AssignGuestResponse{Offer: v.proto()}, nil
}

func poolFileOf(s string) (kernel.FileID, error) {
	id, err := kernel.ParseID[kernel.FileID](s)
	if err != nil {
		return id, ownership.ErrNoPool
	}
	return id, nil
}

func poolAsked(id kernel.TenantID, req *ownershipv1.ListPoolRequest) (asked PoolAsked, err error) {
	if asked.Store, err = kernel.ParseID[kernel.StoreID](req.StoreId); err != nil {
		return asked, tenant.ErrNoStore
	}
	asked.Rule, asked.MinVisits = req.Rule, int(req.MinVisits)
	if req.Activity != ownershipv1.PoolActivity_POOL_ACTIVITY_UNSPECIFIED {
		asked.Active = new(req.Activity == ownershipv1.PoolActivity_POOL_ACTIVITY_ACTIVE)
	}
	if req.Offered != ownershipv1.PoolOffered_POOL_OFFERED_UNSPECIFIED {
		asked.Offered = new(req.Offered == ownershipv1.PoolOffered_POOL_OFFERED_OPEN)
	}
	day, file, err := dayToken(id, req.PageToken)
	asked.Before, asked.BeforeFile = day, kernel.FileID(file)
	return asked, err
}

func (g PoolGuest) proto(store kernel.StoreID) *ownershipv1.PoolGuest {
	out := &ownershipv1.PoolGuest{
		FileId: g.FileID.String(), StoreId: store.String(), MaskedName: g.Name, MaskedNumber: g.Number, PublicDate: g.PublicOn.String(), Rule: g.Rule,
		RuleVersion: g.Why.Version, Sentence: g.Why.ZH, SentenceEn: g.Why.EN, FormerReferrerName: g.Former, LastVisitDate: dateText(g.LastVisit), Dormant: g.Dormant,
		Visits: int32(g.Visits), AmountFen: int64(g.Amount), Appealed: g.Appealed, Busy: g.State != string(customer.Approved),
	}
	for _, r := range g.Receivers {
		out.Receivers = append(out.Receivers, &ownershipv1.PoolReceiver{Name: r.Name, Receptions: r.Receptions})
	}
	if g.OfferKind != "" {
		o := ownership.Offer{State: ownership.OfferState(g.OfferState)}
		state := OfferView{Offer: o, FileState: customer.State(g.State)}.state()
		out.Offer = &ownershipv1.PoolOffer{Kind: offerKinds[ownership.OfferKind(g.OfferKind)], State: state, PersonName: g.OfferedName, Mine: g.Mine}
		if g.LapsesOn != nil {
			out.Offer.LastDate = (*g.LapsesOn - 1).String()
		}
	}
	return out
}

func (p Assignee) proto() *ownershipv1.Assignee {
	return &ownershipv1.Assignee{
		PersonId: p.PersonID.String(), StaffNo: p.StaffNo, Name: p.Name, Position: p.Position, PositionEn: p.Load.PostEnglish, Customers: p.Customers, CustomersTarget: p.Load.Customers,
		ActiveCustomers: p.Active, Visits: int32(p.Load.Visited), VisitsTarget: p.Load.Visits, LastPercent: p.Load.LastPercent, Receptions: p.Receptions, OpenOffers: p.Waiting,
	}
}

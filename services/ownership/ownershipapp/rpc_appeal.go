package ownershipapp

import (
	"context"
	"errors"

	"google.golang.org/protobuf/types/known/timestamppb"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// appealServer answers AppealService.
type appealServer struct{ *App }

// AppealServer gives the RPC service of appeals.
func (a *App) AppealServer() ownershipv1connect.AppealServiceHandler { return appealServer{a} }

// ListLosses lists what the caller lost lately.
func (a appealServer) ListLosses(ctx context.Context, req *ownershipv1.ListLossesRequest) (*ownershipv1.ListLossesResponse, error) {
	grant, size := himself(ctx), pageSize(req.PageSize)
	before, err := idToken(grant.Actor().Tenant, req.PageToken, lastID)
	if err != nil {
		return nil, err
	}
	losses, err := a.Losses(ctx, grant, a.Clock.Now(), before, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListLossesResponse{}
	page, last := cut(losses, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, last.DecisionID.String())
	}
	for _, l := range page {
		res.Losses = append(res.Losses, l.proto())
	}
	return res, nil
}

// GetLoss gives one loss with the meals that an appeal may refer to.
func (a appealServer) GetLoss(ctx context.Context, req *ownershipv1.GetLossRequest) (*ownershipv1.GetLossResponse, error) {
	decision, err := kernel.ParseID[kernel.UUID](req.DecisionId)
	if err != nil {
		return nil, ownership.ErrNoLoss
	}
	grant, now := himself(ctx), a.Clock.Now()
	l, err := a.Loss(ctx, grant, now, decision)
	if err != nil {
		return nil, err
	}
	meals, err := a.MealsOf(ctx, grant.Actor().Tenant, l, now)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.GetLossResponse{Loss: l.proto(), Visits: mealsProto(meals)}, nil
}

// RaiseAppeal contests a loss.
func (a appealServer) RaiseAppeal(ctx context.Context, req *ownershipv1.RaiseAppealRequest) (*ownershipv1.RaiseAppealResponse, error) {
	decision, err := kernel.ParseID[kernel.UUID](req.DecisionId)
	if err != nil {
		return nil, ownership.ErrNoLoss
	}
	refs, err := refsOf(req.Visits)
	if err != nil {
		return nil, err
	}
	id, err := a.Raise(ctx, himself(ctx), a.Clock.Now(), decision, req.Text, refs)
	if err != nil {
		return nil, err
	}
	v, err := a.App.GetAppeal(ctx, himself(ctx), a.Clock.Now(), id)
	return &ownershipv1.RaiseAppealResponse{Appeal: v.proto(ctx)}, err
}

// WithdrawAppeal takes an own appeal back.
func (a appealServer) WithdrawAppeal(ctx context.Context, req *ownershipv1.WithdrawAppealRequest) (*ownershipv1.WithdrawAppealResponse, error) {
	id, err := appealID(req.Id)
	if err != nil {
		return nil, err
	}
	if err := a.Withdraw(ctx, himself(ctx), a.Clock.Now(), id); err != nil {
		return nil, err
	}
	v, err := a.App.GetAppeal(ctx, himself(ctx), a.Clock.Now(), id)
	return &ownershipv1.WithdrawAppealResponse{Appeal: v.proto(ctx)}, err
}

// ListAppeals lists appeals in reach.
func (a appealServer) ListAppeals(ctx context.Context, req *ownershipv1.ListAppealsRequest) (*ownershipv1.ListAppealsResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	_, store, err := runAndStore("", req.StoreId)
	if err != nil {
		return nil, err
	}
	before, err := idToken(grant.Actor().Tenant, req.PageToken, lastID)
	if err != nil {
		return nil, err
	}
	appeals, err := a.Appeals(ctx, grant, AppealsAsked{Store: store, Ended: req.Ended, Before: before, AtMost: size + 1})
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListAppealsResponse{}
	page, last := cut(appeals, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, last.Appeal.AppealID.String())
	}
	for _, v := range page {
		res.Appeals = append(res.Appeals, v.proto(ctx))
	}
	return res, nil
}

// GetAppeal gives one appeal.
func (a appealServer) GetAppeal(ctx context.Context, req *ownershipv1.GetAppealRequest) (*ownershipv1.GetAppealResponse, error) {
	id, err := appealID(req.Id)
	if err != nil {
		return nil, err
	}
	v, err := a.SeeAppeal(ctx, rpc.Grant(ctx), a.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.GetAppealResponse{Appeal: v.proto(ctx)}, nil
}

// DecideAppeal grants or refuses an appeal.
func (a appealServer) DecideAppeal(ctx context.Context, req *ownershipv1.DecideAppealRequest) (*ownershipv1.DecideAppealResponse, error) {
	id, err := appealID(req.Id)
	if err != nil {
		return nil, err
	}
	if err := a.App.DecideAppeal(ctx, rpc.Grant(ctx), a.Clock.Now(), id, req.Granted, req.Reason); err != nil {
		return nil, err
	}
	v, err := a.App.GetAppeal(ctx, rpc.Grant(ctx), a.Clock.Now(), id)
	return &ownershipv1.DecideAppealResponse{Appeal: v.proto(ctx)}, err
}

// himself is the caller without any right: for what is his own whatever his post.
func himself(ctx context.Context) kernel.Grant {
	return kernel.NewGrant(rpc.Actor(ctx), "", func(string) kernel.Reach { return 0 })
}

func appealID(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, ownership.ErrNoAppeal
	}
	return id, nil
}

func refsOf(refs []*ownershipv1.AppealReference) ([]ownership.Visit, error) {
	out := make([]ownership.Visit, len(refs))
	for i, r := range refs {
		day, err := kernel.ParseDate(r.BusinessDate)
		if err != nil {
			return nil, ownership.ErrAppealVisit
		}
		out[i] = ownership.Visit{On: day, Meal: tenant.MealPeriod(r.MealPeriod)}
	}
	return out, nil
}

var appealStates = map[ownership.AppealState]ownershipv1.AppealState{
	ownership.AppealOpen:      ownershipv1.AppealState_APPEAL_STATE_OPEN,
	ownership.AppealGranted:   ownershipv1.AppealState_APPEAL_STATE_GRANTED,
	ownership.AppealRefused:   ownershipv1.AppealState_APPEAL_STATE_REFUSED,
	ownership.AppealWithdrawn: ownershipv1.AppealState_APPEAL_STATE_WITHDRAWN,
}

func (l LossView) proto() *ownershipv1.Loss {
	out := &ownershipv1.Loss{
		Decision: l.Decision.proto(), StartDate: l.StartOn.String(), UntilDate: l.Until.String(), Appealable: l.Refused == nil,
		AppealState: appealStates[ownership.AppealState(l.AppealState)],
	}
	if l.AppealID != nil {
		out.AppealId = l.AppealID.String()
	}
	if f := (*fault.Fault)(nil); errors.As(l.Refused, &f) {
		out.Refusal, out.RefusalReason = f.Message, f.Reason
	}
	return out
}

func (v AppealView) proto(ctx context.Context) *ownershipv1.Appeal {
	x := v.Appeal
	guest := customer.Name(v.GuestName).Masked()
	if v.Shown {
		guest = v.GuestName
	}
	out := &ownershipv1.Appeal{
		Id: x.AppealID.String(), FileId: x.FileID.String(), StoreId: x.StoreID.String(), GuestName: guest, PersonName: v.PersonName, Mine: x.PersonID == rpc.Actor(ctx).Person,
		Loss: v.Loss.proto(), State: appealStates[ownership.AppealState(x.State)], RaisedDate: x.RaisedOn.String(), DueDate: x.DueOn.String(), Claim: v.Texts.Claim, Decision: v.Texts.Decision,
		OwnerName: v.OwnerName, Decidable: v.Decidable, NeedsHeadOffice: v.NeedsHQ, Visits: mealsProto(v.Visits),
	}
	if x.DecidedBy != nil {
		out.DecidedName = staff.Signature(v.DecidedName, v.HolderName).ZH
	}
	if x.EndedAt != nil {
		out.EndTime = timestamppb.New(*x.EndedAt)
	}
	return out
}

func mealsProto(meals []Witness) []*ownershipv1.AppealVisit {
	out := make([]*ownershipv1.AppealVisit, len(meals))
	for i, w := range meals {
		out[i] = &ownershipv1.AppealVisit{
			BusinessDate: w.On.String(), MealPeriod: int32(w.Meal), Counted: w.Counted, CreditedName: w.Credited, BookedName: w.Booked, BookingState: w.State, Noticed: w.Noticed, Referred: w.Referred,
		}
	}
	return out
}

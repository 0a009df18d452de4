package staffapp

import (
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// DelegationServer is the RPC service of who acts for whom.
type DelegationServer struct{ app *App }

// DelegationServer puts the use cases behind staffv1connect.DelegationServiceHandler.
func (a *App) DelegationServer() DelegationServer { return DelegationServer{a} }

// ListMyDelegations implements DelegationService.
func (s DelegationServer) ListMyDelegations(ctx context.Context, _ *staffv1.ListMyDelegationsRequest) (*staffv1.ListMyDelegationsResponse, error) {
	now := s.app.Clock.Now()
	list, err := s.app.MyDelegations(ctx, rpc.Actor(ctx), now)
	if err != nil {
		return nil, err
	}
	return &staffv1.ListMyDelegationsResponse{Delegations: delegationsToProto(list, now)}, nil
}

// GetMyDelegationChoices implements DelegationService.
func (s DelegationServer) GetMyDelegationChoices(ctx context.Context, req *staffv1.GetMyDelegationChoicesRequest) (*staffv1.GetMyDelegationChoicesResponse, error) {
	actor := rpc.Actor(ctx)
	permissions, colleagues, err := s.app.Choices(ctx, actor, actor.Person, req.GetColleague())
	if err != nil {
		return nil, err
	}
	return &staffv1.GetMyDelegationChoicesResponse{Choices: choicesToProto(permissions, colleagues)}, nil
}

// DelegateMine implements DelegationService.
func (s DelegationServer) DelegateMine(ctx context.Context, req *staffv1.DelegateMineRequest) (*staffv1.DelegateMineResponse, error) {
	actor := rpc.Actor(ctx)
	d, err := s.delegate(ctx, actor, actor.Person, req.GetDelegation())
	return &staffv1.DelegateMineResponse{Delegation: d}, err
}

// EndMyDelegation implements DelegationService.
func (s DelegationServer) EndMyDelegation(ctx context.Context, req *staffv1.EndMyDelegationRequest) (*staffv1.EndMyDelegationResponse, error) {
	d, err := s.end(ctx, nil, req.GetDelegationId())
	return &staffv1.EndMyDelegationResponse{Delegation: d}, err
}

// ListDelegations implements DelegationService.
func (s DelegationServer) ListDelegations(ctx context.Context, req *staffv1.ListDelegationsRequest) (*staffv1.ListDelegationsResponse, error) {
	tenant, size, now := rpc.Actor(ctx).Tenant, pageSize(req.GetPageSize()), s.app.Clock.Now()
	before, err := delegationsBefore(tenant, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	list, err := s.app.Delegations(ctx, rpc.Grant(ctx), now, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &staffv1.ListDelegationsResponse{}
	if len(list) > int(size) {
		list = list[:size]
		res.NextPageToken = rpc.PageToken(tenant, list[size-1].ID.String())
	}
	res.Delegations = delegationsToProto(list, now)
	return res, nil
}

// GetDelegationChoices implements DelegationService.
func (s DelegationServer) GetDelegationChoices(ctx context.Context, req *staffv1.GetDelegationChoicesRequest) (*staffv1.GetDelegationChoicesResponse, error) {
	holder, err := kernel.ParseID[kernel.PersonID](req.GetHolderId())
	if err != nil {
		return nil, staff.ErrNoHolder
	}
	permissions, colleagues, err := s.app.Choices(ctx, rpc.Actor(ctx), holder, req.GetColleague())
	if err != nil {
		return nil, err
	}
	return &staffv1.GetDelegationChoicesResponse{Choices: choicesToProto(permissions, colleagues)}, nil
}

// DelegateFor implements DelegationService.
func (s DelegationServer) DelegateFor(ctx context.Context, req *staffv1.DelegateForRequest) (*staffv1.DelegateForResponse, error) {
	holder, err := kernel.ParseID[kernel.PersonID](req.GetHolderId())
	if err != nil {
		return nil, staff.ErrNoHolder
	}
	d, err := s.delegate(ctx, rpc.Actor(ctx), holder, req.GetDelegation())
	return &staffv1.DelegateForResponse{Delegation: d}, err
}

// EndDelegation implements DelegationService.
func (s DelegationServer) EndDelegation(ctx context.Context, req *staffv1.EndDelegationRequest) (*staffv1.EndDelegationResponse, error) {
	grant := rpc.Grant(ctx)
	d, err := s.end(ctx, &grant, req.GetDelegationId())
	return &staffv1.EndDelegationResponse{Delegation: d}, err
}

func (s DelegationServer) delegate(ctx context.Context, by *kernel.Actor, holder kernel.PersonID, in *staffv1.NewDelegation) (*staffv1.Delegation, error) {
	now := s.app.Clock.Now()
	d, err := delegationFromProto(in, holder, now)
	if err != nil {
		return nil, err
	}
	if d, err = s.app.Delegate(ctx, by, now, d); err != nil {
		return nil, err
	}
	return delegationToProto(d, now), nil
}

func (s DelegationServer) end(ctx context.Context, grant *kernel.Grant, text string) (*staffv1.Delegation, error) {
	id, err := kernel.ParseID[kernel.UUID](text)
	if err != nil {
		return nil, staff.ErrNoDelegation
	}
	now := s.app.Clock.Now()
	d, err := s.app.EndDelegation(ctx, rpc.Actor(ctx), grant, now, id)
	if err != nil {
		return nil, err
	}
	return delegationToProto(d, now), nil
}

func delegationsBefore(tenant kernel.TenantID, token string) (kernel.UUID, error) {
	parts, err := rpc.ParsePageToken(tenant, token, 1)
	if err != nil || parts == nil {
		return kernel.UUID{}, err
	}
	id, err := kernel.ParseID[kernel.UUID](parts[0])
	if err != nil {
		return id, errPage
	}
	return id, nil
}

func delegationFromProto(in *staffv1.NewDelegation, holder kernel.PersonID, now time.Time) (staff.Delegation, error) {
	d := staff.Delegation{Holder: holder, From: now}
	var err error
	if d.Delegate, err = kernel.ParseID[kernel.PersonID](in.GetDelegateId()); err != nil {
		return d, staff.ErrNoDelegate
	}
	// In the order of the table, which drops what there is no such thing as.
	d.Permissions = slices.DeleteFunc(staff.Permissions(), func(p string) bool { return !slices.Contains(in.GetPermissions(), p) })
	if len(d.Permissions) != len(in.GetPermissions()) {
		return d, fault.Field("permissions", "ROL-05", "没有这项权限，请从列表中选择。")
	}
	if from := in.GetFromTime(); from != nil {
		if from.CheckValid() != nil {
			return d, fault.Field("from_time", "ROL-05", "请选择一个存在的时间。")
		}
		if from.AsTime().After(now) {
			d.From = from.AsTime()
		}
	}
	if in.GetUntilTime().CheckValid() != nil {
		return d, fault.Field("until_time", "ROL-05", "请选择一个存在的时间。")
	}
	d.Until = in.GetUntilTime().AsTime()
	return d, nil
}

func delegationsToProto(list []staff.Delegation, now time.Time) []*staffv1.Delegation {
	return as(list, func(d staff.Delegation) *staffv1.Delegation { return delegationToProto(d, now) })
}

func delegationToProto(d staff.Delegation, now time.Time) *staffv1.Delegation {
	out := &staffv1.Delegation{
		Id: d.ID.String(), HolderId: d.Holder.String(), HolderName: d.HolderName, DelegateId: d.Delegate.String(), DelegateName: d.DelegateName,
		Permissions: d.Permissions, FromTime: timestamppb.New(d.From), UntilTime: timestamppb.New(d.Until), CreateTime: timestamppb.New(d.CreatedAt),
		CreatedBy: d.CreatedBy.String(), State: staffv1.DelegationState_DELEGATION_STATE_UPCOMING,
	}
	if d.EndedAt != nil {
		out.EndTime = timestamppb.New(*d.EndedAt)
	}
	switch {
	case d.Ended(now):
		out.State = staffv1.DelegationState_DELEGATION_STATE_ENDED
	case d.Live(now):
		out.State = staffv1.DelegationState_DELEGATION_STATE_LIVE
	}
	return out
}

func choicesToProto(permissions []string, colleagues []staff.Colleague) *staffv1.DelegationChoices {
	known := slices.DeleteFunc(staff.Catalogue(), func(p staff.Permission) bool { return !slices.Contains(permissions, p.Name) })
	return &staffv1.DelegationChoices{
		Permissions: as(known, func(p staff.Permission) *staffv1.Permission {
			return &staffv1.Permission{Name: p.Name, Label: p.Label, LabelEn: p.LabelEnglish()}
		}),
		Colleagues: as(colleagues, func(c staff.Colleague) *staffv1.Colleague {
			return &staffv1.Colleague{Id: c.ID.String(), StaffNo: c.StaffNo, Name: c.Name, Positions: c.Positions}
		}),
	}
}

// actingFor lists for whom an actor may act now.
func actingFor(actor *kernel.Actor) (out []*staffv1.ActingFor) {
	var last *kernel.Delegated
	for _, post := range actor.Assignments {
		if d := post.For; d != nil && d != last {
			last = d
			out = append(out, &staffv1.ActingFor{DelegationId: d.ID.String(), HolderId: d.Holder.String(), HolderName: d.HolderName, Permissions: d.Permissions})
		}
	}
	return out
}

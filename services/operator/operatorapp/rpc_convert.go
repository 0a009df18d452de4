package operatorapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// tenantID and uuid read ids that have been validated; anything else is nobody's.
func tenantID(text string) kernel.TenantID { return kernel.TenantID(uuid(text)) }

func uuid(text string) kernel.UUID {
	id, err := kernel.ParseID[kernel.UUID](text)
	if err != nil {
		return kernel.UUID{}
	}
	return id
}

func pageSize(asked int32) int {
	if asked == 0 {
		return 50
	}
	return int(asked)
}

func first(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return parts[0]
}

func only[T any](list []*T) *T {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func maybeTime(t *time.Time) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return timestamppb.New(*t)
}

func accountToProto(a operator.Account) *operatorv1.Operator {
	return &operatorv1.Operator{Id: a.ID.String(), Login: a.Login, Name: a.Name}
}

var chainStates = map[tenant.State]operatorv1.ChainState{
	tenant.Active: operatorv1.ChainState_CHAIN_STATE_ACTIVE, tenant.Suspended: operatorv1.ChainState_CHAIN_STATE_SUSPENDED,
	tenant.Closed: operatorv1.ChainState_CHAIN_STATE_CLOSED,
}

func chainToProto(c operator.Chain) *operatorv1.Chain {
	out := &operatorv1.Chain{
		Id: c.ID.String(), Code: c.Code, Name: c.Name, State: chainStates[c.State], StateTime: maybeTime(c.StateAt),
		CreateTime: timestamppb.New(c.CreatedAt), Stores: c.Stores, Staff: c.Staff, Files: c.Files, Sandbox: c.Sandbox,
	}
	if c.KeepUntil != nil {
		out.KeepUntilDate = c.KeepUntil.String()
	}
	return out
}

// chainsPage cuts off the one chain too many, which proves that there is a next page.
func chainsPage(chains []operator.Chain, size int) *operatorv1.ListChainsResponse {
	res := &operatorv1.ListChainsResponse{}
	if len(chains) > size {
		chains = chains[:size]
		res.NextPageToken = rpc.PageToken(kernel.TenantID{}, chains[size-1].Code)
	}
	for _, c := range chains {
		res.Chains = append(res.Chains, chainToProto(c))
	}
	return res
}

func actsPage(acts []operatordb.ActsRow, size int) *operatorv1.ListActsResponse {
	res := &operatorv1.ListActsResponse{}
	if len(acts) > size {
		acts = acts[:size]
		res.NextPageToken = rpc.PageToken(kernel.TenantID{}, acts[size-1].ActID.String())
	}
	for _, n := range acts {
		res.Acts = append(res.Acts, &operatorv1.Act{Time: timestamppb.New(n.At), OperatorName: n.Name, Action: n.Action, TenantCode: n.TenantCode})
	}
	return res
}

var exportStates = map[operator.ExportState]operatorv1.ExportState{
	operator.Queued: operatorv1.ExportState_EXPORT_STATE_QUEUED, operator.Running: operatorv1.ExportState_EXPORT_STATE_RUNNING,
	operator.Ready: operatorv1.ExportState_EXPORT_STATE_READY, operator.Failed: operatorv1.ExportState_EXPORT_STATE_FAILED,
	operator.Expired: operatorv1.ExportState_EXPORT_STATE_EXPIRED,
}

func (a *App) exportToProto(e operator.Export, names map[kernel.PersonID]string) *operatorv1.Export {
	out := &operatorv1.Export{
		Id: e.ID.String(), State: exportStates[e.State], RequestTime: timestamppb.New(e.RequestedAt), TablesDone: e.TablesDone, TablesTotal: e.TablesTotal,
		RowsDone: e.RowsDone, Bytes: e.Bytes, Sha256: e.SHA256, ExpireTime: maybeTime(e.ExpiresAt), Recipient: e.Recipient, Stalled: e.Stalled(a.Clock.Now()),
	}
	if e.RequestedBy != nil {
		out.RequestedBy = names[*e.RequestedBy]
	} else {
		out.ByOperator = true
	}
	return out
}

func (a *App) exportsToProto(exports []operator.Export, names map[kernel.PersonID]string) []*operatorv1.Export {
	out := make([]*operatorv1.Export, len(exports))
	for i, e := range exports {
		out[i] = a.exportToProto(e, names)
	}
	return out
}

func (a *App) exportsPage(ctx context.Context, id kernel.TenantID, key Recipient, exports []operator.Export) (*operatorv1.ListExportsResponse, error) {
	people := []kernel.PersonID{key.By}
	for _, e := range exports {
		if e.RequestedBy != nil {
			people = append(people, *e.RequestedBy)
		}
	}
	names, err := a.People.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	res := &operatorv1.ListExportsResponse{Recipient: key.Key, RegisteredBy: names[key.By], Exports: a.exportsToProto(exports, names)}
	if key.Key != "" {
		res.RegisterTime = timestamppb.New(key.Since)
	}
	return res, nil
}

var supportStates = map[operator.SupportState]operatorv1.SupportState{
	operator.Asked: operatorv1.SupportState_SUPPORT_STATE_ASKED, operator.Granted: operatorv1.SupportState_SUPPORT_STATE_GRANTED,
	operator.Refused: operatorv1.SupportState_SUPPORT_STATE_REFUSED, operator.Ended: operatorv1.SupportState_SUPPORT_STATE_ENDED,
}

// namedAccesses tells a chain who of its people decided.
func (a *App) namedAccesses(ctx context.Context, id kernel.TenantID, accesses []operator.Support) ([]*operatorv1.SupportAccess, error) {
	people := []kernel.PersonID{}
	for _, s := range accesses {
		if s.DecidedBy != nil {
			people = append(people, *s.DecidedBy)
		}
	}
	names, err := a.People.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	return a.accessesToProto(ctx, accesses, names)
}

// accessesToProto tells of accesses; operators learn no name of a chain's people.
func (a *App) accessesToProto(ctx context.Context, accesses []operator.Support, names map[kernel.PersonID]string) ([]*operatorv1.SupportAccess, error) {
	out := make([]*operatorv1.SupportAccess, len(accesses))
	for i, s := range accesses {
		chain, err := a.chain(ctx, s.Tenant)
		if err != nil {
			return nil, err
		}
		out[i] = &operatorv1.SupportAccess{
			Id: s.ID.String(), TenantId: s.Tenant.String(), TenantName: chain.Name, OperatorName: s.OperatorName, Reason: s.Reason, State: supportStates[s.State],
			AskTime: timestamppb.New(s.AskedAt), DecideTime: maybeTime(s.DecidedAt), ExpireTime: maybeTime(s.ExpiresAt), EndTime: maybeTime(s.EndedAt), Entered: s.Entered,
		}
		if s.DecidedBy != nil {
			out[i].DecidedBy = names[*s.DecidedBy]
		}
	}
	return out, nil
}

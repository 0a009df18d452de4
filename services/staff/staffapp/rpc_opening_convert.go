package staffapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// maxHands is how many of those whose turn it is are named.
const maxHands = 20

var errPage = fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")

var requestStates = map[staff.RequestState]staffv1.AccountRequestState{
	staff.Pending:   staffv1.AccountRequestState_ACCOUNT_REQUEST_STATE_PENDING,
	staff.Opened:    staffv1.AccountRequestState_ACCOUNT_REQUEST_STATE_OPENED,
	staff.Refused:   staffv1.AccountRequestState_ACCOUNT_REQUEST_STATE_REFUSED,
	staff.Withdrawn: staffv1.AccountRequestState_ACCOUNT_REQUEST_STATE_WITHDRAWN,
}

func formFromProto(req *staffv1.ApplyAccountRequest) (f staff.AccountForm, err error) {
	f = staff.AccountForm{StaffNo: oneLine(req.GetStaffNo()), Name: oneLine(req.GetName()), Position: oneLine(req.GetPosition()), Reason: oneLine(req.GetReason())}
	stores, err := storesFromProto("store_id", []string{req.GetStoreId()})
	if err != nil {
		return f, err
	}
	f.Store = stores[0]
	for field, text := range map[string]string{"staff_no": f.StaffNo, "name": f.Name, "position": f.Position, "reason": f.Reason} {
		if text == "" {
			return f, fault.Field(field, "ACC-01", "申请表的每一项都要填写。")
		}
	}
	if f.EntryOn, err = date("entry_date", req.GetEntryDate()); err != nil {
		return f, err
	}
	if f.Number, err = phone(req.GetPhone()); err == nil && f.Number == "" {
		err = fault.Field("phone", "ACC-01", "请填写本人的手机号，激活码会发到这个号码。")
	}
	return f, err
}

// requests converts requests, with the names of their stores.
func (s OpeningServer) requests(ctx context.Context, in []staff.AccountRequest) ([]*staffv1.AccountRequest, error) {
	actor := rpc.Actor(ctx)
	stores, err := s.app.Tenants.Stores(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	names := map[kernel.StoreID]string{}
	for _, store := range stores {
		names[store.ID] = store.Name
	}
	return as(in, func(r staff.AccountRequest) *staffv1.AccountRequest {
		out := &staffv1.AccountRequest{
			Id: r.ID.String(), StoreId: r.Store.String(), StoreName: names[r.Store], StaffNo: r.StaffNo, Name: r.Name, Position: r.Position,
			EntryDate: r.EntryOn.String(), MaskedPhone: r.Number.Masked(), Reason: r.Reason, State: requestStates[r.State], AppliedByName: r.AppliedName,
			ApplyTime: timestamppb.New(r.AppliedAt), DueTime: timestamppb.New(r.DueAt), Late: r.LateAt != nil, DecidedByName: r.DecidedName,
			Refusal: r.Refusal, Account: accountStates[r.Account], Own: r.Concerns(actor.Person),
		}
		if r.Turn != nil {
			out.Turn = &staffv1.RequestTurn{Escalated: r.Turn.Escalated}
			for _, h := range r.Turn.People[:min(len(r.Turn.People), maxHands)] {
				out.Turn.People = append(out.Turn.People, &staffv1.RequestHand{PersonId: h.Person.String(), Name: h.Name, Position: h.Position, HolderName: h.ForName})
			}
			if r.NextAt != nil {
				out.Turn.NextTime = timestamppb.New(*r.NextAt)
			}
		}
		if r.DecidedAt != nil {
			out.DecideTime = timestamppb.New(*r.DecidedAt)
		}
		if r.Person != nil {
			out.PersonId = r.Person.String()
		}
		return out
	}), nil
}

// page reads the store and the request that a page of newest first begins before.
func (s OpeningServer) page(ctx context.Context, storeID, token string) (store kernel.StoreID, before kernel.UUID, err error) {
	if store, err = optionalStore(storeID); err != nil {
		return store, before, err
	}
	parts, err := rpc.ParsePageToken(rpc.Actor(ctx).Tenant, token, 1)
	if err != nil || parts == nil {
		return store, before, err
	}
	if before, err = kernel.ParseID[kernel.UUID](parts[0]); err != nil {
		err = errPage
	}
	return store, before, err
}

// cut takes the one row too many, which proves that there is a next page, and
// makes that page's token of the last row's key.
func cut[R any](ctx context.Context, rows []R, size int32, key func(R) []string) ([]R, string) {
	if len(rows) <= int(size) {
		return rows, ""
	}
	rows = rows[:size]
	return rows, rpc.PageToken(rpc.Actor(ctx).Tenant, key(rows[size-1])...)
}

func byID(r staff.AccountRequest) []string { return []string{r.ID.String()} }

func printed(d staffv1.CodeDelivery) bool { return d == staffv1.CodeDelivery_CODE_DELIVERY_PRINT }

func issuedToProto(i *Issued) *staffv1.IssuedCode {
	if i == nil {
		return nil
	}
	return &staffv1.IssuedCode{ExpireTime: timestamppb.New(i.ExpiresAt), Code: i.Code, MaskedPhone: i.Masked}
}

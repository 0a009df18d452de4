package staffapp

import (
	"context"
	"time"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// OpeningServer is the RPC service of accounts.
type OpeningServer struct{ app *App }

// OpeningServer puts the use cases behind staffv1connect.AccountOpeningServiceHandler.
func (a *App) OpeningServer() OpeningServer { return OpeningServer{a} }

// ApplyAccount implements AccountOpeningService.
func (s OpeningServer) ApplyAccount(ctx context.Context, req *staffv1.ApplyAccountRequest) (*staffv1.ApplyAccountResponse, error) {
	form, err := formFromProto(req)
	if err != nil {
		return nil, err
	}
	r, err := s.app.ApplyAccount(ctx, rpc.Grant(ctx), form)
	if err != nil {
		return nil, err
	}
	out, err := s.requests(ctx, []staff.AccountRequest{r})
	if err != nil {
		return nil, err
	}
	return &staffv1.ApplyAccountResponse{Request: out[0]}, nil
}

// WithdrawAccount implements AccountOpeningService.
func (s OpeningServer) WithdrawAccount(ctx context.Context, req *staffv1.WithdrawAccountRequest) (*staffv1.WithdrawAccountResponse, error) {
	r, err := s.one(ctx, req.GetRequestId(), func(id kernel.UUID) (staff.AccountRequest, error) {
		return s.app.WithdrawAccount(ctx, rpc.Grant(ctx), id)
	})
	return &staffv1.WithdrawAccountResponse{Request: r}, err
}

// RefuseAccount implements AccountOpeningService.
func (s OpeningServer) RefuseAccount(ctx context.Context, req *staffv1.RefuseAccountRequest) (*staffv1.RefuseAccountResponse, error) {
	r, err := s.one(ctx, req.GetRequestId(), func(id kernel.UUID) (staff.AccountRequest, error) {
		return s.app.RefuseAccount(ctx, rpc.Grant(ctx), id, oneLine(req.GetReason()))
	})
	return &staffv1.RefuseAccountResponse{Request: r}, err
}

// OpenAccount implements AccountOpeningService.
func (s OpeningServer) OpenAccount(ctx context.Context, req *staffv1.OpenAccountRequest) (*staffv1.OpenAccountResponse, error) {
	var issued *Issued
	r, err := s.one(ctx, req.GetRequestId(), func(id kernel.UUID) (r staff.AccountRequest, err error) {
		r, issued, err = s.app.OpenAccount(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, printed(req.GetDelivery()))
		return r, err
	})
	return &staffv1.OpenAccountResponse{Request: r, Code: issuedToProto(issued)}, err
}

// one does something with a request and converts it.
func (s OpeningServer) one(ctx context.Context, text string, do func(kernel.UUID) (staff.AccountRequest, error)) (*staffv1.AccountRequest, error) {
	id, err := kernel.ParseID[kernel.UUID](text)
	if err != nil {
		return nil, staff.ErrNoRequest
	}
	r, err := do(id)
	if err != nil {
		return nil, err
	}
	out, err := s.requests(ctx, []staff.AccountRequest{r})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// ListStoreAccounts implements AccountOpeningService.
func (s OpeningServer) ListStoreAccounts(ctx context.Context, req *staffv1.ListStoreAccountsRequest) (*staffv1.ListStoreAccountsResponse, error) {
	size := pageSize(req.GetPageSize())
	store, before, err := s.page(ctx, req.GetStoreId(), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	rows, err := s.app.StoreAccounts(ctx, rpc.Grant(ctx), store, before, size+1)
	if err != nil {
		return nil, err
	}
	rows, next := cut(ctx, rows, size, byID)
	out, err := s.requests(ctx, rows)
	return &staffv1.ListStoreAccountsResponse{Requests: out, NextPageToken: next}, err
}

// ListAccountRequests implements AccountOpeningService.
func (s OpeningServer) ListAccountRequests(ctx context.Context, req *staffv1.ListAccountRequestsRequest) (*staffv1.ListAccountRequestsResponse, error) {
	list := s.waiting
	if req.GetDecided() {
		list = s.decided
	}
	res, err := list(ctx, req)
	if err != nil {
		return nil, err
	}
	hours, late, err := s.app.ServiceRecord(ctx, rpc.Actor(ctx))
	res.Hours, res.OwnLateThisMonth = int32(hours), late
	return res, err
}

func (s OpeningServer) decided(ctx context.Context, req *staffv1.ListAccountRequestsRequest) (*staffv1.ListAccountRequestsResponse, error) {
	size := pageSize(req.GetPageSize())
	store, before, err := s.page(ctx, req.GetStoreId(), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	rows, err := s.app.DecidedAccounts(ctx, rpc.Grant(ctx), store, before, size+1)
	if err != nil {
		return nil, err
	}
	rows, next := cut(ctx, rows, size, byID)
	out, err := s.requests(ctx, rows)
	return &staffv1.ListAccountRequestsResponse{Requests: out, NextPageToken: next}, err
}

func (s OpeningServer) waiting(ctx context.Context, req *staffv1.ListAccountRequestsRequest) (*staffv1.ListAccountRequestsResponse, error) {
	size := pageSize(req.GetPageSize())
	store, err := optionalStore(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	parts, err := rpc.ParsePageToken(rpc.Actor(ctx).Tenant, req.GetPageToken(), 2)
	if err != nil {
		return nil, err
	}
	due, after := time.Time{}, kernel.UUID{}
	if parts != nil {
		if due, err = time.Parse(time.RFC3339Nano, parts[0]); err == nil {
			after, err = kernel.ParseID[kernel.UUID](parts[1])
		}
		if err != nil {
			return nil, errPage
		}
	}
	rows, err := s.app.WaitingAccounts(ctx, rpc.Grant(ctx), store, due, after, size+1)
	if err != nil {
		return nil, err
	}
	rows, next := cut(ctx, rows, size, func(r staff.AccountRequest) []string {
		return []string{r.DueAt.Format(time.RFC3339Nano), r.ID.String()}
	})
	out, err := s.requests(ctx, rows)
	return &staffv1.ListAccountRequestsResponse{Requests: out, NextPageToken: next}, err
}

// SendCode implements AccountOpeningService.
func (s OpeningServer) SendCode(ctx context.Context, req *staffv1.SendCodeRequest) (*staffv1.SendCodeResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	issued, err := s.app.SendCode(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, printed(req.GetDelivery()))
	return &staffv1.SendCodeResponse{Code: issuedToProto(issued)}, err
}

// ResetPassword implements AccountOpeningService.
func (s OpeningServer) ResetPassword(ctx context.Context, req *staffv1.ResetPasswordRequest) (*staffv1.ResetPasswordResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	issued, err := s.app.ResetPassword(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id)
	return &staffv1.ResetPasswordResponse{Code: issuedToProto(issued)}, err
}

// InvitePerson implements AccountOpeningService.
func (s OpeningServer) InvitePerson(ctx context.Context, req *staffv1.InvitePersonRequest) (*staffv1.InvitePersonResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	issued, err := s.app.InvitePerson(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, printed(req.GetDelivery()))
	return &staffv1.InvitePersonResponse{Code: issuedToProto(issued)}, err
}

// ActivateAccount implements AccountOpeningService.
func (s OpeningServer) ActivateAccount(ctx context.Context, req *staffv1.ActivateAccountRequest) (*staffv1.ActivateAccountResponse, error) {
	err := s.app.Activate(ctx, Activation{TenantCode: req.GetTenantCode(), StaffNo: req.GetStaffNo(), Code: req.GetCode(), Password: req.GetPassword()})
	if err != nil {
		return nil, err
	}
	return &staffv1.ActivateAccountResponse{}, nil
}

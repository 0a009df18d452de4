package customerapp

import (
	"context"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// Server is the context's RPC service.
type Server struct{ app *App }

// Server puts the use cases behind customerv1connect.CustomerServiceHandler.
func (a *App) Server() Server { return Server{a} }

// ListCustomers implements CustomerService.
func (s Server) ListCustomers(ctx context.Context, req *customerv1.ListCustomersRequest) (*customerv1.ListCustomersResponse, error) {
	in, err := listFromProto(req)
	if err != nil {
		return nil, err
	}
	items, next, err := s.app.List(ctx, rpc.Grant(ctx), s.app.Clock.Now(), in)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, listed("customer.listed", rpc.Grant(ctx), in.Store, len(items), in.Query))
	return &customerv1.ListCustomersResponse{Customers: rowsToProto(items), NextPageToken: next}, nil
}

// GetCustomer implements CustomerService.
func (s Server) GetCustomer(ctx context.Context, req *customerv1.GetCustomerRequest) (*customerv1.GetCustomerResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Get(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, seenLine("customer.viewed", v.Row, rpc.Grant(ctx).Person()))
	return &customerv1.GetCustomerResponse{Customer: viewToProto(v)}, nil
}

// RevealNumber implements CustomerService.
func (s Server) RevealNumber(ctx context.Context, req *customerv1.RevealNumberRequest) (*customerv1.RevealNumberResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	shown, err := s.app.Reveal(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, customer.MaskedNumber, req.GetReason())
	if err != nil {
		return nil, err
	}
	return &customerv1.RevealNumberResponse{Number: shown.Value, LeftToday: int32(shown.Left)}, nil
}

// RevealField implements CustomerService.
func (s Server) RevealField(ctx context.Context, req *customerv1.RevealFieldRequest) (*customerv1.RevealFieldResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	shown, err := s.app.Reveal(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, maskedFields[req.GetField()], req.GetReason())
	if err != nil {
		return nil, err
	}
	return &customerv1.RevealFieldResponse{Value: shown.Value, LeftToday: int32(shown.Left)}, nil
}

// CheckFile implements CustomerService.
func (s Server) CheckFile(ctx context.Context, req *customerv1.CheckFileRequest) (*customerv1.CheckFileResponse, error) {
	store, file, in, badDate, err := checkFromProto(req)
	if err != nil {
		return nil, err
	}
	checked, err := s.app.Check(ctx, rpc.Grant(ctx), s.app.Clock.Now(), store, in, file)
	if err != nil {
		return nil, err
	}
	return &customerv1.CheckFileResponse{Findings: findingsToProto(append(checked.Findings, badDate...)), Days: checkedToProto(in.Fields, checked.Today), AcceptsPhs: checked.AcceptPHS, NumberUnasked: checked.NumberUnasked}, nil
}

// CreateFile implements CustomerService.
func (s Server) CreateFile(ctx context.Context, req *customerv1.CreateFileRequest) (*customerv1.CreateFileResponse, error) {
	store, request, in, err := createFromProto(req)
	if err != nil {
		return nil, err
	}
	v, err := s.app.Create(ctx, rpc.Grant(ctx), s.app.Clock.Now(), store, request, in)
	if err != nil {
		return nil, err
	}
	return &customerv1.CreateFileResponse{Customer: viewToProto(v)}, nil
}

// UpdateFile implements CustomerService.
func (s Server) UpdateFile(ctx context.Context, req *customerv1.UpdateFileRequest) (*customerv1.UpdateFileResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	in, err := inputFromProto(req.GetFields())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Update(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, req.GetVersion(), in)
	if err != nil {
		return nil, err
	}
	return &customerv1.UpdateFileResponse{Customer: viewToProto(v)}, nil
}

// CompleteFile implements CustomerService.
func (s Server) CompleteFile(ctx context.Context, req *customerv1.CompleteFileRequest) (*customerv1.CompleteFileResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Complete(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return &customerv1.CompleteFileResponse{Customer: viewToProto(v)}, nil
}

// SubmitFile implements CustomerService.
func (s Server) SubmitFile(ctx context.Context, req *customerv1.SubmitFileRequest) (*customerv1.SubmitFileResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Submit(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return &customerv1.SubmitFileResponse{Customer: viewToProto(v)}, nil
}

// ListReviews implements CustomerService.
func (s Server) ListReviews(ctx context.Context, req *customerv1.ListReviewsRequest) (*customerv1.ListReviewsResponse, error) {
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	items, next, total, err := s.app.ListReviews(ctx, rpc.Grant(ctx), s.app.Clock.Now(), store, pageSize(req.GetPageSize()), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, listed("customer.reviews_listed", rpc.Grant(ctx), store, len(items), ""))
	return &customerv1.ListReviewsResponse{Items: reviewsToProto(items), NextPageToken: next, Total: int32(total)}, nil
}

// ReviewFile implements CustomerService.
func (s Server) ReviewFile(ctx context.Context, req *customerv1.ReviewFileRequest) (*customerv1.ReviewFileResponse, error) {
	id, err := fileFromProto(req.GetId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Review(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, decisionFromProto(req))
	if err != nil {
		return nil, err
	}
	return &customerv1.ReviewFileResponse{Customer: viewToProto(v)}, nil
}

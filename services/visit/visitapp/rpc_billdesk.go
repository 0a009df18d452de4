package visitapp

import (
	"context"
	"strings"
	"time"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// BillDeskServer is visitv1connect.BillDeskServiceHandler.
type BillDeskServer struct{ app *App }

// BillDeskServer puts what people do with bills behind its RPC service.
func (a *App) BillDeskServer() BillDeskServer { return BillDeskServer{a} }

// ListBills implements BillDeskService.
func (s BillDeskServer) ListBills(ctx context.Context, req *visitv1.ListBillsRequest) (*visitv1.ListBillsResponse, error) {
	store, date, after, err := s.page(ctx, req)
	if err != nil {
		return nil, err
	}
	if typed := strings.TrimSpace(req.GetBillNo()); typed != "" {
		bills, err := s.app.FindBills(ctx, rpc.Grant(ctx), store, typed, s.app.Clock.Now())
		if err != nil {
			return nil, err
		}
		audit.BoardSeen(ctx, "bill.listed", store, typed, len(bills))
		return &visitv1.ListBillsResponse{Bills: billsToProto(bills)}, nil
	}
	size := req.GetPageSize()
	if size == 0 {
		size = 50
	}
	day, bills, more, err := s.app.Bills(ctx, rpc.Grant(ctx), store, date, after, size, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "bill.listed", store, day.String(), len(bills))
	res := &visitv1.ListBillsResponse{Bills: billsToProto(bills), BusinessDate: day.String()}
	if more {
		last := bills[len(bills)-1]
		res.NextPageToken = rpc.PageToken(rpc.Actor(ctx).Tenant, last.ClosedAt.Format(time.RFC3339Nano), last.BillHead.Source, last.BillHead.BillNo)
	}
	return res, nil
}

func (s BillDeskServer) page(ctx context.Context, req *visitv1.ListBillsRequest) (store kernel.StoreID, date *kernel.BusinessDate, after *BillPlace, err error) {
	if store, err = idOf[kernel.StoreID]("store_id", req.GetStoreId()); err != nil {
		return store, nil, nil, err
	}
	if date, err = optionalDateOf("business_date", req.GetBusinessDate()); err != nil {
		return store, nil, nil, err
	}
	parts, err := rpc.ParsePageToken(rpc.Actor(ctx).Tenant, req.GetPageToken(), 3)
	if err != nil || parts == nil {
		return store, date, nil, err
	}
	closed, err := time.Parse(time.RFC3339Nano, parts[0])
	if err != nil {
		return store, date, nil, errBadToken
	}
	return store, date, &BillPlace{closed, parts[1], parts[2]}, nil
}

// GetBill implements BillDeskService.
func (s BillDeskServer) GetBill(ctx context.Context, req *visitv1.GetBillRequest) (*visitv1.GetBillResponse, error) {
	key, err := billKeyOf(req)
	if err != nil {
		return nil, err
	}
	bill, err := s.app.Bill(ctx, rpc.Grant(ctx), key)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, audit.Entry{Action: "bill.viewed", Object: "bill", ObjectID: key.Source + "/" + key.No, Store: key.Store})
	return openedBillToProto(bill), nil
}

// ListBillsOfVisit implements BillDeskService.
func (s BillDeskServer) ListBillsOfVisit(ctx context.Context, req *visitv1.ListBillsOfVisitRequest) (*visitv1.ListBillsOfVisitResponse, error) {
	file, err := idOf[kernel.FileID]("file_id", req.GetFileId())
	if err != nil {
		return nil, err
	}
	day, err := dateOf("business_date", req.GetBusinessDate())
	if err != nil {
		return nil, err
	}
	guest, bills, err := s.app.BillsOfVisit(ctx, rpc.Grant(ctx), file, day, tenant.MealPeriod(req.GetMealPeriod()))
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, audit.Entry{
		Action: "bill.of_visit_viewed", Object: "customer", ObjectID: file.String(), Store: guest.Store, Own: guest.OwnedBy(rpc.Actor(ctx).Person),
		Changes: []audit.Change{{Field: "date", After: day.String()}},
	})
	out := billsToProto(bills)
	for i, b := range bills {
		out[i].Lines = itemsToProto(b.Detail.Lines)
	}
	return &visitv1.ListBillsOfVisitResponse{Bills: out}, nil
}

// ListBillTasks implements BillDeskService.
func (s BillDeskServer) ListBillTasks(ctx context.Context, req *visitv1.ListBillTasksRequest) (*visitv1.ListBillTasksResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	tasks, err := s.app.BillTasks(ctx, rpc.Grant(ctx), store, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "bill.tasks_listed", store, "bill_tasks", len(tasks.Waiting)+len(tasks.Parked)+len(tasks.Incomplete))
	res := &visitv1.ListBillTasksResponse{Parked: billsToProto(tasks.Parked), Incomplete: bookingsToProto(tasks.Incomplete)}
	for i, b := range tasks.Waiting {
		res.Waiting = append(res.Waiting, &visitv1.WaitingBill{Bill: billToProto(b), Proposals: proposalsToProto(tasks.Proposals[i])})
	}
	return res, nil
}

// LinkBill implements BillDeskService.
func (s BillDeskServer) LinkBill(ctx context.Context, req *visitv1.LinkBillRequest) (*visitv1.LinkBillResponse, error) {
	key, err := billKeyOf(req)
	if err != nil {
		return nil, err
	}
	in := LinkBill{BillKey: key, LinkNo: req.GetLinkNo(), Reason: linkReasons[req.GetReason()]}
	if req.GetBookingId() != "" {
		id, err := idOf[kernel.UUID]("booking_id", req.GetBookingId())
		if err != nil {
			return nil, err
		}
		in.Booking = &id
	}
	bill, err := s.app.LinkBill(ctx, rpc.Grant(ctx), in, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &visitv1.LinkBillResponse{Bill: billToProto(bill)}, nil
}

func billKeyOf(req interface {
	GetStoreId() string
	GetSource() string
	GetBillNo() string
},
) (visit.BillKey, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	return visit.BillKey{Store: store, Source: req.GetSource(), No: req.GetBillNo()}, err
}

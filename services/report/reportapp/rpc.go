package reportapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	reportv1 "github.com/changke/changke/gen/go/changke/report/v1"
	"github.com/changke/changke/gen/go/changke/report/v1/reportv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/report/internal/reportdb"
	"github.com/changke/changke/services/tenant"
)

// server answers ReportService.
type server struct{ app *App }

// Server gives the context's RPC service.
func (a *App) Server() reportv1connect.ReportServiceHandler { return server{a} }

// GetToday gives what needs the caller now.
func (s server) GetToday(ctx context.Context, req *reportv1.GetTodayRequest) (*reportv1.GetTodayResponse, error) {
	var store kernel.StoreID
	if req.GetStoreId() != "" {
		var err error
		if store, err = kernel.ParseID[kernel.StoreID](req.GetStoreId()); err != nil {
			return nil, tenant.ErrNoStore
		}
	}
	t, err := s.app.Today(ctx, rpc.Grant(ctx), store, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	audit.BoardSeen(ctx, "today.viewed", store, t.On.String(), len(t.AtRisk)+len(t.Vips))
	return &reportv1.GetTodayResponse{Today: t.proto()}, nil
}

// GetBoard gives stores side by side.
func (s server) GetBoard(ctx context.Context, _ *reportv1.GetBoardRequest) (*reportv1.GetBoardResponse, error) {
	b, err := s.app.Board(ctx, rpc.Grant(ctx), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return b.proto(), nil
}

// GetSetup gives how far the chain is set up.
func (s server) GetSetup(ctx context.Context, _ *reportv1.GetSetupRequest) (*reportv1.GetSetupResponse, error) {
	if !rpc.Grant(ctx).Tenant() { // the chain is head office's to set up
		return &reportv1.GetSetupResponse{Setup: &reportv1.Setup{Complete: true}}, nil
	}
	setup, err := s.app.Setup(ctx, rpc.Actor(ctx), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &reportv1.GetSetupResponse{Setup: &reportv1.Setup{
		Stores: setup.Stores, Resources: setup.Resources, StorePeople: setup.StorePeople, Accounts: setup.Accounts,
		ManagerCameIn: setup.ManagerCameIn, Complete: setup.Complete(),
	}}, nil
}

func (t *Today) proto() *reportv1.Today {
	out := &reportv1.Today{
		BusinessDate: t.On.String(), ReviewsWaiting: t.Reviews.Waiting, ReviewsLate: t.Reviews.Late, AtRiskTotal: t.RiskAll,
		BookingsToday: t.Bookings, OwnDrafts: t.Drafts, NoticesMissing: t.Notices, NoticesToCheck: t.ToCheck, RefundsParked: t.Parked.Parked, RefundsLate: t.Parked.Late, BillsWaiting: t.Bills, ReleasedLastWeek: t.Released,
		MyMonth: &reportv1.MyMonth{Month: t.On.Month().String(), Customers: t.Month.Customers, Visits: t.Month.Visits},
	}
	if t.Bills > 0 {
		out.BillsWaitingStoreId = t.BillsAt.String()
	}
	for _, l := range t.Progress.Lines {
		out.MyMonth.Lines = append(out.MyMonth.Lines, &reportv1.MonthLine{Item: l.Item.Key(), Target: l.Target.String(), Counted: l.Counted, Missing: l.Missing(), Percent: percent(l)})
	}
	out.MyMonth.DaysLeft, out.MyMonth.GuestsLed, out.MyMonth.AtRisk = int32(t.Progress.DaysLeft), t.Progress.Led, t.OwnRisk
	out.ReviewsEscalatedToMeLate = t.Reviews.ToMeLate
	out.ReviewsEscalatedToMe, out.ReviewsEscalatedToOthers, out.EscalatedToNames = t.Reviews.ToMe, t.Reviews.ToOthers, t.Reviews.Others
	if t.Reviews.Waiting > 0 {
		out.NextReviewDueTime = timestamppb.New(t.Reviews.NextDue)
	}
	out.Accounts = &reportv1.AccountsToday{Waiting: t.ToOpen.Waiting, Late: t.ToOpen.Late, NotActivated: t.Applied.NotActivated, Refused: t.Applied.Refused}
	if t.ToOpen.Waiting > 0 {
		out.Accounts.NextDueTime = timestamppb.New(t.ToOpen.NextDue)
	}
	out.Handovers = &reportv1.HandoversToday{ToAccept: t.Handovers.ToAccept, ToCheck: t.Handovers.ToCheck, FilesLeft: t.Handovers.FilesLeft, Office: t.Handovers.Office, DueDate: t.Handovers.DueOn}
	out.Conflicts = &reportv1.ConflictsToday{Own: t.Conflicts.Own, ToDecide: t.Conflicts.ToDecide}
	if t.Conflicts.Own > 0 {
		out.Conflicts.NextDueTime = timestamppb.New(t.Conflicts.NextDue)
	}
	out.OwnSentBack, out.OwnEnding, out.UnreadMessages = t.Writing.Back, t.Writing.Ending, t.Unread
	if t.Writing.Ending > 0 {
		out.NextEndingDate = t.Writing.Ends.String()
	}
	out.CorrectionsWaiting = t.Corrected
	out.OffersWaiting, out.AppealsToDecide, out.AppealsLate = t.Offers.Waiting, t.Appeals.Waiting, t.Appeals.Late
	if t.Offers.Waiting > 0 {
		out.NextOfferDate = (t.Offers.LapsesOn - 1).String()
	}
	for _, s := range t.SharedAway {
		out.SharedAway = append(out.SharedAway, &reportv1.GuestSharedAway{
			FileId: s.FileID.String(), Name: s.Guest, OwnerName: s.OwnerName, StoreName: s.StoreName, Visits: s.Visits, Others: s.Others, Need: int32(s.Need),
		})
	}
	out.Changes = requestsToProto(t.Changes)
	out.Deletions = requestsToProto(reportdb.ChangesWaitingRow(t.Deletions))
	out.GuestRequests = requestsToProto(reportdb.ChangesWaitingRow(t.Guests))
	for _, r := range t.AtRisk {
		g := &reportv1.GuestAtRisk{FileId: r.FileID.String(), Name: r.Guest, OwnerName: r.OwnerName, StoreName: r.StoreName, DaysLeft: int32(r.DaysLeft)}
		if r.LastVisit != nil {
			g.LastVisitDate = r.LastVisit.String()
		}
		out.AtRisk = append(out.AtRisk, g)
	}
	for _, b := range t.Vips {
		out.VipBookings = append(out.VipBookings, &reportv1.VipBooking{
			BookingId: b.BookingID.String(), FileId: b.FileID.String(), Name: b.Guest, MealPeriod: tenant.MealPeriod(b.MealPeriod).String(),
			ResourceName: b.ResourceName, OwnerName: b.OwnerName, StoreName: b.StoreName, State: b.State, ComeTime: b.Comes,
		})
	}
	for _, k := range t.Keys {
		out.KeysExpiring = append(out.KeysExpiring, &reportv1.KeyExpiring{KeyId: k.KeyID.String(), Label: k.Label, ExpireTime: timestamppb.New(k.ExpiresAt)})
	}
	return out
}

// percent of a line's target; one of nothing is reached.
func percent(l quota.Line) int64 {
	if p := l.Percent(); p != nil {
		return *p
	}
	return 100
}

func requestsToProto(r reportdb.ChangesWaitingRow) *reportv1.RequestsToday {
	out := &reportv1.RequestsToday{Waiting: r.Waiting, Late: r.Late}
	if r.Waiting > 0 {
		out.NextDueTime = timestamppb.New(r.NextDue)
	}
	return out
}

func (b *Board) proto() *reportv1.GetBoardResponse {
	out := &reportv1.GetBoardResponse{BusinessDate: b.On.String()}
	for _, s := range b.Stores {
		out.Stores = append(out.Stores, &reportv1.StoreBoard{
			StoreId: s.Store.ID.String(), StoreName: s.Store.Name, Files: s.Files, Owned: s.Owned, Public: max(0, s.Files-s.Owned), Active: s.Active,
			ApprovedThisMonth: s.Approved, ReleasedThisMonth: s.Released, VisitsThisMonth: s.Visits, CreditedThisMonth: s.Credited,
			AmountThisMonthFen: int64(s.Amount), ReviewsWaiting: s.Waiting, ReviewsLate: s.Late,
		})
	}
	for _, m := range b.Months {
		out.Months = append(out.Months, &reportv1.MonthPoint{Month: m.Month.String(), Visits: m.Visits, Released: m.Released})
	}
	return out
}

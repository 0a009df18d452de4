package customerapp

import (
	"context"
	"encoding/hex"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

var checkResults = map[customer.CheckResult]customerv1.SpotCheckResult{
	customer.CheckFine:    customerv1.SpotCheckResult_SPOT_CHECK_RESULT_FINE,
	customer.CheckFinding: customerv1.SpotCheckResult_SPOT_CHECK_RESULT_FINDING,
	customer.CheckNotReal: customerv1.SpotCheckResult_SPOT_CHECK_RESULT_NOT_REAL,
}

// SpotCheckServer is the RPC service of spot checks (CUS-04).
type SpotCheckServer struct{ app *App }

// SpotCheckServer puts the use cases behind customerv1connect.SpotCheckServiceHandler.
func (a *App) SpotCheckServer() SpotCheckServer { return SpotCheckServer{a} }

// ListSpotCheckMonths implements SpotCheckService.
func (s SpotCheckServer) ListSpotCheckMonths(ctx context.Context, _ *customerv1.ListSpotCheckMonthsRequest) (*customerv1.ListSpotCheckMonthsResponse, error) {
	months, err := s.app.SpotCheckMonths(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	out := &customerv1.ListSpotCheckMonthsResponse{}
	for _, m := range months {
		out.Months = append(out.Months, &customerv1.SpotCheckMonth{
			Month: m.Month.String(), DrawTime: timestamppb.New(m.At), Seed: hex.EncodeToString(m.Seed), Percent: int32(m.Percent), RuleVersion: int32(m.RuleVersion),
			Approved: int32(m.Approved), Drawn: int32(m.Drawn), Checked: int32(m.Checked), Found: int32(m.Findings),
		})
	}
	return out, nil
}

// ListSpotChecks implements SpotCheckService.
func (s SpotCheckServer) ListSpotChecks(ctx context.Context, req *customerv1.ListSpotChecksRequest) (*customerv1.ListSpotChecksResponse, error) {
	month, err := monthFromProto("month", req.GetMonth())
	if err != nil {
		return nil, err
	}
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	views, next, err := s.app.SpotChecks(ctx, rpc.Grant(ctx), s.app.Clock.Now(), month, store, pageSize(req.GetPageSize()), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, listed("customer.spot_checks_listed", rpc.Grant(ctx), store, len(views), ""))
	out := &customerv1.ListSpotChecksResponse{NextPageToken: next}
	for _, v := range views {
		out.Checks = append(out.Checks, spotCheckToProto(v))
	}
	return out, nil
}

// RecordSpotCheck implements SpotCheckService.
func (s SpotCheckServer) RecordSpotCheck(ctx context.Context, req *customerv1.RecordSpotCheckRequest) (*customerv1.RecordSpotCheckResponse, error) {
	in, err := foundFromProto(req)
	if err != nil {
		return nil, err
	}
	v, err := s.app.RecordSpotCheck(ctx, rpc.Grant(ctx), s.app.Clock.Now(), in)
	return &customerv1.RecordSpotCheckResponse{Check: spotCheckToProto(v)}, err
}

// GetSpotCheckRates implements SpotCheckService.
func (s SpotCheckServer) GetSpotCheckRates(ctx context.Context, req *customerv1.GetSpotCheckRatesRequest) (*customerv1.GetSpotCheckRatesResponse, error) {
	from, err := monthFromProto("from_month", req.GetFromMonth())
	if err != nil {
		return nil, err
	}
	to, err := monthFromProto("to_month", req.GetToMonth())
	if err != nil {
		return nil, err
	}
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	referrers, reviewers, err := s.app.SpotCheckRates(ctx, rpc.Grant(ctx), from, to, store)
	return &customerv1.GetSpotCheckRatesResponse{Referrers: ratesToProto(referrers), Reviewers: ratesToProto(reviewers)}, err
}

func monthFromProto(field, s string) (kernel.Month, error) {
	month, err := kernel.ParseMonth(s)
	if err != nil {
		return 0, fault.Field(field, "CUS-04", "请选择月份。")
	}
	return month, nil
}

func foundFromProto(req *customerv1.RecordSpotCheckRequest) (SpotFound, error) {
	in := SpotFound{Result: keyOf(checkResults, req.GetResult()), Confirmed: req.GetConfirmed()}
	for _, r := range req.GetFindings() {
		in.Findings = append(in.Findings, customer.Reason{Field: r.GetField(), Reason: r.GetReason()})
	}
	var err error
	if in.Month, err = monthFromProto("month", req.GetMonth()); err != nil {
		return in, err
	}
	in.File, err = fileFromProto(req.GetFileId())
	return in, err
}

func spotCheckToProto(v SpotCheckView) *customerv1.SpotCheck {
	out := &customerv1.SpotCheck{
		Row: rowToProto(v.Item), Month: v.Month.String(), ReferrerName: v.RefName, ReviewerName: v.RevName, ApprovedDate: v.ApprovedOn.String(),
		Result: checkResults[v.Result], Findings: reasonsToProto(v.Findings), CheckerName: v.Checking, Checkable: v.Checkable,
	}
	if v.CheckedAt != nil {
		out.CheckTime = timestamppb.New(*v.CheckedAt)
	}
	return out
}

func ratesToProto(rates []Rate) []*customerv1.SpotCheckRate {
	out := make([]*customerv1.SpotCheckRate, len(rates))
	for i, r := range rates {
		out[i] = &customerv1.SpotCheckRate{PersonId: r.Person.String(), Name: r.Name, Checked: int32(r.Checked), Found: int32(r.Found), NotReal: int32(r.NotReals)}
	}
	return out
}

package ownershipapp

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/rpc"
)

// trialServer answers TrialService.
type trialServer struct{ *App }

// TrialServer gives the RPC service of trials of rules.
func (a *App) TrialServer() ownershipv1connect.TrialServiceHandler { return trialServer{a} }

// StartTrial begins a trial of the draft.
func (a trialServer) StartTrial(ctx context.Context, req *ownershipv1.StartTrialRequest) (*ownershipv1.StartTrialResponse, error) {
	t, err := a.App.StartTrial(ctx, rpc.Grant(ctx), int(req.Months))
	if err != nil {
		return nil, err
	}
	trial, err := a.one(ctx, t)
	return &ownershipv1.StartTrialResponse{Trial: trial}, err
}

// GetTrial gives one trial.
func (a trialServer) GetTrial(ctx context.Context, req *ownershipv1.GetTrialRequest) (*ownershipv1.GetTrialResponse, error) {
	id, err := trialID(req.Id)
	if err != nil {
		return nil, err
	}
	t, err := a.Trial(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	trial, err := a.one(ctx, t)
	return &ownershipv1.GetTrialResponse{Trial: trial}, err
}

// ListTrials lists trials, newest first.
func (a trialServer) ListTrials(ctx context.Context, req *ownershipv1.ListTrialsRequest) (*ownershipv1.ListTrialsResponse, error) {
	id, size := rpc.Actor(ctx).Tenant, pageSize(req.PageSize)
	before, err := idToken(id, req.PageToken, lastID)
	if err != nil {
		return nil, err
	}
	trials, err := a.Trials(ctx, rpc.Grant(ctx), before, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListTrialsResponse{}
	page, last := cut(trials, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(id, last.TrialID.String())
	}
	views, err := a.trialViews(ctx, id, page)
	for _, v := range views {
		res.Trials = append(res.Trials, v.proto())
	}
	return res, err
}

// CancelTrial ends a trial.
func (a trialServer) CancelTrial(ctx context.Context, req *ownershipv1.CancelTrialRequest) (*ownershipv1.CancelTrialResponse, error) {
	id, err := trialID(req.Id)
	if err != nil {
		return nil, err
	}
	t, err := a.App.CancelTrial(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	trial, err := a.one(ctx, t)
	return &ownershipv1.CancelTrialResponse{Trial: trial}, err
}

// ListTrialCounts lists what a trial comes to.
func (a trialServer) ListTrialCounts(ctx context.Context, req *ownershipv1.ListTrialCountsRequest) (*ownershipv1.ListTrialCountsResponse, error) {
	id, err := trialID(req.Id)
	if err != nil {
		return nil, err
	}
	counts, err := a.TrialCounts(ctx, rpc.Grant(ctx), id)
	res := &ownershipv1.ListTrialCountsResponse{}
	for _, c := range counts {
		res.Counts = append(res.Counts, &ownershipv1.TrialCount{
			StoreId: c.StoreID.String(), PersonId: c.PersonID.String(), PersonName: c.PersonName, StaffNo: c.StaffNo, LostFact: c.LostFact, LostTried: c.LostThen,
			WonFact: c.WonFact, WonTried: c.WonThen, HeldFact: c.HeldFact, HeldTried: c.HeldThen,
		})
	}
	return res, err
}

// ListTrialLines lists what differs in a store.
func (a trialServer) ListTrialLines(ctx context.Context, req *ownershipv1.ListTrialLinesRequest) (*ownershipv1.ListTrialLinesResponse, error) {
	id, size := rpc.Actor(ctx).Tenant, pageSize(req.PageSize)
	trial, err := trialID(req.Id)
	if err != nil {
		return nil, err
	}
	store, err := kernel.ParseID[kernel.StoreID](req.StoreId)
	if err != nil {
		return nil, fault.Field("store_id", "", "门店编号不正确，请重新选择门店。")
	}
	after, no, err := lineToken(id, req.PageToken)
	if err != nil {
		return nil, err
	}
	lines, err := a.TrialLines(ctx, rpc.Grant(ctx), trial, store, after, no, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListTrialLinesResponse{}
	page, last := cut(lines, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(id, last.FileID.String(), strconv.Itoa(int(last.No)))
	}
	for _, l := range page {
		res.Lines = append(res.Lines, &ownershipv1.TrialLine{Decision: l.unmade(), Tried: l.Tried, Late: l.Late})
	}
	return res, nil
}

// ExportTrial gives a trial as a workbook.
func (a trialServer) ExportTrial(ctx context.Context, req *ownershipv1.ExportTrialRequest) (*ownershipv1.ExportTrialResponse, error) {
	id, err := trialID(req.Id)
	if err != nil {
		return nil, err
	}
	content, name, err := a.App.ExportTrial(ctx, rpc.Grant(ctx), id)
	return &ownershipv1.ExportTrialResponse{Content: content, FileName: name}, err
}

func (a trialServer) one(ctx context.Context, t ownershipdb.Trial) (*ownershipv1.Trial, error) {
	views, err := a.trialViews(ctx, rpc.Actor(ctx).Tenant, []ownershipdb.Trial{t})
	if err != nil {
		return nil, err
	}
	return views[0].proto(), nil
}

func trialID(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, ownership.ErrNoTrial
	}
	return id, nil
}

func lineToken(id kernel.TenantID, token string) (file kernel.FileID, no int16, err error) {
	parts, err := rpc.ParsePageToken(id, token, 2)
	if err != nil || parts == nil {
		return file, 0, err
	}
	n, bad := strconv.ParseInt(parts[1], 10, 16)
	if last, err := kernel.ParseID[kernel.FileID](parts[0]); err == nil && bad == nil {
		return last, int16(n), nil
	}
	return file, 0, nil
}

// unmade is a decision that nobody has made: it has no id and no moment.
func (d Told) unmade() *ownershipv1.Decision {
	p := d.proto()
	p.Id, p.Actor, p.CreateTime = "", "", nil
	return p
}

var trialStates = map[ownership.TrialState]ownershipv1.TrialState{
	ownership.TrialQueued:    ownershipv1.TrialState_TRIAL_STATE_QUEUED,
	ownership.TrialRunning:   ownershipv1.TrialState_TRIAL_STATE_RUNNING,
	ownership.TrialDone:      ownershipv1.TrialState_TRIAL_STATE_DONE,
	ownership.TrialCancelled: ownershipv1.TrialState_TRIAL_STATE_CANCELLED,
	ownership.TrialFailed:    ownershipv1.TrialState_TRIAL_STATE_FAILED,
}

func (v TrialView) proto() *ownershipv1.Trial {
	t := &ownershipv1.Trial{
		Id: v.TrialID.String(), State: trialStates[ownership.TrialState(v.State)], Months: int32(v.Months), FromDate: v.FromOn.String(), ToDate: v.ToOn.String(),
		BaseVersion: v.BaseVersion, Files: v.Files, Tried: v.Tried, Differing: v.Differing, SetAside: v.SetAside, Error: v.Error,
		CreatedByName: v.By, CreateTime: timestamppb.New(v.CreatedAt),
	}
	if v.EndedAt != nil {
		t.EndTime = timestamppb.New(*v.EndedAt)
	}
	for _, d := range v.Changes {
		c := &ownershipv1.TrialChange{Key: d.Field.Key, Before: d.Before, After: d.After}
		if !d.Store.IsZero() {
			c.StoreId = d.Store.String()
		}
		t.Changes = append(t.Changes, c)
	}
	return t
}

package ownershipapp

import (
	"context"
	"strconv"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/rpc"
)

// server answers OwnershipService.
type server struct{ *App }

// Server gives the context's RPC service.
func (a *App) Server() ownershipv1connect.OwnershipServiceHandler { return server{a} }

// ExplainOwnership tells whose a file is and was, and why.
func (a server) ExplainOwnership(ctx context.Context, req *ownershipv1.ExplainOwnershipRequest) (*ownershipv1.ExplainOwnershipResponse, error) {
	file, err := fileOf(req.FileId)
	if err != nil {
		return nil, err
	}
	e, err := a.Explain(ctx, rpc.Grant(ctx), file, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	return e.proto(), nil
}

// ListTimeline lists a file's timeline.
func (a server) ListTimeline(ctx context.Context, req *ownershipv1.ListTimelineRequest) (*ownershipv1.ListTimelineResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	file, err := fileOf(req.FileId)
	if err != nil {
		return nil, err
	}
	before, err := idToken(grant.Actor().Tenant, req.PageToken, lastID)
	if err != nil {
		return nil, err
	}
	lines, err := a.Timeline(ctx, grant, file, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListTimelineResponse{}
	page, last := cut(lines, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, last.ID.String())
	}
	for _, l := range page {
		res.Lines = append(res.Lines, l.proto())
	}
	return res, nil
}

// ListRuns lists the chain's runs, with the counts of what the caller reaches.
func (a server) ListRuns(ctx context.Context, req *ownershipv1.ListRunsRequest) (*ownershipv1.ListRunsResponse, error) {
	id, size := rpc.Actor(ctx).Tenant, pageSize(req.PageSize)
	runs, err := a.askedRuns(ctx, rpc.Grant(ctx), req, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListRunsResponse{}
	page, last := cut(runs, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(id, last.PeriodOn.String(), last.Kind, strconv.Itoa(int(last.Lane)))
	}
	for _, r := range page {
		run := runProto(r)
		run.WholeChain = !rpc.Grant(ctx).Tenant() && !ownership.Kind(r.Kind).ByStore()
		res.Runs = append(res.Runs, run)
	}
	return res, nil
}

// askedRuns are a page of runs, or the one that is asked for.
func (a *App) askedRuns(ctx context.Context, grant kernel.Grant, req *ownershipv1.ListRunsRequest, atMost int) ([]ownershipdb.PeriodRun, error) {
	run, _, err := runAndStore(req.RunId, "")
	if err != nil {
		return nil, err
	}
	if req.RunId != "" {
		return a.RunInReach(ctx, grant, run)
	}
	before, err := runsToken(grant.Actor().Tenant, req.PageToken)
	if err != nil {
		return nil, err
	}
	return a.RunsInReach(ctx, grant, before, req.NotableOnly, atMost)
}

// ListDecisions lists the decisions of a run, or of the stores in reach.
func (a server) ListDecisions(ctx context.Context, req *ownershipv1.ListDecisionsRequest) (*ownershipv1.ListDecisionsResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	list := a.listOfStores
	if req.RunId != "" {
		list = a.listOfRun
	}
	page, next, err := list(ctx, grant, req, size)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListDecisionsResponse{NextPageToken: next}
	for _, d := range page {
		res.Decisions = append(res.Decisions, d.proto())
	}
	return res, nil
}

func (a *App) listOfRun(ctx context.Context, grant kernel.Grant, req *ownershipv1.ListDecisionsRequest, size int) ([]Told, string, error) {
	id := grant.Actor().Tenant
	run, store, err := runAndStore(req.RunId, req.StoreId)
	if err != nil {
		return nil, "", err
	}
	after, err := idToken(id, req.PageToken, kernel.FileID{})
	if err != nil {
		return nil, "", err
	}
	rows, err := a.DecisionsOfRun(ctx, grant, run, store, after, size+1)
	page, last := cut(rows, size)
	if last == nil {
		return page, "", err
	}
	return page, rpc.PageToken(id, last.FileID.String()), err
}

func (a *App) listOfStores(ctx context.Context, grant kernel.Grant, req *ownershipv1.ListDecisionsRequest, size int) ([]Told, string, error) {
	id := grant.Actor().Tenant
	_, store, err := runAndStore("", req.StoreId)
	if err != nil {
		return nil, "", err
	}
	before, beforeID, err := dayToken(id, req.PageToken)
	if err != nil {
		return nil, "", err
	}
	rows, err := a.DecisionsOfStores(ctx, grant, store, before, beforeID, size+1)
	page, last := cut(rows, size)
	if last == nil {
		return page, "", err
	}
	return page, rpc.PageToken(id, last.EffectiveOn.String(), last.DecisionID.String()), err
}

// RetryRun starts a failed run again.
func (a server) RetryRun(ctx context.Context, req *ownershipv1.RetryRunRequest) (*ownershipv1.RetryRunResponse, error) {
	run, err := kernel.ParseID[kernel.UUID](req.Id)
	if err != nil {
		return nil, ownership.ErrNoRun
	}
	row, err := a.Retry(ctx, rpc.Grant(ctx), run)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.RetryRunResponse{Run: runProto(row)}, nil
}

package quotaapp

import (
	"context"

	quotav1 "github.com/changke/changke/gen/go/changke/quota/v1"
	"github.com/changke/changke/gen/go/changke/quota/v1/quotav1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
)

// server answers ScoreService.
type server struct{ *App }

// Server gives the context's RPC service.
func (a *App) Server() quotav1connect.ScoreServiceHandler { return server{a} }

// GetScore gives a person's statement.
func (a server) GetScore(ctx context.Context, req *quotav1.GetScoreRequest) (*quotav1.GetScoreResponse, error) {
	m, person, err := whose(req)
	if err != nil {
		return nil, err
	}
	s, err := a.Statement(ctx, rpc.Grant(ctx), m, person)
	if err != nil {
		return nil, err
	}
	return s.proto(), nil
}

// ListScores lists the team's.
func (a server) ListScores(ctx context.Context, req *quotav1.ListScoresRequest) (*quotav1.ListScoresResponse, error) {
	grant, k := rpc.Grant(ctx), Asked{Position: req.Position, AtMost: pageSize(req.PageSize)}
	var err error
	if k.Month, err = monthOf(req.Month); err != nil {
		return nil, err
	}
	if req.StoreId != "" {
		if k.Store, err = kernel.ParseID[kernel.StoreID](req.StoreId); err != nil {
			return nil, err
		}
	}
	if k.AfterNo, err = noToken(grant.Actor().Tenant, req.PageToken); err != nil {
		return nil, err
	}
	t, err := a.Team(ctx, grant, k)
	if err != nil {
		return nil, err
	}
	return t.proto(grant.Actor().Tenant), nil
}

// ListScoreEvidence lists what stands behind a number.
func (a server) ListScoreEvidence(ctx context.Context, req *quotav1.ListScoreEvidenceRequest) (*quotav1.ListScoreEvidenceResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	m, person, err := whose(req)
	if err != nil {
		return nil, err
	}
	after, err := evidenceToken(grant.Actor().Tenant, req.PageToken)
	if err != nil {
		return nil, err
	}
	rows, err := a.Evidence(ctx, grant, m, person, itemOf(req.Item), after, size+1)
	if err != nil {
		return nil, err
	}
	return evidenceProto(grant.Actor().Tenant, rows, size), nil
}

// ListScoreChanges lists losses and replacements.
func (a server) ListScoreChanges(ctx context.Context, req *quotav1.ListScoreChangesRequest) (*quotav1.ListScoreChangesResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	m, person, err := whose(req)
	if err != nil {
		return nil, err
	}
	after, err := changeToken(grant.Actor().Tenant, req.PageToken)
	if err != nil {
		return nil, err
	}
	rows, err := a.Changes(ctx, grant, m, person, after, size+1)
	if err != nil {
		return nil, err
	}
	return changesProto(grant.Actor().Tenant, rows, size), nil
}

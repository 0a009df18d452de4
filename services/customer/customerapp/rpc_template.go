package customerapp

import (
	"context"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/platform/rpc"
)

// TemplateServer is the RPC service of what files ask for.
type TemplateServer struct{ app *App }

// TemplateServer puts the use cases behind customerv1connect.TemplateServiceHandler.
func (a *App) TemplateServer() TemplateServer { return TemplateServer{a} }

// GetTemplate implements TemplateService.
func (s TemplateServer) GetTemplate(ctx context.Context, req *customerv1.GetTemplateRequest) (*customerv1.GetTemplateResponse, error) {
	t, err := s.app.Template(ctx, rpc.Actor(ctx).Tenant, req.GetVersion())
	if err != nil {
		return nil, err
	}
	return &customerv1.GetTemplateResponse{Template: templateToProto(t)}, nil
}

// GetTemplateDraft implements TemplateService.
func (s TemplateServer) GetTemplateDraft(ctx context.Context, _ *customerv1.GetTemplateDraftRequest) (*customerv1.GetTemplateDraftResponse, error) {
	d, err := s.app.Draft(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	return &customerv1.GetTemplateDraftResponse{Draft: draftToProto(d), Findings: templateFindings(d), Unused: templateFields(d.Template.Unused())}, nil
}

// SaveTemplate implements TemplateService.
func (s TemplateServer) SaveTemplate(ctx context.Context, req *customerv1.SaveTemplateRequest) (*customerv1.SaveTemplateResponse, error) {
	d, err := s.app.SaveTemplate(ctx, rpc.Grant(ctx), s.app.Clock.Now(), req.GetExpectedRevision(), templateFromProto(req.GetFields()))
	if err != nil {
		return nil, err
	}
	return &customerv1.SaveTemplateResponse{Draft: draftToProto(d), Findings: templateFindings(d), Unused: templateFields(d.Template.Unused())}, nil
}

// PublishTemplate implements TemplateService.
func (s TemplateServer) PublishTemplate(ctx context.Context, req *customerv1.PublishTemplateRequest) (*customerv1.PublishTemplateResponse, error) {
	t, err := s.app.PublishTemplate(ctx, rpc.Grant(ctx), s.app.Clock.Now(), req.GetExpectedRevision(), req.GetNote())
	if err != nil {
		return nil, err
	}
	return &customerv1.PublishTemplateResponse{Template: templateToProto(t)}, nil
}

// ListTemplateVersions implements TemplateService.
func (s TemplateServer) ListTemplateVersions(ctx context.Context, req *customerv1.ListTemplateVersionsRequest) (*customerv1.ListTemplateVersionsResponse, error) {
	versions, next, err := s.app.TemplateVersions(ctx, rpc.Grant(ctx), pageSize(req.GetPageSize()), req.GetPageToken())
	if err != nil {
		return nil, err
	}
	out := &customerv1.ListTemplateVersionsResponse{NextPageToken: next}
	for _, v := range versions {
		out.Templates = append(out.Templates, templateToProto(v))
	}
	return out, nil
}

// GetDraftKey implements CustomerService.
func (s Server) GetDraftKey(ctx context.Context, _ *customerv1.GetDraftKeyRequest) (*customerv1.GetDraftKeyResponse, error) {
	key, err := s.app.DraftKey(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	return &customerv1.GetDraftKeyResponse{Key: key}, nil
}

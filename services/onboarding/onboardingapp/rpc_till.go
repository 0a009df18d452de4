package onboardingapp

import (
	"context"
	"strconv"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/platform/rpc"
)

// TillServer is onboardingv1connect.TillImportServiceHandler.
type TillServer struct{ app *App }

// TillServer puts the imports of tills' files behind their RPC service.
func (a *App) TillServer() TillServer { return TillServer{a} }

// BeginTillImport implements TillImportService.
func (s TillServer) BeginTillImport(ctx context.Context, req *onboardingv1.BeginTillImportRequest) (*onboardingv1.BeginTillImportResponse, error) {
	var source kernel.UUID
	if req.GetSourceId() != "" {
		var err error
		if source, err = kernel.ParseID[kernel.UUID](req.GetSourceId()); err != nil {
			return nil, onboarding.ErrNoSource
		}
	}
	t, err := s.app.BeginTill(ctx, rpc.Grant(ctx), tillKinds[req.GetKind()], req.GetFileName(), int(req.GetSizeBytes()), req.GetSha256(), source)
	out, err := s.shown(ctx, t, err)
	return &onboardingv1.BeginTillImportResponse{Import: out}, err
}

// UploadTillPart implements TillImportService.
func (s TillServer) UploadTillPart(ctx context.Context, req *onboardingv1.UploadTillPartRequest) (*onboardingv1.UploadTillPartResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	t, err := s.app.UploadTillPart(ctx, rpc.Grant(ctx), id, int(req.GetPart()), req.GetContent())
	out, err := s.shown(ctx, t, err)
	return &onboardingv1.UploadTillPartResponse{Import: out}, err
}

// GetTillImport implements TillImportService.
func (s TillServer) GetTillImport(ctx context.Context, req *onboardingv1.GetTillImportRequest) (*onboardingv1.GetTillImportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	t, err := s.app.Till(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	days, err := s.app.TillDays(ctx, rpc.Grant(ctx), t)
	out, err := s.shown(ctx, t, err)
	return &onboardingv1.GetTillImportResponse{Import: out, Days: tillDaysToProto(days)}, err
}

// ListTillImports implements TillImportService.
func (s TillServer) ListTillImports(ctx context.Context, req *onboardingv1.ListTillImportsRequest) (*onboardingv1.ListTillImportsResponse, error) {
	tenant, size := rpc.Actor(ctx).Tenant, sizeOr(req.GetPageSize(), 20)
	at, err := rpc.ParsePageToken(tenant, req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	var before kernel.UUID
	if at != nil {
		if before, err = kernel.ParseID[kernel.UUID](at[0]); err != nil {
			return nil, errPageToken
		}
	}
	all, err := s.app.Tills(ctx, rpc.Grant(ctx), before, size+1)
	if err != nil {
		return nil, err
	}
	out := &onboardingv1.ListTillImportsResponse{}
	if len(all) > size {
		all = all[:size]
		out.NextPageToken = rpc.PageToken(tenant, all[size-1].ID.String())
	}
	out.Imports, err = s.all(ctx, all)
	return out, err
}

// GetTillMapping implements TillImportService.
func (s TillServer) GetTillMapping(ctx context.Context, req *onboardingv1.GetTillMappingRequest) (*onboardingv1.GetTillMappingResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	t, headers, err := s.app.TillMapping(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	seen(ctx, "import.till_lines_seen", id)
	return &onboardingv1.GetTillMappingResponse{Headers: headersToProto(headers), Mapping: mappingToProto(t.Mapping), SourceName: t.SourceName}, nil
}

// PreviewTillMapping implements TillImportService.
func (s TillServer) PreviewTillMapping(ctx context.Context, req *onboardingv1.PreviewTillMappingRequest) (*onboardingv1.PreviewTillMappingResponse, error) {
	id, m, err := mappingOf(req)
	if err != nil {
		return nil, err
	}
	p, err := s.app.PreviewTill(ctx, rpc.Grant(ctx), id, m)
	if err != nil {
		return nil, err
	}
	seen(ctx, "import.till_lines_seen", id)
	out := &onboardingv1.PreviewTillMappingResponse{Lines: tillLinesToProto(p.Lines), LookedAt: int32(p.Looked), Wrong: int32(p.Wrong)}
	for _, w := range p.Unknown {
		out.Unknown = append(out.Unknown, &onboardingv1.TillWord{Kind: w.Kind, Text: w.Text})
	}
	return out, nil
}

// MapTillImport implements TillImportService.
func (s TillServer) MapTillImport(ctx context.Context, req *onboardingv1.MapTillImportRequest) (*onboardingv1.MapTillImportResponse, error) {
	id, m, err := mappingOf(req)
	if err != nil {
		return nil, err
	}
	t, err := s.app.MapTill(ctx, rpc.Grant(ctx), id, m, req.GetSourceName())
	out, err := s.shown(ctx, t, err)
	return &onboardingv1.MapTillImportResponse{Import: out}, err
}

// ListTillLines implements TillImportService.
func (s TillServer) ListTillLines(ctx context.Context, req *onboardingv1.ListTillLinesRequest) (*onboardingv1.ListTillLinesResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	tenant, size := rpc.Actor(ctx).Tenant, sizeOr(req.GetPageSize(), 50)
	after, err := pageAfter(tenant, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	lines, err := s.app.TillLines(ctx, rpc.Grant(ctx), id, gradeOf(req.GetGrade()), after, size+1)
	if err != nil {
		return nil, err
	}
	seen(ctx, "import.till_lines_seen", id)
	out := &onboardingv1.ListTillLinesResponse{}
	if len(lines) > size {
		lines = lines[:size]
		out.NextPageToken = rpc.PageToken(tenant, strconv.Itoa(lines[size-1].Line))
	}
	out.Lines = tillLinesToProto(lines)
	return out, nil
}

// PublishTillImport implements TillImportService.
func (s TillServer) PublishTillImport(ctx context.Context, req *onboardingv1.PublishTillImportRequest) (*onboardingv1.PublishTillImportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	t, err := s.app.PublishTill(ctx, rpc.Grant(ctx), id, req.GetSkipWrong())
	out, err := s.shown(ctx, t, err)
	return &onboardingv1.PublishTillImportResponse{Import: out}, err
}

// DiscardTillImport implements TillImportService.
func (s TillServer) DiscardTillImport(ctx context.Context, req *onboardingv1.DiscardTillImportRequest) (*onboardingv1.DiscardTillImportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	t, err := s.app.DiscardTill(ctx, rpc.Grant(ctx), id)
	out, err := s.shown(ctx, t, err)
	return &onboardingv1.DiscardTillImportResponse{Import: out}, err
}

// ListTillSources implements TillImportService.
func (s TillServer) ListTillSources(ctx context.Context, _ *onboardingv1.ListTillSourcesRequest) (*onboardingv1.ListTillSourcesResponse, error) {
	sources, err := s.app.TillSources(ctx, rpc.Grant(ctx))
	out := &onboardingv1.ListTillSourcesResponse{}
	for _, x := range sources {
		out.Sources = append(out.Sources, sourceToProto(x))
	}
	return out, err
}

// DeleteTillSource implements TillImportService.
func (s TillServer) DeleteTillSource(ctx context.Context, req *onboardingv1.DeleteTillSourceRequest) (*onboardingv1.DeleteTillSourceResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetSourceId())
	if err != nil {
		return nil, onboarding.ErrNoSource
	}
	return &onboardingv1.DeleteTillSourceResponse{}, s.app.DeleteTillSource(ctx, rpc.Grant(ctx), id)
}

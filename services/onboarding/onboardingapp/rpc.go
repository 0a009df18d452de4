package onboardingapp

import (
	"context"
	"strconv"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/platform/rpc"
)

// Server is the RPC service of lists of customers.
type Server struct{ app *App }

// Server puts the use cases behind onboardingv1connect.CustomerImportServiceHandler.
func (a *App) Server() Server { return Server{a} }

// importID reads the id of a request; what is none is no list.
func importID(text string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](text)
	if err != nil {
		err = onboarding.ErrNoImport
	}
	return id, err
}

// GetImportTemplate implements CustomerImportService.
func (s Server) GetImportTemplate(ctx context.Context, _ *onboardingv1.GetImportTemplateRequest) (*onboardingv1.GetImportTemplateResponse, error) {
	file, err := s.app.ListTemplate(ctx, rpc.Actor(ctx), rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	return &onboardingv1.GetImportTemplateResponse{FileName: "客户导入模板.xlsx", File: file}, nil
}

// BeginImport implements CustomerImportService.
func (s Server) BeginImport(ctx context.Context, req *onboardingv1.BeginImportRequest) (*onboardingv1.BeginImportResponse, error) {
	list, err := s.app.BeginUpload(ctx, rpc.Actor(ctx), rpc.Grant(ctx), req.GetFileName(), int(req.GetSizeBytes()), req.GetSha256())
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, list)
	return &onboardingv1.BeginImportResponse{Import: out}, err
}

// UploadImportPart implements CustomerImportService.
func (s Server) UploadImportPart(ctx context.Context, req *onboardingv1.UploadImportPartRequest) (*onboardingv1.UploadImportPartResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	list, err := s.app.UploadPart(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, int(req.GetPart()), req.GetContent())
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, list)
	return &onboardingv1.UploadImportPartResponse{Import: out}, err
}

// GetImport implements CustomerImportService.
func (s Server) GetImport(ctx context.Context, req *onboardingv1.GetImportRequest) (*onboardingv1.GetImportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	if err := headOffice(rpc.Grant(ctx)); err != nil {
		return nil, err
	}
	list, err := s.app.List(ctx, rpc.Actor(ctx).Tenant, id)
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, list)
	return &onboardingv1.GetImportResponse{Import: out}, err
}

// ListImports implements CustomerImportService.
func (s Server) ListImports(ctx context.Context, req *onboardingv1.ListImportsRequest) (*onboardingv1.ListImportsResponse, error) {
	if err := headOffice(rpc.Grant(ctx)); err != nil {
		return nil, err
	}
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
	lists, err := s.app.Lists(ctx, tenant, before, size+1)
	if err != nil {
		return nil, err
	}
	out := &onboardingv1.ListImportsResponse{}
	if len(lists) > size {
		lists = lists[:size]
		out.NextPageToken = rpc.PageToken(tenant, lists[size-1].ID.String())
	}
	out.Imports, err = s.all(ctx, lists)
	return out, err
}

// ListImportLines implements CustomerImportService.
func (s Server) ListImportLines(ctx context.Context, req *onboardingv1.ListImportLinesRequest) (*onboardingv1.ListImportLinesResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	tenant, size := rpc.Actor(ctx).Tenant, sizeOr(req.GetPageSize(), 50)
	after, err := pageAfter(tenant, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	lines, err := s.app.Lines(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, gradeOf(req.GetGrade()), after, size+1)
	if err != nil {
		return nil, err
	}
	seen(ctx, "import.lines_seen", id)
	out := &onboardingv1.ListImportLinesResponse{}
	if len(lines) > size {
		lines = lines[:size]
		out.NextPageToken = rpc.PageToken(tenant, strconv.Itoa(lines[size-1].No))
	}
	for _, l := range lines {
		out.Lines = append(out.Lines, lineToProto(l))
	}
	return out, nil
}

// GetImportReport implements CustomerImportService.
func (s Server) GetImportReport(ctx context.Context, req *onboardingv1.GetImportReportRequest) (*onboardingv1.GetImportReportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	file, err := s.app.Report(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, gradeOf(req.GetGrade()))
	if err != nil {
		return nil, err
	}
	seen(ctx, "import.report_taken", id)
	return &onboardingv1.GetImportReportResponse{FileName: "客户导入检查报告.xlsx", File: file}, nil
}

// ListImportTexts implements CustomerImportService.
func (s Server) ListImportTexts(ctx context.Context, req *onboardingv1.ListImportTextsRequest) (*onboardingv1.ListImportTextsResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	texts, stores, people, err := s.app.Texts(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return textsToProto(texts, stores, people), nil
}

// MatchImportTexts implements CustomerImportService.
func (s Server) MatchImportTexts(ctx context.Context, req *onboardingv1.MatchImportTextsRequest) (*onboardingv1.MatchImportTextsResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	picks, err := picksOf(req.GetPicks())
	if err != nil {
		return nil, err
	}
	list, err := s.app.Mean(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, picks)
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, list)
	return &onboardingv1.MatchImportTextsResponse{Import: out}, err
}

// PublishImport implements CustomerImportService.
func (s Server) PublishImport(ctx context.Context, req *onboardingv1.PublishImportRequest) (*onboardingv1.PublishImportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	list, err := s.app.PublishList(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, req.GetSkipWrong())
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, list)
	return &onboardingv1.PublishImportResponse{Import: out}, err
}

// DiscardImport implements CustomerImportService.
func (s Server) DiscardImport(ctx context.Context, req *onboardingv1.DiscardImportRequest) (*onboardingv1.DiscardImportResponse, error) {
	id, err := importID(req.GetImportId())
	if err != nil {
		return nil, err
	}
	list, err := s.app.DiscardList(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, list)
	return &onboardingv1.DiscardImportResponse{Import: out}, err
}

var errPageToken = fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")

// pageAfter reads the line a page begins after.
func pageAfter(tenant kernel.TenantID, token string) (int, error) {
	at, err := rpc.ParsePageToken(tenant, token, 1)
	if err != nil || at == nil {
		return 0, err
	}
	after, err := strconv.ParseInt(at[0], 10, 32)
	if err != nil || after < 0 {
		return 0, errPageToken
	}
	return int(after), nil
}

func sizeOr(size, usual int32) int {
	if size == 0 {
		size = usual
	}
	return int(size)
}

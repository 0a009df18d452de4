package staffapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// ImportServer is the RPC service of lists of staff.
type ImportServer struct{ app *App }

// ImportServer puts the use cases behind staffv1connect.StaffImportServiceHandler.
func (a *App) ImportServer() ImportServer { return ImportServer{a} }

// GetStaffTemplate implements StaffImportService.
func (s ImportServer) GetStaffTemplate(ctx context.Context, _ *staffv1.GetStaffTemplateRequest) (*staffv1.GetStaffTemplateResponse, error) {
	file, err := s.app.RosterTemplate(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	return &staffv1.GetStaffTemplateResponse{FileName: "员工导入模板.xlsx", File: file}, nil
}

// UploadStaff implements StaffImportService.
func (s ImportServer) UploadStaff(ctx context.Context, req *staffv1.UploadStaffRequest) (*staffv1.UploadStaffResponse, error) {
	imp, err := s.app.UploadRoster(ctx, rpc.Actor(ctx), rpc.Grant(ctx), req.GetFileName(), req.GetFile())
	if err != nil {
		return nil, err
	}
	return &staffv1.UploadStaffResponse{Import: importToProto(imp)}, nil
}

// GetStaffImport implements StaffImportService.
func (s ImportServer) GetStaffImport(ctx context.Context, _ *staffv1.GetStaffImportRequest) (*staffv1.GetStaffImportResponse, error) {
	imp, there, err := s.app.StagedRoster(ctx, rpc.Actor(ctx), rpc.Grant(ctx))
	if err != nil || !there {
		return &staffv1.GetStaffImportResponse{}, err
	}
	return &staffv1.GetStaffImportResponse{Import: importToProto(imp)}, nil
}

// MendStaff implements StaffImportService.
func (s ImportServer) MendStaff(ctx context.Context, req *staffv1.MendStaffRequest) (*staffv1.MendStaffResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetImportId())
	if err != nil {
		return nil, staff.ErrNoImport
	}
	cells := map[string]string{}
	for _, c := range req.GetCells() {
		cells[c.GetColumn()] = c.GetValue()
	}
	imp, err := s.app.MendRoster(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, int(req.GetLine()), cells)
	if err != nil {
		return nil, err
	}
	return &staffv1.MendStaffResponse{Import: importToProto(imp)}, nil
}

// PublishStaff implements StaffImportService.
func (s ImportServer) PublishStaff(ctx context.Context, req *staffv1.PublishStaffRequest) (*staffv1.PublishStaffResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetImportId())
	if err != nil {
		return nil, staff.ErrNoImport
	}
	imp, err := s.app.PublishRoster(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return &staffv1.PublishStaffResponse{Import: importToProto(imp)}, nil
}

// DiscardStaff implements StaffImportService.
func (s ImportServer) DiscardStaff(ctx context.Context, req *staffv1.DiscardStaffRequest) (*staffv1.DiscardStaffResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetImportId())
	if err != nil {
		return nil, staff.ErrNoImport
	}
	if err := s.app.DiscardRoster(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id); err != nil {
		return nil, err
	}
	return &staffv1.DiscardStaffResponse{}, nil
}

// How much of a report an answer holds.
const (
	shownFindings = 200
	shownLines    = 20
)

var importStates = map[string]staffv1.StaffImportState{
	"staged":    staffv1.StaffImportState_STAFF_IMPORT_STATE_STAGED,
	"published": staffv1.StaffImportState_STAFF_IMPORT_STATE_PUBLISHED,
	"discarded": staffv1.StaffImportState_STAFF_IMPORT_STATE_DISCARDED,
}

func importToProto(i RosterImport) *staffv1.StaffImport {
	out := &staffv1.StaffImport{
		FileName: i.FileName, State: importStates[i.State], Rows: int32(i.Rows), Fresh: int32(i.Fresh), Known: int32(i.Known),
		Errors: int32(i.Errors), UploadTime: timestamppb.New(i.UploadedAt),
	}
	if !i.ID.IsZero() {
		out.Id = i.ID.String()
	}
	if i.PublishedAt != nil {
		out.PublishTime = timestamppb.New(*i.PublishedAt)
	}
	for _, f := range i.Findings[:min(len(i.Findings), shownFindings)] {
		out.Findings = append(out.Findings, &staffv1.ImportFinding{Line: int32(f.Line), Column: f.Column, Reason: f.Reason, Mend: f.Mend, Note: f.Note, Value: f.Value})
	}
	for _, l := range i.Lines[:min(len(i.Lines), shownLines)] {
		line := &staffv1.ImportLine{Line: int32(l.Line), StaffNo: l.StaffNo, Name: l.Name, Position: l.Position.Name, Known: l.Known}
		if l.Number != "" {
			line.MaskedPhone = l.Number.Masked()
		}
		if l.Store != nil {
			line.StoreCode = l.Store.Code
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

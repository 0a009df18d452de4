package staffapp

import (
	"context"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// GetPerson implements StaffService.
func (s StaffServer) GetPerson(ctx context.Context, req *staffv1.GetPersonRequest) (*staffv1.GetPersonResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	d, err := s.app.Details(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return &staffv1.GetPersonResponse{Details: detailsToProto(d)}, nil
}

// UpdatePerson implements StaffService.
func (s StaffServer) UpdatePerson(ctx context.Context, req *staffv1.UpdatePersonRequest) (*staffv1.UpdatePersonResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	change, err := changeFromProto(req)
	if err != nil {
		return nil, err
	}
	d, err := s.app.UpdatePerson(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, change)
	if err != nil {
		return nil, err
	}
	return &staffv1.UpdatePersonResponse{Details: detailsToProto(d)}, nil
}

// TransferPerson implements StaffService.
func (s StaffServer) TransferPerson(ctx context.Context, req *staffv1.TransferPersonRequest) (*staffv1.TransferPersonResponse, error) {
	from, err := kernel.ParseID[kernel.UUID](req.GetAssignmentId())
	if err != nil {
		return nil, staff.ErrNoAssignment
	}
	post, err := postFromProto(req.GetAssignment())
	if err != nil {
		return nil, err
	}
	d, err := s.app.Transfer(ctx, rpc.Actor(ctx), rpc.Grant(ctx), from, post)
	if err != nil {
		return nil, err
	}
	return &staffv1.TransferPersonResponse{Details: detailsToProto(d)}, nil
}

// RecordAbsence implements StaffService.
func (s StaffServer) RecordAbsence(ctx context.Context, req *staffv1.RecordAbsenceRequest) (*staffv1.RecordAbsenceResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	leave, err := absenceFromProto(req)
	if err != nil {
		return nil, err
	}
	d, err := s.app.RecordAbsence(ctx, rpc.Grant(ctx), id, leave)
	if err != nil {
		return nil, err
	}
	return &staffv1.RecordAbsenceResponse{Details: detailsToProto(d)}, nil
}

// EndAbsence implements StaffService.
func (s StaffServer) EndAbsence(ctx context.Context, req *staffv1.EndAbsenceRequest) (*staffv1.EndAbsenceResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetAbsenceId())
	if err != nil {
		return nil, staff.ErrNoAbsence
	}
	to, err := date("to_date", req.GetToDate())
	if err != nil {
		return nil, err
	}
	d, err := s.app.EndAbsence(ctx, rpc.Grant(ctx), id, to)
	if err != nil {
		return nil, err
	}
	return &staffv1.EndAbsenceResponse{Details: detailsToProto(d)}, nil
}

// CloseLeaving implements StaffService.
func (s StaffServer) CloseLeaving(ctx context.Context, req *staffv1.CloseLeavingRequest) (*staffv1.CloseLeavingResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	d, err := s.app.CloseLeaving(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return &staffv1.CloseLeavingResponse{Details: detailsToProto(d)}, nil
}

// ReenterPerson implements StaffService.
func (s StaffServer) ReenterPerson(ctx context.Context, req *staffv1.ReenterPersonRequest) (*staffv1.ReenterPersonResponse, error) {
	id, err := personID(req.GetPersonId())
	if err != nil {
		return nil, err
	}
	on, err := date("entry_date", req.GetEntryDate())
	if err != nil {
		return nil, err
	}
	post, err := postFromProto(req.GetAssignment())
	if err != nil {
		return nil, err
	}
	d, err := s.app.Reenter(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, on, post)
	if err != nil {
		return nil, err
	}
	return &staffv1.ReenterPersonResponse{Details: detailsToProto(d)}, nil
}

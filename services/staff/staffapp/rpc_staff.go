package staffapp

import (
	"context"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// StaffServer is the RPC service of people, posts, roles and keys.
type StaffServer struct{ app *App }

// StaffServer puts the use cases behind staffv1connect.StaffServiceHandler.
func (a *App) StaffServer() StaffServer { return StaffServer{a} }

// ListPeople implements StaffService.
func (s StaffServer) ListPeople(ctx context.Context, req *staffv1.ListPeopleRequest) (*staffv1.ListPeopleResponse, error) {
	tenant, size := rpc.Actor(ctx).Tenant, pageSize(req.GetPageSize())
	after, err := rpc.ParsePageToken(tenant, req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	store, err := optionalStore(req.GetStoreId())
	if err != nil {
		return nil, err
	}
	find := Find{Store: store, Text: req.GetQuery(), Filter: peopleFilters[req.GetFilter()]}
	if text := req.GetWorkedOn(); text != "" {
		day, err := kernel.ParseDate(text)
		if err != nil {
			return nil, fault.Field("worked_on", "", "请用年-月-日填写日期。")
		}
		find.WorkedOn = &day
	}
	people, err := s.app.People(ctx, rpc.Grant(ctx), find, first(after), size+1)
	if err != nil {
		return nil, err
	}
	return peoplePage(tenant, people, int(size)), nil
}

// CreatePerson implements StaffService.
func (s StaffServer) CreatePerson(ctx context.Context, req *staffv1.CreatePersonRequest) (*staffv1.CreatePersonResponse, error) {
	in, err := newPersonFromProto(req)
	if err != nil {
		return nil, err
	}
	p, err := s.app.CreatePerson(ctx, rpc.Actor(ctx), in, req.GetPassword())
	if err != nil {
		return nil, err
	}
	return &staffv1.CreatePersonResponse{Person: personToProto(p)}, nil
}

// AssignPerson implements StaffService.
func (s StaffServer) AssignPerson(ctx context.Context, req *staffv1.AssignPersonRequest) (*staffv1.AssignPersonResponse, error) {
	id, err := kernel.ParseID[kernel.PersonID](req.GetPersonId())
	if err != nil {
		return nil, staff.ErrNotFound
	}
	post, err := postFromProto(req.GetAssignment())
	if err != nil {
		return nil, err
	}
	p, err := s.app.AssignPerson(ctx, rpc.Actor(ctx), rpc.Grant(ctx), id, post)
	if err != nil {
		return nil, err
	}
	return &staffv1.AssignPersonResponse{Person: personToProto(p)}, nil
}

// EndAssignment implements StaffService.
func (s StaffServer) EndAssignment(ctx context.Context, req *staffv1.EndAssignmentRequest) (*staffv1.EndAssignmentResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetAssignmentId())
	if err != nil {
		return nil, staff.ErrNoAssignment
	}
	to, err := date("to_date", req.GetToDate())
	if err != nil {
		return nil, err
	}
	p, err := s.app.EndAssignment(ctx, rpc.Grant(ctx), id, to, oneLine(req.GetReason()))
	if err != nil {
		return nil, err
	}
	return &staffv1.EndAssignmentResponse{Person: personToProto(p)}, nil
}

// RecordLeaving implements StaffService.
func (s StaffServer) RecordLeaving(ctx context.Context, req *staffv1.RecordLeavingRequest) (*staffv1.RecordLeavingResponse, error) {
	id, err := kernel.ParseID[kernel.PersonID](req.GetPersonId())
	if err != nil {
		return nil, staff.ErrNotFound
	}
	on, err := date("left_date", req.GetLeftDate())
	if err != nil {
		return nil, err
	}
	p, err := s.app.RecordLeaving(ctx, rpc.Grant(ctx), id, on, oneLine(req.GetReason()))
	if err != nil {
		return nil, err
	}
	return &staffv1.RecordLeavingResponse{Person: personToProto(p)}, nil
}

// ListRoles implements StaffService.
func (s StaffServer) ListRoles(ctx context.Context, _ *staffv1.ListRolesRequest) (*staffv1.ListRolesResponse, error) {
	roles, err := s.app.Roles(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return &staffv1.ListRolesResponse{Roles: as(roles, roleToProto)}, nil
}

// ListApiKeys implements StaffService.
func (s StaffServer) ListApiKeys(ctx context.Context, _ *staffv1.ListApiKeysRequest) (*staffv1.ListApiKeysResponse, error) {
	keys, err := s.app.APIKeys(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	return &staffv1.ListApiKeysResponse{Keys: as(keys, s.keyToProto)}, nil
}

// CreateApiKey implements StaffService.
func (s StaffServer) CreateApiKey(ctx context.Context, req *staffv1.CreateApiKeyRequest) (*staffv1.CreateApiKeyResponse, error) {
	stores, err := storesFromProto("store_ids", req.GetStoreIds())
	if err != nil {
		return nil, err
	}
	key, secret, err := s.app.CreateAPIKey(ctx, rpc.Grant(ctx), NewKey{
		Label: req.GetLabel(), Scopes: req.GetScopes(), Stores: stores, Days: int(req.GetValidDays()), CallsPerMinute: req.GetCallsPerMinute(),
	})
	if err != nil {
		return nil, err
	}
	return &staffv1.CreateApiKeyResponse{Key: s.keyToProto(key), Secret: secret}, nil
}

// RotateApiKey implements StaffService.
func (s StaffServer) RotateApiKey(ctx context.Context, req *staffv1.RotateApiKeyRequest) (*staffv1.RotateApiKeyResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetKeyId())
	if err != nil {
		return nil, staff.ErrNoKey
	}
	key, old, secret, err := s.app.RotateAPIKey(ctx, rpc.Grant(ctx), id, int(req.GetOverlapDays()), int(req.GetValidDays()))
	if err != nil {
		return nil, err
	}
	return &staffv1.RotateApiKeyResponse{Key: s.keyToProto(key), Secret: secret, OldKey: s.keyToProto(old)}, nil
}

// SetApiKeyLimit implements StaffService.
func (s StaffServer) SetApiKeyLimit(ctx context.Context, req *staffv1.SetApiKeyLimitRequest) (*staffv1.SetApiKeyLimitResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetKeyId())
	if err != nil {
		return nil, staff.ErrNoKey
	}
	key, err := s.app.SetAPIKeyLimit(ctx, rpc.Grant(ctx), id, req.GetCallsPerMinute())
	if err != nil {
		return nil, err
	}
	return &staffv1.SetApiKeyLimitResponse{Key: s.keyToProto(key)}, nil
}

// RevokeApiKey implements StaffService.
func (s StaffServer) RevokeApiKey(ctx context.Context, req *staffv1.RevokeApiKeyRequest) (*staffv1.RevokeApiKeyResponse, error) {
	id, err := kernel.ParseID[kernel.UUID](req.GetKeyId())
	if err != nil {
		return nil, staff.ErrNoKey
	}
	key, err := s.app.RevokeAPIKey(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	return &staffv1.RevokeApiKeyResponse{Key: s.keyToProto(key)}, nil
}

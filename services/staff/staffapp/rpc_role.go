package staffapp

import (
	"context"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// RoleServer is the RPC service of roles and posts.
type RoleServer struct{ app *App }

// RoleServer puts the use cases behind staffv1connect.RoleServiceHandler.
func (a *App) RoleServer() RoleServer { return RoleServer{a} }

// ListPermissions implements RoleService.
func (s RoleServer) ListPermissions(context.Context, *staffv1.ListPermissionsRequest) (*staffv1.ListPermissionsResponse, error) {
	return &staffv1.ListPermissionsResponse{Permissions: as(staff.Catalogue(), permissionToProto)}, nil
}

// ListRoleSummaries implements RoleService.
func (s RoleServer) ListRoleSummaries(ctx context.Context, _ *staffv1.ListRoleSummariesRequest) (*staffv1.ListRoleSummariesResponse, error) {
	roles, err := s.app.RolesInUse(ctx, rpc.Grant(ctx))
	if err != nil {
		return nil, err
	}
	_, grants, err := s.app.Grants(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return &staffv1.ListRoleSummariesResponse{Roles: as(roles, summaryToProto), Editable: grants(staff.EditRolesPermission).Tenant()}, nil
}

// GetRole implements RoleService.
func (s RoleServer) GetRole(ctx context.Context, req *staffv1.GetRoleRequest) (*staffv1.GetRoleResponse, error) {
	role, err := s.detail(ctx, req.GetCode())
	return &staffv1.GetRoleResponse{Role: role}, err
}

// ListRoleHolders implements RoleService.
func (s RoleServer) ListRoleHolders(ctx context.Context, req *staffv1.ListRoleHoldersRequest) (*staffv1.ListRoleHoldersResponse, error) {
	tenant, size := rpc.Actor(ctx).Tenant, pageSize(req.GetPageSize())
	no, id, err := holdersAfter(tenant, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	holders, err := s.app.Holders(ctx, rpc.Grant(ctx), req.GetCode(), no, id, size+1)
	if err != nil {
		return nil, err
	}
	return holdersPage(tenant, holders, int(size)), nil
}

// CreateRole implements RoleService.
func (s RoleServer) CreateRole(ctx context.Context, req *staffv1.CreateRoleRequest) (*staffv1.CreateRoleResponse, error) {
	rights, err := rightsFromProto(req.GetRights())
	if err != nil {
		return nil, err
	}
	code, err := s.app.CreateRole(ctx, rpc.Grant(ctx), trimmed(req.GetName()), rights)
	if err != nil {
		return nil, err
	}
	role, err := s.after(ctx, code)
	return &staffv1.CreateRoleResponse{Role: role}, err
}

// UpdateRole implements RoleService.
func (s RoleServer) UpdateRole(ctx context.Context, req *staffv1.UpdateRoleRequest) (*staffv1.UpdateRoleResponse, error) {
	rights, err := rightsFromProto(req.GetRights())
	if err != nil {
		return nil, err
	}
	in := staff.Role{Code: req.GetCode(), Name: trimmed(req.GetName()), Version: req.GetVersion(), Rights: rights}
	if err := s.app.UpdateRole(ctx, rpc.Grant(ctx), in); err != nil {
		return nil, err
	}
	role, err := s.after(ctx, req.GetCode())
	return &staffv1.UpdateRoleResponse{Role: role}, err
}

// DeleteRole implements RoleService.
func (s RoleServer) DeleteRole(ctx context.Context, req *staffv1.DeleteRoleRequest) (*staffv1.DeleteRoleResponse, error) {
	err := s.app.DeleteRole(ctx, rpc.Grant(ctx), req.GetCode(), req.GetVersion())
	return &staffv1.DeleteRoleResponse{}, err
}

// ListPositions implements RoleService.
func (s RoleServer) ListPositions(ctx context.Context, _ *staffv1.ListPositionsRequest) (*staffv1.ListPositionsResponse, error) {
	positions, err := s.app.Positions(ctx, rpc.Actor(ctx).Tenant)
	return &staffv1.ListPositionsResponse{Positions: as(positions, positionToProto)}, err
}

// PutPosition implements RoleService.
func (s RoleServer) PutPosition(ctx context.Context, req *staffv1.PutPositionRequest) (*staffv1.PutPositionResponse, error) {
	p, err := s.app.PutPosition(ctx, rpc.Grant(ctx), staff.Position{Name: trimmed(req.GetName()), Role: req.GetRole(), HeadOffice: req.GetHeadOffice()})
	if err != nil {
		return nil, err
	}
	return &staffv1.PutPositionResponse{Position: positionToProto(p)}, nil
}

// DeletePosition implements RoleService.
func (s RoleServer) DeletePosition(ctx context.Context, req *staffv1.DeletePositionRequest) (*staffv1.DeletePositionResponse, error) {
	return &staffv1.DeletePositionResponse{}, s.app.DeletePosition(ctx, rpc.Grant(ctx), req.GetName())
}

// WhoCanGive implements RoleService.
func (s RoleServer) WhoCanGive(ctx context.Context, req *staffv1.WhoCanGiveRequest) (*staffv1.WhoCanGiveResponse, error) {
	roles, givers, err := s.app.WhoCanGive(ctx, rpc.Actor(ctx).Tenant, req.GetPermission())
	if err != nil {
		return nil, err
	}
	res := &staffv1.WhoCanGiveResponse{Roles: roles, Givers: givers}
	for _, p := range staff.Catalogue() {
		if p.Name == req.GetPermission() {
			res.Permission = permissionToProto(p)
		}
	}
	return res, nil
}

// after gives a role that the caller has just changed, judged by his rights as
// they are now: the change may have been about them.
func (s RoleServer) after(ctx context.Context, code string) (*staffv1.RoleDetail, error) {
	actor, err := s.app.anew(ctx, rpc.Actor(ctx))
	if err != nil {
		return nil, err
	}
	return s.detailFor(ctx, actor, code)
}

func (s RoleServer) detail(ctx context.Context, code string) (*staffv1.RoleDetail, error) {
	return s.detailFor(ctx, rpc.Actor(ctx), code)
}

func (s RoleServer) detailFor(ctx context.Context, actor *kernel.Actor, code string) (*staffv1.RoleDetail, error) {
	role, err := s.app.RoleInUse(ctx, rpc.Grant(ctx), code)
	if err != nil {
		return nil, err
	}
	grantable, held, err := s.app.Grantable(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	_, grants, err := s.app.Grants(ctx, actor)
	if err != nil {
		return nil, err
	}
	return &staffv1.RoleDetail{
		Summary: summaryToProto(role), Version: role.Version, Rights: as(inOrder(role.Rights), rightOfRoleToProto),
		HeldByCaller: held, Grantable: grantable, Editable: grants(staff.EditRolesPermission).Tenant(),
	}, nil
}

func rightsFromProto(in []*staffv1.RoleRight) ([]staff.Right, error) {
	var out []staff.Right
	for _, r := range in {
		right := staff.Right{Permission: r.GetPermission()}
		switch r.GetReach() {
		case staffv1.RoleReach_ROLE_REACH_OWN:
			right.Own = true
		case staffv1.RoleReach_ROLE_REACH_WHERE:
		case staffv1.RoleReach_ROLE_REACH_DENIED:
			right.Denied = true
		default:
			return nil, fault.Field("rights", "ROL-02", "请为每项权限选择范围：本人的、全部或禁止。")
		}
		out = append(out, right)
	}
	return out, nil
}

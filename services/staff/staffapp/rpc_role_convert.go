package staffapp

import (
	"cmp"
	"slices"
	"strings"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// trimmed is a name as it was meant.
func trimmed(name string) string { return strings.TrimSpace(name) }

func permissionToProto(p staff.Permission) *staffv1.PermissionInfo {
	return &staffv1.PermissionInfo{
		Name: p.Name, Label: p.Label, Says: p.Says, Resource: p.Resource(), OwnMeans: staff.OwnMeans(p.Name),
		LabelEn: p.LabelEnglish(), SaysEn: p.SaysEnglish(), OwnMeansEn: staff.OwnMeansEnglish(p.Name),
	}
}

func summaryToProto(r RoleInUse) *staffv1.RoleSummary {
	out := &staffv1.RoleSummary{Code: r.Code, Name: r.Name, HolderCount: int32(r.Holders), Positions: r.Positions}
	for _, right := range r.Rights {
		if !right.Denied {
			out.RightCount++
		}
	}
	return out
}

// inOrder puts rights into the catalogue's order; those it does not know last.
func inOrder(rights []staff.Right) []staff.Right {
	names := staff.Permissions()
	place := func(r staff.Right) int {
		if at := slices.Index(names, r.Permission); at >= 0 {
			return at
		}
		return len(names)
	}
	return slices.SortedStableFunc(slices.Values(rights), func(a, b staff.Right) int { return cmp.Compare(place(a), place(b)) })
}

func rightOfRoleToProto(r staff.Right) *staffv1.RoleRight {
	reach := staffv1.RoleReach_ROLE_REACH_WHERE
	switch {
	case r.Denied:
		reach = staffv1.RoleReach_ROLE_REACH_DENIED
	case r.Own:
		reach = staffv1.RoleReach_ROLE_REACH_OWN
	}
	return &staffv1.RoleRight{Permission: r.Permission, Reach: reach}
}

func positionToProto(p staff.Position) *staffv1.Position {
	return &staffv1.Position{Name: p.Name, Role: p.Role, HeadOffice: p.HeadOffice}
}

func holderToProto(h RoleHolder) *staffv1.RoleHolder {
	return &staffv1.RoleHolder{
		PersonId: h.Person.String(), StaffNo: h.StaffNo, Name: h.Name, Position: h.Position, TenantWide: h.TenantWide,
		StoreIds: as(h.Stores, kernel.StoreID.String), FromDate: h.From.String(), ToDate: dateOr(h.To),
	}
}

// holdersPage cuts off the one too many, who proves that there is a next page.
func holdersPage(tenant kernel.TenantID, holders []RoleHolder, size int) *staffv1.ListRoleHoldersResponse {
	res := &staffv1.ListRoleHoldersResponse{}
	if len(holders) > size {
		holders = holders[:size]
		last := holders[size-1]
		res.NextPageToken = rpc.PageToken(tenant, last.StaffNo, last.ID.String())
	}
	res.Holders = as(holders, holderToProto)
	return res
}

// holdersAfter reads where the next page begins.
func holdersAfter(tenant kernel.TenantID, token string) (staffNo string, id kernel.UUID, err error) {
	parts, err := rpc.ParsePageToken(tenant, token, 2)
	if err != nil || parts == nil {
		return "", id, err
	}
	if id, err = kernel.ParseID[kernel.UUID](parts[1]); err != nil { // another list's token
		return "", id, errPage
	}
	return parts[0], id, nil
}

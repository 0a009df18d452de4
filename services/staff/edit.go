package staff

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel/fault"
)

// Faults of roles and posts.
var (
	ErrNoRole        = fault.New(fault.NotFound, "staff.role_not_found", "没有找到这个角色，可能已被停用，请刷新列表。")
	ErrNoPosition    = fault.New(fault.NotFound, "staff.position_not_found", "没有找到这个岗位，可能已被删除，请刷新列表。")
	ErrRoleChanged   = fault.New(fault.Conflict, "staff.role_changed", "别人刚改过这个角色，请刷新后再改。")
	ErrRoleInUse     = fault.New(fault.Conflict, "staff.role_in_use", "还有人担任这个角色，或者还有岗位对应它；请先给他们换一个角色。")
	ErrRoleNameTaken = fault.New(fault.Exists, "staff.role_name_taken", "已经有同名的角色，请换一个名称。")
	ErrChainWide     = fault.New(fault.Forbidden, "staff.roles_are_chain_wide", "角色和岗位全企业通用，只有总部的管理员可以修改。")
	ErrBeyondEditor  = fault.New(fault.Forbidden, "staff.right_beyond_own", "您自己没有这项权限，也没有任命任何岗位的权限，不能把它加进角色。")
	ErrRaisesSelf    = fault.New(fault.Forbidden, "staff.raises_self", "这会增加您自己的权限；请由另一位已有这项权限的管理员来改。")
	ErrTooManyRoles  = fault.New(fault.Conflict, "staff.too_many_roles", "角色最多 200 个、岗位最多 500 个；请先删除不用的。")
)

// Bounds of what one chain sets up.
const (
	MaxRoles     = 200
	MaxPositions = 500
)

// Administering is what somebody needs in the whole chain to mend everything in
// it; a chain always keeps one person who has all of it.
var Administering = []string{WritePermission, AppointPermission, EditRolesPermission}

// RoleChange is what an editor wants a role to be.
type RoleChange struct {
	Before Role   // empty for a new one
	After  Role   // with the rights as they are to be
	Mine   []Post // by which the editor holds the role himself, today or to come, also for another
}

// MayEdit says whether the holder of grants may change a role. Roles belong to
// the whole chain, so he must be able to edit them there. What a role gains he
// must have there himself, not by a delegation, which can't be passed on
// (ROL-05), or the right to appoint; where he holds the role, it widens him too,
// and there the right to appoint does not count: nobody raises himself. Faults:
// staff.roles_are_chain_wide, staff.right_beyond_own, staff.raises_self.
func MayEdit(grants Grants, c RoleChange) error {
	if !grants(EditRolesPermission).Tenant() {
		return ErrChainWide
	}
	appoints := grants(AppointPermission).Tenant()
	for _, gained := range c.Gained() {
		grant := grants(gained.Permission).Own()
		if !appoints && !holds(grant, Post{TenantWide: true}, gained.Own) {
			return ErrBeyondEditor
		}
		for _, post := range c.Mine {
			if !holds(grant, post, gained.Own) {
				return ErrRaisesSelf
			}
		}
	}
	return nil
}

// Gained are the rights of the role that it did not have before, or not so far.
func (c RoleChange) Gained() (out []Right) {
	for _, after := range c.After.Rights {
		before, had := c.Before.right(after.Permission)
		covered := had && !before.Denied && (after.Own || !before.Own)
		if !after.Denied && !covered {
			out = append(out, after)
		}
	}
	return out
}

func (r Role) right(permission string) (Right, bool) {
	at := slices.IndexFunc(r.Rights, func(x Right) bool { return x.Permission == permission })
	if at < 0 {
		return Right{}, false
	}
	return r.Rights[at], true
}

// Check holds a role's name and rights, as they were typed, against what there
// is. Rights that are not new may stay as they are. Faults: invalid_field.
func (c RoleChange) Check() error {
	if err := checkName("name", c.After.Name); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, right := range c.After.Rights {
		if before, had := c.Before.right(right.Permission); seen[right.Permission] || !Known(right.Permission) && (!had || before != right) {
			return fault.Field("rights", "ROL-02", "没有这项权限，或者它出现了两次。")
		}
		seen[right.Permission] = true
		if right.Own && OwnMeans(right.Permission) == "" {
			return fault.Field("rights", "ROL-02", "“"+Label(right.Permission)+"”没有“本人的”这一档，请选“全部”或“无”。")
		}
	}
	return nil
}

// Check holds a post's name against the rules of names. Fault: invalid_field.
func (p Position) Check() error { return checkName("name", p.Name) }

func checkName(field, name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > 20 || strings.TrimSpace(name) != name || strings.ContainsAny(name, "/@\x00\n\r\t") {
		return fault.Field(field, "ROL-01", "名称请填 1 到 20 个字，不含换行和 / @ 符号。")
	}
	return nil
}

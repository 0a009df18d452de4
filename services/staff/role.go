package staff

import (
	"strings"

	"github.com/changke/changke/services/kernel"
)

// Roles that tests, the demo and measurements name. No use case asks for a role
// by its code: what counts is the rights it has in the chain at this moment.
const (
	Admin          = "admin"           // 企业管理员, head office
	HQService      = "hq_service"      // 总部客服专员, head office
	ServiceManager = "service_manager" // 客服经理, in stores
	ServiceRep     = "service_rep"     // 客服代表, in stores

	otherPost   = "referrer" // what a post without a role of its own holds
	scopePrefix = "scope:"   // scope:bills:write: what a key may do, never given to a person
)

// templateRoles are the roles every chain begins with, in the order of the
// table's columns, and the posts of ROL-01 that hold them. API keys hold one
// further role for each scope.
var templateRoles = []struct {
	code, name string
	headOffice bool
	positions  string
}{
	{Admin, "企业管理员", true, "企业管理员"},
	{"hq_head", "总部客服部负责人", true, "总部客服部负责人"},
	{HQService, "总部客服专员", true, "总部客服专员"},
	{"area_manager", "区域经理", false, "区域经理"},
	{"floor_manager", "楼面店总", false, "楼面店总"},
	{ServiceManager, "客服经理", false, "客服经理"},
	{"service_supervisor", "客服主管", false, "客服主管"},
	{ServiceRep, "客服代表", false, "客服代表"},
	{otherPost, "推荐人", false, "大堂经理 楼面主管 传菜主管 吧台主管 后厨店总 副厨师长 岗标 茶艺师 收银员"},
	{"front_desk", "前台", false, "前台"},
	{"inspector", "督察", false, "督察队长 督察"},
}

// Right is one permission of a role with its reach: Own for the person's own
// things, otherwise everything at the place.
type Right struct {
	Permission string
	Own        bool
	Denied     bool // never, whatever a later template gives
}

// reach is the right as it is stored.
func (r Right) reach() string {
	switch {
	case r.Denied:
		return reachDeny
	case r.Own:
		return reachOwn
	}
	return reachWhere
}

// Role is a role of a chain.
type Role struct {
	Code    string
	Name    string
	Rights  []Right
	Version int64 // raised with every change
}

// IsScope reports whether the role stands for the scope of an API key.
func (r Role) IsScope() bool { return strings.HasPrefix(r.Code, scopePrefix) }

// ScopeRole is the role behind a scope: bills:write → scope:bills:write.
func ScopeRole(scope string) string { return scopePrefix + scope }

// Template is the roles a new chain begins with, made of the table.
func Template() (roles []Role) {
	for i, t := range templateRoles {
		r := Role{Code: t.code, Name: t.name}
		for _, p := range table {
			if reach := p.cell(i); reach != 0 {
				r.Rights = append(r.Rights, Right{Permission: p.Name, Own: reach == kernel.ReachOwn})
			}
		}
		roles = append(roles, r)
	}
	for _, s := range scopes {
		roles = append(roles, Role{Code: ScopeRole(s.scope), Name: "接口：" + s.label, Rights: []Right{{Permission: s.permission}}})
	}
	return roles
}

// Position is a post of the chain in words (岗位) with the role that whoever is
// given the post holds, unless another is chosen.
type Position struct {
	Name       string
	Role       string
	HeadOffice bool // belongs to no store
}

// TemplatePositions are the posts every chain begins with (ROL-01).
func TemplatePositions() (out []Position) {
	for _, t := range templateRoles {
		for _, name := range strings.Fields(t.positions) {
			out = append(out, Position{name, t.code, t.headOffice})
		}
	}
	return out
}

// RoleOfPosition gives the role that a post holds in a chain that has not
// decided otherwise; a post that the template does not know holds the least.
func RoleOfPosition(position string) string {
	for _, p := range TemplatePositions() {
		if p.Name == position {
			return p.Role
		}
	}
	return otherPost
}

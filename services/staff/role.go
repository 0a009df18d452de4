package staff

import (
	"slices"
	"strings"

	"github.com/changke/changke/services/kernel"
)

// The roles every chain begins with; API keys hold one role for each scope.
const (
	Admin          = "admin"           // 企业管理员, head office
	HQService      = "hq_service"      // 总部客服专员, head office
	ServiceManager = "service_manager" // 客服经理, in stores
	ServiceRep     = "service_rep"     // 客服代表, in stores

	scopePrefix = "scope:" // scope:bills:write: what a key may do, never given to a person
)

// Permissions that the rights of staff are judged by.
const (
	WritePermission   = "staff.write"
	AppointPermission = "staff.appoint"
)

const (
	none  kernel.Reach = 0
	own                = kernel.ReachOwn
	where              = kernel.ReachWhere
)

// table is who may do what, and how far: everything at the place of the
// assignment (where) or only the person's own things there. Deny by default
// (ROL-02, ROL-03). An administrator manages and does not need guests, so he
// reads no customers; staff.appoint is what lets him give posts whose rights he
// does not have himself.
var table = []struct {
	permission, label                            string
	admin, hqService, serviceManager, serviceRep kernel.Reach
}{
	//                                      企业管理员 总部客服 客服经理 客服代表
	{"store.read", "查看门店", where, where, where, where},
	{"rules.read", "查看规则", where, where, where, none},
	{"rules.publish", "发布规则", where, none, none, none},
	{"staff.read", "查看员工", where, where, where, none},
	{"staff.write", "管理员工与任职", where, none, none, none},
	{"staff.appoint", "任命任何岗位", where, none, none, none},
	{"apikey.read", "查看接口密钥", where, none, none, none},
	{"apikey.write", "管理接口密钥", where, none, none, none},
	{"message.read", "查看短信", where, where, where, none},
	{"customer.read", "查看客户", none, where, where, own},
	{"customer.reveal", "查看完整号码", none, where, where, own},
	{"customer.write", "建立和修改档案", none, none, where, own},
	{"customer.review", "审核档案", none, where, where, none},
	{"booking.read", "查看预定", where, where, where, where},
	{"booking.write", "登记预定", none, none, where, where},
	{"run.read", "查看任务", where, where, where, none},
	{"run.retry", "重试任务", where, where, none, none},
	{"decision.read", "查看归属变动及原因", where, where, where, own},
	{"today.read", "查看今日", where, where, where, own},
	{"board.read", "查看总部看板", where, where, where, none},
}

// scopes are what a POS vendor's key may do in its stores (ROL-06).
var scopes = []struct{ scope, permission, label string }{
	{"bills:write", "bill.record", "上传账单"},
	{"bookings:write", "booking.record", "上传预定"},
	{"callers:write", "caller.record", "上传来电"},
	{"customers:lookup", "customer.lookup", "按号码查询客户"},
}

// Right is one permission of a role with its reach: Own for the person's own
// things, otherwise everything at the place.
type Right struct {
	Permission string
	Own        bool
}

// Role is a role of a chain.
type Role struct {
	Code   string
	Name   string
	Rights []Right
}

// IsScope reports whether the role stands for the scope of an API key.
func (r Role) IsScope() bool { return strings.HasPrefix(r.Code, scopePrefix) }

// ScopeRole is the role behind a scope: bills:write → scope:bills:write.
func ScopeRole(scope string) string { return scopePrefix + scope }

// Template is the roles a new chain begins with, made of the table.
func Template() []Role {
	roles := []Role{{Code: Admin, Name: "企业管理员"}, {Code: HQService, Name: "总部客服专员"}, {Code: ServiceManager, Name: "客服经理"}, {Code: ServiceRep, Name: "客服代表"}}
	for _, line := range table {
		for i, reach := range []kernel.Reach{line.admin, line.hqService, line.serviceManager, line.serviceRep} {
			if reach != none {
				roles[i].Rights = append(roles[i].Rights, Right{line.permission, reach == own})
			}
		}
	}
	for _, s := range scopes {
		roles = append(roles, Role{Code: ScopeRole(s.scope), Name: "接口：" + s.label, Rights: []Right{{Permission: s.permission}}})
	}
	return roles
}

// Permissions lists what people can be given, in the order of the table.
func Permissions() []string {
	out := make([]string, len(table))
	for i, line := range table {
		out[i] = line.permission
	}
	return out
}

// Label is a permission in Chinese; one that has none reads as its name.
func Label(permission string) string {
	for _, line := range table {
		if line.permission == permission {
			return line.label
		}
	}
	for _, s := range scopes {
		if s.permission == permission {
			return s.label
		}
	}
	return permission
}

// managers are the store posts of ROL-01 that hold the manager's role, and
// headOffice those that belong to no store. Every other post, also one a chain
// has added, holds the least: 客服代表.
var (
	managers   = []string{"楼面店总", "客服经理"}
	headOffice = map[string]string{"企业管理员": Admin, "总部客服部负责人": HQService, "总部客服专员": HQService}
)

// RoleOfPosition gives the role that a post holds until chains set up roles of
// their own.
func RoleOfPosition(position string) string {
	if role, ok := headOffice[position]; ok {
		return role
	}
	if slices.Contains(managers, position) {
		return ServiceManager
	}
	return ServiceRep
}

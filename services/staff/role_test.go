package staff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/staff"
)

// The whole template as casbin and the table compiled from it understand it:
// W everything at the place, o own things, · nothing. A change of rights has to
// be written here too, so that nobody makes one by accident.
const golden = `
                 admin hq_service service_manager service_rep | bills:write bookings:write callers:write customers:lookup
store.read       W W W W | · · · ·
rules.read       W W W · | · · · ·
rules.publish    W · · · | · · · ·
staff.read       W W W · | · · · ·
staff.write      W · · · | · · · ·
staff.appoint    W · · · | · · · ·
apikey.read      W · · · | · · · ·
apikey.write     W · · · | · · · ·
message.read     W W W · | · · · ·
customer.read    · W W o | · · · ·
customer.reveal  · W W o | · · · ·
customer.write   · · W o | · · · ·
customer.review  · W W · | · · · ·
booking.read     W W W W | · · · ·
booking.write    · · W W | · · · ·
run.read         W W W · | · · · ·
run.retry        W W · · | · · · ·
decision.read    W W W o | · · · ·
today.read       W W W o | · · · ·
board.read       W W W · | · · · ·
bill.record      · · · · | W · · ·
booking.record   · · · · | · W · ·
caller.record    · · · · | · · W ·
customer.lookup  · · · · | · · · W
`

func TestTemplate(t *testing.T) {
	var policies []authz.Policy
	for _, r := range staff.Template() {
		for _, right := range r.Rights {
			reach := "where"
			if right.Own {
				reach = "own"
			}
			policies = append(policies, authz.Policy{Role: r.Code, Permission: right.Permission, Reach: reach, Effect: "allow"})
		}
	}
	table, err := authz.Compile(policies)
	require.NoError(t, err)

	lines := strings.Split(strings.TrimSpace(golden), "\n")
	var roles []string
	for i, r := range strings.Fields(strings.Replace(lines[0], "|", "", 1)) {
		if i >= 4 {
			r = staff.ScopeRole(r)
		}
		roles = append(roles, r)
	}
	letters := [4]string{"·", "o", "W", "oW"}
	var got, want []string
	for _, line := range lines[1:] {
		cells := strings.Fields(strings.Replace(line, "|", "", 1))
		row := cells[0]
		for _, role := range roles {
			row += " " + letters[table.Reach(role, cells[0])]
		}
		got, want = append(got, row), append(want, strings.Join(cells, " "))
	}
	require.Equal(t, want, got)
	require.Len(t, table.Permissions(), len(want), "every permission has its line")
	require.Zero(t, table.Reach("", "customer.read"))
	require.Zero(t, table.Reach(staff.Admin, "customer.rea"))
}

func TestLabels(t *testing.T) {
	for _, r := range staff.Template() {
		require.NotEmpty(t, r.Name)
		for _, right := range r.Rights {
			require.NotEqual(t, right.Permission, staff.Label(right.Permission), "a Chinese name for "+right.Permission)
		}
	}
	require.Equal(t, "x.y", staff.Label("x.y"))
}

func TestRoleOfPosition(t *testing.T) {
	for role, positions := range map[string]string{
		staff.Admin:          "企业管理员",
		staff.HQService:      "总部客服部负责人 总部客服专员",
		staff.ServiceManager: "楼面店总 客服经理",
		staff.ServiceRep:     "客服主管 客服代表 大堂经理 楼面主管 传菜主管 吧台主管 后厨店总 副厨师长 督察队长 督察 岗标 茶艺师 收银员 前台 自定岗位",
	} {
		for _, p := range strings.Fields(positions) {
			require.Equal(t, role, staff.RoleOfPosition(p), p)
		}
	}
}

func ExampleRole_IsScope() {
	fmt.Println(staff.Role{Code: staff.ScopeRole("bills:write")}.IsScope())
	// Output: true
}

package staff_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/staff"
)

var update = flag.Bool("update", false, "write testdata/roles.golden anew")

// TestTemplate holds the whole template, as casbin and the table compiled from
// it understand it, against a file that people read: a change of rights has to
// be made there too, so that nobody makes one by accident.
func TestTemplate(t *testing.T) {
	roles := staff.Template()
	table, err := authz.Compile(policies(roles))
	require.NoError(t, err)

	var got strings.Builder
	got.WriteString("Who may do what when a chain begins (ROL-03).\nall: everything at the place of the assignment; own: only what is the person's own there; -: nothing.\n\n")
	got.WriteString(pad("", 40))
	for _, r := range roles {
		got.WriteString(" " + pad(strings.TrimPrefix(r.Name, "接口："), 16))
	}
	names, extra := staff.Permissions(), slices.DeleteFunc(table.Permissions(), staff.Known)
	slices.Sort(extra) // those of keys
	cells := map[kernel.Reach]string{0: "-", kernel.ReachOwn: "own", kernel.ReachWhere: "all"}
	for _, p := range append(names, extra...) {
		got.WriteString("\n" + pad(pad(p, 20)+staff.Label(p), 40))
		for _, r := range roles {
			got.WriteString(" " + pad(cells[table.Reach(r.Code, p)], 16))
		}
	}
	got.WriteString("\n\nWhich post holds which role (ROL-01):\n")
	for _, p := range staff.TemplatePositions() {
		at := slices.IndexFunc(roles, func(r staff.Role) bool { return r.Code == p.Role })
		got.WriteString("\n" + pad(p.Name, 20) + roles[at].Name)
	}
	lines := strings.Split(got.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	text := strings.Join(lines, "\n") + "\n"
	const path = "testdata/roles.golden"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "go test ./services/staff -run TestTemplate -update writes it anew; read the difference")
	require.Zero(t, table.Reach("", "customer.read"))
	require.Zero(t, table.Reach(staff.Admin, "customer.rea"))
}

// pad fills up to a width in columns; Chinese characters take two.
func pad(s string, width int) string {
	for _, r := range s {
		if r > 0x2e80 {
			width--
		}
	}
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

func policies(roles []staff.Role) (out []authz.Policy) {
	for _, r := range roles {
		for _, right := range r.Rights {
			reach := "where"
			if right.Own {
				reach = "own"
			}
			out = append(out, authz.Policy{Role: r.Code, Permission: right.Permission, Reach: reach, Effect: "allow"})
		}
	}
	return out
}

// TestWords: every permission is named resource.action and said in words, and
// those about one resource stand together.
func TestWords(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for _, p := range staff.Catalogue() {
		require.Regexp(t, "^[a-z]+\\.[a-z_]+$", p.Name)
		require.NotEmpty(t, p.Label, p.Name)
		require.Regexp(t, "。$", p.Says, p.Name)
		require.Equal(t, p.Label, staff.Label(p.Name))
		require.NotEmpty(t, p.LabelEnglish(), p.Name)
		require.Regexp(t, `^[A-Z].*\.$`, p.SaysEnglish(), p.Name)
		require.Equal(t, staff.OwnMeans(p.Name) == "", staff.OwnMeansEnglish(p.Name) == "", p.Name)
		require.False(t, seen[p.Name], "%s twice", p.Name)
		require.False(t, p.Resource() != last && seen[p.Resource()], "%s stands apart", p.Name)
		seen[p.Name], seen[p.Resource()], last = true, true, p.Resource()
	}
	require.Equal(t, "x.y", staff.Label("x.y"))
	require.False(t, staff.Known("bill.record"), "only keys")
}

// TestPositions: every post of ROL-01 is in the template and leads to a role
// that people can see; head office's belong to no store.
func TestPositions(t *testing.T) {
	roles := map[string]string{}
	for _, r := range staff.Template() {
		roles[r.Code] = r.Name
	}
	found := map[string]staff.Position{}
	for _, p := range staff.TemplatePositions() {
		require.NotEmpty(t, roles[p.Role], p.Name)
		found[p.Name] = p
	}
	inStores := "楼面店总 客服经理 客服主管 客服代表 大堂经理 楼面主管 传菜主管 吧台主管 后厨店总 副厨师长 督察队长 督察 岗标 茶艺师 收银员 前台 区域经理"
	atHeadOffice := "总部客服部负责人 总部客服专员 企业管理员"
	for _, name := range strings.Fields(inStores + " " + atHeadOffice) {
		require.Contains(t, found, name)
		require.Equal(t, strings.Contains(atHeadOffice, name), found[name].HeadOffice, name)
		require.Equal(t, found[name].Role, staff.RoleOfPosition(name))
	}
	require.Len(t, found, len(strings.Fields(inStores+" "+atHeadOffice)))
	require.Equal(t, staff.RoleOfPosition("大堂经理"), staff.RoleOfPosition("自定岗位"), "an unknown post holds the least")
}

func ExampleRole_IsScope() {
	fmt.Println(staff.Role{Code: staff.ScopeRole("bills:write")}.IsScope())
	// Output: true
}

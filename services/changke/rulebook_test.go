package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// rulebook is every value the rulebook prints in bold, in its order, as it
// reads there, with the fields that hold it and what they show.
var rulebook = []struct {
	rule, bold string
	fields     map[string]string
}{
	{"RUL-03", "from 04:00 to 04:00", map[string]string{tenant.KeyCutover: "04:00"}},
	{"RUL-03", "in the store's zone (Asia/Shanghai)", map[string]string{tenant.KeyZone: "北京时间（Asia/Shanghai）"}},
	{"RUL-02", "within 3 months", map[string]string{"period.within_months": "3 个月"}},
	{"RUL-08", "more than 5%", map[string]string{"lifecycle.brake_percent": "5%"}},
	{"RUL-08", "more than twice its average of the last six runs", map[string]string{"lifecycle.brake_times": "2"}},
	{"ACC-01", "within 12 hours", map[string]string{"account.open_hours": "12 小时"}},
	{"CUS-01", "at least 2 visits", map[string]string{"customer.standard_visits": "2 次"}},
	{"CUS-03", "within 12 hours", map[string]string{"customer.review_hours": "12 小时"}},
	{"CUS-04", "each month 5%", map[string]string{"customer.spot_check_percent": "5%"}},
	{"CUS-07", "accept_phs (false)", map[string]string{"customer.accept_phs": "否"}},
	{"CUS-10", "settle it within 2 days", map[string]string{"customer.conflict_days": "2 天"}},
	{"CUS-10", "reserves its number for 7 days", map[string]string{"customer.draft_reserve_days": "7 天"}},
	{"VIS-10", "lunch 10:30–14:30, tea 14:30–17:00, dinner 17:00–21:00, supper 21:00–04:00", map[string]string{
		"visit.lunch_from": "10:30", "visit.tea_from": "14:30", "visit.dinner_from": "17:00", "visit.supper_from": "21:00", tenant.KeyCutover: "04:00",
	}},
	{"LIF-01", "minus 3 months", map[string]string{"customer.activity_months": "3 个月"}},
	{"LIF-03", "within 3 months", map[string]string{"lifecycle.dormant_months": "3 个月"}},
	{"LIF-03", "daily at 05:00", map[string]string{"lifecycle.run_time": "05:00"}},
	{"LIF-04", "at least 50%", map[string]string{"lifecycle.others_percent": "50%"}},
	{"LIF-04", "at least 1 visit", map[string]string{"lifecycle.others_min_visits": "1 次"}},
	{"LIF-05", "for 7 days", map[string]string{"lifecycle.away_days": "7 天"}},
	{"LIF-07", "at least 2 receptions", map[string]string{"lifecycle.adoption_receptions": "2 次"}},
	{"LIF-10", "warned 14 and 3 days before", map[string]string{"lifecycle.first_warning_days": "14 天", "lifecycle.last_warning_days": "3 天"}},
	{"LIF-10", "on the 20th", map[string]string{"lifecycle.others_warning_day": "20 日"}},
	{"LIF-11", "within 7 days", map[string]string{"lifecycle.appeal_days": "7 天"}},
	{"LIF-14", "not confirmed in 7 days", map[string]string{"lifecycle.offer_days": "7 天"}},
	{"HND-05", "or 7 days pass", map[string]string{"handover.accept_days": "7 天"}},
	{"HND-05", "HQ's desk for 7 days", map[string]string{"handover.desk_days": "7 天"}},
	{"DEL-01", "within 12 hours", map[string]string{"customer.deletion_hours": "12 小时"}},
	{"DEL-02", "90 days after", map[string]string{"customer.unapproved_days": "90 天"}},
	{"DEL-02", "on days 60 and 83", map[string]string{"customer.unapproved_first_warning": "60 天", "customer.unapproved_last_warning": "83 天"}},
	{"DEL-03", "a flow of its own, within the 15 days of the law", map[string]string{"customer.guest_request_days": "15 天"}},
	{"BLK-01", "expiry 12 months", map[string]string{"customer.blacklist_months": "12 个月"}},
	{"BLK-03", "within 1 s", map[string]string{"caller.card_seconds": "1 秒"}},
	{"QTA-01", "楼面店总 40 80 — —", postRow("floor_manager", 40, 80, 0, 0)},
	{"QTA-01", "客服经理 40 80 — 6", postRow("service_manager", 40, 80, 0, 6)},
	{"QTA-01", "客服主管 20 40 — 4", postRow("service_supervisor", 20, 40, 0, 4)},
	{"QTA-01", "客服代表 20 40 (代位人数) 2", postRow("service_rep", 20, 40, 0, 2)},
	{"QTA-01", "大堂经理 40 80 — —", postRow("lobby_manager", 40, 80, 0, 0)},
	{"QTA-01", "楼面主管 20 40 20 —", postRow("floor_supervisor", 20, 40, 20, 0)},
	{"QTA-01", "传菜主管 10 20 10 —", postRow("runner_supervisor", 10, 20, 10, 0)},
	{"QTA-01", "吧台主管 10 20 10 —", postRow("bar_supervisor", 10, 20, 10, 0)},
	{"QTA-01", "后厨店总 20 40 10 —", postRow("kitchen_manager", 20, 40, 10, 0)},
	{"QTA-01", "副厨师长 10 20 5 —", postRow("sous_chef", 10, 20, 5, 0)},
	{"QTA-01", "督察队长 20 40 10 —", postRow("inspection_head", 20, 40, 10, 0)},
	{"QTA-01", "督察 10 20 5 —", postRow("inspector", 10, 20, 5, 0)},
	{"QTA-01", "岗标 10 — — —", postRow("pacesetter", 10, 0, 0, 0)},
	{"QTA-02", "楼面店总, 大堂经理, 客服经理 3 6 10 14 18 22 28 34 40", rampRow("first", "第一档", []int{3, 6, 10, 14, 18, 22, 28, 34}, "floor_manager", "lobby_manager", "service_manager")},
	{"QTA-02", "后厨店总, 督察队长, 楼面主管, 客服主管, 客服代表 2 4 6 8 10 12 14 17 20", rampRow("second", "第二档", []int{2, 4, 6, 8, 10, 12, 14, 17}, "kitchen_manager", "inspection_head", "floor_supervisor", "service_supervisor", "service_rep")},
	{"QTA-02", "吧台主管, 督察, 副厨师长, 岗标, 传菜主管 1 2 3 4 5 6 7 8 10", rampRow("third", "第三档", []int{1, 2, 3, 4, 5, 6, 7, 8}, "bar_supervisor", "inspector", "sous_chef", "pacesetter", "runner_supervisor")},
	{"QTA-02", "on or before the 15th", map[string]string{"quota.entry_day": "15 日"}},
	{"QTA-04", "on day 1, 05:00, provisional until day 5", map[string]string{"quota.score_day": "1 日", "quota.run_time": "05:00", "quota.final_day": "5 日"}},
	{"CAR-01", "at 08:30", map[string]string{"care.list_time": "08:30"}},
	{"CAR-01", "until 12:00", map[string]string{"care.calls_until": "12:00"}},
	{"CAR-03", "reply within 24 h", map[string]string{"care.reply_hours": "24 小时"}},
	{"CAR-03", "complaint handled within 24 h", map[string]string{"care.complaint_hours": "24 小时"}},
	{"CAR-03", "every issue answered within 24 h", map[string]string{"care.issue_hours": "24 小时"}},
	{"CAR-04", "marketing only 09:00–20:00", map[string]string{"message.marketing_from": "09:00", "message.marketing_until": "20:00"}},
	{"CAR-04", "at most 1 marketing message", map[string]string{"message.marketing_per_day": "1 条"}},
	{"PLN-01", "every 2 weeks / 1 month / 2 months / 2 weeks", map[string]string{
		"plan.core_every_weeks": "2 周", "plan.potential_every_months": "1 个月", "plan.regular_every_months": "2 个月", "plan.support_every_weeks": "2 周",
	}},
	{"PLN-01", "length 15–20 / 15–20 / 10–15 / ≤30", map[string]string{
		"plan.core_minutes_from": "15 分钟", "plan.core_minutes_to": "20 分钟", "plan.potential_minutes_from": "15 分钟", "plan.potential_minutes_to": "20 分钟",
		"plan.regular_minutes_from": "10 分钟", "plan.regular_minutes_to": "15 分钟", "plan.support_minutes_to": "30 分钟",
	}},
	{"PLN-01", "notice one day before / same day / none / same day", map[string]string{
		"plan.core_notice": "提前一天预约", "plan.potential_notice": "当天预约", "plan.regular_notice": "不必预约", "plan.support_notice": "当天预约",
	}},
	{"PLN-01", "core 5%, potential 15–35%, support 5–10%", map[string]string{
		"plan.core_percent": "5%", "plan.potential_percent_from": "15%", "plan.potential_percent_to": "35%", "plan.support_percent_from": "5%", "plan.support_percent_to": "10%",
	}},
	{"PLN-03", "at least 3 days a week", map[string]string{"plan.days_per_week": "3 天"}},
	{"PLN-03", "at least 15 contacts", map[string]string{"plan.contacts_per_day": "15 位"}},
	{"PLN-03", "own limit (25)", map[string]string{"plan.contacts_limit": "25 位"}},
	{"LED-01", "within 2 days", map[string]string{"lead.first_follow_up_days": "2 天"}},
	{"LED-01", "at least 2 a week", map[string]string{"lead.follow_ups_per_week": "2 次"}},
	{"OPS-03", "lateness 1/min", map[string]string{"routine.late_points_per_minute": "1 分"}},
	{"OPS-03", "listed offences 5/10/20/50", map[string]string{
		"routine.light_offence_points": "5 分", "routine.ordinary_offence_points": "10 分", "routine.serious_offence_points": "20 分", "routine.grave_offence_points": "50 分",
	}},
}

// postRow is a row of the table of targets; 0 stands for "not assessed".
func postRow(key string, customers, visits, rooms, banquets int) map[string]string {
	return map[string]string{
		"quota.post." + key + ".customers": fmt.Sprintf("%d 位", customers), "quota.post." + key + ".visits": fmt.Sprintf("%d 次", visits),
		"quota.post." + key + ".rooms": fmt.Sprintf("%d 次", rooms), "quota.post." + key + ".banquets": fmt.Sprintf("%d 次", banquets),
	}
}

// rampRow is a row of the table of ramps: its first eight months, and whose it is.
func rampRow(key, name string, months []int, posts ...string) map[string]string {
	fields := map[string]string{}
	for i, n := range months {
		fields[fmt.Sprintf("quota.ramp.%s.%d", key, i+1)] = fmt.Sprintf("%d 位", n)
	}
	for _, p := range posts {
		fields["quota.post."+p+".ramp"] = name
	}
	return fields
}

// beyond are fields that the rulebook gives no value for, and why they are there.
var beyond = map[string]string{
	"visit.day_totals":         "whether a store's tills tell totals is the chain's to say (RUL-07)",
	"customer.reveals_per_day": "how often somebody looks behind a mask is the chain's to say (ROL-03)",
}

// Every bold value of the rulebook is a field of the rule set with that default,
// and there is no field without one (RUL-01) but those of beyond.
func TestRulebook(t *testing.T) {
	t.Parallel()
	all := tenant.Join(tenant.RuleFields, catalogue)
	require.NoError(t, all.Check())
	rules := tenant.NewRules(all, tenant.FirstRuleSet(time.Now()))
	from := map[string]bool{}
	for _, line := range rulebook {
		for key, shows := range line.fields {
			f, ok := all.Field(key)
			require.True(t, ok, "%s %s: no field %s", line.rule, line.bold, key)
			require.Equal(t, shows, f.Show(rules.Int(key, kernel.StoreID{})), "%s %s", line.rule, line.bold)
			if !from[key] {
				require.Equal(t, line.rule, f.Rule, key)
			}
			from[key] = true
		}
	}
	for _, f := range all {
		require.True(t, from[f.Key] != (beyond[f.Key] != ""), "%s is no bold value of the rulebook", f.Key)
		require.NotEmpty(t, f.Label+f.Help, f.Key)
		require.NotEmpty(t, f.LabelEN, f.Key)
		require.NotEmpty(t, f.HelpEN, f.Key)
		for _, c := range f.Choices {
			require.NotEmpty(t, c.Code, f.Key)
			require.NotEmpty(t, c.Text, f.Key)
			require.NotEmpty(t, c.EN, f.Key)
		}
	}
}

// The screens say of a value that no part of the product reads it yet. A field
// is read where the constant of its key, or the one its key begins with, is used
// outside of the declarations.
func TestPendingFieldsAreHonest(t *testing.T) {
	t.Parallel()
	read := keysRead(t)
	for _, f := range tenant.Join(tenant.RuleFields, catalogue) {
		require.NotEqual(t, f.Pending, read[f.Key], "%s: Pending is %v, read is %v", f.Key, f.Pending, read[f.Key])
	}
}

// keysRead looks through the product's sources for the constants that hold
// keys of rule fields, and for those that are used besides where fields are declared.
func keysRead(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]string{} // name of the constant, with its package → key
	uses := map[string]int{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "node_modules") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		context := strings.Split(filepath.ToSlash(path), "/")[1]
		declares := strings.Count(filepath.ToSlash(path), "/") == 2 && (d.Name() == "rules.go" || d.Name() == "fields.go")
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, v := range n.Values {
					if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING && i < len(n.Names) {
						value, _ := strconv.Unquote(lit.Value)
						keys[context+"."+n.Names[i].Name] = value
					}
				}
			case *ast.SelectorExpr: // customer.RuleReviewHours
				if x, ok := n.X.(*ast.Ident); ok {
					uses[fmt.Sprintf("%s.%s", x.Name, n.Sel.Name)]++
				}
			case *ast.BinaryExpr: // postPrefix + p.key + …
				if x, ok := n.X.(*ast.Ident); ok && !declares {
					uses[context+"."+x.Name]++
				}
			case *ast.CallExpr: // r.Int(KeyRunTime, …) in its own package
				for _, arg := range n.Args {
					if x, ok := arg.(*ast.Ident); ok && (!declares || !plainCall(n)) {
						uses[context+"."+x.Name]++
					}
				}
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	read := map[string]bool{}
	for name, key := range keys {
		if uses[name] == 0 {
			continue
		}
		read[key] = true
		for _, f := range catalogue {
			if strings.HasSuffix(key, ".") && strings.HasPrefix(f.Key, key) {
				read[f.Key] = true
			}
		}
	}
	return read
}

// plainCall is a call of a function of the package itself: there, what declares fields.
func plainCall(c *ast.CallExpr) bool {
	_, ok := c.Fun.(*ast.Ident)
	return ok
}

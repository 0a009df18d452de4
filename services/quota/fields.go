package quota

import (
	"fmt"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// Item is what a score counts (QTA-01).
type Item uint8

// The items, in the order of the rulebook's table.
const (
	Customers Item = iota // files owned at the month's end
	Visits                // counted visits credited to the person
	Rooms                 // private-room bookings finished, with notice
	Banquets              // the same of banquets
	items
)

// Items are all of them, in order.
var Items = []Item{Customers, Visits, Rooms, Banquets}

// keys, words and units of the items.
var itemWords = [items]struct {
	key   string
	label kernel.Words
	unit  tenant.Unit
}{
	{"customers", kernel.Words{ZH: "客户数", EN: "guests kept"}, tenant.Guests},
	{"visits", kernel.Words{ZH: "频次", EN: "visits"}, tenant.Times},
	{"rooms", kernel.Words{ZH: "包间预定", EN: "private rooms"}, tenant.Times},
	{"banquets", kernel.Words{ZH: "包席", EN: "banquets"}, tenant.Times},
}

// Key is the item's stable name: customers, visits, rooms, banquets.
func (i Item) Key() string { return itemWords[i].key }

// RampMonths is how many months a newcomer has before the floor counts (QTA-02).
const RampMonths = 9

// Prefixes of the keys of the table: quota.post.<post>.<item>,
// quota.post.<post>.ramp, quota.ramp.<line>.<month>.
const (
	postPrefix = "quota.post."
	rampPrefix = "quota.ramp."
)

// posts are the rows of the rulebook's table; 0: the item is not assessed. ramp
// is the line of ramps below.
var posts = []struct {
	key, name, en string
	targets       [items]int64
	ramp          int64
}{
	{"floor_manager", "楼面店总", "Floor manager", [items]int64{40, 80, 0, 0}, 0},
	{"service_manager", "客服经理", "Customer service manager", [items]int64{40, 80, 0, 6}, 0},
	{"service_supervisor", "客服主管", "Customer service supervisor", [items]int64{20, 40, 0, 4}, 1},
	{"service_rep", "客服代表", "Customer service representative", [items]int64{20, 40, 0, 2}, 1},
	{"lobby_manager", "大堂经理", "Lobby manager", [items]int64{40, 80, 0, 0}, 0},
	{"floor_supervisor", "楼面主管", "Floor supervisor", [items]int64{20, 40, 20, 0}, 1},
	{"runner_supervisor", "传菜主管", "Food runner supervisor", [items]int64{10, 20, 10, 0}, 2},
	{"bar_supervisor", "吧台主管", "Bar supervisor", [items]int64{10, 20, 10, 0}, 2},
	{"kitchen_manager", "后厨店总", "Kitchen manager", [items]int64{20, 40, 10, 0}, 1},
	{"sous_chef", "副厨师长", "Sous-chef", [items]int64{10, 20, 5, 0}, 2},
	{"inspection_head", "督察队长", "Head of inspection", [items]int64{20, 40, 10, 0}, 1},
	{"inspector", "督察", "Inspector", [items]int64{10, 20, 5, 0}, 2},
	{"pacesetter", "岗标", "Pacesetter", [items]int64{10, 0, 0, 0}, 2},
}

// ramps are the customers to hold by the end of months 1 to 8 after entry; month
// 9 is the floor, the post's own customers target.
var ramps = []struct {
	key    string
	choice tenant.Choice
	months [RampMonths - 1]int64
}{
	{"first", tenant.Choice{Code: "first", Text: "第一档", EN: "first line"}, [...]int64{3, 6, 10, 14, 18, 22, 28, 34}},
	{"second", tenant.Choice{Code: "second", Text: "第二档", EN: "second line"}, [...]int64{2, 4, 6, 8, 10, 12, 14, 17}},
	{"third", tenant.Choice{Code: "third", Text: "第三档", EN: "third line"}, [...]int64{1, 2, 3, 4, 5, 6, 7, 8}},
}

// tableFields declares the table as fields of the rule set (RUL-01): a chain
// changes any of it from a date on.
func tableFields() (out []tenant.Field) {
	var lines []tenant.Choice
	for _, r := range ramps {
		lines = append(lines, r.choice)
	}
	for _, p := range posts {
		for _, i := range Items {
			w := itemWords[i]
			out = append(out, tenant.Field{
				Key: postPrefix + p.key + "." + w.key, Rule: "QTA-01", Kind: tenant.Int, Min: 0, Max: 1000, Default: p.targets[i], Unit: w.unit,
				Label: p.name + "：" + w.label.ZH, LabelEN: p.en + ": " + w.label.EN,
				Help: "这个岗位每月的目标；0 表示不考核。客户数为 0 的岗位不能维系客户。", HelpEN: "The post’s target for a month; 0: not assessed. A post without a target of guests may own none.",
			})
		}
		out = append(out, tenant.Field{
			Key: postPrefix + p.key + ".ramp", Rule: "QTA-02", Kind: tenant.Pick, Choices: lines, Default: p.ramp,
			Label: p.name + "：爬坡档次", LabelEN: p.en + ": ramp",
			Help: "入职后前八个月的客户数按这一档考核，第九个月起按岗位的客户数。", HelpEN: "In the first eight months after entry the guests to keep follow this line, from the ninth on the post’s own target.",
		})
	}
	for _, r := range ramps {
		for m, n := range r.months {
			out = append(out, tenant.Field{
				Key: rampKey(r.key, m+1), Rule: "QTA-02", Kind: tenant.Int, Min: 0, Max: 1000, Default: n, Unit: tenant.Guests,
				Label: fmt.Sprintf("爬坡%s：第 %d 个月", r.choice.Text, m+1), LabelEN: fmt.Sprintf("Ramp, %s: month %d", r.choice.EN, m+1),
				Help: "这个月末要维系的客户数；高于岗位客户数时按岗位客户数。", HelpEN: "Guests to keep by the end of that month; never more than the post’s own target.",
			})
		}
	}
	return out
}

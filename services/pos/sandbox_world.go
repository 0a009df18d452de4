package pos

import "github.com/changke/changke/services/kernel"

// SandboxStore is a store of every sandbox, with what calls name of it.
type SandboxStore struct {
	Code, Name string
	Places     []string // rooms, then tables
	Bookers    []string // staff numbers of those who take bookings
}

// SandboxStores are the stores of every sandbox.
var SandboxStores = []SandboxStore{
	{"S01", "友谊店", []string{"牡丹厅", "听雨轩", "大厅 A1", "大厅 A2", "大厅 B1"}, []string{"E104", "E105"}},
	{"S02", "高新店", []string{"兰亭", "大厅 A1", "大厅 A2"}, []string{"E204"}},
}

// SandboxGuest is a guest made up for sandboxes; his past is made with the sandbox.
// Numbers are the same in each, and nothing is ever sent to them.
type SandboxGuest struct {
	Store   string
	Number  kernel.Phone
	Name    string
	Story   string // what there is to see with him
	StoryEn string // the same in English
}

// SandboxGuests are the guests of every sandbox.
var SandboxGuests = []SandboxGuest{
	{
		"S01", "+8613800000101", "张晓明", "常来的客人，由 E104 维系",
		"Comes often; E104 looks after him",
	},
	{
		"S01", "+8613800000102", "李文静", "约 20 天后满三个月没有来，休眠转为公共客户（LIF-03），之前两次提醒 E104（LIF-10）",
		"In about 20 days three months without a visit: dormant, becomes public (LIF-03); E104 is warned twice before (LIF-10)",
	},
	{
		"S01", "+8613800000103", "王建国", "由 E104 维系，本月却由 E105 接待：下月 1 日转为公共客户（LIF-04）",
		"Looked after by E104, but received by E105 this month: public on the 1st of the next (LIF-04)",
	},
	{
		"S01", "+8613800000104", "赵海燕", "公共客户，本月由 E105 接待两次：下月 1 日推给 E105（LIF-07）",
		"Public, received twice by E105 this month: offered to E105 on the 1st of the next (LIF-07)",
	},
	{
		"S01", "+8613800000105", "钱大勇", "黑名单客人：查客时提示",
		"Blacklisted: looking the guest up warns",
	},
	{
		"S01", "+8613800000106", "孙丽华", "对花生过敏：查客时带出",
		"Allergic to peanuts: looking the guest up tells",
	},
	{
		"S01", "+8613800000107", "周志强", "公共客户，没有人维系",
		"Public, nobody looks after him",
	},
	{
		"S02", "+8613800000101", "张晓明", "与 S01 同一个号码：档案各店分开，由 E204 维系",
		"The same number as in S01: each store has a file of its own; E204 looks after this one",
	},
	{
		"S02", "+8613800000201", "吴敏", "由 E204 维系",
		"Looked after by E204",
	},
}

// Numbers of people of every sandbox.
const (
	SandboxAdmin   = "A001" // 企业管理员, who gets in with the one-time code
	SandboxManager = "E102" // 客服经理 of the first store
)

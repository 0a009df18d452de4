package onboarding

import (
	"slices"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// TillKind is what an export of a till or booking system holds; the texts are
// those in the database.
type TillKind string

// The kinds.
const (
	TillBills    TillKind = "bills"
	TillBookings TillKind = "bookings"
)

// Mapping is the state of a file of which somebody must say which column is what.
const Mapping State = "mapping"

// MaxOpenTills is how many files of one kind a chain may have under way: its
// stores bring one each a day.
const MaxOpenTills = 500

// Faults of files of tills.
var (
	ErrNoSource    = fault.New(fault.NotFound, "import.no_source", "没有这个来源，可能已被删除，请重新选择。")
	ErrTillsOpen   = fault.New(fault.Conflict, "import.too_many_files", "还有很多文件没有导入，请先导入或放弃其中一些。")
	ErrNotYours    = fault.New(fault.Forbidden, "import.not_yours", "文件里有不属于您的门店的行，请由总部导入，或只导出本店的数据。")
	ErrNoSystem    = fault.Field("mapping.system", "VIS-07", "请填写收银系统的名称，例如 客如云。")
	ErrNoName      = fault.Field("source_name", "", "请给这个来源起个名字，例如 客如云 账单。")
	ErrNeedStore   = fault.Field("mapping.store_id", "", "请选择这个文件是哪家门店的。")
	ErrNoColumn    = fault.Field("mapping.columns", "", "表里没有这一列，请刷新后重选。")
	ErrColumnTwice = fault.Field("mapping.columns", "", "同一项只能对应一列，同一列只能用一次。")
	ErrNoWord      = fault.Field("mapping.words", "", "没有这样的状态、门店或员工，请刷新后重选。")
	ErrNoTillLines = fault.Field("file", "", "表里只有表头，没有账单或预定。")
	ErrNoTillHead  = fault.Fields("import.columns_missing", "前 20 行里没有找到表头：请导出带表头的明细表，再上传。", fault.Violation{Field: "file", Message: "没有表头"})
)

// TillField is what a column of a file is to us.
type TillField struct {
	Name   string
	Needed bool
	words  string // headers that mean it, the most certain first
}

// tillFields are the columns of each kind, in the order they are shown. What a
// header says is compared without spaces, brackets and what stands in them.
var tillFields = map[TillKind][]TillField{
	TillBills: {
		{"store", false, "门店 门店名称 店铺 店铺名称 门店编码 门店代码 门店编号 店名 分店 所属门店 机构 机构名称 store"},
		{"bill_no", true, "账单号 账单编号 单号 结账单号 订单号 订单编号 流水号 交易流水号 小票号 消费单号 帐单号 billno"},
		{"amount", true, "实收金额 实收 实付金额 应收金额 消费金额 金额 账单金额 订单金额 合计金额 总金额 应付金额 折后金额 营业收入 amount"},
		{"closed", false, "结账时间 结帐时间 买单时间 支付时间 付款时间 完成时间 交易时间 收款时间 closetime"},
		{"opened", false, "开台时间 下单时间 开单时间 就餐时间 入座时间 创建时间 opentime"},
		{"date", false, "营业日期 营业日 账务日期 营业日结日期 日期 消费日期 businessdate"},
		{"meal", false, "餐段 市别 餐别 时段 班次 餐次"},
		{"table", false, "桌号 桌台 台号 桌台号 桌台名称 餐台 包间 房间 座位 table"},
		{"number", false, "手机号 会员手机号 会员手机 手机号码 会员电话 顾客手机 顾客电话 客户电话 联系电话 电话 会员号 会员卡号 会员编号 phone"},
		{"status", false, "账单状态 订单状态 状态 结账状态 交易状态 单据状态 是否作废 支付状态 status"},
		{"booking_ref", false, "预定号 预订号 预定编号 预订编号 预定单号 预订单号"},
		{"refund_of", false, "原单号 原账单号 原订单号 退单原单号 关联单号"},
	},
	TillBookings: {
		{"store", false, "门店 门店名称 店铺 店铺名称 门店编码 门店代码 门店编号 店名 分店 所属门店 机构 store"},
		{"ref", true, "预定号 预订号 预定编号 预订编号 预定单号 预订单号 单号 订单号 编号 bookingno"},
		{"date", true, "用餐日期 就餐日期 预定日期 预订日期 到店日期 预抵日期 用餐时间 就餐时间 预定时间 预订时间 日期"},
		{"arrive", false, "预抵时间 预计到店时间 到店时间 用餐时刻 时间"},
		{"seated", false, "入座时间 实际到店时间 开台时间 到店时刻"},
		{"meal", false, "餐段 市别 餐别 时段 餐次"},
		{"guest", false, "客人姓名 客户姓名 姓名 预定人 预订人 顾客姓名 联系人 客人 顾客 称呼"},
		{"number", false, "手机号 手机号码 客人电话 联系电话 电话 预定电话 预订电话 顾客电话 会员手机号"},
		{"booker", false, "订单人 接单人 预定员 预订员 受理人 服务员 营销经理 客户经理 销售经理 订餐经理 销售 跟进人 工号 员工号"},
		{"guests", false, "人数 用餐人数 就餐人数 预定人数 客数"},
		{"place", false, "包间 房间 桌台 桌号 台号 预定桌台 预订桌台 餐台"},
		{"kind", false, "类型 预定类型 预订类型"},
		{"tables", false, "桌数 席数"},
		{"state", false, "状态 预定状态 预订状态 订单状态"},
		{"noticed", false, "通知已发 短信已发 是否发送短信 短信状态"},
		{"deposit", false, "订金 定金 预付金 押金"},
		{"note", false, "备注 要求 客人要求"},
		{"reason", false, "取消原因 退订原因"},
	},
}

// TillFields are the columns that a file of a kind may have.
func TillFields(kind TillKind) []TillField { return tillFields[kind] }

// TillMapping says how the files of a source are read. It holds headers and ids,
// nothing of a guest.
type TillMapping struct {
	Columns   map[string]string          `json:"columns,omitempty"` // field → header
	Stores    map[string]kernel.StoreID  `json:"stores,omitempty"`  // folded word → store
	States    map[string]string          `json:"states,omitempty"`  // folded word → state
	Bookers   map[string]kernel.PersonID `json:"bookers,omitempty"` // folded word → person
	System    string                     `json:"system,omitempty"`
	Store     *kernel.StoreID            `json:"store,omitempty"`  // of every line; nil: the column says it
	Booker    *kernel.PersonID           `json:"booker,omitempty"` // of bookings that name nobody
	Fen       bool                       `json:"fen,omitempty"`
	WholeDays bool                       `json:"whole_days,omitempty"`
}

// TillHead is the header of a file.
type TillHead struct {
	Line    int      `json:"line"`
	Columns []string `json:"columns"` // from left; "": without a header
	Others  []string `json:"others,omitempty"`
}

// headWithin is in how many lines the header must come.
const headWithin = 20

// maxColumns is how many columns of a file are looked at.
const maxColumns = 80

// ReadTillHead reads a line as the header of a file: one of which three columns are
// known by their words, or, from the last line that may be one, any that looks like
// a header. Two columns of the same header are told apart by their letters.
func ReadTillHead(kind TillKind, line int, cells []string) (TillHead, bool) {
	h := TillHead{Line: line}
	words, numbers := 0, 0
	for i, c := range cells[:min(len(cells), maxColumns)] {
		word := cut(kernel.CleanCell(c), 40)
		switch {
		case word == "":
		case slices.Contains(h.Columns, word):
			word += " (" + Letter(i) + ")"
			words++
		case strings.ContainsFunc(word, func(r rune) bool { return r > '9' || r < '0' && !strings.ContainsRune(" .:-/¥,+", r) }):
			words++
		default:
			numbers++
		}
		h.Columns = append(h.Columns, word)
	}
	known := len(ProposeTill(kind, h).Columns)
	return h, known >= 3 || known >= 2 && numbers == 0 && words >= 2 || words >= 4 && numbers == 0 && line <= headWithin && known >= 1
}

// Letter is a column's letter in the spreadsheet, A, B … AA; of none "".
func Letter(i int) (letter string) {
	for i++; i > 0; i = (i - 1) / 26 {
		letter = string(rune('A'+(i-1)%26)) + letter
	}
	return letter
}

// bareHeader is a header without what surrounds its word: spaces, brackets with what
// stands in them, marks of must.
func bareHeader(s string) string {
	s = Fold(s)
	for _, pair := range []string{"()", "（）", "[]", "【】"} {
		r := []rune(pair)
		if from := strings.IndexRune(s, r[0]); from > 0 {
			s = s[:from]
		}
	}
	return strings.Trim(s, "*＊:：_")
}

// ProposeTill is the mapping that the headers of a file suggest: for each of our
// columns the header whose word says it most certainly, each header once.
func ProposeTill(kind TillKind, h TillHead) TillMapping {
	m := TillMapping{Columns: map[string]string{}}
	used := map[string]bool{}
	// The most certain words of all columns go first, so that 预定时间 of a file with
	// 用餐日期 is not taken for the day.
	for rank := range 24 {
		for _, f := range tillFields[kind] {
			words := strings.Fields(f.words)
			if m.Columns[f.Name] != "" || rank >= len(words) {
				continue
			}
			for _, c := range h.Columns {
				parts := strings.Split(bareHeader(c), "/") // 包间/桌号
				if c != "" && !used[c] && parts[0] == words[rank] && !slices.ContainsFunc(parts, func(p string) bool { return !slices.Contains(words, p) }) {
					m.Columns[f.Name], used[c] = c, true
					break
				}
			}
		}
	}
	m.Fen = strings.HasSuffix(strings.NewReplacer("（", "(", "）", ")", " ", "").Replace(m.Columns["amount"]), "(分)")
	return m
}

// Fits reports whether a file has every column that a mapping names.
func (m TillMapping) Fits(h TillHead) bool {
	for _, c := range m.Columns {
		if !slices.Contains(h.Columns, c) {
			return false
		}
	}
	return len(m.Columns) > 0
}

// Check refuses a mapping that cannot read a file. Fault: invalid_field.
func (m TillMapping) Check(kind TillKind, h TillHead) error {
	used := map[string]bool{}
	for name, c := range m.Columns {
		switch {
		case !slices.ContainsFunc(tillFields[kind], func(f TillField) bool { return f.Name == name }), !slices.Contains(h.Columns, c):
			return ErrNoColumn
		case used[c] && name != "arrive" && name != "date" && name != "closed": // one column may hold day and time
			return ErrColumnTwice
		}
		used[c] = true
	}
	for _, f := range tillFields[kind] {
		if f.Needed && m.Columns[f.Name] == "" {
			return fault.Field("mapping.columns."+f.Name, "", "请选择哪一列是“"+strings.Fields(f.words)[0]+"”。")
		}
	}
	if kind == TillBills && m.Columns["date"] == "" && m.Columns["closed"] == "" && m.Columns["opened"] == "" {
		return fault.Field("mapping.columns.closed", "VIS-07", "请选择哪一列是“结账时间”或“营业日期”。")
	}
	if m.Columns["store"] == "" && m.Store == nil {
		return ErrNeedStore
	}
	if m.System == "" || m.System != strings.TrimSpace(m.System) {
		return ErrNoSystem
	}
	for _, s := range m.States {
		if !slices.Contains(tillStates[kind], s) {
			return ErrNoWord
		}
	}
	return nil
}

// At is where the column of a field stands; -1: nowhere.
func (m TillMapping) At(h TillHead, field string) int {
	if m.Columns[field] == "" {
		return -1
	}
	return slices.Index(h.Columns, m.Columns[field])
}

// Remark says something of a column of a line.
func (m TillMapping) Remark(h TillHead, grade Grade, field, rule, reason, mend string) Remark {
	return Remark{Column: m.Columns[field], Letter: Letter(m.At(h, field)), Rule: rule, Reason: reason, Mend: mend, Grade: grade}
}

// TillImport is a file on its way in.
type TillImport struct {
	Import
	Kind       TillKind
	Sheet      string
	Head       TillHead
	Mapping    TillMapping
	SourceName string
	Stores     []kernel.StoreID // that whoever brought it may import into; nil: all
	Fresh      int
	Same       int
	Changed    int
	Loose      int
}

// TillSource is a mapping that was kept under a name.
type TillSource struct {
	ID      kernel.UUID
	Kind    TillKind
	Name    string
	Store   *kernel.StoreID // nil: head office's
	Mapping TillMapping
	UsedAt  *time.Time
}

// TillDay is what a business day of a file comes to; zero store or day: not known.
type TillDay struct {
	Store kernel.StoreID
	Date  kernel.BusinessDate
	Items int
	Sum   kernel.Fen
	Wrong int
}

package onboarding

import (
	"slices"
	"strings"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// MaxLines is how many customers one list may hold.
const MaxLines = 200_000

// Columns of a list of customers, by header. What stands in the database is
// keyed by these words.
const (
	ColStore      = "门店"
	ColName       = "姓名"
	ColSex        = "性别"
	ColNumber     = "手机号"
	ColReferrer   = "推荐人工号"
	ColSince      = "归属日期"
	ColApproved   = "审核通过日期"
	ColHowKnown   = "如何认识"
	ColEmployer   = "工作单位"
	ColJobTitle   = "职务"
	ColAddress    = "地址"
	ColBirthday   = "生日"
	ColWedding    = "结婚纪念日"
	ColCompanyDay = "公司周年日"
	ColTaste      = "口味与座位偏好"
	ColFavourites = "喜爱菜品"
	ColTaboos     = "忌口与过敏"
	ColInvoice    = "发票抬头"
	ColConsent    = "客人同意建档"
)

// Columns are the headers of the template, in order.
var Columns = []string{
	ColStore, ColName, ColSex, ColNumber, ColReferrer, ColApproved, ColSince, ColHowKnown, ColEmployer, ColJobTitle, ColAddress, ColBirthday,
	ColWedding, ColCompanyDay, ColTaste, ColFavourites, ColTaboos, ColInvoice, ColConsent,
}

// Needed are the columns without which a list cannot be read.
var Needed = []string{ColStore, ColName, ColNumber, ColReferrer, ColApproved}

// otherWords are other ways to write a header.
var otherWords = map[string]string{
	"门店代码": ColStore, "门店名称": ColStore, "所属门店": ColStore, "店": ColStore, "店名": ColStore,
	"客户姓名": ColName, "客人姓名": ColName, "VIP姓名": ColName, "名字": ColName,
	"手机": ColNumber, "手机号码": ColNumber, "电话": ColNumber, "联系电话": ColNumber, "号码": ColNumber,
	"推荐人": ColReferrer, "推荐人编号": ColReferrer, "工号": ColReferrer, "员工号": ColReferrer, "维系人": ColReferrer, "客户经理": ColReferrer,
	"审核日期": ColApproved, "建档日期": ColApproved, "通过日期": ColApproved, "原系统审核日期": ColApproved,
	"归属时间": ColSince, "维系日期": ColSince, "维系开始日期": ColSince, "归属开始日期": ColSince,
	"认识方式": ColHowKnown, "来源": ColHowKnown, "单位": ColEmployer, "公司": ColEmployer, "工作单位名称": ColEmployer,
	"职位": ColJobTitle, "住址": ColAddress, "家庭住址": ColAddress, "联系地址": ColAddress, "出生日期": ColBirthday, "结婚日期": ColWedding, "公司成立日": ColCompanyDay,
	"口味": ColTaste, "偏好": ColTaste, "喜好": ColFavourites, "喜爱": ColFavourites, "忌口": ColTaboos, "过敏": ColTaboos, "禁忌": ColTaboos,
	"发票": ColInvoice, "开票抬头": ColInvoice, "同意": ColConsent, "同意建档": ColConsent, "是否同意": ColConsent,
}

// Faults of whole lists.
var (
	ErrNotReadable = fault.Field("file", "", "读不出这个文件。请使用模板，另存为 .xlsx，或 UTF-8、GBK 编码的 .csv 后再上传。")
	ErrTooLarge    = fault.Field("file", "", "文件太大：一次最多 32 MB、200000 行，请分成几个文件上传。")
	ErrUnpacks     = fault.Field("file", "", "这个工作簿解开后太大，不像客户名单。请把客户复制到模板里，另存后再上传。")
	ErrNoLines     = fault.Field("file", "", "表里没有客户，请从表头下一行起每行填写一位。")
	ErrNoHeader    = fault.Fields("import.columns_missing", "前十行里没有找到表头，请用模板的表头。", fault.Violation{Field: "file", Message: "没有表头"})
)

// Header says at which letter each column of a list stands.
type Header struct {
	At      map[string]int `json:"at"`                // column → index
	Ignored []string       `json:"ignored,omitempty"` // headers that are not ours
}

// ReadHeader reads a line as the header; false: it is none. The chain's own
// fields stand under the names that its template gives them. A fault names the
// columns that the line lacks.
func ReadHeader(cells []string, t customer.Template) (Header, bool, error) {
	own := OwnColumns(t)
	h := Header{At: map[string]int{}}
	for i, c := range cells {
		word := strings.TrimRight(strings.ReplaceAll(kernel.CleanCell(c), " ", ""), "*＊（必填）()：:")
		if ours, ok := otherWords[word]; ok && !slices.Contains(own, word) {
			word = ours
		}
		_, twice := h.At[word]
		switch {
		case word == "":
		case (slices.Contains(Columns, word) || slices.Contains(own, word)) && !twice:
			h.At[word] = i
		case len(h.Ignored) < 30:
			h.Ignored = append(h.Ignored, cut(word, 20))
		}
	}
	_, name := h.At[ColName]
	_, number := h.At[ColNumber]
	if !name && !number || len(h.At) < 2 {
		return Header{}, false, nil
	}
	var missing []string
	for _, c := range Needed {
		if _, ok := h.At[c]; !ok {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		what := strings.Join(missing, "、")
		return Header{}, true, fault.Fields("import.columns_missing", "表头缺少列："+what+"。请用模板的表头。", fault.Violation{Field: "file", Message: "缺少列：" + what})
	}
	return h, true, nil
}

// OwnColumns are the headers of a chain's own fields.
func OwnColumns(t customer.Template) (out []string) {
	for _, l := range t.Fields {
		if l.Own() && !slices.Contains(Columns, l.Label) {
			out = append(out, l.Label)
		}
	}
	return out
}

// Letter is the column's letter in the spreadsheet, A, B … AA; "" when the list
// lacks it.
func (h Header) Letter(column string) string {
	i, ok := h.At[column]
	if !ok {
		return ""
	}
	return Letter(i)
}

// Line is a line of a list as it was read: the cells that hold something.
type Line struct {
	No    int               `json:"no"` // as the spreadsheet counts
	Cells map[string]string `json:"cells"`
}

// maxCell is how much of a cell is kept: more is nothing that a file has room for.
const maxCell = 1000

// ReadLine takes the cells of a line; false: nobody stands on it, or it is the
// template's example.
func (h Header) ReadLine(no int, cells []string) (Line, bool) {
	l := Line{No: no, Cells: map[string]string{}}
	for _, c := range cells {
		if c = kernel.CleanCell(c); c != "" {
			if strings.HasPrefix(c, "示例") || strings.HasPrefix(c, "填写说明") {
				return l, false
			}
			break
		}
	}
	for column, i := range h.At {
		if i < len(cells) {
			if c := kernel.CleanCell(cells[i]); c != "" {
				l.Cells[column] = cut(c, maxCell)
			}
		}
	}
	return l, len(l.Cells) > 0
}

func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

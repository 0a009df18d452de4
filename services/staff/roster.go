package staff

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of lists of staff.
var (
	ErrNotReadable    = fault.Field("file", "", "读不出这个文件。请使用模板，另存为 .xlsx，或 UTF-8、GBK 编码的 .csv 后再上传。")
	ErrTooLarge       = fault.Field("file", "", "文件太大：一次最多 5000 人，请分成几个文件上传。")
	ErrNoRows         = fault.Field("file", "", "表里没有员工，请从第二行起每行填写一人。")
	ErrNoImport       = fault.New(fault.NotFound, "import.not_found", "没有找到这次导入，请重新上传文件。")
	ErrImportOver     = fault.New(fault.Conflict, "import.already_over", "这次导入已经发布或放弃，请重新上传文件。")
	ErrImportFindings = fault.New(fault.Conflict, "import.has_errors", "名单里还有错误，请逐行改好，或改好文件后重新上传。")
)

// MaxRoster is how many people a list may hold.
const MaxRoster = 5000

// Columns of a list of staff, by header; the first five are needed.
const (
	ColNo       = "工号"
	ColName     = "姓名"
	ColStore    = "门店"
	ColPosition = "岗位"
	ColEntry    = "入职日期"
	ColPhone    = "手机号"
	ColFrom     = "任职日期"
)

// RosterColumns are the headers of the template, in order.
var RosterColumns = []string{ColNo, ColName, ColStore, ColPosition, ColEntry, ColPhone, ColFrom}

// Headquarters is what stands in ColStore for head office.
const Headquarters = "总部"

// headers are other ways to write a header.
var headers = map[string]string{
	"员工编号": ColNo, "员工号": ColNo, "员工姓名": ColName, "名字": ColName, "门店代码": ColStore, "门店名称": ColStore, "店": ColStore,
	"职位": ColPosition, "职务": ColPosition, "入职时间": ColEntry, "入职": ColEntry, "手机": ColPhone, "电话": ColPhone, "手机号码": ColPhone, "联系电话": ColPhone, "到岗日期": ColFrom,
}

// Finding is what is wrong with a line, or worth a look.
type Finding struct {
	Line   int    // the header is 1
	Column string // header; empty: the whole line
	Reason string
	Mend   string
	Note   bool   // the line is taken all the same
	Value  string // what stands there; empty for numbers, which nobody is shown
}

// RosterLine is a line of a list as it was read.
type RosterLine struct {
	Line     int
	StaffNo  string
	Name     string
	Number   kernel.Phone
	Store    *StoreRef // nil: head office
	Position Position
	EntryOn  kernel.BusinessDate
	From     kernel.BusinessDate
	Known    bool // on the list of staff already
}

// StoreRef is a store as lists name it.
type StoreRef struct {
	ID   kernel.StoreID
	Code string
	Name string
}

// Post is the post that a line gives.
func (l RosterLine) Post() Post {
	p := Post{Role: l.Position.Role, Position: l.Position.Name, TenantWide: l.Store == nil, Stores: []kernel.StoreID{}, From: l.From}
	if l.Store != nil {
		p.Stores = []kernel.StoreID{l.Store.ID}
	}
	return p
}

// RawLine is a line of a table as text.
type RawLine struct {
	Line  int
	Cells []string
}

// Roster is what a chain knows that a list is read by.
type Roster struct {
	Stores    []StoreRef
	Positions []Position
	Today     kernel.BusinessDate
}

// Read makes lines of a table whose first line is the header. What cannot be
// read of a line is a finding; such lines are left out. Faults:
// import.columns_missing, import.no_rows, import.too_large.
func (r Roster) Read(table []RawLine) ([]RosterLine, []Finding, error) {
	if len(table) == 0 {
		return nil, nil, ErrNoRows
	}
	at, err := columns(table[0].Cells)
	if err != nil {
		return nil, nil, err
	}
	var lines []RosterLine
	var findings []Finding
	rows := 0
	numbers, phones := map[string]int{}, map[kernel.Phone]int{}
	for _, raw := range table[1:] {
		cell := func(column string) string {
			if i, ok := at[column]; ok && i < len(raw.Cells) {
				return kernel.CleanCell(raw.Cells[i])
			}
			return ""
		}
		if !slices.ContainsFunc(raw.Cells, func(c string) bool { return kernel.CleanCell(c) != "" }) {
			continue
		}
		if rows++; rows > MaxRoster {
			return nil, nil, ErrTooLarge
		}
		line, bad := r.line(raw.Line, cell)
		if first, twice := numbers[line.StaffNo]; twice && line.StaffNo != "" {
			bad = append(bad, Finding{Line: raw.Line, Column: ColNo, Value: line.StaffNo, Reason: fmt.Sprintf("工号与第 %d 行重复", first), Mend: "一人一行，删去多余的一行"})
		} else {
			numbers[line.StaffNo] = raw.Line
		}
		if first, twice := phones[line.Number]; twice && line.Number != "" {
			bad = append(bad, Finding{Line: raw.Line, Column: ColPhone, Reason: fmt.Sprintf("手机号与第 %d 行重复", first), Mend: "填写本人的手机号，没有就留空"})
		} else {
			phones[line.Number] = raw.Line
		}
		if findings = append(findings, bad...); len(bad) == 0 {
			lines = append(lines, line)
		}
	}
	if rows == 0 {
		return nil, nil, ErrNoRows
	}
	return lines, findings, nil
}

// ErrNoCell says that a cell to be mended is not in the list.
var ErrNoCell = fault.New(fault.Invalid, "import.no_cell", "名单里没有这一行或这一列，请刷新后再改。")

// Mended is a table with other values in some cells of a line, by their headers.
// Faults: import.no_cell,
// those of the header.
func Mended(table []RawLine, line int, cells map[string]string) ([]RawLine, error) {
	if len(table) == 0 {
		return nil, ErrNoRows
	}
	at, err := columns(table[0].Cells)
	if err != nil {
		return nil, err
	}
	row := slices.IndexFunc(table, func(l RawLine) bool { return l.Line == line })
	if row < 1 {
		return nil, ErrNoCell
	}
	out := slices.Clone(table)
	out[row].Cells = slices.Clone(table[row].Cells)
	for column, value := range cells {
		i, there := at[column]
		if !there {
			return nil, ErrNoCell
		}
		for len(out[row].Cells) <= i {
			out[row].Cells = append(out[row].Cells, "")
		}
		out[row].Cells[i] = kernel.CleanCell(value)
	}
	return out, nil
}

// columns finds where each header stands.
func columns(cells []string) (map[string]int, error) {
	at := map[string]int{}
	for i, c := range cells {
		h := strings.TrimRight(kernel.CleanCell(c), "*＊ ")
		if known, ok := headers[h]; ok {
			h = known
		}
		if _, twice := at[h]; !twice && h != "" {
			at[h] = i
		}
	}
	var missing []string
	for _, c := range RosterColumns[:5] {
		if _, ok := at[c]; !ok {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		return nil, fault.Fields("import.columns_missing", "第一行缺少列："+strings.Join(missing, "、")+"。请用模板的表头。", fault.Violation{Field: "file", Message: "缺少列：" + strings.Join(missing, "、")})
	}
	return at, nil
}

// line reads one line; what is wrong with it comes along.
func (r Roster) line(no int, cell func(string) string) (l RosterLine, bad []Finding) {
	wrong := func(column, reason, mend string) {
		f := Finding{Line: no, Column: column, Reason: reason, Mend: mend}
		if column != ColPhone {
			f.Value = cell(column)
		}
		bad = append(bad, f)
	}
	l = RosterLine{Line: no, StaffNo: cell(ColNo), Name: cell(ColName)}
	if l.StaffNo == "" {
		wrong(ColNo, "没有工号", "填写工号")
	} else if utf8.RuneCountInString(l.StaffNo) > 40 {
		wrong(ColNo, "工号太长", "最多 40 个字")
	}
	if l.Name == "" {
		wrong(ColName, "没有姓名", "填写姓名")
	} else if utf8.RuneCountInString(l.Name) > 60 {
		wrong(ColName, "姓名太长", "最多 60 个字")
	}
	var err error
	if text := whole(cell(ColPhone)); text != "" {
		if l.Number, err = kernel.ParsePhone(text); err != nil {
			wrong(ColPhone, "手机号格式不正确", "大陆号码填 11 位，其他地区以 + 和国家区号开头")
		}
	}
	store, position := cell(ColStore), cell(ColPosition)
	if store == "" {
		wrong(ColStore, "没有门店", "填写门店代码或名称，总部人员填“总部”")
	} else if store != Headquarters {
		i := slices.IndexFunc(r.Stores, func(s StoreRef) bool { return strings.EqualFold(s.Code, store) || s.Name == store })
		if i < 0 {
			wrong(ColStore, "没有这家门店", "填写已建立的门店代码或名称，总部人员填“总部”")
		} else {
			l.Store = &r.Stores[i]
		}
	}
	i := slices.IndexFunc(r.Positions, func(p Position) bool { return p.Name == position })
	switch {
	case position == "":
		wrong(ColPosition, "没有岗位", "填写岗位，如 客服代表")
	case i < 0:
		wrong(ColPosition, "没有这个岗位", "填写“说明”页里的岗位，或先在“权限”里新增岗位")
	case r.Positions[i].HeadOffice != (store == Headquarters) && store != "":
		wrong(ColPosition, "岗位与门店不符", "总部岗位的门店填“总部”，门店岗位填写门店")
	default:
		l.Position = r.Positions[i]
	}
	if l.EntryOn, err = sheetDate(cell(ColEntry)); err != nil {
		wrong(ColEntry, "入职日期不正确", "写成 2026-03-01")
	} else if l.EntryOn > r.Today+366 {
		wrong(ColEntry, "入职日期在一年以后", "核对年份")
	}
	if l.From = l.EntryOn; cell(ColFrom) != "" {
		if l.From, err = sheetDate(cell(ColFrom)); err != nil {
			wrong(ColFrom, "任职日期不正确", "写成 2026-03-01，或留空")
		} else if l.From < l.EntryOn {
			wrong(ColFrom, "任职日期早于入职日期", "改为不早于入职日期，或留空")
		}
	}
	return l, bad
}

// whole undoes what spreadsheets make of long numbers: 1.3912345678E10.
func whole(s string) string {
	if !strings.ContainsAny(s, "eE.") {
		return s
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f > 0 && f < 1e15 && f == math.Trunc(f) {
		return strconv.FormatInt(int64(f), 10)
	}
	return s
}

// sheetDate reads a date of somebody's work.
func sheetDate(s string) (kernel.BusinessDate, error) {
	d, err := kernel.ParseCellDate(s)
	if err == nil && d < kernel.NewDate(1950, time.January, 1) {
		err = fmt.Errorf("not a date of anybody who works: %s", d)
	}
	return d, err
}

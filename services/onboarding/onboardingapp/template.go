package onboardingapp

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
)

// examples are what the example line of the template shows; it begins with
// 示例, so that reading passes it over.
var examples = map[string]string{
	onboarding.ColName: "欧阳静", onboarding.ColSex: "女", onboarding.ColNumber: "13900001234",
	onboarding.ColApproved: "2024-03-01", onboarding.ColSince: "2024-03-01", onboarding.ColHowKnown: "老客户介绍", onboarding.ColEmployer: "西安长安建筑设计院",
	onboarding.ColJobTitle: "院长", onboarding.ColAddress: "长安路88号长安大厦2单元1201", onboarding.ColBirthday: "农历1980年五月初六", onboarding.ColWedding: "2005-10-01",
	onboarding.ColTaste: "清淡，爱坐窗边", onboarding.ColFavourites: "清蒸鲈鱼", onboarding.ColTaboos: "花生过敏", onboarding.ColInvoice: "西安长安建筑设计院", onboarding.ColConsent: "是",
}

// hints are how to fill columns in.
var hints = []any{
	"每行一位客户。标 * 的列必填，其他列没有就留空，导入后再补。",
	"门店填代码或名称，推荐人填工号；也可以先照原系统的写法填，上传后再一次对应好。",
	"日期写成 2024-03-01，生日和纪念日也可以写 5月6日、农历1980年五月初六。审核通过日期是原系统里审核通过的日子，归属日期是推荐人开始维系的日子，不填就是审核通过日期。",
	"手机号这一列是文本格式，请不要改成数字；一位客户只填一个号码。",
	"姓名、单位、地址照原系统的写，不合建档要求的会标为“待完善”，不影响导入。",
	"已经在本系统建档的号码不会改动。以“示例”开头的行不会导入。",
	"导入的客户从发布那天起重新计算未消费天数，不会因为原系统的消费不在这里而转为公共客户。",
}

// ListTemplate is the empty table of customers, as .xlsx, with the chain's own
// stores, staff and fields.
func (a *App) ListTemplate(ctx context.Context, actor *kernel.Actor, grant kernel.Grant) ([]byte, error) {
	if err := headOffice(grant); err != nil {
		return nil, err
	}
	chain, err := a.Chain(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	template, err := a.Template(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	stores, people, err := a.known(ctx, actor.Tenant, chain.BusinessDate(a.Clock.Now()))
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p onboarding.PersonRef) bool { return p.Left })
	return writeTemplate(template, stores, people)
}

func writeTemplate(template customer.Template, stores []onboarding.StoreRef, people []onboarding.PersonRef) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	const help = "说明"
	columns := append(slices.Clone(onboarding.Columns), onboarding.OwnColumns(template)...)
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return nil, err
	}
	header, example := make([]any, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		header[i], example[i] = c, examples[c]
		if slices.Contains(onboarding.Needed, c) {
			header[i] = c + "*"
		}
	}
	storeNames, numbers, names := []any{}, []any{}, []any{}
	for _, s := range stores {
		storeNames = append(storeNames, s.Name)
	}
	for _, p := range people {
		numbers, names = append(numbers, p.No), append(names, p.Name)
	}
	example[0] = "示例"
	if len(stores) > 0 {
		example[0] = "示例：" + stores[0].Name
	}
	if len(people) > 0 {
		example[slices.Index(columns, onboarding.ColReferrer)] = people[0].No
	}
	var bold, text, grey int
	end := strconv.Itoa(onboarding.MaxLines)
	err = oneByOne(
		func() (err error) {
			bold, err = book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3EBDD"}}})
			return err
		},
		func() (err error) { text, err = book.NewStyle(&excelize.Style{NumFmt: 49}); return err }, // numbers stay as they are typed
		func() (err error) {
			grey, err = book.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Italic: true, Color: "8C8C8C"}})
			return err
		},
		func() error { _, err := book.NewSheet(help); return err },
		func() error { return book.SetSheetName("Sheet1", listSheet) },
		func() error { return book.SetColStyle(listSheet, "A:"+last, text) },
		func() error { return book.SetColWidth(listSheet, "A", last, 16) },
		func() error { return book.SetSheetRow(listSheet, "A1", &header) },
		func() error { return book.SetSheetRow(listSheet, "A2", &example) },
		func() error { return book.SetCellStyle(listSheet, "A1", last+"1", bold) },
		func() error { return book.SetCellStyle(listSheet, "A2", last+"2", grey) },
		func() error {
			return book.SetPanes(listSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
		},
		func() error {
			return book.SetSheetRow(help, "A1", &[]any{"门店", "工号", "员工", "填写说明"})
		},
		func() error { return book.SetSheetCol(help, "A2", &storeNames) },
		func() error { return book.SetSheetCol(help, "B2", &numbers) },
		func() error { return book.SetSheetCol(help, "C2", &names) },
		func() error { return book.SetSheetCol(help, "D2", &hints) },
		func() error { return book.SetCellStyle(help, "A1", "D1", bold) },
		func() error { return book.SetColWidth(help, "A", "C", 18) },
		func() error { return book.SetColWidth(help, "D", "D", 90) },
		func() error { return choice(book, onboarding.ColStore, columns, end, help+"!$A$2:$A$", len(stores)) },
		func() error { return choice(book, onboarding.ColReferrer, columns, end, help+"!$B$2:$B$", len(people)) },
		func() error { return words(book, onboarding.ColSex, columns, end, "男", "女") },
		func() error { return words(book, onboarding.ColConsent, columns, end, "是", "否") },
		func() error { return ownChoices(book, template, columns, end) },
	)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = book.Write(&out)
	return out.Bytes(), err
}

// validation is a column's rule: what is chosen from, and that other words may
// stand too, for they can be matched afterwards.
func validation(column string, columns []string, end string) (*excelize.DataValidation, error) {
	letter, err := excelize.ColumnNumberToName(slices.Index(columns, column) + 1)
	v := excelize.NewDataValidation(true)
	v.SetSqref(letter + "3:" + letter + end)
	v.ShowErrorMessage = false
	return v, err
}

// choice offers what stands on another sheet.
func choice(book *excelize.File, column string, columns []string, end, from string, n int) error {
	if n == 0 {
		return nil
	}
	v, err := validation(column, columns, end)
	if err != nil {
		return err
	}
	v.SetSqrefDropList(from + strconv.Itoa(n+1))
	return book.AddDataValidation(listSheet, v)
}

// words offers a few words.
func words(book *excelize.File, column string, columns []string, end string, offered ...string) error {
	v, err := validation(column, columns, end)
	if err != nil {
		return err
	}
	if err := v.SetDropList(offered); err != nil {
		return nil // too many for a spreadsheet to offer: they can still be typed
	}
	return book.AddDataValidation(listSheet, v)
}

func ownChoices(book *excelize.File, template customer.Template, columns []string, end string) error {
	for _, l := range template.Fields {
		offered := l.Choices
		if l.Kind == customer.KindYesNo {
			offered = []string{"是", "否"}
		}
		if !l.Own() || len(offered) == 0 {
			continue
		}
		if err := words(book, l.Label, columns, end, offered...); err != nil {
			return err
		}
	}
	return nil
}

package staffapp

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/changke/changke/services/platform/sheet"
	"github.com/changke/changke/services/staff"
)

const (
	// maxUnzipped bounds what a workbook may become: a small file can hold a
	// thousand times its size.
	maxUnzipped = 24 << 20
	// maxScanned is how many lines are looked at, empty ones too.
	maxScanned = 20_000
)

// readTable makes lines of text of an .xlsx or .csv file. Faults:
// import.not_readable, import.too_large.
func readTable(file []byte) (table []staff.RawLine, err error) {
	for row, err := range sheet.Rows(file, sheet.Limits{Lines: maxScanned, Unzipped: maxUnzipped}) {
		switch {
		case errors.Is(err, sheet.ErrTooLarge) || errors.Is(err, sheet.ErrUnpacks):
			return nil, staff.ErrTooLarge
		case err != nil:
			return nil, staff.ErrNotReadable
		}
		table = append(table, staff.RawLine{Line: row.Line, Cells: row.Cells})
	}
	return table, nil
}

// writeTable is a table as CSV, every line where it stood.
func writeTable(table []staff.RawLine) ([]byte, error) {
	var out bytes.Buffer
	at := 1
	for _, l := range table {
		for ; at < l.Line; at++ {
			out.WriteByte('\n')
		}
		cells := as(l.Cells, func(c string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(c, "")), " ") })
		if len(cells) == 0 || len(cells) == 1 && cells[0] == "" {
			continue
		}
		w := csv.NewWriter(&out)
		if err := w.Write(cells); err != nil {
			return nil, err
		}
		w.Flush()
		at++
	}
	return out.Bytes(), nil
}

// template is the empty table: headers, an example, and on a second sheet the
// stores and positions there are, which the first one offers for choice.
func template(r staff.Roster) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	const list, help = "员工", "说明"
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3EBDD"}}})
	if err != nil {
		return nil, err
	}
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49}) // numbers stay as they are typed
	if err != nil {
		return nil, err
	}
	stores, positions := []any{staff.Headquarters}, []any{}
	for _, s := range r.Stores {
		stores = append(stores, s.Name)
	}
	for _, p := range r.Positions {
		positions = append(positions, p.Name)
	}
	_, err = book.NewSheet(help)
	err = errors.Join(
		err,
		book.SetSheetName("Sheet1", list),
		book.SetSheetRow(list, "A1", new(as(staff.RosterColumns, func(c string) any { return c }))),
		book.SetColStyle(list, "A:G", text),
		book.SetCellStyle(list, "A1", "G1", bold),
		book.SetColWidth(list, "A", "G", 16),
		book.SetPanes(list, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
		book.SetCellValue(help, "A1", "门店（总部人员填“总部”）"),
		book.SetCellValue(help, "B1", "岗位"),
		book.SetCellValue(help, "C1", "填写说明"),
		book.SetSheetCol(help, "A2", &stores),
		book.SetSheetCol(help, "B2", &positions),
		book.SetSheetCol(help, "C2", &[]any{
			"每行一人；前五列必填。", "日期写成 2026-03-01。", "手机号填本人的，开通账号时激活码发到这个号码；没有可留空。",
			"任职日期是到这个岗位的第一天，留空就是入职日期。", "工号已在系统里的人不会改动，同一份表可以重复上传。",
		}),
		book.SetCellStyle(help, "A1", "C1", bold),
		book.SetColWidth(help, "A", "C", 28),
		choice(book, list, "C2:C5001", help, "A", len(stores)),
		choice(book, list, "D2:D5001", help, "B", len(positions)),
	)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = book.Write(&out)
	return out.Bytes(), err
}

// choice offers the cells of a column to choose from.
func choice(book *excelize.File, sheet, cells, from, column string, n int) error {
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	v.SetSqrefDropList(from + "!$" + column + "$2:$" + column + "$" + strconv.Itoa(n+1))
	return book.AddDataValidation(sheet, v)
}

package staffapp

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

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
	defer func() {
		if p := recover(); p != nil { // a workbook made to break its reader
			table, err = nil, staff.ErrNotReadable
		}
	}()
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
		return readWorkbook(file)
	}
	return readCSV(file)
}

func readWorkbook(file []byte) ([]staff.RawLine, error) {
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped, RawCellValue: true})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return nil, staff.ErrTooLarge
		}
		return nil, staff.ErrNotReadable
	}
	defer func() { _ = book.Close() }()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, staff.ErrNotReadable
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return nil, staff.ErrNotReadable
	}
	defer func() { _ = rows.Close() }()
	var table []staff.RawLine
	for no := 1; rows.Next(); no++ {
		if no > maxScanned {
			return nil, staff.ErrTooLarge
		}
		cells, err := rows.Columns()
		if err != nil {
			return nil, staff.ErrNotReadable
		}
		if len(cells) > 0 || no == 1 {
			table = append(table, staff.RawLine{Line: no, Cells: cells})
		}
	}
	return table, nil
}

// readCSV reads UTF-8, with a mark or without, else GBK, which is what
// spreadsheets write here.
func readCSV(file []byte) ([]staff.RawLine, error) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !utf8.Valid(file) {
		var err error
		if file, err = simplifiedchinese.GB18030.NewDecoder().Bytes(file); err != nil || bytes.ContainsRune(file, utf8.RuneError) {
			return nil, staff.ErrNotReadable
		}
	}
	if bytes.IndexByte(file, 0) >= 0 { // no text
		return nil, staff.ErrNotReadable
	}
	head, _, _ := bytes.Cut(file, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for _, comma := range []rune{'\t', ';'} {
		if !bytes.ContainsRune(head, ',') && bytes.ContainsRune(head, comma) {
			r.Comma = comma
		}
	}
	var table []staff.RawLine
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if err != nil {
			return nil, staff.ErrNotReadable
		}
		if len(table) >= maxScanned {
			return nil, staff.ErrTooLarge
		}
		line, _ := r.FieldPos(0)
		table = append(table, staff.RawLine{Line: line, Cells: cells})
	}
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

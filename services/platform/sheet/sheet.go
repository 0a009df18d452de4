// Package sheet reads tables that people upload, workbooks (.xlsx) and CSV, line
// by line, and never lets a file become more than it may.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Faults of files; whoever reads says what they mean to the person.
var (
	ErrNotReadable = errors.New("sheet: neither a workbook nor a table of text")
	ErrTooLarge    = errors.New("sheet: too many lines")
	ErrUnpacks     = errors.New("sheet: unpacks to too much")
)

// Limits bound what a file may become.
type Limits struct {
	// Lines is how many lines are looked at, empty ones too.
	Lines int
	// Unzipped is how many bytes a workbook may unpack to: a small file can hold a
	// thousand times its size.
	Unzipped int64
	// InMemory is how many bytes of one part of a workbook are held in memory;
	// larger ones go to TmpDir while they are read. 0: all are held.
	InMemory int64
	// TmpDir is where large parts go; the caller takes it away afterwards.
	TmpDir string
	// Prefer names the sheet to read if there is one of that name; else the first
	// that holds anything.
	Prefer string
}

// Row is a line of a table as text: numbers as they are stored and not as they
// are shown, formulas as their last result.
type Row struct {
	Line  int // as the spreadsheet counts them, the first is 1
	Cells []string
	Sheet *Sheet // nil: a CSV has none
}

// Sheet is the one of a workbook that is read.
type Sheet struct {
	Name   string
	Others []string // those that are not
}

// Rows gives the lines of a file that hold anything, one after another; an
// error, one of those above, is the last.
func Rows(file []byte, l Limits) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		going, outside := true, false
		defer func() {
			switch p := recover(); {
			case outside:
				panic(p)
			case p != nil: // a workbook made to break its reader
				yield(Row{}, ErrNotReadable)
			}
		}()
		each := func(r Row) bool {
			outside = true
			going = yield(r, nil)
			outside = false
			return going
		}
		read := readCSV
		if bytes.HasPrefix(file, []byte("PK\x03\x04")) {
			read = readWorkbook
		}
		if err := read(file, l, each); err != nil && going {
			yield(Row{}, err)
		}
	}
}

func readWorkbook(file []byte, l Limits, each func(Row) bool) error {
	inMemory := l.InMemory
	if inMemory == 0 {
		inMemory = l.Unzipped
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: l.Unzipped, UnzipXMLSizeLimit: inMemory, TmpDir: l.TmpDir, RawCellValue: true})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return ErrUnpacks
		}
		return ErrNotReadable
	}
	defer func() { _ = book.Close() }()
	names := book.GetSheetList()
	if len(names) == 0 {
		return ErrNotReadable
	}
	if at := slices.Index(names, l.Prefer); at >= 0 {
		names = append([]string{l.Prefer}, slices.Delete(slices.Clone(names), at, at+1)...)
	}
	for i, name := range names {
		read, err := readSheet(book, &Sheet{name, slices.Delete(slices.Clone(names), i, i+1)}, l, each)
		if read || err != nil {
			return err
		}
	}
	return nil
}

// readSheet reads one sheet; false: it holds nothing.
func readSheet(book *excelize.File, sheet *Sheet, l Limits, each func(Row) bool) (read bool, err error) {
	rows, err := book.Rows(sheet.Name)
	if err != nil {
		return false, ErrNotReadable
	}
	defer func() { _ = rows.Close() }()
	for no := 1; rows.Next(); no++ {
		if no > l.Lines {
			return read, ErrTooLarge
		}
		cells, err := rows.Columns()
		if err != nil {
			return read, ErrNotReadable
		}
		if len(cells) == 0 {
			continue
		}
		read = true
		if !each(Row{no, cells, sheet}) {
			return true, nil
		}
	}
	return read, nil
}

// readCSV reads UTF-8, with a mark or without, else GBK, which is what
// spreadsheets write here.
func readCSV(file []byte, l Limits, each func(Row) bool) error {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !utf8.Valid(file) {
		var err error
		if file, err = simplifiedchinese.GB18030.NewDecoder().Bytes(file); err != nil || bytes.ContainsRune(file, utf8.RuneError) {
			return ErrNotReadable
		}
	}
	if bytes.IndexByte(file, 0) >= 0 { // no text
		return ErrNotReadable
	}
	head, _, _ := bytes.Cut(file, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for _, comma := range []rune{'\t', ';'} {
		if !bytes.ContainsRune(head, ',') && bytes.ContainsRune(head, comma) {
			r.Comma = comma
		}
	}
	for n := 0; ; n++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return ErrNotReadable
		}
		if n >= l.Lines {
			return ErrTooLarge
		}
		line, _ := r.FieldPos(0)
		if !each(Row{line, cells, nil}) {
			return nil
		}
	}
}

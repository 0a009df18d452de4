package onboardingapp

import (
	"bytes"
	"context"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
)

// gradeWords are the grades as the report says them.
var gradeWords = map[onboarding.Grade]string{onboarding.Right: "正确", onboarding.Noted: "提醒", onboarding.Wrong: "错误"}

// reportColumns are the headers of the report.
var reportColumns = []any{"行号", "结果", "门店", "推荐人", "姓名", "手机号", "列", "原因", "怎么改"}

// reportPage is how many lines are read at once.
const reportPage = 2000

// Report is the report of a list as a workbook, a line for each line of the
// list, those of one grade or all (nil). Names and numbers are masked: who
// mends them has the list. Fault: import.not_found.
func (a *App) Report(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, grade *onboarding.Grade) ([]byte, error) {
	s, err := a.open(ctx, actor, grant, id)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "changke-report-") // long tables are written through a file
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	book := excelize.NewFile(excelize.Options{TmpDir: dir})
	defer func() { _ = book.Close() }()
	const sheet = "检查报告"
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	err = oneByOne(
		func() error { return w.SetColWidth(3, 7, 16) },
		func() error { return w.SetColWidth(8, 9, 48) },
		func() error {
			return w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
		},
		func() error { return w.SetRow("A1", reportColumns) },
	)
	if err != nil {
		return nil, err
	}
	for after, row := 0, 2; ; {
		lines, err := a.lines(ctx, s, grade, after, reportPage)
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			break
		}
		for _, l := range lines {
			cell, err := excelize.CoordinatesToCellName(1, row)
			if err != nil {
				return nil, err
			}
			if err := w.SetRow(cell, reportRow(l)); err != nil {
				return nil, err
			}
			after, row = l.No, row+1
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = book.Write(&out)
	return out.Bytes(), err
}

func reportRow(l ListLine) []any {
	var columns, reasons, mends []string
	for _, r := range l.Remarks {
		if r.Column != "" {
			columns = append(columns, strings.TrimSpace(r.Letter+" "+r.Column))
		}
		reasons = append(reasons, r.Reason)
		if r.Mend != "" {
			mends = append(mends, r.Mend)
		}
	}
	join := func(s []string) string { return strings.Join(s, "；") }
	return []any{l.No, gradeWords[l.Grade], l.Store, l.Staff, l.Name, l.Number, join(columns), join(reasons), join(mends)}
}

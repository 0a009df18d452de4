package ownershipapp

import (
	"bytes"
	"context"
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
)

// maxTrialLines bounds the lines of a workbook; the counts are always whole.
const maxTrialLines = 100_000

// ExportTrial gives a trial that is over as a workbook (.xlsx): what it comes to,
// and what differs, store by store. Guests' names stay masked. Faults:
// trial.head_office, trial.not_found, trial.not_done.
func (a *App) ExportTrial(ctx context.Context, grant kernel.Grant, trial kernel.UUID) ([]byte, string, error) {
	t, err := a.Trial(ctx, grant, trial)
	if err != nil {
		return nil, "", err
	}
	if err := trialOver(t); err != nil {
		return nil, "", err
	}
	id := grant.Actor().Tenant
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, "", err
	}
	counts, err := a.TrialCounts(ctx, grant, trial)
	if err != nil {
		return nil, "", err
	}
	names := map[kernel.StoreID]string{}
	for _, s := range stores {
		names[s.ID] = s.Name
	}
	totals, lines := [][]any{{"门店", "工号", "推荐人", "实际转出", "试算转出", "实际认养", "试算认养", "实际持有", "试算持有"}}, [][]any{{"门店", "客户", "日期", "哪一种情况", "规则", "原推荐人", "新推荐人", "说明", "其他原因"}}
	for _, c := range counts {
		totals = append(totals, []any{names[c.StoreID], c.StaffNo, c.PersonName, c.LostFact, c.LostThen, c.WonFact, c.WonThen, c.HeldFact, c.HeldThen})
	}
	for _, s := range stores {
		var after kernel.FileID
		for no, more := int16(0), true; more && len(lines) <= maxTrialLines; {
			page, err := a.TrialLines(ctx, grant, trial, s.ID, after, no, 1000)
			if err != nil {
				return nil, "", err
			}
			for _, l := range page {
				lines = append(lines, lineCells(s.Name, l))
				after, no = l.FileID, l.No
			}
			more = len(page) == 1000
		}
	}
	book, err := workbook([]sheet{{"汇总", totals}, {"明细", lines[:min(len(lines), maxTrialLines+1)]}})
	audit.Seen(ctx, audit.Entry{Action: "rules.trial_exported", Object: "rules", ObjectID: trial.String(), Topic: "export"})
	return book, fmt.Sprintf("规则试算-%s.xlsx", t.ToOn), err
}

func lineCells(store string, l TriedLine) []any {
	side, late := "仅实际发生", ""
	if l.Tried {
		side = "仅试算发生"
	}
	if l.Late {
		late = "后来补到的消费或任职"
	}
	return []any{store, customer.Name(l.GuestName).Masked(), l.EffectiveOn.String(), side, l.Rule, l.FromName, l.ToName, l.Sentence.ZH, late}
}

// sheet is a table of a workbook, its header first.
type sheet struct {
	name string
	rows [][]any
}

func workbook(sheets []sheet) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	for i, s := range sheets {
		if i == 0 {
			if err := book.SetSheetName("Sheet1", s.name); err != nil {
				return nil, err
			}
		} else if _, err := book.NewSheet(s.name); err != nil {
			return nil, err
		}
		w, err := book.NewStreamWriter(s.name)
		if err != nil {
			return nil, err
		}
		if err := w.SetColWidth(1, len(s.rows[0]), 16); err != nil {
			return nil, err
		}
		for n, row := range s.rows {
			if err := w.SetRow(fmt.Sprintf("A%d", n+1), row); err != nil {
				return nil, err
			}
		}
		if err := w.Flush(); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err := book.Write(&out)
	return out.Bytes(), err
}

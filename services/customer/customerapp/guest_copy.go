package customerapp

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// Copier tells what another context holds about whoever has numbers in stores,
// as parts of his copy.
type Copier func(ctx context.Context, id kernel.TenantID, numberKey []byte) ([]customer.Sheet, error)

// UseCopiers gives the ports to the contexts that hold facts by number.
func (a *App) UseCopiers(c ...Copier) { a.copiers = c }

// GuestCopy gives everything held about a guest in all stores of the chain as a
// workbook, once: the request is done with it, and a second time is a new
// request. Faults: guest_request.not_found, guest_request.no_copy,
// guest_request.not_verified, guest_request.already_moved.
func (a *App) GuestCopy(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID) ([]byte, GuestRequestView, error) {
	r, err := a.guestRow(ctx, grant, request)
	if err != nil {
		return nil, GuestRequestView{}, err
	}
	switch view := r.Request(); {
	case view.Kind != customer.AskCopy:
		return nil, GuestRequestView{}, customer.ErrNoCopy
	case view.State == customer.GuestReceived:
		return nil, GuestRequestView{}, customer.ErrNotVerified
	case view.State != customer.GuestVerified:
		return nil, GuestRequestView{}, customer.ErrGuestRequestMoved
	}
	sheets, files, err := a.heldAbout(ctx, grant.Actor().Tenant, r)
	if err != nil {
		return nil, GuestRequestView{}, err
	}
	book, err := workbook(sheets)
	if err != nil {
		return nil, GuestRequestView{}, err
	}
	err = a.endGuestRequest(ctx, grant, now, r, customer.GuestDone, []byte{}, func(pgx.Tx) (int, error) { return files, nil })
	if err != nil {
		return nil, GuestRequestView{}, err
	}
	v, err := a.guestRequest(ctx, grant, request)
	return book, v, err
}

// heldAbout gathers what is held about a guest, and how many files he has.
func (a *App) heldAbout(ctx context.Context, id kernel.TenantID, r customerdb.GuestRequest) ([]customer.Sheet, int, error) {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	number, err := keys.Open(r.NumberBox, requestTable, r.RequestID)
	if err != nil {
		return nil, 0, err
	}
	guest, err := filesOfGuest(ctx, a.read(id), keys, id, number)
	if err != nil {
		return nil, 0, err
	}
	files := customer.Sheet{Title: "客户档案", Head: []string{"门店", "栏目", "内容"}}
	consents := customer.Sheet{Title: "授权记录", Head: []string{"门店", "时间", "事项", "结果", "方式"}}
	acts := customer.Sheet{Title: "档案经过", Head: []string{"门店", "营业日", "事项"}}
	for _, row := range guest.files {
		store, err := a.Tenants.Store(ctx, id, row.StoreID)
		if err != nil {
			return nil, 0, err
		}
		f, err := a.read(id).File(ctx, id, row.FileID)
		if err != nil {
			return nil, 0, err
		}
		fields, err := customerdb.OpenFields(keys, f.RevisionID, f.FieldsBox)
		if err != nil {
			return nil, 0, err
		}
		for _, own := range guest.of[row.FileID] {
			files.Rows = append(files.Rows, []string{store.Name, "号码", own.Local()})
		}
		for _, name := range customer.FieldNames() {
			if value := fields.Said(name); value != "" {
				files.Rows = append(files.Rows, []string{store.Name, customer.Label(name).ZH, value})
			}
		}
		said, err := a.read(id).Consents(ctx, id, row.FileID)
		if err != nil {
			return nil, 0, err
		}
		for _, c := range said {
			if customer.State(row.State) == customer.Merged { // told with the file it is part of
				break
			}
			consents.Rows = append(consents.Rows, []string{store.Name, c.At.In(store.Zone).Format("2006-01-02 15:04"), purposeText[customer.Purpose(c.Purpose)], map[bool]string{true: "同意", false: "撤回"}[c.Given], howText[c.How]})
		}
		events, err := a.EventsPage(ctx, id, row.FileID, kernel.UUID{}, 1000)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range events {
			acts.Rows = append(acts.Rows, []string{store.Name, e.On.String(), e.Text().ZH})
		}
	}
	sheets := []customer.Sheet{files, consents, acts}
	for _, more := range a.copiers {
		for i, own := range guest.numbers {
			held, err := more(ctx, id, keys.NumberKey(own))
			if err != nil {
				return nil, 0, err
			}
			if i == 0 {
				sheets = append(sheets, held...)
				continue
			}
			for at := range held {
				into := &sheets[len(sheets)-len(held)+at]
				into.Rows = append(into.Rows, held[at].Rows...)
			}
		}
	}
	return sheets, len(guest.files), nil
}

var purposeText = map[customer.Purpose]string{customer.ForFile: "建立和保存档案", customer.ForService: "服务短信", customer.ForMarketing: "营销短信"}

var howText = map[string]string{"in_person": "当面", "phone": "电话", "paper": "书面签字", "online": "网络", "message": "短信回复"}

// workbook lays sheets out; every cell is text, so that nothing in it is taken
// for a formula.
func workbook(sheets []customer.Sheet) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3EBDD"}}})
	if err != nil {
		return nil, err
	}
	for n, s := range sheets {
		if n == 0 {
			err = book.SetSheetName("Sheet1", s.Title)
		} else {
			_, err = book.NewSheet(s.Title)
		}
		if err != nil {
			return nil, err
		}
		rows := append([][]string{s.Head}, s.Rows...)
		if len(s.Rows) == 0 {
			rows = append(rows, []string{"没有记录"})
		}
		for i, cells := range rows {
			for j, text := range cells {
				if err := book.SetCellStr(s.Title, cell(j, i), text); err != nil {
					return nil, err
				}
			}
		}
		if err := book.SetCellStyle(s.Title, cell(0, 0), cell(len(s.Head)-1, 0), bold); err != nil {
			return nil, err
		}
		if err := book.SetColWidth(s.Title, "A", string(rune('A'+len(s.Head)-1)), 22); err != nil {
			return nil, err
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func cell(column, row int) string { return fmt.Sprintf("%c%s", 'A'+column, strconv.Itoa(row+1)) }

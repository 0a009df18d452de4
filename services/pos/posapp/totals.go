package posapp

import (
	"context"
	"errors"
	"fmt"
	"slices"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// ReportDayTotals implements PosService.
func (s Server) ReportDayTotals(ctx context.Context, req *posv1.ReportDayTotalsRequest) (*posv1.ReportDayTotalsResponse, error) {
	if err := s.app.once(ctx, req); err != nil {
		return nil, err
	}
	grant := rpc.Grant(ctx)
	totals := make([]visit.DayTotal, len(req.GetTotals()))
	for i, t := range req.GetTotals() {
		store, err := s.app.storeOf(ctx, grant, t.GetStoreCode())
		if err != nil {
			return nil, ofTotal(err, i, "store_code")
		}
		totals[i] = visit.DayTotal{Store: store.ID, Source: t.GetSource(), DaySum: visit.DaySum{Bills: t.GetBillCount(), Sum: kernel.Fen(t.GetAmountFen())}}
		if totals[i].Date, err = dayOf(t.GetBusinessDate()); err != nil {
			return nil, ofTotal(err, i, "business_date")
		}
	}
	key, now := grant.Actor().Key, s.app.Clock.Now()
	tell := func() error { return s.app.Bills.TellTotals(ctx, grant, &key, totals, now) }
	if req.GetValidateOnly() {
		tell = func() error { return s.app.Bills.CheckTotals(ctx, grant, totals, now) }
	}
	if err := tell(); err != nil {
		return nil, err
	}
	out, err := s.app.compared(ctx, grant, req.GetTotals(), totals, req.GetValidateOnly())
	return &posv1.ReportDayTotalsResponse{Totals: out}, err
}

// ofTotal says which of the totals a fault is about: they are taken all or none.
func ofTotal(err error, i int, field string) error {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return err
	}
	g := *f
	g.Violations = []fault.Violation{{Field: fmt.Sprintf("totals[%d].%s", i, field), Rule: "RUL-07", Message: f.Message}}
	return &g
}

// compared gives what was asked of each till's day beside what is on file; a day is
// read once.
func (a *App) compared(ctx context.Context, grant kernel.Grant, asked []*posv1.DayTotal, totals []visit.DayTotal, only bool) ([]*posv1.ComparedTotal, error) {
	type storeDay struct {
		store kernel.StoreID
		day   kernel.BusinessDate
	}
	read := map[storeDay][]visit.TillDay{}
	out := make([]*posv1.ComparedTotal, len(totals))
	for i, t := range totals {
		at := storeDay{t.Store, t.Date}
		tills, known := read[at]
		if !known {
			var err error
			if tills, err = a.Bills.Totals(ctx, grant, t.Store, t.Date); err != nil {
				return nil, err
			}
			read[at] = tills
		}
		day := visit.TillDay{Source: t.Source}
		if at := slices.IndexFunc(tills, func(x visit.TillDay) bool { return x.Source == t.Source }); at >= 0 {
			day = tills[at]
		}
		if only || day.Told == nil { // else of several of a day in one call the last was told
			day.Told = &t.DaySum
		}
		out[i] = tillToProto(day, asked[i].GetStoreCode(), t.Date)
	}
	return out, nil
}

// GetDayTotals implements PosService.
func (s Server) GetDayTotals(ctx context.Context, req *posv1.GetDayTotalsRequest) (*posv1.GetDayTotalsResponse, error) {
	grant := rpc.Grant(ctx)
	store, err := s.app.storeOf(ctx, grant, req.GetStoreCode())
	if err != nil {
		return nil, err
	}
	day, err := dayOf(req.GetBusinessDate())
	if err != nil {
		return nil, err
	}
	tills, err := s.app.Bills.Totals(ctx, grant, store.ID, day)
	out := &posv1.GetDayTotalsResponse{}
	for _, t := range tills {
		out.Totals = append(out.Totals, tillToProto(t, store.Code, day))
	}
	return out, err
}

func dayOf(text string) (kernel.BusinessDate, error) {
	day, err := kernel.ParseDate(text)
	if err != nil {
		return day, fault.Field("business_date", "", "没有这一天，请按 YYYY-MM-DD 填写。")
	}
	return day, nil
}

func tillToProto(t visit.TillDay, code string, day kernel.BusinessDate) *posv1.ComparedTotal {
	out := &posv1.ComparedTotal{StoreCode: code, BusinessDate: day.String(), Source: t.Source, HeldCount: t.Held.Bills, HeldFen: int64(t.Held.Sum)}
	if t.Told != nil {
		out.Told, out.ToldCount, out.ToldFen, out.Matches = true, t.Told.Bills, int64(t.Told.Sum), *t.Told == t.Held
	}
	return out
}

package onboardingapp

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
)

// TillLine is a line of a file as it is shown: nothing of a guest but a masked number.
type TillLine struct {
	Line    int
	No      string
	Store   string
	Date    kernel.BusinessDate // zero: not known
	Meal    int
	Time    string
	Amount  kernel.Fen
	State   string
	Number  string // masked
	Remarks []onboarding.Remark
}

func shownTill(no int, r onboarding.TillRead) TillLine {
	l := TillLine{Line: no, No: r.No, Date: r.Date, Meal: int(r.Meal), Amount: r.Amount, State: r.State, Remarks: r.Remarks}
	if r.Store != nil {
		l.Store = r.Store.Name
	}
	if r.Wall != nil {
		l.Time = fmt.Sprintf("%02d:%02d", int(r.Wall.Hours())%24, int(r.Wall.Minutes())%60)
	}
	if r.Number != "" {
		l.Number = r.Number.Masked()
	}
	return l
}

// TillLines gives a page of a file's lines after a line, those of one grade or all
// (nil). Of a file that is over only what there is to say stays. Fault:
// import.not_found.
func (a *App) TillLines(ctx context.Context, grant kernel.Grant, id kernel.UUID, grade *onboarding.Grade, after, most int) ([]TillLine, error) {
	t, err := a.Till(ctx, grant, id)
	if err != nil {
		return nil, err
	}
	chain := grant.Actor().Tenant
	keys, err := a.Numbers.Keys(ctx, chain)
	if err != nil {
		return nil, err
	}
	q, step := onboardingdb.New(a.DB.Single(chain)), string(t.Kind)
	var rows []onboardingdb.LinesRow
	if grade == nil {
		rows, err = q.Lines(ctx, onboardingdb.LinesParams{TenantID: chain, ImportID: id, Step: step, After: int32(after), Most: int32(most)})
	} else {
		var some []onboardingdb.LinesOfGradeRow
		some, err = q.LinesOfGrade(ctx, onboardingdb.LinesOfGradeParams{TenantID: chain, ImportID: id, Step: step, After: int32(after), Grade: int16(*grade), Most: int32(most)})
		for _, r := range some {
			rows = append(rows, onboardingdb.LinesRow(r))
		}
	}
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	read, err := a.tillReader(ctx, chain, t)
	if err != nil {
		return nil, err
	}
	out := make([]TillLine, len(rows))
	for i, r := range rows {
		out[i].Line = int(r.RowNo)
		if len(r.RowBox) > 0 {
			var l onboarding.Line
			if _, err := openRow(keys, rowID(id, step, int(r.RowNo)), r.RowBox, &l); err != nil {
				return nil, err
			}
			out[i] = shownTill(l.No, read.Read(l))
		}
		out[i].Remarks = nil
		if err := json.Unmarshal(r.Findings, &out[i].Remarks); err != nil {
			return nil, err
		}
	}
	return out, nil
}

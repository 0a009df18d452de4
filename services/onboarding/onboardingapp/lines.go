package onboardingapp

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
)

// ListLine is a line of a list as its report shows it.
type ListLine struct {
	No      int
	Grade   onboarding.Grade
	Store   string // as it stands in the list; empty when the list is over
	Staff   string
	Name    string // masked
	Number  string // masked
	Remarks []onboarding.Remark
}

// Lines gives a page of a list's report after a line, those of one grade or all
// (nil). Fault: import.not_found.
func (a *App) Lines(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, grade *onboarding.Grade, after, most int) ([]ListLine, error) {
	s, err := a.open(ctx, actor, grant, id)
	if err != nil {
		return nil, err
	}
	return a.lines(ctx, s, grade, after, most)
}

func (a *App) lines(ctx context.Context, s *stager, grade *onboarding.Grade, after, most int) ([]ListLine, error) {
	q := onboardingdb.New(a.DB.Single(s.tenant))
	var rows []onboardingdb.LinesRow
	var err error
	if grade == nil {
		rows, err = q.Lines(ctx, onboardingdb.LinesParams{TenantID: s.tenant, ImportID: s.importID, Step: stepCustomers, After: int32(after), Most: int32(most)})
	} else {
		var some []onboardingdb.LinesOfGradeRow
		some, err = q.LinesOfGrade(ctx, onboardingdb.LinesOfGradeParams{TenantID: s.tenant, ImportID: s.importID, Step: stepCustomers, After: int32(after), Grade: int16(*grade), Most: int32(most)})
		for _, r := range some {
			rows = append(rows, onboardingdb.LinesRow(r))
		}
	}
	if err != nil {
		return nil, err
	}
	out := make([]ListLine, len(rows))
	for i, r := range rows {
		out[i] = ListLine{No: int(r.RowNo), Grade: onboarding.Grade(r.Grade)}
		if err := json.Unmarshal(r.Findings, &out[i].Remarks); err != nil {
			return nil, err
		}
		slices.SortStableFunc(out[i].Remarks, func(a, b onboarding.Remark) int { return cmp.Compare(b.Grade, a.Grade) })
		if len(r.RowBox) == 0 {
			continue
		}
		var l onboarding.Line
		if _, err := openRow(s.keys, rowID(s.importID, stepCustomers, int(r.RowNo)), r.RowBox, &l); err != nil {
			return nil, err
		}
		out[i].Store, out[i].Staff = l.Cells[onboarding.ColStore], l.Cells[onboarding.ColReferrer]
		out[i].Name = customer.Name(l.Cells[onboarding.ColName]).Masked()
		out[i].Number = onboarding.MaskedNumber(l.Cells[onboarding.ColNumber])
	}
	return out, nil
}

package quotaapp

import (
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	quotav1 "github.com/changke/changke/gen/go/changke/quota/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/tenant"
)

// whose reads the month and the person of a request; empty ones stay zero.
func whose(req interface {
	GetMonth() string
	GetPersonId() string
},
) (m kernel.Month, p kernel.PersonID, err error) {
	if m, err = monthOf(req.GetMonth()); err == nil && req.GetPersonId() != "" {
		p, err = kernel.ParseID[kernel.PersonID](req.GetPersonId())
	}
	return m, p, err
}

// monthOf reads YYYY-MM; empty is 0, the running one.
func monthOf(s string) (kernel.Month, error) {
	if s == "" {
		return 0, nil
	}
	m, err := kernel.ParseMonth(s)
	if err != nil || m < 1900*12 {
		return 0, fault.Field("month", "", "月份不正确，请按“2025-06”的样子填写。")
	}
	return m, nil
}

// The enum counts from 1.
func itemOf(i quotav1.ScoreItem) quota.Item    { return quota.Item(i - 1) }
func itemProto(i quota.Item) quotav1.ScoreItem { return quotav1.ScoreItem(i) + 1 }
func itemNamed(key string) (i quotav1.ScoreItem) {
	for _, x := range quota.Items {
		if x.Key() == key {
			i = itemProto(x)
		}
	}
	return i
}

var states = map[quota.State]quotav1.ScoreState{
	quota.Preview: quotav1.ScoreState_SCORE_STATE_PREVIEW, quota.Provisional: quotav1.ScoreState_SCORE_STATE_PROVISIONAL, quota.Final: quotav1.ScoreState_SCORE_STATE_FINAL,
}

func (s Score) proto() *quotav1.Score {
	out := &quotav1.Score{
		PersonId: s.Person.String(), StaffNo: s.StaffNo, Name: s.Name, Month: s.Month.String(), State: states[s.State],
		Position: s.Position, PositionEn: quota.PostEnglish(s.Position), RampMonth: int32(s.RampMonth), RuleVersion: s.RuleVersion,
	}
	if s.Store != nil {
		out.StoreId = s.Store.String()
	}
	if !s.ScoredAt.IsZero() {
		out.ScoredTime = timestamppb.New(s.ScoredAt)
	}
	for _, l := range s.Lines {
		line := &quotav1.ScoreLine{Item: itemProto(l.Item), Counted: l.Counted, Percent: l.Percent(), Missing: l.Missing()}
		if l.Target != nil {
			line.Target = l.Target.String()
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func (s Statement) proto() *quotav1.GetScoreResponse {
	return &quotav1.GetScoreResponse{
		Score: s.Score.proto(), Lost: s.Lost, Won: s.Won, GuestsLed: s.Led, Effective: s.Effective, DaysLeft: int32(s.DaysLeft), Months: s.Months,
		Corrections: correctionsProto(s.Corrections), CorrectedBy: correctionsProto(s.CorrectedBy),
	}
}

func correctionsProto(rows []Correction) (out []*quotav1.ScoreCorrection) {
	for _, c := range rows {
		p := &quotav1.ScoreCorrection{
			Month: c.Month.Month().String(), OfMonth: c.OfMonth.Month().String(), Item: itemNamed(c.Item),
			Before: int64(c.Before), After: int64(c.After), TargetBefore: targetText(c.TargetBefore), TargetAfter: targetText(c.TargetAfter), CreateTime: timestamppb.New(c.CreatedAt),
		}
		for _, x := range c.Causes {
			cause := &quotav1.ScoreCause{Text: x.Text.ZH, TextEn: x.Text.EN, GuestName: x.Guest, MayOpen: x.Opens}
			if x.File != nil {
				cause.FileId = x.File.String()
			}
			p.Causes = append(p.Causes, cause)
		}
		out = append(out, p)
	}
	return out
}

// targetText is a target with two decimals; empty: none.
func targetText(h *int32) string {
	if h == nil {
		return ""
	}
	return quota.Hundredths(*h).String()
}

func (t Team) proto(id kernel.TenantID) *quotav1.ListScoresResponse {
	out := &quotav1.ListScoresResponse{Month: t.Month.String(), State: states[t.State], Months: t.Months}
	for _, p := range t.Positions {
		out.Positions, out.PositionsEn = append(out.Positions, p.ZH), append(out.PositionsEn, p.EN)
	}
	for _, s := range t.Scores {
		out.Scores = append(out.Scores, s.proto())
	}
	for _, c := range t.Corrected {
		out.Corrected = append(out.Corrected, &quotav1.ScoreCorrected{PersonId: c.PersonID.String(), Item: itemNamed(c.Item), Later: c.Later, Corrections: c.Corrections, Counted: c.Counted})
	}
	if t.More {
		out.NextPageToken = rpc.PageToken(id, t.Scores[len(t.Scores)-1].StaffNo)
	}
	return out
}

func evidenceProto(id kernel.TenantID, rows []Evidence, size int) *quotav1.ListScoreEvidenceResponse {
	out := &quotav1.ListScoreEvidenceResponse{}
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		out.NextPageToken = rpc.PageToken(id, last.On.String(), strconv.Itoa(int(last.Meal)), last.ID.String())
	}
	for _, e := range rows {
		p := &quotav1.ScoreEvidence{
			GuestName: e.Guest, StoreId: e.Store.String(), Date: e.On.String(), MealPeriod: visitv1.MealPeriod(e.Meal), Resource: e.Resource,
			Visits: e.Visits, LastVisitDate: e.LastVisit, AmountFen: int64(e.Amount), Late: e.Late, MayOpen: e.Opens,
		}
		if e.File != nil {
			p.FileId = e.File.String()
		}
		out.Evidence = append(out.Evidence, p)
	}
	return out
}

func changesProto(id kernel.TenantID, rows []Change, size int) *quotav1.ListScoreChangesResponse {
	out := &quotav1.ListScoreChangesResponse{}
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		out.NextPageToken = rpc.PageToken(id, last.On.String(), last.File.String(), strconv.FormatBool(last.Lost))
	}
	for _, c := range rows {
		out.Changes = append(out.Changes, &quotav1.ScoreChange{
			FileId: c.File.String(), GuestName: c.Guest, StoreId: c.Store.String(), Date: c.On.String(), Lost: c.Lost, Rule: c.Rule, MayOpen: c.Opens,
		})
	}
	return out
}

func pageSize(n int32) int {
	if n <= 0 {
		return 50
	}
	return int(min(n, 100))
}

// The tokens below were made and signed here, so a part that can't be read means
// an older version of this server: the page begins anew.

func noToken(id kernel.TenantID, token string) (string, error) {
	parts, err := rpc.ParsePageToken(id, token, 1)
	if err != nil || parts == nil {
		return "", err
	}
	return parts[0], nil
}

func evidenceToken(id kernel.TenantID, token string) (*After, error) {
	parts, err := rpc.ParsePageToken(id, token, 3)
	if err != nil || parts == nil {
		return nil, err
	}
	day, badDay := kernel.ParseDate(parts[0])
	meal, badMeal := strconv.ParseInt(parts[1], 10, 16)
	last, badID := kernel.ParseID[kernel.UUID](parts[2])
	if badDay != nil || badMeal != nil || badID != nil {
		return nil, nil
	}
	return &After{On: day, Meal: tenant.MealPeriod(meal), ID: last}, nil
}

func changeToken(id kernel.TenantID, token string) (AfterChange, error) {
	parts, err := rpc.ParsePageToken(id, token, 3)
	if err != nil || parts == nil {
		return NewestChange, err
	}
	day, badDay := kernel.ParseDate(parts[0])
	file, badID := kernel.ParseID[kernel.UUID](parts[1])
	if badDay != nil || badID != nil {
		return NewestChange, nil
	}
	return AfterChange{On: day, File: file, Lost: parts[2] == "true"}, nil
}

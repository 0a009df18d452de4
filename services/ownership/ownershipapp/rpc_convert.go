package ownershipapp

import (
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/rpc"
)

func (e *Explanation) proto() *ownershipv1.ExplainOwnershipResponse {
	res := &ownershipv1.ExplainOwnershipResponse{Sentence: e.Sentence.ZH, SentenceEn: e.Sentence.EN, Evidence: factsProto(e.Facts), DaysLeft: int32(e.DaysLeft), SafeUntilDate: dateText(e.SafeUntil)}
	for _, t := range e.Ties {
		res.Ties = append(res.Ties, &ownershipv1.Tie{
			Id: t.TieID.String(), ReferrerId: t.ReferrerID.String(), ReferrerName: t.ReferrerName,
			StartDate: t.StartOn.String(), EndDate: dateText(t.EndOn), Origin: t.Origin, FormerDate: dateText(t.FormerOn), ResumedDate: dateText(t.ResumedOn),
		})
	}
	for _, w := range e.Warnings {
		res.Warnings = append(res.Warnings, &ownershipv1.Warning{Rule: string(w.Rule), ActsDate: w.ActsOn.String(), WarnedDate: dateText(w.WarnedOn), RuleVersion: w.Version, Sentence: w.Sentence.ZH, SentenceEn: w.Sentence.EN})
	}
	for _, d := range e.Decisions {
		res.Decisions = append(res.Decisions, d.proto())
	}
	return res
}

func (d Told) proto() *ownershipv1.Decision {
	guest := customer.Name(d.GuestName).Masked()
	if d.shown {
		guest = d.GuestName
	}
	return &ownershipv1.Decision{
		Id: d.DecisionID.String(), FileId: d.FileID.String(), StoreId: d.StoreID.String(), GuestName: guest,
		Rule: d.Rule, RuleVersion: d.RuleVersion, Actor: d.Actor.ZH,
		EffectiveDate: d.EffectiveOn.String(), FromName: d.FromName, ToName: d.ToName,
		Sentence: d.Sentence.ZH, SentenceEn: d.Sentence.EN, Evidence: factsProto(d.Facts), CreateTime: timestamppb.New(d.CreatedAt), AppealUntilDate: dateText(d.AppealUntil),
	}
}

func (l Line) proto() *ownershipv1.TimelineLine {
	return &ownershipv1.TimelineLine{Time: timestamppb.New(l.At), BusinessDate: l.On.String(), Actor: l.Actor.ZH, ActorEn: l.Actor.EN, Kind: l.Kind, Text: l.Text.ZH, TextEn: l.Text.EN, Rule: l.Rule}
}

var runStates = map[string]ownershipv1.RunState{
	"running": ownershipv1.RunState_RUN_STATE_RUNNING,
	"done":    ownershipv1.RunState_RUN_STATE_DONE,
	"failed":  ownershipv1.RunState_RUN_STATE_FAILED,
}

func runProto(r ownershipdb.PeriodRun) *ownershipv1.Run {
	run := &ownershipv1.Run{
		Id: r.RunID.String(), Kind: r.Kind, Label: ownership.Kind(r.Kind).Label().ZH, PeriodDate: r.PeriodOn.String(), State: runStates[r.State],
		CutOffTime: timestamppb.New(r.CutOff), RuleVersion: r.RuleVersion, Examined: r.Examined, Decided: r.Decided, SetAside: r.SetAside,
		Chunks: r.Chunks, ChunksDone: r.Chunks, StartTime: timestamppb.New(r.StartedAt), Error: r.Error,
	}
	if r.State != "done" {
		run.ChunksDone-- // chunks follow each other: one is open
	}
	if r.EndedAt != nil {
		run.EndTime = timestamppb.New(*r.EndedAt)
	}
	return run
}

func factsProto(facts []ownership.Fact) []*ownershipv1.Evidence {
	out := make([]*ownershipv1.Evidence, len(facts))
	for i, f := range facts {
		out[i] = &ownershipv1.Evidence{Label: f.Label.ZH, Value: f.Value.ZH, LabelEn: f.Label.EN, ValueEn: f.Value.EN}
	}
	return out
}

func dateText(d *kernel.BusinessDate) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func fileOf(s string) (kernel.FileID, error) {
	id, err := kernel.ParseID[kernel.FileID](s)
	if err != nil {
		return id, customer.ErrNotFound
	}
	return id, nil
}

// runAndStore reads the filters of ListDecisions; empty ones stay zero.
func runAndStore(run, store string) (r kernel.UUID, s kernel.StoreID, err error) {
	if run != "" {
		if r, err = kernel.ParseID[kernel.UUID](run); err != nil {
			return r, s, ownership.ErrNoRun
		}
	}
	if store != "" {
		if s, err = kernel.ParseID[kernel.StoreID](store); err != nil {
			return r, s, fault.Field("store_id", "", "门店编号不正确，请重新选择门店。")
		}
	}
	return r, s, nil
}

func pageSize(n int32) int {
	if n <= 0 {
		return 50
	}
	return int(min(n, 100))
}

// cut takes a page off rows of which one more was asked for; last is the page's
// last row when there are more.
func cut[T any](rows []T, size int) (page []T, last *T) {
	if len(rows) <= size {
		return rows, nil
	}
	return rows[:size], &rows[size-1]
}

// The tokens below were made and signed here, so a part that can't be read means
// an older version of this server: the page begins anew.

func idToken[I ~[16]byte](id kernel.TenantID, token string, first I) (I, error) {
	parts, err := rpc.ParsePageToken(id, token, 1)
	if err != nil || parts == nil {
		return first, err
	}
	if last, err := kernel.ParseID[I](parts[0]); err == nil {
		return last, nil
	}
	return first, nil
}

func dayToken(id kernel.TenantID, token string) (kernel.BusinessDate, kernel.UUID, error) {
	parts, err := rpc.ParsePageToken(id, token, 2)
	if err != nil || parts == nil {
		return lastDay, lastID, err
	}
	day, err := kernel.ParseDate(parts[0])
	last, badID := kernel.ParseID[kernel.UUID](parts[1])
	if err != nil || badID != nil {
		return lastDay, lastID, nil
	}
	return day, last, nil
}

func runsToken(id kernel.TenantID, token string) (RunsBefore, error) {
	parts, err := rpc.ParsePageToken(id, token, 3)
	if err != nil || parts == nil {
		return NewestRuns, err
	}
	day, err := kernel.ParseDate(parts[0])
	if err != nil {
		return NewestRuns, nil
	}
	lane, err := strconv.ParseInt(parts[2], 10, 32)
	if err != nil {
		return NewestRuns, nil
	}
	return RunsBefore{day, parts[1], int32(lane)}, nil
}

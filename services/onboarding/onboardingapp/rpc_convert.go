package onboardingapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

var protoStates = map[onboarding.State]onboardingv1.ImportState{
	onboarding.Uploading:  onboardingv1.ImportState_IMPORT_STATE_UPLOADING,
	onboarding.Reading:    onboardingv1.ImportState_IMPORT_STATE_READING,
	onboarding.Checking:   onboardingv1.ImportState_IMPORT_STATE_CHECKING,
	onboarding.Ready:      onboardingv1.ImportState_IMPORT_STATE_READY,
	onboarding.Publishing: onboardingv1.ImportState_IMPORT_STATE_PUBLISHING,
	onboarding.Done:       onboardingv1.ImportState_IMPORT_STATE_DONE,
	onboarding.Discarded:  onboardingv1.ImportState_IMPORT_STATE_DISCARDED,
	onboarding.Failed:     onboardingv1.ImportState_IMPORT_STATE_FAILED,
}

var protoGrades = map[onboarding.Grade]onboardingv1.LineGrade{
	onboarding.Right: onboardingv1.LineGrade_LINE_GRADE_RIGHT,
	onboarding.Noted: onboardingv1.LineGrade_LINE_GRADE_NOTED,
	onboarding.Wrong: onboardingv1.LineGrade_LINE_GRADE_WRONG,
}

var protoKinds = map[onboarding.TextKind]onboardingv1.TextKind{
	onboarding.TextStore: onboardingv1.TextKind_TEXT_KIND_STORE,
	onboarding.TextStaff: onboardingv1.TextKind_TEXT_KIND_STAFF,
}

// gradeOf is the grade a filter asks for; nil: every one.
func gradeOf(p onboardingv1.LineGrade) *onboarding.Grade {
	for grade, proto := range protoGrades {
		if proto == p {
			return &grade
		}
	}
	return nil
}

// seen says that lines of a list are about to be shown.
func seen(ctx context.Context, action string, id kernel.UUID) { audit.Seen(ctx, line(action, id)) }

// shown is a list with the names of who brought and published it.
func (s Server) shown(ctx context.Context, list onboarding.Import) (*onboardingv1.CustomerImport, error) {
	out, err := s.all(ctx, []onboarding.Import{list})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

func (s Server) all(ctx context.Context, lists []onboarding.Import) ([]*onboardingv1.CustomerImport, error) {
	var people []kernel.PersonID
	for _, l := range lists {
		if people = append(people, l.UploadedBy); l.PublishedBy != nil {
			people = append(people, *l.PublishedBy)
		}
	}
	names, err := s.app.Names(ctx, rpc.Actor(ctx).Tenant, people)
	if err != nil {
		return nil, err
	}
	out := make([]*onboardingv1.CustomerImport, len(lists))
	for i, l := range lists {
		out[i] = listToProto(l, names)
	}
	return out, nil
}

func listToProto(l onboarding.Import, names map[kernel.PersonID]string) *onboardingv1.CustomerImport {
	out := &onboardingv1.CustomerImport{
		Id: l.ID.String(), FileName: l.FileName, SizeBytes: int32(l.Bytes), State: protoStates[l.State], Parts: int32(l.Parts), PartBytes: onboarding.PartSize,
		Lines: int32(l.Lines), DoneLines: int32(l.Done), WrongLines: int32(l.Wrong), NotedLines: int32(l.Noted), PublishedLines: int32(l.Published),
		IgnoredColumns: l.Header.Ignored, Fault: l.Fault, UploadedByName: names[l.UploadedBy], UploadTime: timestamppb.New(l.UploadedAt),
		PublishTime: maybeTime(l.PublishedAt), EndTime: maybeTime(l.EndedAt),
	}
	if l.PublishedBy != nil {
		out.PublishedByName = names[*l.PublishedBy]
	}
	for _, no := range l.Received {
		out.ReceivedParts = append(out.ReceivedParts, int32(no))
	}
	return out
}

func maybeTime(t *time.Time) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return timestamppb.New(*t)
}

func lineToProto(l ListLine) *onboardingv1.ImportLine {
	out := &onboardingv1.ImportLine{Line: int32(l.No), Grade: protoGrades[l.Grade], Store: l.Store, Staff: l.Staff, MaskedName: l.Name, MaskedPhone: l.Number}
	for _, r := range l.Remarks {
		out.Remarks = append(out.Remarks, &onboardingv1.LineRemark{
			Column: r.Column, Letter: r.Letter, Rule: r.Rule, Reason: r.Reason, Mend: r.Mend, Wrong: r.Grade == onboarding.Wrong, Incomplete: r.Incomplete,
		})
	}
	return out
}

// textsToProto leaves out texts that no line has any more.
func textsToProto(texts []onboarding.Text, stores []onboarding.StoreRef, people []onboarding.PersonRef) *onboardingv1.ListImportTextsResponse {
	out := &onboardingv1.ListImportTextsResponse{}
	for _, t := range texts {
		if t.Lines == 0 {
			continue
		}
		text := &onboardingv1.ImportText{Kind: protoKinds[t.Kind], Text: t.Text, Lines: int32(t.Lines)}
		if !t.Target.IsZero() {
			text.TargetId = t.Target.String()
		}
		out.Texts = append(out.Texts, text)
	}
	for _, s := range stores {
		out.Stores = append(out.Stores, &onboardingv1.ImportTarget{Id: s.ID.String(), Code: s.Code, Name: s.Name})
	}
	for _, p := range people {
		out.Staff = append(out.Staff, &onboardingv1.ImportTarget{Id: p.ID.String(), Code: p.No, Name: p.Name, Left: p.Left})
	}
	return out
}

func picksOf(picks []*onboardingv1.TextMatch) ([]onboarding.Text, error) {
	out := make([]onboarding.Text, len(picks))
	for i, p := range picks {
		out[i] = onboarding.Text{Kind: onboarding.TextStore, Text: p.GetText()}
		if p.GetKind() == onboardingv1.TextKind_TEXT_KIND_STAFF {
			out[i].Kind = onboarding.TextStaff
		}
		if p.GetTargetId() == "" {
			continue
		}
		target, err := kernel.ParseID[kernel.UUID](p.GetTargetId())
		if err != nil {
			return nil, onboarding.ErrNoTarget
		}
		out[i].Target = target
	}
	return out, nil
}

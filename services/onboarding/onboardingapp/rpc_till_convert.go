package onboardingapp

import (
	"context"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/platform/rpc"
)

var tillKinds = map[onboardingv1.TillKind]onboarding.TillKind{
	onboardingv1.TillKind_TILL_KIND_BILLS: onboarding.TillBills, onboardingv1.TillKind_TILL_KIND_BOOKINGS: onboarding.TillBookings,
}

var tillStates = map[onboarding.State]onboardingv1.TillState{
	onboarding.Uploading: onboardingv1.TillState_TILL_STATE_UPLOADING, onboarding.Reading: onboardingv1.TillState_TILL_STATE_READING,
	onboarding.Mapping: onboardingv1.TillState_TILL_STATE_MAPPING, onboarding.Checking: onboardingv1.TillState_TILL_STATE_CHECKING,
	onboarding.Ready: onboardingv1.TillState_TILL_STATE_READY, onboarding.Publishing: onboardingv1.TillState_TILL_STATE_PUBLISHING,
	onboarding.Done: onboardingv1.TillState_TILL_STATE_DONE, onboarding.Discarded: onboardingv1.TillState_TILL_STATE_DISCARDED,
	onboarding.Failed: onboardingv1.TillState_TILL_STATE_FAILED,
}

func kindToProto(k onboarding.TillKind) onboardingv1.TillKind {
	for p, kind := range tillKinds {
		if kind == k {
			return p
		}
	}
	return onboardingv1.TillKind_TILL_KIND_UNSPECIFIED
}

// shown is a file with the name of who brought it, unless an error came first.
func (s TillServer) shown(ctx context.Context, t onboarding.TillImport, err error) (*onboardingv1.TillImport, error) {
	if err != nil {
		return nil, err
	}
	out, err := s.all(ctx, []onboarding.TillImport{t})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

func (s TillServer) all(ctx context.Context, all []onboarding.TillImport) ([]*onboardingv1.TillImport, error) {
	people := make([]kernel.PersonID, len(all))
	for i, t := range all {
		people[i] = t.UploadedBy
	}
	names, err := s.app.Names(ctx, rpc.Actor(ctx).Tenant, people)
	if err != nil {
		return nil, err
	}
	out := make([]*onboardingv1.TillImport, len(all))
	for i, t := range all {
		out[i] = &onboardingv1.TillImport{
			Id: t.ID.String(), Kind: kindToProto(t.Kind), FileName: t.FileName, SizeBytes: int32(t.Bytes), State: tillStates[t.State], Parts: int32(t.Parts), PartBytes: onboarding.PartSize,
			Lines: int32(t.Lines), DoneLines: int32(t.Done), WrongLines: int32(t.Wrong), NotedLines: int32(t.Noted), NewLines: int32(t.Fresh), SameLines: int32(t.Same),
			ChangedLines: int32(t.Changed), LooseLines: int32(t.Loose), Fault: t.Fault, Sheet: t.Sheet, OtherSheets: t.Head.Others, HeaderLine: int32(t.Head.Line),
			SourceName: t.SourceName, UploadedByName: names[t.UploadedBy], UploadTime: maybeTime(&t.UploadedAt), EndTime: maybeTime(t.EndedAt),
		}
		for _, no := range t.Received {
			out[i].ReceivedParts = append(out[i].ReceivedParts, int32(no))
		}
	}
	return out, nil
}

func tillDaysToProto(days []onboarding.TillDay) []*onboardingv1.TillDay {
	out := make([]*onboardingv1.TillDay, len(days))
	for i, d := range days {
		out[i] = &onboardingv1.TillDay{StoreId: d.Store.String(), BusinessDate: d.Date.String(), Count: int32(d.Items), SumFen: int64(d.Sum), Wrong: int32(d.Wrong)}
	}
	return out
}

func tillLinesToProto(lines []TillLine) []*onboardingv1.TillLine {
	out := make([]*onboardingv1.TillLine, len(lines))
	for i, l := range lines {
		out[i] = &onboardingv1.TillLine{
			Line: int32(l.Line), No: l.No, Store: l.Store, MealPeriod: int32(l.Meal), Time: l.Time, AmountFen: int64(l.Amount), State: l.State, MaskedPhone: l.Number,
		}
		if l.Date != 0 {
			out[i].BusinessDate = l.Date.String()
		}
		for _, r := range l.Remarks {
			out[i].Remarks = append(out[i].Remarks, &onboardingv1.TillRemark{Column: r.Column, Letter: r.Letter, Rule: r.Rule, Reason: r.Reason, Mend: r.Mend, Wrong: r.Grade == onboarding.Wrong})
		}
	}
	return out
}

func headersToProto(headers []TillHeader) []*onboardingv1.TillHeader {
	out := make([]*onboardingv1.TillHeader, len(headers))
	for i, h := range headers {
		out[i] = &onboardingv1.TillHeader{Header: h.Header, Letter: h.Letter, Samples: h.Samples}
	}
	return out
}

func sourceToProto(s onboarding.TillSource) *onboardingv1.TillSource {
	out := &onboardingv1.TillSource{Id: s.ID.String(), Kind: kindToProto(s.Kind), Name: s.Name, Mapping: mappingToProto(s.Mapping), UseTime: maybeTime(s.UsedAt)}
	if s.Store != nil {
		out.StoreId = s.Store.String()
	}
	return out
}

// Kinds of words of a mapping.
const (
	wordStore  = "store"
	wordState  = "state"
	wordBooker = "booker"
)

func mappingToProto(m onboarding.TillMapping) *onboardingv1.TillMapping {
	out := &onboardingv1.TillMapping{System: m.System, Fen: m.Fen, WholeDays: m.WholeDays}
	for _, kind := range []onboarding.TillKind{onboarding.TillBills, onboarding.TillBookings} {
		for _, f := range onboarding.TillFields(kind) {
			if h := m.Columns[f.Name]; h != "" && !hasField(out, f.Name) {
				out.Columns = append(out.Columns, &onboardingv1.TillColumn{Field: f.Name, Header: h})
			}
		}
	}
	word := func(kind, text, means string) {
		out.Words = append(out.Words, &onboardingv1.TillWord{Kind: kind, Text: text, Means: means})
	}
	for text, id := range m.Stores {
		word(wordStore, text, id.String())
	}
	for text, state := range m.States {
		word(wordState, text, state)
	}
	for text, id := range m.Bookers {
		word(wordBooker, text, id.String())
	}
	if m.Store != nil {
		out.StoreId = m.Store.String()
	}
	if m.Booker != nil {
		out.BookerId = m.Booker.String()
	}
	return out
}

func hasField(m *onboardingv1.TillMapping, field string) bool {
	for _, c := range m.GetColumns() {
		if c.GetField() == field {
			return true
		}
	}
	return false
}

// mappingOf reads a request with a mapping. Faults: import.not_found, invalid_field.
func mappingOf(req interface {
	GetImportId() string
	GetMapping() *onboardingv1.TillMapping
},
) (id kernel.UUID, m onboarding.TillMapping, err error) {
	if id, err = importID(req.GetImportId()); err != nil {
		return id, m, err
	}
	p := req.GetMapping()
	m = onboarding.TillMapping{
		Columns: map[string]string{}, Stores: map[string]kernel.StoreID{}, States: map[string]string{}, Bookers: map[string]kernel.PersonID{},
		System: p.GetSystem(), Fen: p.GetFen(), WholeDays: p.GetWholeDays(),
	}
	for _, c := range p.GetColumns() {
		if _, twice := m.Columns[c.GetField()]; twice {
			return id, m, onboarding.ErrColumnTwice
		}
		m.Columns[c.GetField()] = c.GetHeader()
	}
	for _, w := range p.GetWords() {
		switch w.GetKind() {
		case wordState:
			m.States[w.GetText()] = w.GetMeans()
		case wordStore:
			m.Stores[w.GetText()], err = kernel.ParseID[kernel.StoreID](w.GetMeans())
		default:
			m.Bookers[w.GetText()], err = kernel.ParseID[kernel.PersonID](w.GetMeans())
		}
		if err != nil {
			return id, m, onboarding.ErrNoWord
		}
	}
	if p.GetStoreId() != "" {
		store, err := kernel.ParseID[kernel.StoreID](p.GetStoreId())
		if err != nil {
			return id, m, onboarding.ErrNoWord
		}
		m.Store = &store
	}
	if p.GetBookerId() != "" {
		booker, err := kernel.ParseID[kernel.PersonID](p.GetBookerId())
		if err != nil {
			return id, m, onboarding.ErrNoWord
		}
		m.Booker = &booker
	}
	return id, m, nil
}

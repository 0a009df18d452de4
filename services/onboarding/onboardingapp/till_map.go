package onboardingapp

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
)

const (
	sampleLines  = 5
	previewLines = 20
	previewLooks = 500
	maxUnknown   = 50
)

// TillHeader is a column as its file has it.
type TillHeader struct {
	Header, Letter string
	Samples        []string // masked
}

// TillMapping gives the columns of a file with what stands in its first lines, and
// the mapping in use or proposed. Faults: import.not_found, import.not_ready.
func (a *App) TillMapping(ctx context.Context, grant kernel.Grant, id kernel.UUID) (t onboarding.TillImport, headers []TillHeader, err error) {
	t, s, err := a.openTill(ctx, grant, id)
	if err != nil {
		return t, nil, err
	}
	lines, err := a.firstLines(ctx, s, t.Kind, sampleLines)
	if err != nil {
		return t, nil, err
	}
	hidden, moments := map[string]bool{}, map[string]bool{} // columns with names and with times, by what their headers say
	for _, m := range []onboarding.TillMapping{onboarding.ProposeTill(onboarding.TillBookings, t.Head), t.Mapping} {
		hidden[m.Columns["guest"]], hidden[m.Columns["note"]] = true, true
		for _, field := range []string{"date", "opened", "closed", "arrive", "seated"} {
			moments[m.Columns[field]] = true
		}
	}
	for i, c := range t.Head.Columns {
		if c == "" {
			continue
		}
		h := TillHeader{Header: c, Letter: onboarding.Letter(i)}
		for _, l := range lines {
			switch text := l.Cells[h.Letter]; {
			case text == "":
			case hidden[c] || strings.Contains(c, "姓名") || strings.Contains(c, "备注"):
				h.Samples = append(h.Samples, string([]rune(text)[:1])+"**")
			case moments[c]:
				h.Samples = append(h.Samples, onboarding.MomentCell(text))
			default:
				h.Samples = append(h.Samples, onboarding.MaskedCell(text))
			}
		}
		headers = append(headers, h)
	}
	t.SourceName = cmp.Or(t.SourceName, proposedName(t))
	return t, headers, nil
}

// proposedName names a new source after its system, or after its file without the
// digits of the day.
func proposedName(t onboarding.TillImport) string {
	word := map[onboarding.TillKind]string{onboarding.TillBills: "账单", onboarding.TillBookings: "预定"}[t.Kind]
	for _, system := range []string{"客如云", "美团", "哗啦啦", "天财商龙", "二维火", "奥琦玮", "品智", "银豹", "思迅", "石川"} {
		if strings.Contains(t.FileName, system) {
			return system + " " + word
		}
	}
	name := strings.Trim(strings.TrimRight(strings.TrimSuffix(t.FileName, path.Ext(t.FileName)), "0123456789-_. ()（）"), "-_ ")
	if r := []rune(name); len(r) > 0 && len(r) <= 20 {
		return name
	}
	return "收银系统 " + word
}

// TillPreview is how the first lines of a file are understood.
type TillPreview struct {
	Lines   []TillLine
	Looked  int
	Wrong   int
	Unknown []onboarding.TillWord
}

// PreviewTill reads the first lines of a file by a mapping and keeps nothing. Faults:
// import.not_found, import.not_ready, invalid_field of a mapping that cannot read it.
func (a *App) PreviewTill(ctx context.Context, grant kernel.Grant, id kernel.UUID, m onboarding.TillMapping) (out TillPreview, err error) {
	t, s, err := a.openTill(ctx, grant, id)
	if err != nil {
		return out, err
	}
	m = tidy(m)
	if err := m.Check(t.Kind, t.Head); err != nil {
		return out, err
	}
	t.Mapping, t.Stores = m, within(grant)
	read, err := a.tillReader(ctx, s.tenant, t)
	if err != nil {
		return out, err
	}
	lines, err := a.firstLines(ctx, s, t.Kind, previewLooks)
	if err != nil {
		return out, err
	}
	for i, l := range lines {
		r := read.Read(l)
		if r.Grade() == onboarding.Wrong {
			out.Wrong++
		}
		if i < previewLines {
			out.Lines = append(out.Lines, shownTill(l.No, r))
		}
		for _, u := range r.Unknown {
			if !slices.Contains(out.Unknown, u) && len(out.Unknown) < maxUnknown {
				out.Unknown = append(out.Unknown, u)
			}
		}
	}
	out.Looked = len(lines)
	return out, nil
}

// openTill is a file whose mapping can be looked at or changed.
func (a *App) openTill(ctx context.Context, grant kernel.Grant, id kernel.UUID) (t onboarding.TillImport, s *stager, err error) {
	if t, err = a.Till(ctx, grant, id); err != nil {
		return t, nil, err
	}
	if t.State != onboarding.Mapping && t.State != onboarding.Ready {
		return t, nil, onboarding.ErrNotReady
	}
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	return t, &stager{app: a, tenant: grant.Actor().Tenant, keys: keys, importID: id}, err
}

func (a *App) firstLines(ctx context.Context, s *stager, kind onboarding.TillKind, most int) ([]onboarding.Line, error) {
	rows, err := onboardingdb.New(a.DB.Single(s.tenant)).Rows(ctx, onboardingdb.RowsParams{
		TenantID: s.tenant, ImportID: s.importID, Step: string(kind), Worst: int16(onboarding.Wrong), Most: int32(most),
	})
	out := make([]onboarding.Line, len(rows))
	for i, r := range rows {
		if _, err := openRow(s.keys, rowID(s.importID, string(kind), int(r.RowNo)), r.RowBox, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, err
}

// MapTill keeps a mapping as a source under a name and has the file checked by it. A
// store's person keeps it for his store, head office for all. Faults: those of
// PreviewTill, and of a missing name.
func (a *App) MapTill(ctx context.Context, grant kernel.Grant, id kernel.UUID, m onboarding.TillMapping, name string) (onboarding.TillImport, error) {
	t, s, err := a.openTill(ctx, grant, id)
	if err != nil {
		return t, err
	}
	m, name = tidy(m), strings.TrimSpace(name)
	if err := m.Check(t.Kind, t.Head); err != nil {
		return t, err
	}
	if name == "" {
		return t, onboarding.ErrNoName
	}
	if err := a.knows(ctx, grant, m); err != nil {
		return t, err
	}
	var of *kernel.StoreID
	if !grant.Tenant() {
		if of = m.Store; of == nil {
			of = &grant.Stores()[0]
		}
	}
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		text := asJSON(m)
		source, err := q.PutSource(ctx, onboardingdb.PutSourceParams{
			TenantID: s.tenant, SourceID: kernel.NewID[kernel.UUID](now), Kind: string(t.Kind), Name: name, StoreID: of, Mapping: text, Now: &now, ChangedBy: personOf(grant),
		})
		if err != nil {
			return err
		}
		n, err := q.MapTill(ctx, onboardingdb.MapTillParams{Now: &now, Mapping: text, SourceID: &source, SourceName: name, StoreIds: within(grant), TenantID: s.tenant, ImportID: id})
		if err == nil && n == 0 {
			err = onboarding.ErrNotReady
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error { return a.queueTx(ctx, tx, s.tenant, id) },
			func() error { return audit.WriteTx(ctx, tx, s.tenant, now, line("import.till_mapped", id)) },
		)
	})
	if err != nil {
		return t, err
	}
	return a.Till(ctx, grant, id)
}

func personOf(grant kernel.Grant) *kernel.PersonID {
	p := grant.Person()
	return &p
}

// knows refuses stores outside the grant and people that are not there.
func (a *App) knows(ctx context.Context, grant kernel.Grant, m onboarding.TillMapping) error {
	stores, err := a.Stores(ctx, grant.Actor().Tenant)
	if err != nil {
		return err
	}
	people, err := a.Everyone(ctx, grant.Actor().Tenant)
	if err != nil {
		return err
	}
	named, persons := make([]kernel.StoreID, 0, len(m.Stores)), make([]kernel.PersonID, 0, len(m.Bookers))
	for _, id := range m.Stores {
		named = append(named, id)
	}
	if m.Store != nil {
		named = append(named, *m.Store)
	}
	for _, id := range m.Bookers {
		persons = append(persons, id)
	}
	if m.Booker != nil {
		persons = append(persons, *m.Booker)
	}
	for _, id := range named {
		if !grant.Covers(id, false) || !slices.ContainsFunc(stores, func(s storeOf) bool { return s.ID == id }) {
			return onboarding.ErrNoWord
		}
	}
	for _, id := range persons {
		if !slices.ContainsFunc(people, func(p listedOf) bool { return p.ID == id }) {
			return onboarding.ErrNoWord
		}
	}
	return nil
}

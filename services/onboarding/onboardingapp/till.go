package onboardingapp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Visits are visit's ways in, the same that tills use.
type Visits interface {
	// CopyBillsTx records bills of an export, which knows no revisions.
	CopyBillsTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, []int32, error)
	PutBooking(ctx context.Context, grant kernel.Grant, in visit.SentBooking, check bool, now time.Time) (visit.BookingOnFile, visit.SentOutcome, error)
	// AllResources and HoldersTx tell which rooms, tables and halls there are, and who
	// holds them.
	AllResources(ctx context.Context, tenant kernel.TenantID) ([]visit.Resource, error)
	HoldersTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, places []kernel.UUID, days []kernel.BusinessDate) ([]visit.Holder, error)
	TellTotals(ctx context.Context, grant kernel.Grant, key *kernel.UUID, totals []visit.DayTotal, now time.Time) error
}

// Rules gives the rules of a business day, for its meal periods.
type Rules func(ctx context.Context, tenant kernel.TenantID, on kernel.BusinessDate) (tenant.Rules, error)

// within are the stores that a grant imports into; nil: all.
func within(grant kernel.Grant) []kernel.StoreID {
	if grant.Tenant() {
		return nil
	}
	return grant.Stores()
}

// BeginTill opens a file of a till, with a source or without (zero). Faults:
// import.no_source, import.too_many_files, that of a file that is too large.
func (a *App) BeginTill(ctx context.Context, grant kernel.Grant, kind onboarding.TillKind, fileName string, size int, digest []byte, source kernel.UUID) (onboarding.TillImport, error) {
	actor := grant.Actor()
	if size > onboarding.MaxBytes {
		return onboarding.TillImport{}, onboarding.ErrTooLarge
	}
	use := onboardingdb.UseSourceParams{TenantID: actor.Tenant, Mapping: []byte("{}"), StoreIds: within(grant)}
	if !source.IsZero() {
		s, err := a.tillSource(ctx, grant, source)
		if err == nil && s.Kind != kind {
			err = onboarding.ErrNoSource
		}
		if err != nil {
			return onboarding.TillImport{}, err
		}
		use.SourceID, use.SourceName, use.Mapping = &source, s.Name, asJSON(s.Mapping)
	}
	id, err := a.begin(ctx, actor, upload{
		kind: string(kind), most: onboarding.MaxOpenTills, tooMany: onboarding.ErrTillsOpen, act: "import.till_begun", fileName: fileName, size: size, digest: digest,
		then: func(q *onboardingdb.Queries, id kernel.UUID) error {
			use.ImportID = id
			return q.UseSource(ctx, use)
		},
	})
	if err != nil {
		return onboarding.TillImport{}, err
	}
	return a.Till(ctx, grant, id)
}

// UploadTillPart takes a part of a file. Faults: import.not_found,
// import.not_uploading, that of a part that is none.
func (a *App) UploadTillPart(ctx context.Context, grant kernel.Grant, id kernel.UUID, no int, content []byte) (onboarding.TillImport, error) {
	t, err := a.Till(ctx, grant, id)
	if err == nil {
		err = a.putPart(ctx, grant.Actor(), t.Import, no, content, "import.till_uploaded")
	}
	if err != nil {
		return t, err
	}
	return a.Till(ctx, grant, id)
}

// Till gives one file, to head office and to who works in all stores it may hold. Fault:
// import.not_found.
func (a *App) Till(ctx context.Context, grant kernel.Grant, id kernel.UUID) (onboarding.TillImport, error) {
	t, err := a.till(ctx, grant.Actor().Tenant, id)
	if err == nil && !mayOpen(grant, t) {
		err = onboarding.ErrNoImport
	}
	if err != nil {
		return onboarding.TillImport{}, err
	}
	t.Received, err = a.received(ctx, grant.Actor().Tenant, id, t.State)
	return t, err
}

// mayOpen reports whether a grant reaches all that a file may hold.
func mayOpen(grant kernel.Grant, t onboarding.TillImport) bool {
	outside := func(s kernel.StoreID) bool { return !grant.Covers(s, false) }
	return grant.Tenant() || len(t.Stores) > 0 && !slices.ContainsFunc(t.Stores, outside)
}

func (a *App) till(ctx context.Context, chain kernel.TenantID, id kernel.UUID) (onboarding.TillImport, error) {
	row, err := onboardingdb.New(a.DB.Single(chain)).Till(ctx, chain, id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = onboarding.ErrNoImport
	}
	if err != nil {
		return onboarding.TillImport{}, err
	}
	return asTill(row)
}

func asTill(r onboardingdb.TillRow) (onboarding.TillImport, error) {
	t := onboarding.TillImport{
		Import: onboarding.Import{
			ID: r.ImportID, FileName: r.FileName, Bytes: int(r.FileBytes), Parts: int(r.Parts), State: onboarding.State(r.State), Lines: int(r.Lines), Done: int(r.Done),
			Wrong: int(r.Wrong), Noted: int(r.Noted), Fault: r.Fault, UploadedAt: r.CreatedAt, EndedAt: r.EndedAt,
		},
		Kind: onboarding.TillKind(r.Kind), Sheet: r.Sheet, SourceName: r.SourceName, Stores: r.StoreIds,
		Fresh: int(r.Fresh), Same: int(r.Same), Changed: int(r.Changed), Loose: int(r.Loose),
	}
	if r.UploadedBy != nil {
		t.UploadedBy = *r.UploadedBy
	}
	return t, oneByOne(
		func() error { return json.Unmarshal(r.Header, &t.Head) },
		func() error { return json.Unmarshal(r.Mapping, &t.Mapping) },
	)
}

// Tills gives a page of files, newest first, before one of them (zero: from the
// newest): all of a chain's to head office, to others their own.
func (a *App) Tills(ctx context.Context, grant kernel.Grant, before kernel.UUID, most int) ([]onboarding.TillImport, error) {
	chain := grant.Actor().Tenant
	if before.IsZero() {
		before = kernel.UUID(slices.Repeat([]byte{0xff}, len(before)))
	}
	q := onboardingdb.New(a.DB.Single(chain))
	var rows []onboardingdb.TillRow
	if grant.Tenant() {
		all, err := q.AllTills(ctx, chain, before, int32(most))
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			rows = append(rows, onboardingdb.TillRow(r))
		}
	} else {
		own, err := q.Tills(ctx, onboardingdb.TillsParams{TenantID: chain, Before: before, People: []kernel.UUID{kernel.UUID(grant.Person())}, Most: int32(most)})
		if err != nil {
			return nil, err
		}
		for _, r := range own {
			rows = append(rows, onboardingdb.TillRow(r))
		}
	}
	out := make([]onboarding.TillImport, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = asTill(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TillDays are what a checked file's business days come to, at most 400.
func (a *App) TillDays(ctx context.Context, grant kernel.Grant, t onboarding.TillImport) ([]onboarding.TillDay, error) {
	if t.State != onboarding.Ready && t.State != onboarding.Publishing {
		return nil, nil
	}
	days, err := a.tillDays(ctx, grant.Actor().Tenant, t.ID)
	days = slices.DeleteFunc(days, func(d onboarding.TillDay) bool { return d.Store.IsZero() || d.Date == 0 })
	return days[:min(len(days), 400)], err
}

func (a *App) tillDays(ctx context.Context, chain kernel.TenantID, id kernel.UUID) ([]onboarding.TillDay, error) {
	rows, err := onboardingdb.New(a.DB.Single(chain)).ItemDays(ctx, chain, id)
	out := make([]onboarding.TillDay, len(rows))
	for i, r := range rows {
		out[i] = onboarding.TillDay{Items: int(r.Items), Sum: kernel.Fen(r.SumFen), Wrong: int(r.Wrong)}
		if r.AtStore != nil {
			out[i].Store = kernel.StoreID(*r.AtStore)
		}
		if r.AtDay != nil {
			out[i].Date = *r.AtDay
		}
	}
	return out, err
}

// DiscardTill throws a file away whole. Faults: import.not_found, import.publishing,
// import.already_over.
func (a *App) DiscardTill(ctx context.Context, grant kernel.Grant, id kernel.UUID) (onboarding.TillImport, error) {
	t, err := a.Till(ctx, grant, id)
	if err == nil {
		err = a.discard(ctx, grant.Actor().Tenant, id, "import.till_discarded", kindBills, kindBookings)
	}
	if err != nil {
		return t, err
	}
	return a.Till(ctx, grant, id)
}

// TillSources lists the sources that a grant may use, the last used first.
func (a *App) TillSources(ctx context.Context, grant kernel.Grant) ([]onboarding.TillSource, error) {
	chain := grant.Actor().Tenant
	rows, err := onboardingdb.New(a.DB.Single(chain)).Sources(ctx, chain)
	if err != nil {
		return nil, err
	}
	var out []onboarding.TillSource
	for _, r := range rows {
		s, err := asSource(onboardingdb.SourceRow(r))
		if err != nil {
			return nil, err
		}
		if usable(grant, s) && len(out) < 100 {
			out = append(out, s)
		}
	}
	return out, nil
}

// usable reports whether a grant may read files by a source: head office's are
// everybody's, a store's its own.
func usable(grant kernel.Grant, s onboarding.TillSource) bool {
	return s.Store == nil || grant.Covers(*s.Store, false)
}

func asSource(r onboardingdb.SourceRow) (onboarding.TillSource, error) {
	s := onboarding.TillSource{ID: r.SourceID, Kind: onboarding.TillKind(r.Kind), Name: r.Name, Store: r.StoreID, UsedAt: r.UsedAt}
	return s, json.Unmarshal(r.Mapping, &s.Mapping)
}

func (a *App) tillSource(ctx context.Context, grant kernel.Grant, id kernel.UUID) (s onboarding.TillSource, err error) {
	chain := grant.Actor().Tenant
	row, err := onboardingdb.New(a.DB.Single(chain)).Source(ctx, chain, id)
	if err == nil {
		s, err = asSource(row)
	}
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !usable(grant, s) {
		err = onboarding.ErrNoSource
	}
	return s, err
}

// DeleteTillSource forgets a source; head office's only head office. Fault:
// import.no_source.
func (a *App) DeleteTillSource(ctx context.Context, grant kernel.Grant, id kernel.UUID) error {
	chain, now := grant.Actor().Tenant, a.Clock.Now()
	s, err := a.tillSource(ctx, grant, id)
	if err == nil && s.Store == nil && !grant.Tenant() {
		err = onboarding.ErrNoSource
	}
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		n, err := onboardingdb.New(tx).DeleteSource(ctx, chain, id)
		if err == nil && n == 0 {
			err = onboarding.ErrNoSource
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, chain, now, audit.Entry{Action: "import.source_deleted", Object: "import_source", ObjectID: id.String()})
	})
}

func asJSON(v any) []byte {
	text, _ := json.Marshal(v) // of our own types it never fails
	return text
}

// foldKeys brings the words of a mapping into the form they are compared in.
func foldKeys[T any](m map[string]T) map[string]T {
	out := make(map[string]T, len(m))
	for word, v := range m {
		out[onboarding.Fold(word)] = v
	}
	return out
}

func tidy(m onboarding.TillMapping) onboarding.TillMapping {
	m.System = strings.TrimSpace(m.System)
	m.Stores, m.States, m.Bookers = foldKeys(m.Stores), foldKeys(m.States), foldKeys(m.Bookers)
	return m
}

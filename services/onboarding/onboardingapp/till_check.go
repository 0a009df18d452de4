package onboardingapp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/sheet"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

type (
	storeOf  = tenant.Store
	listedOf = staff.Listed
)

// tillHeadWithin is in how many lines the header of a till's file must come: their
// exports begin with titles and conditions.
const tillHeadWithin = 20

// carryTill carries a file of a till on until it waits for a person or is over.
func (a *App) carryTill(ctx context.Context, s *stager) error {
	for {
		t, err := a.till(ctx, s.tenant, s.importID)
		if err != nil || !t.State.Working() {
			return err
		}
		switch t.State {
		case onboarding.Reading:
			err = a.readTill(ctx, s, t)
		case onboarding.Checking:
			err = a.checkTill(ctx, s, t)
		default:
			err = a.publishTill(ctx, s, t)
		}
		if err != nil {
			return fmt.Errorf("file %s: %s: %w", s.importID, t.State, err)
		}
	}
}

// readTill stages the lines of a file as they are, and goes on to checking when its
// source's mapping fits; else a person has to say which column is what.
func (a *App) readTill(ctx context.Context, s *stager, t onboarding.TillImport) error {
	var head onboarding.TillHead
	var of *sheet.Sheet
	read, err := a.readFile(ctx, lineReader{
		stager: s, step: string(t.Kind), within: tillHeadWithin,
		head: func(row sheet.Row) (found bool, err error) {
			if head, found = onboarding.ReadTillHead(t.Kind, row.Line, row.Cells); found && row.Sheet != nil {
				of, head.Others = row.Sheet, row.Sheet.Others
			}
			return found, nil
		},
		line:   func(row sheet.Row) (onboarding.Line, bool) { return onboarding.ReadTillLine(row.Line, row.Cells) },
		header: func() any { return head },
		noHead: onboarding.ErrNoTillHead,
	})
	if err != nil || !read {
		return err
	}
	empty := false
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		row, err := q.Till(ctx, s.tenant, s.importID)
		if empty = err == nil && row.Lines == 0; err != nil || empty {
			return err
		}
		if of != nil {
			if err := q.SetSheet(ctx, of.Name, s.tenant, s.importID); err != nil {
				return err
			}
		}
		if t.Mapping.Fits(head) && t.Mapping.Check(t.Kind, head) == nil {
			_, err = q.ToChecking(ctx, onboardingdb.ToCheckingParams{Now: &now, TenantID: s.tenant, ImportID: s.importID, Expected: string(onboarding.Reading)})
		} else {
			_, err = q.ToMapping(ctx, asJSON(proposed(t, head)), s.tenant, s.importID)
		}
		if err != nil {
			return err
		}
		return q.DeleteParts(ctx, s.tenant, s.importID)
	})
	if err == nil && empty {
		return a.failList(ctx, s, onboarding.ErrNoTillLines)
	}
	return err
}

// proposed is what the headers suggest, with what a source that no longer fits says
// beside its columns; a person of one store imports into that.
func proposed(t onboarding.TillImport, head onboarding.TillHead) onboarding.TillMapping {
	m := t.Mapping
	by := onboarding.ProposeTill(t.Kind, head)
	for field, c := range t.Mapping.Columns {
		if (onboarding.TillMapping{Columns: map[string]string{field: c}}).Fits(head) {
			by.Columns[field] = c
		}
	}
	m.Columns, m.Fen = by.Columns, m.Fen || by.Fen
	if m.Store == nil && m.Columns["store"] == "" && len(t.Stores) == 1 {
		m.Store = &t.Stores[0]
	}
	return m
}

// tillReader reads lines of a file as they mean now.
func (a *App) tillReader(ctx context.Context, chain kernel.TenantID, t onboarding.TillImport) (*onboarding.TillReader, error) {
	stores, err := a.Stores(ctx, chain)
	if err != nil {
		return nil, err
	}
	now := a.Clock.Now()
	r := &onboarding.TillReader{Kind: t.Kind, Head: t.Head, Mapping: t.Mapping, Stores: stores, Within: t.Stores, Now: now}
	if t.Kind == onboarding.TillBookings && len(stores) > 0 {
		if _, r.People, err = a.known(ctx, chain, stores[0].BusinessDate(now)); err != nil {
			return nil, err
		}
		if r.Rooms, err = a.Visits.AllResources(ctx, chain); err != nil {
			return nil, err
		}
	}
	rules := map[kernel.BusinessDate]tenant.Rules{}
	r.Meals = func(s tenant.Store, on kernel.BusinessDate) []visit.Meal {
		by, ok := rules[on]
		if !ok {
			if by, err = a.Rules(ctx, chain, on); err != nil {
				return nil
			}
			rules[on] = by
		}
		return visit.Meals(s, by, on)
	}
	return r, nil
}

// checkTill checks a file line by line, then for what stands in it twice and for
// places that are taken.
func (a *App) checkTill(ctx context.Context, s *stager, t onboarding.TillImport) error {
	read, err := a.tillReader(ctx, s.tenant, t)
	if err != nil {
		return err
	}
	for more := true; more; {
		err := a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
			more, err = a.checkTillBlock(ctx, tx, s, t, read)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *App) checkTillBlock(ctx context.Context, tx pgx.Tx, s *stager, t onboarding.TillImport, read *onboarding.TillReader) (more bool, err error) {
	q, step := onboardingdb.New(tx), string(t.Kind)
	batch, err := q.LockBatch(ctx, s.tenant, s.importID)
	if err != nil || batch.State != string(onboarding.Checking) {
		return false, err
	}
	rows, err := q.Rows(ctx, onboardingdb.RowsParams{TenantID: s.tenant, ImportID: s.importID, Step: step, FromRow: batch.NextRow, Worst: int16(onboarding.Wrong), Most: blockRows})
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		return false, oneByOne(
			func() error { return a.itemDoubles(ctx, q, s, t) },
			func() error { return a.taken(ctx, tx, s, t, read) },
			func() error { _, err := q.ToReady(ctx, s.tenant, s.importID); return err },
		)
	}
	lines, err := a.readLines(s, t, read, rows)
	if err != nil {
		return false, err
	}
	now := a.Clock.Now()
	return true, oneByOne(
		func() error { return q.GradeItems(ctx, itemGrades(s, t, lines)) },
		func() error {
			return q.Advance(ctx, onboardingdb.AdvanceParams{
				TenantID: s.tenant, ImportID: s.importID, Step: step, NextRow: rows[len(rows)-1].RowNo + 1, Did: int32(len(rows)), Now: &now,
			})
		},
	)
}

// tillLine is a staged line as it is understood.
type tillLine struct {
	no  int32
	row onboarding.Line
	onboarding.TillRead
	key []byte // of its number; nil: it has none
}

func (a *App) readLines(s *stager, t onboarding.TillImport, read *onboarding.TillReader, rows []onboardingdb.RowsRow) ([]tillLine, error) {
	out := make([]tillLine, len(rows))
	for i, r := range rows {
		l := tillLine{no: r.RowNo}
		if _, err := openRow(s.keys, rowID(s.importID, string(t.Kind), int(r.RowNo)), r.RowBox, &l.row); err != nil {
			return nil, err
		}
		l.TillRead = read.Read(l.row)
		if l.Number != "" {
			l.key = s.keys.NumberKey(l.Number)
			l.Bill.Number = visit.NumberKey(l.key)
		}
		out[i] = l
	}
	return out, nil
}

// itemGrades spreads lines over the columns of GradeItems.
func itemGrades(s *stager, t onboarding.TillImport, lines []tillLine) onboardingdb.GradeItemsParams {
	p := onboardingdb.GradeItemsParams{TenantID: s.tenant, ImportID: s.importID, Step: string(t.Kind)}
	for _, l := range lines {
		var store kernel.UUID
		item, digest := []byte{}, []byte{}
		if l.Store != nil {
			store = kernel.UUID(l.Store.ID)
			if l.No != "" {
				item = s.keys.Digest("import item", store.String()+" "+l.No)
				digest = s.keys.Digest("import line", said(t.Kind, l))
			}
		}
		items, sum := l.Counts()
		p.RowNos = append(p.RowNos, l.no)
		p.NumberKeys = append(p.NumberKeys, notNil(l.key))
		p.AtStores = append(p.AtStores, store)
		p.Grades = append(p.Grades, int16(l.Grade()))
		p.Findings = append(p.Findings, remarks(l.Remarks))
		p.ItemKeys, p.ItemDigests = append(p.ItemKeys, item), append(p.ItemDigests, digest)
		p.AtDays = append(p.AtDays, l.Date)
		p.Items, p.Sums = append(p.Items, int16(items)), append(p.Sums, int64(sum))
	}
	return p
}

// said is everything that a line says, as one text.
func said(kind onboarding.TillKind, l tillLine) string {
	if kind == onboarding.TillBills {
		b := l.Bill
		return fmt.Sprint(b.Date, b.Meal, b.ClosedAt.Unix(), int64(b.Amount), b.Status, b.BookingRef, b.RefundOf, string(b.Detail.JSON()), string(l.key))
	}
	text, _ := json.Marshal(l.Booking) // numbers mask themselves in it: the key stands beside it
	return string(text) + string(l.key)
}

// itemDoubles marks lines whose bill or booking stands on an earlier line: the same
// once more is taken once, something else is wrong.
func (a *App) itemDoubles(ctx context.Context, q *onboardingdb.Queries, s *stager, t onboarding.TillImport) error {
	rows, err := q.ItemDoubles(ctx, s.tenant, s.importID, string(t.Kind))
	if err != nil {
		return err
	}
	field := map[onboarding.TillKind]string{onboarding.TillBills: "bill_no", onboarding.TillBookings: "ref"}[t.Kind]
	all := make([]marked, len(rows))
	for i, r := range rows {
		m := t.Mapping.Remark(t.Head, onboarding.Noted, field, "VIS-07", fmt.Sprintf("与第 %d 行完全相同，只算一次", r.FirstNo), "")
		if !r.Alike {
			m.Grade, m.Reason, m.Mend = onboarding.Wrong, fmt.Sprintf("与第 %d 行编号相同，内容不同", r.FirstNo), "每张账单、每个预定只留一行；按菜品导出的明细请改用账单汇总"
		}
		all[i] = marked{r.RowNo, m}
	}
	return markAll(ctx, q, s, t, true, all)
}

// marked is something more to say of a line.
type marked struct {
	no int32
	onboarding.Remark
}

// markAll says something more of lines; twice: others say the same.
func markAll(ctx context.Context, q *onboardingdb.Queries, s *stager, t onboarding.TillImport, twice bool, all []marked) error {
	for some := range slices.Chunk(all, 10*blockRows) {
		p := onboardingdb.MarkItemsParams{Twice: twice, TenantID: s.tenant, ImportID: s.importID, Step: string(t.Kind)}
		for _, m := range some {
			p.RowNos, p.Grades, p.Findings = append(p.RowNos, m.no), append(p.Grades, int16(m.Grade)), append(p.Findings, remarks([]onboarding.Remark{m.Remark}))
		}
		if err := q.MarkItems(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

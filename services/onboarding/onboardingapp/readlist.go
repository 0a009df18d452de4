package onboardingapp

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/sheet"
)

const (
	// maxUnzipped bounds what a workbook may become: 200,000 full lines make some
	// 250 MB of XML.
	maxUnzipped = 512 << 20
	// inMemory is how much of it is held: the rest lies in a directory of its own
	// while it is read, which only this process may open.
	inMemory = 8 << 20
	// headerWithin is in how many lines the header must come.
	headerWithin = 10
	// listSheet is the sheet of our template that holds the list.
	listSheet = "客户"
)

// readList reads the file of a list, stages its lines and goes on to checking.
func (a *App) readList(ctx context.Context, s *stager) error {
	var header *onboarding.Header
	r := lineReader{
		stager: s, step: stepCustomers, prefer: listSheet, within: headerWithin,
		head: func(row sheet.Row) (bool, error) {
			h, found, err := onboarding.ReadHeader(row.Cells, s.chain.Template)
			if found {
				header = &h
			}
			return found, err
		},
		line:   func(row sheet.Row) (onboarding.Line, bool) { return header.ReadLine(row.Line, row.Cells) },
		header: func() any { return header },
		noHead: onboarding.ErrNoHeader,
	}
	read, err := a.readFile(ctx, r)
	if err != nil || !read {
		return err
	}
	return a.toChecking(ctx, s)
}

// readFile reads the file of an import and stages its lines; false: it can't be read
// and has failed. The file is read from its beginning each time; lines that are staged
// already are passed over, so that a kill costs no line and doubles none.
func (a *App) readFile(ctx context.Context, r lineReader) (read bool, err error) {
	file, err := a.file(ctx, r.stager)
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "changke-import-")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for row, err := range sheet.Rows(file, sheet.Limits{Lines: onboarding.MaxLines + r.within, Unzipped: maxUnzipped, InMemory: inMemory, TmpDir: dir, Prefer: r.prefer}) {
		switch {
		case errors.Is(err, sheet.ErrTooLarge):
			err = onboarding.ErrTooLarge
		case errors.Is(err, sheet.ErrUnpacks):
			err = onboarding.ErrUnpacks
		case err != nil:
			err = onboarding.ErrNotReadable
		default:
			err = r.row(ctx, row)
		}
		if err != nil {
			return false, a.failList(ctx, r.stager, err)
		}
	}
	if !r.begun {
		return false, a.failList(ctx, r.stager, r.noHead)
	}
	return true, r.flush(ctx)
}

// file puts the parts of a list's file together.
func (a *App) file(ctx context.Context, s *stager) ([]byte, error) {
	parts, err := onboardingdb.New(a.DB.Single(s.tenant)).Parts(ctx, s.tenant, s.importID)
	if err != nil {
		return nil, err
	}
	var file []byte
	for _, p := range parts {
		part, err := s.keys.OpenBytes(p.PartBox, partTable, rowID(s.importID, partTable, int(p.No)))
		if err != nil {
			return nil, err
		}
		file = append(file, part...)
	}
	return file, nil
}

// lineReader stages lines block by block.
type lineReader struct {
	*stager
	step, prefer string
	within       int // lines in which the header must come
	head         func(sheet.Row) (found bool, err error)
	line         func(sheet.Row) (onboarding.Line, bool)
	header       func() any // once it was found
	noHead       error

	begun bool
	block []onboarding.Line
	count int
}

func (r *lineReader) row(ctx context.Context, row sheet.Row) (err error) {
	if !r.begun {
		if r.begun, err = r.head(row); err == nil && !r.begun && row.Line >= r.within {
			err = r.noHead
		}
		return err
	}
	l, there := r.line(row)
	if !there {
		return nil
	}
	if r.count++; r.count > onboarding.MaxLines {
		return onboarding.ErrTooLarge
	}
	if r.block = append(r.block, l); len(r.block) < blockRows {
		return nil
	}
	return r.flush(ctx)
}

// flush stages the block in hand, but for what is there already.
func (r *lineReader) flush(ctx context.Context) error {
	block := r.block
	r.block = nil
	if len(block) == 0 {
		return nil
	}
	header, err := json.Marshal(r.header())
	if err != nil {
		return err
	}
	return r.app.DB.InTenant(ctx, r.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		batch, err := q.LockBatch(ctx, r.tenant, r.importID)
		if err != nil || batch.State != string(onboarding.Reading) {
			return err
		}
		if batch.NextRow == 0 {
			if err := q.SetHeader(ctx, header, r.tenant, r.importID); err != nil {
				return err
			}
		}
		p := onboardingdb.InsertRowsParams{TenantID: r.tenant, ImportID: r.importID, Step: r.step}
		for _, l := range block {
			if l.No < int(batch.NextRow) {
				continue
			}
			box, err := sealRow(r.keys, rowID(r.importID, r.step, l.No), "", l)
			if err != nil {
				return err
			}
			p.RowNos = append(p.RowNos, int32(l.No))
			p.NumberKeys = append(p.NumberKeys, []byte{})
			p.RowBoxes = append(p.RowBoxes, box)
		}
		if len(p.RowNos) == 0 {
			return nil
		}
		if err := q.InsertRows(ctx, p); err != nil {
			return err
		}
		now := r.app.Clock.Now()
		return q.ReadOn(ctx, onboardingdb.ReadOnParams{
			NextRow: p.RowNos[len(p.RowNos)-1] + 1, Did: int32(len(p.RowNos)), Now: &now, TenantID: r.tenant, ImportID: r.importID,
		})
	})
}

// toChecking ends the reading; the file itself is no longer needed.
func (a *App) toChecking(ctx context.Context, s *stager) error {
	empty := false
	now := a.Clock.Now()
	err := a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		row, err := q.List(ctx, s.tenant, s.importID)
		if empty = err == nil && row.Lines == 0; err != nil || empty {
			return err
		}
		n, err := q.ToChecking(ctx, onboardingdb.ToCheckingParams{Now: &now, TenantID: s.tenant, ImportID: s.importID, Expected: string(onboarding.Reading)})
		if err != nil || n == 0 {
			return err
		}
		return q.DeleteParts(ctx, s.tenant, s.importID)
	})
	if err == nil && empty {
		return a.failList(ctx, s, onboarding.ErrNoLines)
	}
	return err
}

// failList ends a list whose file cannot be read, with the reason for the
// person; other errors are tried again.
func (a *App) failList(ctx context.Context, s *stager, why error) error {
	var f *fault.Fault
	if !errors.As(why, &f) || f.Kind != fault.Invalid {
		return why
	}
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		n, err := q.Fail(ctx, onboardingdb.FailParams{Fault: f.Message, Now: &now, TenantID: s.tenant, ImportID: s.importID})
		if err != nil || n == 0 {
			return err
		}
		return oneByOne(
			func() error { return q.DeleteRows(ctx, s.tenant, s.importID) },
			func() error { return q.DeleteParts(ctx, s.tenant, s.importID) },
		)
	})
}

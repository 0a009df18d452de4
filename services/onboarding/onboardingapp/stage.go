package onboardingapp

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/visit"
)

// blockRows is how many rows go into one transaction: some tens of milliseconds
// of locks, and as much to do again after a crash.
const blockRows = 500

// States of an import, and the steps in the order they are published: what a
// step names must have been published before it.
const (
	stateStaging    = "staging"
	stateChecked    = "checked"
	statePublishing = "publishing"
	stateDone       = "done"
)

// Kinds of imports: directories of the former system's files (changke import),
// lists of customers and exports of tills that are uploaded in the console.
const (
	kindDirectory = "directory"
	kindCustomers = "customers"
	kindBills     = string(onboarding.TillBills)
	kindBookings  = string(onboarding.TillBookings)
)

// stepCustomers is the step of a list of customers: its only one.
const stepCustomers = "customers"

var steps = []string{"stores", "staff", "customers", "bookings", "bills"}

// ErrOtherUnfinished refuses a second import while one is half published.
var ErrOtherUnfinished = fault.New(fault.Conflict, "import.other_unfinished", "另一次导入尚未完成，请先用原来的文件继续那一次导入。")

// Import brings a directory in: reads, checks, stages and publishes it. The same
// files again resume where they stood, or do nothing when they are in already.
// Findings say what is wrong with the files; nothing is written then.
func (a *App) Import(ctx context.Context, id kernel.TenantID, dir fs.FS, progress Progress) ([]onboarding.Finding, error) {
	importID, findings, err := a.stage(ctx, id, dir)
	if err != nil || len(findings) > 0 {
		return findings, err
	}
	return nil, a.publish(ctx, id, importID, progress)
}

// Discard takes a staged import back whole; one that is being published can
// only be resumed. It reports how many were discarded.
func (a *App) Discard(ctx context.Context, id kernel.TenantID) (int, error) {
	n := 0
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		batches, err := q.UnfinishedBatches(ctx, id)
		if err != nil {
			return err
		}
		for _, b := range batches {
			if b.State == statePublishing {
				return ErrOtherUnfinished
			}
			if err := errors.Join(q.DeleteRows(ctx, id, b.ImportID), q.DeleteBatch(ctx, id, b.ImportID)); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// stage gives the import of these files, staged now or before.
func (a *App) stage(ctx context.Context, id kernel.TenantID, dir fs.FS) (kernel.UUID, []onboarding.Finding, error) {
	digest, err := digestOf(dir)
	if err != nil {
		return kernel.UUID{}, nil, err
	}
	q := onboardingdb.New(a.DB.Single(id))
	before, err := q.BatchByDigest(ctx, id, digest)
	switch {
	case err == nil && before.State != stateStaging:
		return before.ImportID, nil, nil
	case err == nil: // cut off while staging: from the start
		if _, err := a.Discard(ctx, id); err != nil {
			return kernel.UUID{}, nil, err
		}
	case !errors.Is(err, pgx.ErrNoRows):
		return kernel.UUID{}, nil, err
	}
	others, err := q.UnfinishedBatches(ctx, id)
	if err != nil {
		return kernel.UUID{}, nil, err
	}
	for _, o := range others {
		if o.State == statePublishing {
			return kernel.UUID{}, nil, ErrOtherUnfinished
		}
	}

	facts, findings, err := onboarding.Read(dir)
	if err != nil || len(findings) > 0 {
		return kernel.UUID{}, findings, err
	}
	if findings, err = a.lostMoves(ctx, id, facts.Staff); err != nil || len(findings) > 0 {
		return kernel.UUID{}, findings, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return kernel.UUID{}, nil, err
	}
	if findings, err = a.otherBills(ctx, id, keys, facts.Bills); err != nil || len(findings) > 0 {
		return kernel.UUID{}, findings, err
	}
	now := a.Clock.Now()
	s := &stager{app: a, tenant: id, keys: keys, importID: kernel.NewID[kernel.UUID](now)}
	if err := q.InsertBatch(ctx, onboardingdb.InsertBatchParams{TenantID: id, ImportID: s.importID, Digest: digest, CreatedAt: now}); err != nil {
		return kernel.UUID{}, nil, err
	}
	err = errors.Join(
		stageRows(ctx, s, 0, facts.Stores, func(onboarding.Store) kernel.Phone { return "" }),
		stageRows(ctx, s, 1, facts.Staff, func(r onboarding.Staff) kernel.Phone { return r.Phone }),
		stageRows(ctx, s, 2, facts.Customers, func(r onboarding.Customer) kernel.Phone { return r.Phone }),
		stageRows(ctx, s, 3, facts.Bookings, func(r onboarding.Booking) kernel.Phone { return r.Phone }),
		stageRows(ctx, s, 4, facts.Bills, func(r onboarding.Bill) kernel.Phone { return r.Phone }),
	)
	if err != nil {
		return kernel.UUID{}, nil, err
	}
	return s.importID, nil, s.setState(ctx, stateStaging, stateChecked, "", nil)
}

type stager struct {
	app      *App
	tenant   kernel.TenantID
	keys     *secret.Keys
	importID kernel.UUID
	chain    *onboarding.Chain // what a list of customers is read by
}

func (s *stager) setState(ctx context.Context, from, to, step string, ended *time.Time) error {
	_, err := onboardingdb.New(s.app.DB.Single(s.tenant)).SetBatchState(ctx, onboardingdb.SetBatchStateParams{
		TenantID: s.tenant, ImportID: s.importID, Expected: from, State: to, Step: step, EndedAt: ended,
	})
	return err
}

// stageRows writes the rows of one step, boxed.
func stageRows[T any](ctx context.Context, s *stager, step int, rows []T, phone func(T) kernel.Phone) error {
	for from := 0; from < len(rows); from += blockRows {
		block := rows[from:min(from+blockRows, len(rows))]
		p := onboardingdb.InsertRowsParams{TenantID: s.tenant, ImportID: s.importID, Step: steps[step]}
		for i, row := range block {
			var key []byte
			number := phone(row)
			if number != "" {
				key = s.keys.NumberKey(number)
			}
			box, err := sealRow(s.keys, rowID(s.importID, steps[step], from+i), number, row)
			if err != nil {
				return err
			}
			p.RowNos = append(p.RowNos, int32(from+i))
			p.NumberKeys = append(p.NumberKeys, notNil(key))
			p.RowBoxes = append(p.RowBoxes, box)
		}
		if err := onboardingdb.New(s.app.DB.Single(s.tenant)).InsertRows(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// boxedRow is what lies in the box of a staged row. Numbers mask themselves in
// JSON, so theirs stands beside the row.
type boxedRow struct {
	Number string          `json:"number,omitempty"`
	Row    json.RawMessage `json:"row"`
}

const rowTable = "import_row"

// sealRow boxes a staged row as a whole: names and remarks are no less personal
// than numbers.
func sealRow(keys *secret.Keys, id kernel.UUID, number kernel.Phone, row any) ([]byte, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(boxedRow{number.E164(), text}); err != nil {
		return nil, err
	}
	return keys.SealBytes(text, rowTable, id)
}

// openRow reads what sealRow boxed.
func openRow(keys *secret.Keys, id kernel.UUID, box []byte, row any) (kernel.Phone, error) {
	text, err := keys.OpenBytes(box, rowTable, id)
	if err != nil {
		return "", err
	}
	var b boxedRow
	if err := json.Unmarshal(text, &b); err != nil {
		return "", errors.New("a staged row is not readable") // its text stays here
	}
	if err := json.Unmarshal(b.Row, row); err != nil {
		return "", errors.New("a staged row is not readable")
	}
	return kernel.Phone(b.Number), nil
}

func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// rowID names a part of an import that has no id of its own, for its box.
func rowID(importID kernel.UUID, step string, row int) kernel.UUID {
	h := sha256.New()
	h.Write(importID[:])
	h.Write([]byte(step))
	_ = binary.Write(h, binary.BigEndian, int64(row)) // a hash takes everything
	return kernel.UUID(h.Sum(nil)[:16])
}

// digestOf names the content of a directory, whatever the files' order or dates.
func digestOf(dir fs.FS) ([]byte, error) {
	h := sha256.New()
	for _, name := range onboarding.FileNames() {
		f, err := dir.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // Read says that it is missing
		}
		if err != nil {
			return nil, err
		}
		one := sha256.New()
		_, err = io.Copy(one, f)
		_ = f.Close()
		if err != nil {
			return nil, err
		}
		h.Write([]byte(name))
		h.Write(one.Sum(nil))
	}
	return h.Sum(nil), nil
}

// lostMoves asks what posts the chain knows of people who moved.
func (a *App) lostMoves(ctx context.Context, id kernel.TenantID, people []onboarding.Staff) ([]onboarding.Finding, error) {
	var nos []string
	for _, s := range people {
		if len(s.Posts) > 1 {
			nos = append(nos, s.No)
		}
	}
	if len(nos) == 0 {
		return nil, nil
	}
	stores, err := a.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	codes := make(map[kernel.StoreID]string, len(stores))
	for _, s := range stores {
		codes[s.ID] = s.Code
	}
	held, err := a.PostsByNo(ctx, id, nos)
	if err != nil {
		return nil, err
	}
	known := make(map[string][]onboarding.Post, len(held))
	for no, posts := range held {
		for _, p := range posts {
			for _, store := range p.Stores {
				known[no] = append(known[no], onboarding.Post{From: p.From, Store: codes[store], Position: p.Position})
			}
		}
	}
	return onboarding.LostMoves(people, known), nil
}

// otherBills finds bills that the chain has with another content: told now, for once
// blocks are published there is no way back, and none past such a bill.
func (a *App) otherBills(ctx context.Context, id kernel.TenantID, keys *secret.Keys, bills []onboarding.Bill) (out []onboarding.Finding, err error) {
	stores, err := a.storesByCode(ctx, id)
	if err != nil {
		return nil, err
	}
	known := slices.DeleteFunc(slices.Clone(bills), func(b onboarding.Bill) bool { _, ok := stores[b.Store]; return !ok })
	for block := range slices.Chunk(known, blockRows) {
		sent := make([]visit.Bill, len(block))
		for i, b := range block {
			var key []byte
			if b.Phone != "" {
				key = keys.NumberKey(b.Phone)
			}
			sent[i] = billOf(b, stores[b.Store].ID, key)
		}
		results, err := a.Publish.CheckBills(ctx, id, sent, a.Clock.Now())
		if err != nil {
			return nil, err
		}
		for i, r := range results {
			if b := block[i]; r.Reason == visit.ReasonRevisionConflict {
				out = append(out, onboarding.Finding{File: "bills.csv", Line: b.Line, Column: "revision", Reason: fmt.Sprintf("bill %q revision %d is in the chain already with different content", b.No, b.Revision)})
			}
		}
	}
	return out, nil
}

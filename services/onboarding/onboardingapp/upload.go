package onboardingapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
)

const partTable = "import_part"

// headOffice refuses whoever has the right in some stores only: a list names all
// of them.
func headOffice(grant kernel.Grant) error {
	if !grant.Tenant() {
		return onboarding.ErrNotTenant
	}
	return nil
}

// BeginUpload opens a list of customers for a file of some size; one that the
// same person began with the same file goes on where it stands. Digest is the
// file's SHA-256; nil: not known, then it can't be found again. Faults: those of
// size, import.too_many_open.
func (a *App) BeginUpload(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, fileName string, size int, digest []byte) (onboarding.Import, error) {
	if err := headOffice(grant); err != nil {
		return onboarding.Import{}, err
	}
	if size > onboarding.MaxBytes {
		return onboarding.Import{}, onboarding.ErrTooLarge
	}
	id, err := a.begin(ctx, actor, upload{kind: kindCustomers, most: onboarding.MaxOpen, tooMany: onboarding.ErrTooMany, act: "import.list_begun", fileName: fileName, size: size, digest: digest})
	if err != nil {
		return onboarding.Import{}, err
	}
	return a.List(ctx, actor.Tenant, id)
}

// upload is a file that is about to come.
type upload struct {
	kind, act string
	most      int   // open ones of its kind
	tooMany   error // what more are
	fileName  string
	size      int
	digest    []byte
	// then runs in the transaction that opens it; nil: nothing more.
	then func(q *onboardingdb.Queries, id kernel.UUID) error
}

// begin opens an import for a file, or finds the one that the same person began with
// it. Faults: import.too_many_open, import.too_many_files.
func (a *App) begin(ctx context.Context, actor *kernel.Actor, u upload) (kernel.UUID, error) {
	now := a.Clock.Now()
	id := kernel.NewID[kernel.UUID](now)
	err := a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		if err := q.LockKind(ctx, actor.Tenant.String()); err != nil {
			return err
		}
		then := func() error {
			if u.then == nil {
				return nil
			}
			return u.then(q, id)
		}
		if len(u.digest) > 0 {
			begun, err := q.UploadOf(ctx, onboardingdb.UploadOfParams{TenantID: actor.Tenant, Kind: u.kind, UploadedBy: &actor.Person, FileDigest: u.digest, FileBytes: int32(u.size)})
			if err == nil {
				id = begun
				return then()
			}
			if !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
		}
		open, err := q.CountOpen(ctx, actor.Tenant, u.kind)
		if err == nil && open >= int64(u.most) {
			err = u.tooMany
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error {
				return q.InsertUpload(ctx, onboardingdb.InsertUploadParams{
					TenantID: actor.Tenant, ImportID: id, Kind: u.kind, FileName: plainName(u.fileName), FileBytes: int32(u.size), Parts: int32(onboarding.PartsOf(u.size)),
					FileDigest: u.digest, UploadedBy: &actor.Person, Now: now,
				})
			},
			then,
			func() error {
				return audit.WriteTx(ctx, tx, actor.Tenant, now, line(u.act, id, audit.Change{Field: "bytes", After: fmt.Sprint(u.size)}))
			},
		)
	})
	return id, err
}

// UploadPart takes a part of the file; sent again it changes nothing. With the
// last one the server begins to read. Faults: import.not_found,
// import.not_uploading, that of a part that is none.
func (a *App) UploadPart(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, no int, content []byte) (onboarding.Import, error) {
	if err := headOffice(grant); err != nil {
		return onboarding.Import{}, err
	}
	list, err := a.List(ctx, actor.Tenant, id)
	if err == nil {
		err = a.putPart(ctx, actor, list, no, content, "import.list_uploaded")
	}
	if err != nil {
		return list, err
	}
	return a.List(ctx, actor.Tenant, id)
}

// putPart takes a part of an import's file, and has it read with the last one.
func (a *App) putPart(ctx context.Context, actor *kernel.Actor, list onboarding.Import, no int, content []byte, act string) error {
	id := list.ID
	switch {
	case list.State != onboarding.Uploading:
		return onboarding.ErrNotWaiting
	case no < 0 || no >= list.Parts || len(content) != onboarding.SizeOfPart(list.Bytes, no):
		return onboarding.ErrBadPart
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return err
	}
	box, err := keys.SealBytes(content, partTable, rowID(id, partTable, no))
	if err != nil {
		return err
	}
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		batch, err := q.LockBatch(ctx, actor.Tenant, id) // beside throwing it away
		if err == nil && batch.State != string(onboarding.Uploading) {
			err = onboarding.ErrNotWaiting
		}
		if err != nil {
			return err
		}
		if _, err := q.PutPart(ctx, onboardingdb.PutPartParams{TenantID: actor.Tenant, ImportID: id, No: int32(no), PartBox: box}); err != nil {
			return err
		}
		n, err := q.Received(ctx, &now, actor.Tenant, id)
		if err != nil || n == 0 {
			return err
		}
		return oneByOne(
			func() error { return a.queueTx(ctx, tx, actor.Tenant, id) },
			func() error { return audit.WriteTx(ctx, tx, actor.Tenant, now, line(act, id)) },
		)
	})
}

// List gives one list. Fault: import.not_found.
func (a *App) List(ctx context.Context, tenant kernel.TenantID, id kernel.UUID) (onboarding.Import, error) {
	q := onboardingdb.New(a.DB.Single(tenant))
	row, err := q.List(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return onboarding.Import{}, onboarding.ErrNoImport
	}
	if err != nil {
		return onboarding.Import{}, err
	}
	list := asImport(onboardingdb.ListsRow(row))
	list.Received, err = a.received(ctx, tenant, id, list.State)
	return list, err
}

// received are the numbers of an upload's parts that are there.
func (a *App) received(ctx context.Context, tenant kernel.TenantID, id kernel.UUID, state onboarding.State) (out []int, err error) {
	if state != onboarding.Uploading {
		return nil, nil
	}
	nos, err := onboardingdb.New(a.DB.Single(tenant)).PartNos(ctx, tenant, id)
	for _, no := range nos {
		out = append(out, int(no))
	}
	return out, err
}

// Lists gives a page of a chain's lists, newest first, before one of them (zero:
// from the newest).
func (a *App) Lists(ctx context.Context, tenant kernel.TenantID, before kernel.UUID, most int) ([]onboarding.Import, error) {
	if before.IsZero() {
		before = kernel.UUID(slices.Repeat([]byte{0xff}, len(before)))
	}
	rows, err := onboardingdb.New(a.DB.Single(tenant)).Lists(ctx, tenant, before, int32(most))
	out := make([]onboarding.Import, len(rows))
	for i, r := range rows {
		out[i] = asImport(r)
	}
	return out, err
}

func asImport(r onboardingdb.ListsRow) onboarding.Import {
	i := onboarding.Import{
		ID: r.ImportID, FileName: r.FileName, Bytes: int(r.FileBytes), Parts: int(r.Parts), State: onboarding.State(r.State), Lines: int(r.Lines), Done: int(r.Done),
		Wrong: int(r.Wrong), Noted: int(r.Noted), Published: int(r.Published), Fault: r.Fault, PublishedBy: r.PublishedBy,
		UploadedAt: r.CreatedAt, PublishedAt: r.PublishedAt, EndedAt: r.EndedAt,
	}
	if r.UploadedBy != nil {
		i.UploadedBy = *r.UploadedBy
	}
	_ = json.Unmarshal(r.Header, &i.Header) // ours; an empty one is none
	return i
}

// line is what the log of acts says of a list.
func line(action string, id kernel.UUID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "import", ObjectID: id.String(), Changes: changes}
}

// plainName is a file's name without folders and what cannot be stored.
func plainName(name string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), ""), "\x00", "")
}

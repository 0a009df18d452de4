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
	now := a.Clock.Now()
	id := kernel.NewID[kernel.UUID](now)
	err := a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		if err := q.LockKind(ctx, actor.Tenant.String()); err != nil {
			return err
		}
		if len(digest) > 0 {
			begun, err := q.UploadOf(ctx, onboardingdb.UploadOfParams{TenantID: actor.Tenant, UploadedBy: &actor.Person, FileDigest: digest, FileBytes: int32(size)})
			if err == nil {
				id = begun
				return nil
			}
			if !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
		}
		open, err := q.CountOpen(ctx, actor.Tenant)
		if err == nil && open >= onboarding.MaxOpen {
			err = onboarding.ErrTooMany
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error {
				return q.InsertUpload(ctx, onboardingdb.InsertUploadParams{
					TenantID: actor.Tenant, ImportID: id, FileName: plainName(fileName), FileBytes: int32(size), Parts: int32(onboarding.PartsOf(size)),
					FileDigest: digest, UploadedBy: &actor.Person, Now: now,
				})
			},
			func() error {
				return audit.WriteTx(ctx, tx, actor.Tenant, now, line("import.list_begun", id, audit.Change{Field: "bytes", After: fmt.Sprint(size)}))
			},
		)
	})
	if err != nil {
		return onboarding.Import{}, err
	}
	return a.List(ctx, actor.Tenant, id)
}

// UploadPart takes a part of the file; sent again it changes nothing. With the
// last one the server begins to read. Faults: import.not_found,
// import.not_uploading, that of a part that is none.
func (a *App) UploadPart(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, no int, content []byte) (onboarding.Import, error) {
	if err := headOffice(grant); err != nil {
		return onboarding.Import{}, err
	}
	list, err := a.List(ctx, actor.Tenant, id)
	switch {
	case err != nil:
		return list, err
	case list.State != onboarding.Uploading:
		return list, onboarding.ErrNotWaiting
	case no < 0 || no >= list.Parts || len(content) != onboarding.SizeOfPart(list.Bytes, no):
		return list, onboarding.ErrBadPart
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return list, err
	}
	box, err := keys.SealBytes(content, partTable, rowID(id, partTable, no))
	if err != nil {
		return list, err
	}
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
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
			func() error { return audit.WriteTx(ctx, tx, actor.Tenant, now, line("import.list_uploaded", id)) },
		)
	})
	if err != nil {
		return list, err
	}
	return a.List(ctx, actor.Tenant, id)
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
	if list.State == onboarding.Uploading {
		nos, err := q.PartNos(ctx, tenant, id)
		if err != nil {
			return list, err
		}
		for _, no := range nos {
			list.Received = append(list.Received, int(no))
		}
	}
	return list, nil
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

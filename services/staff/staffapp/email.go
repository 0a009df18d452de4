package staffapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// emailTable is what boxes of addresses are bound to, emailDigest what they are
// found by.
const (
	emailTable  = "person_email"
	emailDigest = "email"
)

// email gives a person's address; empty: none.
func (a *App) email(ctx context.Context, q *staffdb.Queries, keys *secret.Keys, tenant kernel.TenantID, id kernel.PersonID) (staff.Email, error) {
	box, err := q.EmailOf(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	plain, err := keys.OpenBytes(box, emailTable, kernel.UUID(id))
	return staff.Email(plain), err
}

// setEmail records a person's address, or takes it away. Fault: staff.email_taken.
func (a *App) setEmail(ctx context.Context, q *staffdb.Queries, keys *secret.Keys, tenant kernel.TenantID, id kernel.PersonID, e staff.Email) error {
	if e == "" {
		return q.DropEmail(ctx, tenant, id)
	}
	box, err := keys.SealBytes([]byte(e), emailTable, kernel.UUID(id))
	if err != nil {
		return err
	}
	err = q.PutEmail(ctx, staffdb.PutEmailParams{TenantID: tenant, PersonID: id, EmailKey: keys.Digest(emailDigest, string(e)), EmailBox: box})
	if db.ConstraintName(err) == "person_email_tenant_id_email_key_key" {
		err = staff.ErrEmailTaken
	}
	return err
}

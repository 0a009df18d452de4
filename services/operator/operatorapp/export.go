package operatorapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
)

// Recipient is the key that a chain's exports are encrypted to.
type Recipient struct {
	Key   string // empty: none is registered
	By    kernel.PersonID
	Since time.Time
}

// SetRecipient registers the public key of a chain's administrator. Faults:
// export.bad_recipient, export.secret_key.
func (a *App) SetRecipient(ctx context.Context, by *kernel.Actor, typed string) error {
	typed = strings.TrimSpace(typed)
	if strings.HasPrefix(strings.ToUpper(typed), "AGE-SECRET-KEY-") {
		return operator.ErrSecretKey
	}
	key, err := age.ParseX25519Recipient(typed)
	if err != nil {
		return operator.ErrBadRecipient
	}
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, by.Tenant, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		before, err := recipient(ctx, q, by.Tenant)
		if err != nil {
			return err
		}
		if err := q.SetRecipient(ctx, operatordb.SetRecipientParams{TenantID: by.Tenant, Recipient: key.String(), PersonID: by.Person, Now: now}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, by.Tenant, now, audit.Entry{
			Action: "export.key_registered", Object: "chain", ObjectID: by.Tenant.String(), Topic: audit.TopicExport,
			Changes: []audit.Change{{Field: "recipient", Before: before.Key, After: key.String()}},
		})
	})
}

func recipient(ctx context.Context, q *operatordb.Queries, id kernel.TenantID) (Recipient, error) {
	row, err := q.Recipient(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return Recipient{row.Recipient, row.PersonID, row.RegisteredAt}, err
}

// Exports lists a chain's newest exports, as they stand now, and its key.
func (a *App) Exports(ctx context.Context, id kernel.TenantID) (Recipient, []operator.Export, error) {
	q := operatordb.New(a.DB.Single(id))
	key, err := recipient(ctx, q, id)
	if err != nil {
		return key, nil, err
	}
	rows, err := q.Exports(ctx, id)
	out := make([]operator.Export, len(rows))
	for i, r := range rows {
		out[i] = operatordb.ExportRow(r).Export().At(a.Clock.Now())
	}
	return key, out, err
}

// StartExport queues an export of a chain, for its administrator or an operator.
// Faults: chain.not_found, export.no_recipient, export.running, export.no_place.
func (a *App) StartExport(ctx context.Context, by *kernel.Actor, id kernel.TenantID) (operator.Export, error) {
	if a.ExportDir == "" {
		return operator.Export{}, operator.ErrNoPlace
	}
	chain, err := a.chain(ctx, id)
	if err != nil {
		return operator.Export{}, err
	}
	now := a.Clock.Now()
	e := operator.Export{ID: kernel.NewID[kernel.UUID](now), State: operator.Queued, RequestedAt: now, BeatAt: now}
	row := operatordb.InsertExportParams{TenantID: id, ExportID: e.ID, Now: now}
	if by.Kind == kernel.ActorOperator {
		row.OperatorID = &by.Operator
	} else {
		e.RequestedBy, row.RequestedBy = &by.Person, &by.Person
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		key, err := recipient(ctx, q, id)
		if err != nil {
			return err
		}
		if key.Key == "" {
			return operator.ErrNoRecipient
		}
		e.Recipient, row.Recipient = key.Key, key.Key
		if err := q.GiveUpStalled(ctx, id, now.Add(-operator.StalledAfter)); err != nil {
			return err
		}
		if err := q.InsertExport(ctx, row); err != nil {
			return err
		}
		if err := a.jobs.InsertTx(ctx, tx, exportArgs{Tenant: id, Export: e.ID}, &river.InsertOpts{MaxAttempts: exportAttempts}); err != nil {
			return err
		}
		entry := audit.Entry{Action: "export.started", Object: "export", ObjectID: e.ID.String(), Topic: audit.TopicExport}
		if by.Kind == kernel.ActorOperator {
			return a.bothTx(ctx, tx, now, by, chain, entry)
		}
		return audit.WriteTx(ctx, tx, id, now, entry)
	})
	if db.ConstraintName(err) == "chain_export_live" {
		err = operator.ErrRunning
	}
	return e, err
}

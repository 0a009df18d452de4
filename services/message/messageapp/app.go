// Package messageapp is the use cases of messages to guests: accept for sending
// in somebody's transaction, send, list.
package messageapp

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/internal/messagedb"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
)

// Deps are what the use cases stand on.
type Deps struct {
	DB      *db.Pool
	Numbers secret.Source
	Clock   kernel.Clock
	Log     *slog.Logger
	// Agrees says whether a guest agrees to a category of messages now; nil: who is
	// not asked. A port of customer, which stands to the right.
	Agrees func(ctx context.Context, tenant kernel.TenantID, store kernel.StoreID, numberKey []byte, c message.Category) (bool, error)
	// Silent reports whether a chain sends nothing: messages of sandboxes are taken
	// for sent; nil: none is.
	Silent   func(ctx context.Context, tenant kernel.TenantID) (bool, error)
	Provider Provider // nil: development, messages go no further than the screen
}

// Jobs is the queue (jobs.Client).
type Jobs interface {
	InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error
}

// App is the context's use cases; it implements MessageService too.
type App struct {
	Deps
	jobs          Jobs
	guestNames    GuestNames
	decisionWords Sentences[message.Said]
	handoverWords Sentences[kernel.Words]
}

// New makes the context. Before anything is queued it needs UseJobs.
func New(d Deps) *App {
	if d.Provider == nil {
		d.Provider = Development{}
	}
	return &App{Deps: d}
}

// UseJobs gives the queue, which is made after its workers are registered.
func (a *App) UseJobs(j Jobs) { a.jobs = j }

// messageTable is what boxes of this context are bound to.
const (
	messageTable = "message"
	secretTable  = "message secret" // another box of the same row
)

// QueueTx accepts a message for sending, if and only if your transaction
// commits: outbox row and job are written in it, and that counts as sent
// (VIS-03). Take the keys before the transaction.
func (a *App) QueueTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, keys *secret.Keys, m message.New, now time.Time) (kernel.UUID, error) {
	id := kernel.NewID[kernel.UUID](now)
	t, err := message.TemplateOf(m.Template)
	if err != nil {
		return id, err
	}
	params, err := t.Params(m.Params)
	if err != nil {
		return id, err
	}
	text, err := json.Marshal(params)
	if err != nil {
		return id, err
	}
	box, err := keys.Seal(m.Number, messageTable, id)
	if err != nil {
		return id, err
	}
	secret := []byte{}
	if m.Secret != "" {
		if secret, err = keys.SealBytes([]byte(m.Secret), secretTable, id); err != nil {
			return id, err
		}
	}
	err = messagedb.New(tx).InsertMessage(ctx, messagedb.InsertMessageParams{
		TenantID: tenant, MessageID: id, StoreID: m.Store, Template: m.Template, Params: text, NumberKey: keys.NumberKey(m.Number), NumberBox: box, SecretBox: secret, Now: now,
	})
	if err != nil {
		return id, err
	}
	return id, a.jobs.InsertTx(ctx, tx, SendArgs{Tenant: tenant, Message: id}, later(m.NotBefore, now))
}

// later are the options of a job that must not run before a moment; nil: it may now.
func later(than, now time.Time) *river.InsertOpts {
	if !than.After(now) {
		return nil
	}
	return &river.InsertOpts{ScheduledAt: than}
}

package messageapp

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/internal/messagedb"
)

// Outgoing is a message on its way to a provider.
type Outgoing struct {
	ID     kernel.UUID // the provider's idempotency key: a job may run twice
	Number kernel.Phone
	Text   string
}

// Provider carries messages to telephones. Errors are tried again, but
// ErrRefused is final.
type Provider interface {
	Send(ctx context.Context, m Outgoing) error
}

// ErrRefused says that the provider will never take this message.
var ErrRefused = errors.New("the provider refused the message")

// Development is the provider of demo and tests: nothing leaves the house, the
// message is read on the console's list.
type Development struct{}

// Send implements Provider.
func (Development) Send(context.Context, Outgoing) error { return nil }

// SendArgs are a sending job's: ids only.
type SendArgs struct {
	Tenant  kernel.TenantID `json:"tenant"`
	Message kernel.UUID     `json:"message"`
}

// Kind implements river.JobArgs.
func (SendArgs) Kind() string { return "message_send" }

// Register adds the context's workers.
func (a *App) Register(workers *river.Workers) { river.AddWorker(workers, &sendWorker{app: a}) }

type sendWorker struct {
	river.WorkerDefaults[SendArgs]
	app *App
}

// Work sends the message unless that was done. Its mark in the ledger and the
// job's end are one transaction.
func (w *sendWorker) Work(ctx context.Context, job *river.Job[SendArgs]) error {
	mark, err := w.app.send(ctx, job.Args, job.Attempt >= job.MaxAttempts)
	if err != nil {
		return err
	}
	return w.app.DB.InTenant(ctx, job.Args.Tenant, func(tx pgx.Tx) error {
		if mark != nil {
			if _, err := messagedb.New(tx).MarkMessage(ctx, *mark); err != nil {
				return err
			}
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// send hands a queued message to the provider and gives what to write into the
// ledger; nil: it is not queued any more. On the last try a failure is final.
func (a *App) send(ctx context.Context, args SendArgs, last bool) (*messagedb.MarkMessageParams, error) {
	row, err := messagedb.New(a.DB.Single(args.Tenant)).QueuedMessage(ctx, args.Tenant, args.Message)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	mark := messagedb.MarkMessageParams{TenantID: args.Tenant, MessageID: args.Message}
	if agrees, err := a.agrees(ctx, args.Tenant, row); err != nil || !agrees {
		mark.State, mark.Error = string(message.Stopped), "客人没有同意接收，或已撤回同意"
		return &mark, err
	}
	keys, err := a.Numbers.Keys(ctx, args.Tenant)
	if err != nil {
		return nil, err
	}
	number, err := keys.Open(row.NumberBox, messageTable, args.Message)
	if err != nil {
		return nil, err
	}
	secret := []byte{}
	if len(row.SecretBox) > 0 {
		if secret, err = keys.OpenBytes(row.SecretBox, secretTable, args.Message); err != nil {
			return nil, err
		}
	}
	text, err := messagedb.TextWith(row.Template, row.Params, string(secret))
	if err != nil {
		return nil, err
	}
	provider, err := a.providerOf(ctx, args.Tenant)
	if err != nil {
		return nil, err
	}
	switch err := provider.Send(ctx, Outgoing{ID: args.Message, Number: number, Text: text}); {
	case err == nil:
		mark.State, mark.SentAt = string(message.Sent), new(a.Clock.Now())
	case errors.Is(err, ErrRefused):
		mark.State, mark.Error = string(message.Failed), "短信服务商拒绝发送"
	case last:
		mark.State, mark.Error = string(message.Failed), "多次发送失败"
	default:
		// What a provider says may repeat the number, and the queue keeps errors.
		return nil, fmt.Errorf("the provider failed with %T", err)
	}
	return &mark, nil
}

// providerOf is who carries a chain's messages: of a sandbox nobody.
func (a *App) providerOf(ctx context.Context, id kernel.TenantID) (Provider, error) {
	if a.Silent == nil {
		return a.Provider, nil
	}
	silent, err := a.Silent(ctx, id)
	if silent {
		return Development{}, err
	}
	return a.Provider, err
}

// agrees asks at the moment of sending, not of queueing: a guest who took his
// consent back in between gets nothing (CUS-11). Codes for members of staff are
// no guest's.
func (a *App) agrees(ctx context.Context, id kernel.TenantID, row messagedb.QueuedMessageRow) (bool, error) {
	t, err := message.TemplateOf(row.Template)
	if err != nil || t.Code == message.AccountCode || a.Agrees == nil {
		return err == nil, err
	}
	return a.Agrees(ctx, id, row.StoreID, row.NumberKey, t.Category)
}

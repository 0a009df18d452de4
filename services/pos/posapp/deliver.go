package posapp

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/outbound"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
)

// DeliverArgs are a delivering job's: ids only. Each try is a job of its own, so
// that the waits are ours and a restart loses none.
type DeliverArgs struct {
	Tenant   kernel.TenantID `json:"tenant"`
	Delivery kernel.UUID     `json:"delivery"`
	Try      int32           `json:"try"` // 1 is the first
}

// Kind implements river.JobArgs.
func (DeliverArgs) Kind() string { return "webhook_deliver" }

// Register adds the context's workers.
func (a *App) Register(workers *river.Workers) {
	river.AddWorker(workers, &deliverWorker{app: a})
	river.AddWorker(workers, &moveWorker{app: a})
}

type deliverWorker struct {
	river.WorkerDefaults[DeliverArgs]
	app *App
}

// Work makes one try. Its line in the log, the next try's job and this job's end are
// one transaction.
func (w *deliverWorker) Work(ctx context.Context, job *river.Job[DeliverArgs]) error {
	t, err := w.app.try(ctx, job.Args)
	if err != nil {
		return err
	}
	return w.app.DB.InTenant(ctx, job.Args.Tenant, func(tx pgx.Tx) error {
		if t != nil {
			if err := w.app.tried(ctx, tx, job.Args, *t); err != nil {
				return err
			}
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// outcome is a delivery and how a try of it went.
type outcome struct {
	row posdb.DeliveryRow
	off bool // the webhook is switched off
	pos.Try
}

func (o outcome) accepted() bool { return o.Status >= 200 && o.Status < 300 }

// try sends a delivery; nil: it is not to be sent any more.
func (a *App) try(ctx context.Context, args DeliverArgs) (*outcome, error) {
	q := posdb.New(a.DB.Single(args.Tenant))
	row, err := q.Delivery(ctx, args.Tenant, args.Delivery)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && (row.State != pos.Pending || row.Tries != args.Try-1) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now := a.Clock.Now()
	o := &outcome{row: row, Try: pos.Try{At: now}}
	if o.off = row.WebhookState != pos.Active && pos.EventType(row.Type) != pos.Ping; o.off {
		return o, nil
	}
	boxes, err := q.SecretsOf(ctx, args.Tenant, []kernel.UUID{row.WebhookID}, now)
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, args.Tenant)
	if err != nil {
		return nil, err
	}
	secrets := make([]string, len(boxes))
	for i, b := range boxes {
		plain, err := keys.OpenBytes(b.SecretBox, secretBox, b.SecretID)
		if err != nil {
			return nil, err
		}
		secrets[i] = string(plain)
	}
	o.Status, o.Error = a.post(ctx, row, secrets, now)
	o.Took = a.Clock.Now().Sub(now)
	return o, nil
}

// post sends the body, signed by every live secret; a word says why there was no
// answer. What the other side answers is not looked at: it may hold anything.
func (a *App) post(ctx context.Context, row posdb.DeliveryRow, secrets []string, now time.Time) (status int32, failure string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, row.Url, strings.NewReader(row.Body))
	if err != nil {
		return 0, "unreachable"
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Changke-Webhooks/1")
	req.Header.Set("webhook-id", row.EventID.String())
	req.Header.Set("webhook-timestamp", strconv.FormatInt(now.Unix(), 10))
	req.Header.Set("webhook-signature", pos.Sign(secrets, row.EventID, now, row.Body))
	res, err := a.Web.Do(req)
	if err != nil {
		return 0, why(err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return int32(res.StatusCode), ""
}

// why says in a word why there was no answer; an error's own text may repeat what a
// name server or a certificate says.
func why(err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	timeout, slow := err.(interface{ Timeout() bool })
	switch {
	case errors.Is(err, outbound.ErrInner):
		return "not_public"
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &certificate), errors.As(err, &record):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case slow && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return "unreachable"
}

// tried writes a try and what follows from it: done, the next one, or the end. Of
// two jobs that made the same try one counts.
func (a *App) tried(ctx context.Context, tx pgx.Tx, args DeliverArgs, o outcome) error {
	q, id, now := posdb.New(tx), args.Tenant, o.At.Add(o.Took)
	if o.off {
		return q.GiveUpDelivery(ctx, id, args.Delivery)
	}
	end := posdb.EndTryParams{TenantID: id, DeliveryID: args.Delivery, Before: o.row.Tries, State: pos.Accepted}
	if !o.accepted() {
		end.State = pos.Failed
		if next, again := pos.Next(int(args.Try), now); again && pos.EventType(o.row.Type) != pos.Ping {
			end.State, end.NextAt = pos.Pending, &next
		}
	}
	n, err := q.EndTry(ctx, end)
	if err != nil || n == 0 {
		return err
	}
	if err := q.InsertTry(ctx, posdb.InsertTryParams{
		TenantID: id, DeliveryID: args.Delivery, No: args.Try, At: o.At, StatusCode: o.Status, TookMs: int32(o.Took.Milliseconds()), Error: o.Error,
	}); err != nil {
		return err
	}
	if o.accepted() {
		return q.WebhookAccepted(ctx, &now, id, o.row.WebhookID)
	}
	if end.NextAt != nil {
		if err := a.insertJob(ctx, tx, DeliverArgs{id, args.Delivery, args.Try + 1}, &river.InsertOpts{ScheduledAt: *end.NextAt}); err != nil {
			return err
		}
	}
	if pos.EventType(o.row.Type) == pos.Ping {
		return nil
	}
	return a.failing(ctx, tx, id, o.row.WebhookID, now)
}

// failing switches a webhook off that has accepted nothing for days, and tells those
// who manage webhooks.
func (a *App) failing(ctx context.Context, tx pgx.Tx, id kernel.TenantID, hook kernel.UUID, now time.Time) error {
	q := posdb.New(tx)
	h, err := q.WebhookFailing(ctx, now, id, hook)
	if err != nil || h.State != pos.Active || now.Sub(*h.FailingSince) < pos.FailsFor {
		return err
	}
	if err := q.SwitchWebhook(ctx, pos.Failed, id, hook); err != nil {
		return err
	}
	w, err := webhook(ctx, tx, id, hook, now)
	if err != nil {
		return err
	}
	if err := audit.WriteTx(ctx, tx, id, now, line("webhook.failed", w)); err != nil {
		return err
	}
	admins, err := a.Admins(ctx, id, WritePermission, now)
	if err != nil {
		return err
	}
	notes := make([]message.Note, len(admins))
	for i, p := range admins {
		notes[i] = message.Note{Person: p, Kind: message.WebhookFailed}
	}
	return a.Inbox.NoteTx(ctx, tx, id, notes, now)
}

// WritePermission is who manages webhooks.
const WritePermission = "webhook.write"

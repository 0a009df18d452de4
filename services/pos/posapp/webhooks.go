package posapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/outbound"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
	"github.com/changke/changke/services/staff"
)

// secretBox is what a secret is sealed for.
const secretBox = "webhook_secret"

// NewWebhook is what an administrator says of one.
type NewWebhook struct {
	Label  string
	URL    string
	Events []pos.EventType
	Stores []kernel.StoreID // none: all
}

// Webhooks lists a chain's webhooks, newest first. They are the whole chain's, so
// who manages single stores sees none of them and changes none.
func (a *App) Webhooks(ctx context.Context, grant kernel.Grant, now time.Time) ([]pos.Webhook, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return nil, nil
	}
	q := posdb.New(a.DB.Single(id))
	rows, err := q.Webhooks(ctx, id)
	if err != nil {
		return nil, err
	}
	return withSecrets(ctx, q, id, rows, now)
}

// withSecrets gives webhooks with what may be shown of their live secrets.
func withSecrets(ctx context.Context, q *posdb.Queries, id kernel.TenantID, rows []posdb.Webhook, now time.Time) ([]pos.Webhook, error) {
	ids, out := make([]kernel.UUID, len(rows)), make([]pos.Webhook, len(rows))
	for i, r := range rows {
		ids[i], out[i] = r.WebhookID, r.Webhook()
	}
	secrets, err := q.SecretsOf(ctx, id, ids, now)
	for _, s := range secrets {
		for i := range out {
			if out[i].ID == s.WebhookID {
				out[i].Secrets = append(out[i].Secrets, pos.Secret{ID: s.SecretID, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt})
			}
		}
	}
	return out, err
}

// webhook gives one as it is in a transaction.
func webhook(ctx context.Context, tx pgx.Tx, id kernel.TenantID, hook kernel.UUID, now time.Time) (pos.Webhook, error) {
	q := posdb.New(tx)
	row, err := q.Webhook(ctx, id, hook)
	if err != nil {
		return pos.Webhook{}, noWebhook(err)
	}
	all, err := withSecrets(ctx, q, id, []posdb.Webhook{row}, now)
	if err != nil {
		return pos.Webhook{}, err
	}
	return all[0], nil
}

// CreateWebhook makes a webhook and gives its secret, which is kept boxed and never
// shown again. Faults: webhook.bad_url, webhook.too_many, staff.unknown_store.
func (a *App) CreateWebhook(ctx context.Context, grant kernel.Grant, in NewWebhook, now time.Time) (out pos.Webhook, secret string, err error) {
	if !grant.Tenant() {
		return out, "", pos.ErrNotWhole
	}
	in.URL = strings.TrimSpace(in.URL)
	if err := outbound.CheckEndpoint(in.URL); err != nil {
		return out, "", pos.ErrBadURL
	}
	id, person := grant.Actor().Tenant, grant.Person()
	if err := a.knownStores(ctx, id, in.Stores); err != nil {
		return out, "", err
	}
	hook := kernel.NewID[kernel.UUID](now)
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := posdb.New(tx)
		n, err := q.CountWebhooks(ctx, id)
		if err != nil {
			return err
		}
		if n >= pos.MaxWebhooks {
			return pos.ErrTooManyWebhooks
		}
		if err := q.InsertWebhook(ctx, posdb.InsertWebhookParams{
			TenantID: id, WebhookID: hook, Label: strings.TrimSpace(in.Label), Url: in.URL, Events: texts(in.Events), StoreIds: append([]kernel.StoreID{}, in.Stores...),
			CreatedBy: &person, CreatedAt: now,
		}); err != nil {
			return err
		}
		if secret, err = a.newSecret(ctx, q, id, hook, now); err != nil {
			return err
		}
		if out, err = webhook(ctx, tx, id, hook, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, line("webhook.created", out, audit.Change{Field: "events", After: strings.Join(texts(in.Events), " ")}))
	})
	return out, secret, err
}

// newSecret makes a secret and seals it.
func (a *App) newSecret(ctx context.Context, q *posdb.Queries, id kernel.TenantID, hook kernel.UUID, now time.Time) (string, error) {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return "", err
	}
	secret, row := pos.NewSecret(), kernel.NewID[kernel.UUID](now)
	box, err := keys.SealBytes([]byte(secret), secretBox, row)
	if err != nil {
		return "", err
	}
	return secret, q.InsertSecret(ctx, posdb.InsertSecretParams{TenantID: id, SecretID: row, WebhookID: hook, SecretBox: box, CreatedAt: now})
}

// UpdateWebhook changes label, events and stores. Faults: webhook.not_found,
// staff.unknown_store.
func (a *App) UpdateWebhook(ctx context.Context, grant kernel.Grant, hook kernel.UUID, in NewWebhook, now time.Time) (out pos.Webhook, err error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return out, pos.ErrNoWebhook
	}
	if err := a.knownStores(ctx, id, in.Stores); err != nil {
		return out, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := posdb.New(tx)
		before, err := q.LockWebhook(ctx, id, hook)
		if err != nil {
			return noWebhook(err)
		}
		if err := q.EditWebhook(ctx, posdb.EditWebhookParams{
			TenantID: id, WebhookID: hook, Label: strings.TrimSpace(in.Label), Events: texts(in.Events), StoreIds: append([]kernel.StoreID{}, in.Stores...),
		}); err != nil {
			return err
		}
		if out, err = webhook(ctx, tx, id, hook, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, line("webhook.changed", out, audit.Change{
			Field: "events", Before: strings.Join(before.Events, " "), After: strings.Join(texts(in.Events), " "),
		}))
	})
	return out, err
}

// RotateSecret makes a new secret; the one before signs beside it for some time.
// Faults: webhook.not_found, webhook.two_live.
func (a *App) RotateSecret(ctx context.Context, grant kernel.Grant, hook kernel.UUID, overlap time.Duration, now time.Time) (out pos.Webhook, secret string, err error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return out, "", pos.ErrNoWebhook
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := posdb.New(tx)
		if _, err := q.LockWebhook(ctx, id, hook); err != nil {
			return noWebhook(err)
		}
		live, err := q.SecretsOf(ctx, id, []kernel.UUID{hook}, now)
		if err != nil {
			return err
		}
		if len(live) > 1 && overlap > 0 {
			return pos.ErrTwoSecrets
		}
		if err := q.EndSecrets(ctx, now.Add(overlap), id, hook); err != nil {
			return err
		}
		if secret, err = a.newSecret(ctx, q, id, hook, now); err != nil {
			return err
		}
		if out, err = webhook(ctx, tx, id, hook, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, line("webhook.rotated", out))
	})
	return out, secret, err
}

// SwitchWebhook switches a webhook off or on. Fault: webhook.not_found.
func (a *App) SwitchWebhook(ctx context.Context, grant kernel.Grant, hook kernel.UUID, active bool, now time.Time) (out pos.Webhook, err error) {
	id, state, act := grant.Actor().Tenant, pos.Disabled, "webhook.disabled"
	if !grant.Tenant() {
		return out, pos.ErrNoWebhook
	}
	if active {
		state, act = pos.Active, "webhook.enabled"
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := posdb.New(tx)
		before, err := q.LockWebhook(ctx, id, hook)
		if err != nil {
			return noWebhook(err)
		}
		if err := q.SwitchWebhook(ctx, state, id, hook); err != nil {
			return err
		}
		if out, err = webhook(ctx, tx, id, hook, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, line(act, out, audit.Change{Field: "state", Before: before.State, After: state}))
	})
	return out, err
}

// PingWebhook sends a test, also to one that is switched off. Fault:
// webhook.not_found.
func (a *App) PingWebhook(ctx context.Context, grant kernel.Grant, hook kernel.UUID, now time.Time) (out pos.Delivery, err error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return out, pos.ErrNoWebhook
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		w, err := webhook(ctx, tx, id, hook, now)
		if err != nil {
			return err
		}
		body, err := pos.Body(pos.Ping, now, pos.PingData{WebhookID: hook.String()})
		if err != nil {
			return err
		}
		event := kernel.NewID[kernel.UUID](now)
		if err := posdb.New(tx).InsertEvent(ctx, posdb.InsertEventParams{TenantID: id, EventID: event, Type: string(pos.Ping), At: now, Body: body}); err != nil {
			return err
		}
		if out, err = a.send(ctx, tx, id, posdb.InsertDeliveryParams{WebhookID: hook, EventID: event}, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, line("webhook.pinged", w))
	})
	return out, err
}

// Replay sends an event once more, under its own id: who receives it tells by that that he
// had it. The log tells the two apart. Faults: webhook.not_found,
// webhook.off.
func (a *App) Replay(ctx context.Context, grant kernel.Grant, delivery kernel.UUID, now time.Time) (out pos.Delivery, err error) {
	id, person := grant.Actor().Tenant, grant.Person()
	if !grant.Tenant() {
		return out, pos.ErrNoWebhook
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		d, err := posdb.New(tx).Delivery(ctx, id, delivery)
		if err != nil {
			return noWebhook(err)
		}
		if d.WebhookState != pos.Active {
			return pos.ErrWebhookOff
		}
		w, err := webhook(ctx, tx, id, d.WebhookID, now)
		if err != nil {
			return err
		}
		if out, err = a.send(ctx, tx, id, posdb.InsertDeliveryParams{WebhookID: d.WebhookID, EventID: d.EventID, ReplayOf: &delivery, ReplayedBy: &person}, now); err != nil {
			return err
		}
		out.Replay = &pos.Replay{Of: delivery, OfAt: d.CreatedAt, At: now, By: grant.Actor().Name}
		return audit.WriteTx(ctx, tx, id, now, line("webhook.replayed", w, audit.Change{Field: "event", After: d.EventID.String()}))
	})
	return out, err
}

// Deliveries lists those of a webhook, newest first, before one (zero: from the
// newest); open: those not accepted. more says that older ones exist. Fault:
// webhook.not_found.
func (a *App) Deliveries(ctx context.Context, grant kernel.Grant, hook kernel.UUID, open bool, before kernel.UUID, limit int) (out []pos.Delivery, more bool, err error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return nil, false, pos.ErrNoWebhook
	}
	q := posdb.New(a.DB.Single(id))
	if _, err := q.Webhook(ctx, id, hook); err != nil {
		return nil, false, noWebhook(err)
	}
	if before.IsZero() {
		for i := range before {
			before[i] = 0xff
		}
	}
	p := posdb.DeliveriesParams{TenantID: id, WebhookID: hook, Before: before, MaxRows: int32(limit + 1)}
	rows, err := q.Deliveries(ctx, p)
	if open {
		var some []posdb.OpenDeliveriesRow
		some, err = q.OpenDeliveries(ctx, posdb.OpenDeliveriesParams(p))
		rows = rows[:0]
		for _, r := range some {
			rows = append(rows, posdb.DeliveriesRow(r))
		}
	}
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	ids := make([]kernel.UUID, len(rows))
	for i, r := range rows {
		ids[i], out = r.DeliveryID, append(out, r.Delivery())
	}
	tries, err := q.TriesOf(ctx, id, ids)
	for _, t := range tries {
		for i := range out {
			if out[i].ID == t.DeliveryID {
				out[i].Tries = append(out[i].Tries, pos.Try{At: t.At, Status: t.StatusCode, Took: time.Duration(t.TookMs) * time.Millisecond, Error: t.Error})
			}
		}
	}
	return out, more, err
}

func (a *App) knownStores(ctx context.Context, id kernel.TenantID, stores []kernel.StoreID) error {
	for _, s := range stores {
		if _, err := a.Stores.Store(ctx, id, s); err != nil {
			return staff.ErrUnknownStore
		}
	}
	return nil
}

func noWebhook(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return pos.ErrNoWebhook
	}
	return err
}

func line(action string, w pos.Webhook, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "webhook", ObjectID: w.ID.String(), Changes: changes}
}

func texts(types []pos.EventType) []string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = string(t)
	}
	return out
}

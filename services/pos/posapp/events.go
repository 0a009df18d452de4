package posapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
)

// BookingChangedTx tells webhooks that a booking is not as it was: a port of visit,
// in the transaction that changed it. What is sent is read there, after the change.
func (a *App) BookingChangedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, booking kernel.UUID, store kernel.StoreID, now time.Time) error {
	return a.emitTx(ctx, tx, id, pos.BookingChanged, store, now, func() (any, error) {
		b, err := posdb.New(tx).BookingOfEvent(ctx, id, booking)
		if err != nil {
			return nil, err
		}
		code, err := a.code(ctx, id, store)
		return pos.BookingData{
			BookingID: booking.String(), StoreCode: code, Ref: b.Ref, State: b.State, BusinessDate: b.BusinessDate.String(), MealPeriod: b.MealPeriod,
		}, err
	})
}

// Wants reports whether any webhook asks for a type: a port of customer, which then
// need not look up what nobody is told.
func (a *App) Wants(ctx context.Context, tx pgx.Tx, id kernel.TenantID, t string) (bool, error) {
	return posdb.New(tx).AnyWebhookFor(ctx, id, t)
}

// GuestsTx tells webhooks of guests of one store, at most MaxGuests in an event: a
// port of customer, in the transaction that changed them.
func (a *App) GuestsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, t string, store kernel.StoreID, files []kernel.FileID, now time.Time) error {
	for len(files) > 0 {
		some := files[:min(len(files), pos.MaxGuests)]
		files = files[len(some):]
		if err := a.emitTx(ctx, tx, id, pos.EventType(t), store, now, func() (any, error) {
			code, err := a.code(ctx, id, store)
			data := pos.GuestsData{StoreCode: code}
			for _, f := range some {
				data.GuestIDs = append(data.GuestIDs, f.String())
			}
			return data, err
		}); err != nil {
			return err
		}
	}
	return nil
}

// emitTx writes an event and its deliveries, where a webhook asks for it.
func (a *App) emitTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, t pos.EventType, store kernel.StoreID, now time.Time, data func() (any, error)) error {
	q := posdb.New(tx)
	hooks, err := q.WebhooksFor(ctx, id, string(t), kernel.UUID(store))
	if err != nil || len(hooks) == 0 {
		return err
	}
	of, err := data()
	if err != nil {
		return err
	}
	body, err := pos.Body(t, now, of)
	if err != nil {
		return err
	}
	event := kernel.NewID[kernel.UUID](now)
	if err := q.InsertEvent(ctx, posdb.InsertEventParams{TenantID: id, EventID: event, Type: string(t), StoreID: store, At: now, Body: body}); err != nil {
		return err
	}
	for _, hook := range hooks {
		if _, err := a.send(ctx, tx, id, posdb.InsertDeliveryParams{WebhookID: hook, EventID: event}, now); err != nil {
			return err
		}
	}
	return nil
}

// send puts an event on its way to a webhook: the delivery and its job exist if and
// only if the transaction commits.
func (a *App) send(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p posdb.InsertDeliveryParams, now time.Time) (pos.Delivery, error) {
	q := posdb.New(tx)
	p.TenantID, p.DeliveryID, p.Now = id, kernel.NewID[kernel.UUID](now), now
	if err := q.InsertDelivery(ctx, p); err != nil {
		return pos.Delivery{}, err
	}
	if err := a.insertJob(ctx, tx, DeliverArgs{Tenant: id, Delivery: p.DeliveryID, Try: 1}, nil); err != nil {
		return pos.Delivery{}, err
	}
	d, err := q.Delivery(ctx, id, p.DeliveryID)
	return posdb.DeliveriesRow{
		DeliveryID: d.DeliveryID, WebhookID: d.WebhookID, EventID: d.EventID, State: d.State, NextAt: d.NextAt, Type: d.Type, StoreID: d.StoreID, At: d.At, Body: d.Body,
	}.Delivery(), err
}

func (a *App) code(ctx context.Context, id kernel.TenantID, store kernel.StoreID) (string, error) {
	s, err := a.Stores.Store(ctx, id, store)
	return s.Code, err
}

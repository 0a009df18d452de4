package main

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	callerv1 "github.com/changke/changke/gen/go/changke/caller/v1"
	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
)

// posSamples say how vendors call, and how a chain lets us call them.
var posSamples = map[string]sample{
	"changke.pos.v1.PosService.RecordBills": {by: byTill, build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return &posv1.RecordBillsRequest{Bills: []*visitv1.Bill{w.bill()}}
	}},
	"changke.pos.v1.PosService.GetBill": {by: byTill, build: func(t testing.TB, w *world, c *chain) proto.Message {
		no := w.texts(t, "SELECT bill_no FROM bill_head WHERE tenant_id = $1 AND store_id = $2 AND source = 'pos' ORDER BY bill_no LIMIT 1", c.id, c.s01)[0]
		return &posv1.GetBillRequest{StoreCode: "S01", Source: "pos", BillNo: no}
	}},
	"changke.pos.v1.PosService.ListBillsUpdatedSince": {by: byTill, build: still(func(*chain) proto.Message {
		return &posv1.ListBillsUpdatedSinceRequest{StoreCode: "S01"}
	})},
	"changke.pos.v1.PosService.ReportDayTotals": {by: byTill, build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return &posv1.ReportDayTotalsRequest{Totals: []*posv1.DayTotal{{StoreCode: "S01", BusinessDate: (today - 1).String(), Source: "pos", BillCount: int32(w.serial.Add(1))}}}
	}},
	"changke.pos.v1.PosService.GetDayTotals": {by: byTill, build: still(func(*chain) proto.Message {
		return &posv1.GetDayTotalsRequest{StoreCode: "S01", BusinessDate: (today - 1).String()}
	})},
	"changke.pos.v1.PosService.LookupGuest": {by: func(c *chain) *caller { return c.lookup }, build: still(func(*chain) proto.Message {
		return &posv1.LookupGuestRequest{StoreCode: "S01", Number: "13810010001"}
	})},
	"changke.pos.v1.PosService.UpsertBooking": {by: func(c *chain) *caller { return c.wrongTill }, build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return w.sentBooking()
	}},
	"changke.pos.v1.PosService.SeatBooking": {by: func(c *chain) *caller { return c.wrongTill }, build: func(t testing.TB, w *world, c *chain) proto.Message {
		b := w.sentBooking()
		require.Equal(t, "ok", w.ask(t, c.wrongTill, "/changke.pos.v1.PosService/UpsertBooking", b).code)
		return &posv1.SeatBookingRequest{StoreCode: "S01", Ref: b.Ref}
	}},
	"changke.pos.v1.PosService.RingCall": {by: func(c *chain) *caller { return c.switchboard }, build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return &posv1.RingCallRequest{StoreCode: "S01", Source: "pbx", CallId: fmt.Sprintf("C%d", w.serial.Add(1)), Number: "13810010001"}
	}},
	"changke.pos.v1.SandboxService.GetSandbox":   {by: byAdmin, ends: []string{"sandbox.real_chain"}, build: still(func(*chain) proto.Message { return &posv1.GetSandboxRequest{} })},
	"changke.pos.v1.SandboxService.MoveClock":    {by: byAdmin, ends: []string{"sandbox.real_chain"}, build: still(func(*chain) proto.Message { return &posv1.MoveClockRequest{Days: 1} })},
	"changke.pos.v1.SandboxService.OrderTrouble": {by: byAdmin, ends: []string{"sandbox.real_chain"}, build: still(func(*chain) proto.Message { return &posv1.OrderTroubleRequest{} })},
	"changke.pos.v1.SandboxService.ListCalls":    {by: byAdmin, ends: []string{"sandbox.real_chain"}, build: still(func(*chain) proto.Message { return &posv1.ListCallsRequest{} })},
	"changke.caller.v1.CallerService.ListRecentCalls": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.exec(t, `INSERT INTO call (tenant_id, call_id, store_id, source, call_no, line, rung_at, rang, recorded_at)
			VALUES ($1, $2, $3, 'pbx', $4, '8001', $5, true, $5)`, c.id, kernel.NewID[kernel.UUID](noon), c.s01, fmt.Sprintf("D%d", w.serial.Add(1)), noon)
		return &callerv1.ListRecentCallsRequest{}
	}},
	"changke.pos.v1.WebhookService.ListWebhooks": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.webhook(t, c)
		return &posv1.ListWebhooksRequest{}
	}},
	"changke.pos.v1.WebhookService.CreateWebhook": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.exec(t, "DELETE FROM webhook_secret WHERE tenant_id = $1", c.id)
		w.exec(t, "DELETE FROM webhook_delivery WHERE tenant_id = $1", c.id)
		w.exec(t, "DELETE FROM webhook WHERE tenant_id = $1", c.id)
		return &posv1.CreateWebhookRequest{Label: "收银", Url: "https://pos.example.com/changke", Events: []string{"guest.blacklisted"}}
	}},
	"changke.pos.v1.WebhookService.UpdateWebhook": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &posv1.UpdateWebhookRequest{Id: w.webhook(t, c).String(), Label: "收银二", Events: []string{"guest.blacklisted"}}
	}},
	"changke.pos.v1.WebhookService.RotateWebhookSecret": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &posv1.RotateWebhookSecretRequest{Id: w.webhook(t, c).String(), OverlapDays: 1}
	}},
	"changke.pos.v1.WebhookService.SetWebhookActive": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &posv1.SetWebhookActiveRequest{Id: w.webhook(t, c).String()}
	}},
	"changke.pos.v1.WebhookService.PingWebhook": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &posv1.PingWebhookRequest{Id: w.webhook(t, c).String()}
	}},
	"changke.pos.v1.WebhookService.ListWebhookDeliveries": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		hook, one := w.delivery(t, c)
		w.exec(t, `INSERT INTO webhook_delivery (tenant_id, delivery_id, webhook_id, event_id, state, created_at)
			SELECT tenant_id, $2, webhook_id, event_id, state, created_at FROM webhook_delivery WHERE tenant_id = $1 AND delivery_id = $3`, c.id, kernel.NewID[kernel.UUID](noon), one)
		return &posv1.ListWebhookDeliveriesRequest{Id: hook.String()}
	}},
	"changke.pos.v1.WebhookService.ReplayWebhookDelivery": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		_, delivery := w.delivery(t, c)
		return &posv1.ReplayWebhookDeliveryRequest{Id: delivery.String()}
	}},
}

func init() {
	maps.Copy(samples, posSamples)
	unaudited["changke.pos.v1.PosService.RecordBills"] = unaudited["changke.visit.v1.BillService.RecordBills"]
}

// sentBooking is a new booking of a vendor's system.
func (w *world) sentBooking() *posv1.UpsertBookingRequest {
	return &posv1.UpsertBookingRequest{
		StoreCode: "S01", Ref: fmt.Sprintf("V%d", w.serial.Add(1)), State: visitv1.BookingState_BOOKING_STATE_CONFIRMED, BusinessDate: today.String(),
		MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER, BookerNo: "E0002", Kind: visitv1.BookingKind_BOOKING_KIND_HALL,
	}
}

// webhook is an address in the chain that asks for what no test makes happen.
func (w *world) webhook(t testing.TB, c *chain) kernel.UUID {
	t.Helper()
	id := kernel.NewID[kernel.UUID](noon)
	w.exec(t, `INSERT INTO webhook (tenant_id, webhook_id, label, url, events, state, created_by, created_at)
		VALUES ($1, $2, '收银', 'https://pos.example.com/changke', '{guest.blacklisted}', 'active', $3, $4)`, c.id, id, c.people["H0001"], noon)
	return id
}

// delivery is an event that was given up.
func (w *world) delivery(t testing.TB, c *chain) (hook, delivery kernel.UUID) {
	t.Helper()
	hook, delivery = w.webhook(t, c), kernel.NewID[kernel.UUID](noon)
	event := kernel.NewID[kernel.UUID](noon)
	w.exec(t, "INSERT INTO webhook_event (tenant_id, event_id, type, store_id, at, body) VALUES ($1, $2, 'guest.blacklisted', $3, $4, '{}')", c.id, event, c.s01, noon)
	w.exec(t, "INSERT INTO webhook_delivery (tenant_id, delivery_id, webhook_id, event_id, state, created_at) VALUES ($1, $2, $3, $4, 'failed', $5)", c.id, delivery, hook, event, noon)
	return hook, delivery
}

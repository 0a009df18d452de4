// Package posdb is the SQL of the POS interface.
package posdb

import (
	"github.com/changke/changke/services/pos"
)

// Webhook gives the row without its secrets.
func (r Webhook) Webhook() pos.Webhook {
	w := pos.Webhook{
		ID: r.WebhookID, Label: r.Label, URL: r.Url, Stores: r.StoreIds, State: r.State, FailingSince: r.FailingSince, AcceptedAt: r.AcceptedAt, CreatedAt: r.CreatedAt,
	}
	for _, e := range r.Events {
		w.Events = append(w.Events, pos.EventType(e))
	}
	return w
}

// Delivery gives the row without its tries.
func (r DeliveriesRow) Delivery() pos.Delivery {
	return pos.Delivery{
		ID: r.DeliveryID, Webhook: r.WebhookID, Event: r.EventID, Type: pos.EventType(r.Type), Store: r.StoreID, At: r.At, Body: r.Body, State: r.State, NextAt: r.NextAt,
	}
}

// Package posdb is the SQL of the POS interface.
package posdb

import (
	"time"

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
	d := pos.Delivery{
		ID: r.DeliveryID, Webhook: r.WebhookID, Event: r.EventID, Type: pos.EventType(r.Type), Store: r.StoreID, At: r.At, Body: r.Body, State: r.State, NextAt: r.NextAt,
	}
	if r.ReplayOf != nil && r.OriginalAt != nil {
		d.Replay = &pos.Replay{Of: *r.ReplayOf, OfAt: *r.OriginalAt, At: r.CreatedAt}
		if r.Replayer != nil {
			d.Replay.By = *r.Replayer
		}
	}
	return d
}

// Move gives the row its meaning.
func (r SandboxMoveRow) Move() pos.Move {
	return pos.Move{State: pos.MoveState(r.State), From: r.FromDays, To: r.ToDays, LeaveOpen: r.LeaveOpen, Error: r.Error}
}

// Trouble gives the row its meaning.
func (r TroublesRow) Trouble() pos.Trouble {
	return pos.Trouble{Method: r.Method, Kind: pos.TroubleKind(r.Kind), Calls: r.LeftOver, Wait: time.Duration(r.WaitMs) * time.Millisecond}
}

// Call gives the row its meaning.
func (r SandboxCallsRow) Call() pos.SandboxCall {
	return pos.SandboxCall{
		ID: r.CallID, Key: r.KeyID, Method: r.Method, At: r.At, Took: time.Duration(r.TookMs) * time.Millisecond, IdemHash: r.IdemHash,
		Body: r.Body, Items: r.Items, Cursor: r.Cursor, Trouble: pos.TroubleKind(r.Trouble), Code: r.Code, Reason: r.Reason,
	}
}

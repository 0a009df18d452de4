package messageapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/internal/messagedb"
)

// States says how far messages have come, for whoever had them sent: a port of
// handover. Unknown ones are left out.
func (a *App) States(ctx context.Context, tenant kernel.TenantID, messages []kernel.UUID) (map[kernel.UUID]message.State, error) {
	out := make(map[kernel.UUID]message.State, len(messages))
	if len(messages) == 0 {
		return out, nil
	}
	rows, err := messagedb.New(a.DB.Single(tenant)).MessageStates(ctx, tenant, messages)
	for _, r := range rows {
		out[r.MessageID] = message.State(r.State)
	}
	return out, err
}

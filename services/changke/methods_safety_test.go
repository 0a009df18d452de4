package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
)

// safetySamples are the methods of stores that wait, stopped runs and go-live: of
// S01, which is not live.
var safetySamples = map[string]sample{
	"changke.ownership.v1.SafetyService.ListWaits": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.braked(t, c)
		return &ownershipv1.ListWaitsRequest{}
	}},
	"changke.ownership.v1.SafetyService.ListBrakes": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.braked(t, c)
		w.exec(t, `INSERT INTO brake (tenant_id, brake_id, store_id, kind, period_on, run_id, releases, ties, runs, released, state, decided_by, decided_at, created_at)
			SELECT tenant_id, $2, $3, kind, period_on, run_id, 3, 10, 6, 1, 'released', $4, $5, $5 FROM period_run
			WHERE tenant_id = $1 AND kind = 'LIF-03' ORDER BY period_on LIMIT 1`, c.id, kernel.NewID[kernel.UUID](noon), c.s01, c.people["H0001"], noon)
		return &ownershipv1.ListBrakesRequest{}
	}},
	"changke.ownership.v1.SafetyService.ListBrakedGuests": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ListBrakedGuestsRequest{Id: w.braked(t, c).String()}
	}},
	"changke.ownership.v1.SafetyService.DecideBrake": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.DecideBrakeRequest{Id: w.braked(t, c).String(), Release: true, Reason: "名单已核对"}
	}},
	"changke.ownership.v1.SafetyService.PreviewGoLive": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.exec(t, "UPDATE store SET live_on = NULL WHERE tenant_id = $1", c.id)
		return &ownershipv1.PreviewGoLiveRequest{StoreId: c.s01.String(), LiveDate: (today + 1).String()}
	}},
	"changke.tenant.v1.TenantService.SetStoreLive": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.exec(t, "UPDATE store SET live_on = NULL WHERE tenant_id = $1", c.id)
		return &tenantv1.SetStoreLiveRequest{StoreId: c.s01.String(), LiveDate: (today + 1).String()}
	}},
}

func init() { maps.Copy(samples, safetySamples) }

// braked is a run that stopped before S01.
func (w *world) braked(t testing.TB, c *chain) kernel.UUID {
	t.Helper()
	id := kernel.NewID[kernel.UUID](noon)
	w.exec(t, "DELETE FROM brake WHERE tenant_id = $1", c.id)
	w.exec(t, "DELETE FROM store_wait WHERE tenant_id = $1", c.id)
	var run kernel.UUID
	var day kernel.BusinessDate
	require.NoError(t, w.super.QueryRow(t.Context(), "SELECT run_id, period_on FROM period_run WHERE tenant_id = $1 AND kind = 'LIF-03' ORDER BY period_on DESC LIMIT 1", c.id).Scan(&run, &day))
	w.exec(t, `INSERT INTO brake (tenant_id, brake_id, store_id, kind, period_on, run_id, releases, ties, runs, released, state, created_at)
		VALUES ($1, $2, $3, 'LIF-03', $4, $5, 3, 10, 6, 1, 'open', $6)`, c.id, id, c.s01, day.Time(), run, noon)
	w.exec(t, `INSERT INTO store_wait (tenant_id, store_id, track, step_on, step_kind, cause, since) VALUES ($1, $2, 'visits', $3, 'LIF-03', 'brake', $4)`, c.id, c.s01, day.Time(), noon)
	return id
}

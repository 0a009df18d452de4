package main

import (
	"fmt"
	"maps"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	reportv1 "github.com/changke/changke/gen/go/changke/report/v1"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

func init() { maps.Copy(samples, storeSamples) }

// onStore is a call about a store that nobody else looks at: S01 has to stay open
// for the bookings of other samples.
func onStore(build func(id string) proto.Message) sample {
	return sample{by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message { return build(w.newStore(t, c)) }}
}

// onRoom is a call about a new room of S01.
func onRoom(build func(id string) proto.Message) sample {
	return sample{by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message { return build(w.newRoom(t, c)) }}
}

// storeSamples are the methods of stores, rooms and keys' successors.
var storeSamples = map[string]sample{
	"changke.tenant.v1.TenantService.GetStore": {by: byManager, build: still(func(c *chain) proto.Message {
		return &tenantv1.GetStoreRequest{StoreId: c.s01.String()}
	})},
	"changke.tenant.v1.TenantService.CreateStore": {by: byAdmin, build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		n := w.serial.Add(1) // what is of one chain only must be seen to be
		return &tenantv1.CreateStoreRequest{Code: fmt.Sprintf("N%04d", n), Name: fmt.Sprintf("新店%04d", n), Address: "南门外", Zone: "Asia/Shanghai", CutoverMinutes: new(int32(240)), Hours: week()}
	}},
	"changke.tenant.v1.TenantService.UpdateStore": onStore(func(id string) proto.Message {
		return &tenantv1.UpdateStoreRequest{StoreId: id, BaseVersion: 1, Code: "C" + id[24:], Name: "改名店", Address: "北门"}
	}),
	"changke.tenant.v1.TenantService.SetStoreHours": onStore(func(id string) proto.Message {
		return &tenantv1.SetStoreHoursRequest{StoreId: id, BaseVersion: 1, Hours: week()}
	}),
	"changke.tenant.v1.TenantService.ChangeStoreClock": onStore(func(id string) proto.Message {
		return &tenantv1.ChangeStoreClockRequest{StoreId: id, Zone: "Asia/Urumqi", CutoverMinutes: 300, EffectiveDate: "2026-05-01"}
	}),
	"changke.tenant.v1.TenantService.SuspendStore": onStore(func(id string) proto.Message {
		return &tenantv1.SuspendStoreRequest{StoreId: id, Reason: "停电"}
	}),
	"changke.tenant.v1.TenantService.CloseStore": onStore(func(id string) proto.Message {
		return &tenantv1.CloseStoreRequest{StoreId: id, ClosedDate: "2026-05-01", Reason: "租约到期"}
	}),
	"changke.tenant.v1.TenantService.ReopenStore": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.newStore(t, c)
		w.exec(t, "UPDATE store SET suspended_at = $3 WHERE tenant_id = $1 AND store_id = $2", c.id, id, noon)
		return &tenantv1.ReopenStoreRequest{StoreId: id}
	}},
	"changke.tenant.v1.TenantService.CreateStoreClosure": onStore(func(id string) proto.Message {
		return &tenantv1.CreateStoreClosureRequest{StoreId: id, FromDate: "2026-05-01", ToDate: "2026-05-10", Reason: "后厨改造"}
	}),
	"changke.tenant.v1.TenantService.EndStoreClosure": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		store, closure := w.newClosure(t, c)
		return &tenantv1.EndStoreClosureRequest{StoreId: store, ClosureId: closure, ToDate: "2026-05-20"}
	}},
	"changke.tenant.v1.TenantService.WithdrawStoreClosure": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		store, closure := w.newClosure(t, c)
		return &tenantv1.WithdrawStoreClosureRequest{StoreId: store, ClosureId: closure}
	}},

	"changke.visit.v1.ResourceService.CreateResources": {by: byAdmin, build: func(_ testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.CreateResourcesRequest{
			StoreId: c.s01.String(), Kind: visitv1.BookingKind_BOOKING_KIND_ROOM, Names: []string{fmt.Sprintf("新间%04d", w.serial.Add(1))},
			Capacity: 10, MinSpendFen: 88000, Area: "临湖", Floor: "3 楼", ActiveDate: "2026-05-01",
		}
	}},
	"changke.visit.v1.ResourceService.UpdateResource": onRoom(func(id string) proto.Message {
		return &visitv1.UpdateResourceRequest{Id: id, Name: "改" + id[24:], Capacity: 12}
	}),
	"changke.visit.v1.ResourceService.RetireResource": onRoom(func(id string) proto.Message {
		return &visitv1.RetireResourceRequest{Id: id, RetiredDate: "2026-05-01"}
	}),
	"changke.visit.v1.ResourceService.RestoreResource": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.newRoom(t, c)
		w.exec(t, "UPDATE resource SET retired_on = '2026-05-01' WHERE tenant_id = $1 AND resource_id = $2", c.id, id)
		return &visitv1.RestoreResourceRequest{Id: id}
	}},
	"changke.visit.v1.ResourceService.DeleteResource": onRoom(func(id string) proto.Message { return &visitv1.DeleteResourceRequest{Id: id} }),
	"changke.visit.v1.ResourceService.OrderResources": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.OrderResourcesRequest{StoreId: c.s01.String(), Ids: []string{w.newRoom(t, c), c.room.String()}}
	}},

	"changke.staff.v1.StaffService.CreateApiKey": {by: byAdmin, build: func(_ testing.TB, w *world, c *chain) proto.Message { return w.apiKey(c) }},
	"changke.staff.v1.StaffService.RevokeApiKey": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.RevokeApiKeyRequest{KeyId: w.newAPIKey(t, c)}
	}},
	"changke.staff.v1.StaffService.SetApiKeyLimit": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.SetApiKeyLimitRequest{KeyId: w.newAPIKey(t, c), CallsPerMinute: 600}
	}},
	"changke.staff.v1.StaffService.RotateApiKey": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.RotateApiKeyRequest{KeyId: w.newAPIKey(t, c), OverlapDays: 7, ValidDays: 365}
	}},

	"changke.report.v1.ReportService.GetSetup": {by: byAdmin, build: still(func(*chain) proto.Message { return &reportv1.GetSetupRequest{} })},
}

func week() (hours []*tenantv1.OpeningSpan) {
	for day := range int32(7) {
		hours = append(hours, &tenantv1.OpeningSpan{Weekday: day + 1, OpensMinute: 600, ClosesMinute: 1500})
	}
	return hours
}

// newStore is a store with nothing in it.
func (w *world) newStore(t testing.TB, c *chain) string {
	t.Helper()
	id := kernel.NewID[kernel.StoreID](noon)
	store := tenant.Store{ID: id, Code: fmt.Sprintf("T%04d", w.serial.Add(1)), Name: "临时店", Cutover: tenant.AsChain}
	require.NoError(t, w.pool.InTenant(t.Context(), c.id, func(tx pgx.Tx) error {
		return w.prod.tenants.PutStoresTx(t.Context(), tx, c.id, []tenant.Store{store}, noon)
	}))
	return id.String()
}

func (w *world) newClosure(t testing.TB, c *chain) (store, closure string) {
	t.Helper()
	store, id := w.newStore(t, c), kernel.NewID[kernel.UUID](noon)
	w.exec(t, `INSERT INTO store_closure (tenant_id, closure_id, store_id, from_on, to_on, reason, created_at)
		VALUES ($1, $2, $3, '2026-05-01', '2026-05-10', '改造', $4)`, c.id, id, store, noon)
	return store, id.String()
}

// newRoom is a room of S01 that nobody has booked.
func (w *world) newRoom(t testing.TB, c *chain) string {
	t.Helper()
	id := kernel.NewID[kernel.UUID](noon)
	w.exec(t, "INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity) VALUES ($1, $2, $3, 'room', $4, 8)", c.id, id, c.s01, fmt.Sprintf("临间%04d", w.serial.Add(1)))
	return id.String()
}

// apiKey is a key of a purpose that no other has.
func (w *world) apiKey(c *chain) *staffv1.CreateApiKeyRequest {
	return &staffv1.CreateApiKeyRequest{
		Label: fmt.Sprintf("收银 %d", w.serial.Add(1)), Scopes: []string{"bills:write"}, StoreIds: []string{c.s01.String()}, ValidDays: 30, CallsPerMinute: 600,
	}
}

func (w *world) newAPIKey(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.staffOf(c.admin).CreateApiKey(t.Context(), w.apiKey(c))
	require.NoError(t, err)
	return res.Key.Id
}

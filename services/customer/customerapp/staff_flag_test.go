package customerapp_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// TestStaffFlagByTheStoresClock: a guest who is hired is flagged on the business
// day of his file's store, whatever zone and cut-over that store has (CUS-05).
func TestStaffFlagByTheStoresClock(t *testing.T) {
	b := setup(t)
	vancouver, err := time.LoadLocation("America/Vancouver")
	require.NoError(t, err)
	far := kernel.NewID[kernel.StoreID](b.now)
	require.NoError(t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		return b.tenants.PutStoresTx(ctx, tx, b.a, []tenant.Store{{ID: far, Code: "S09", Name: "远店", Zone: vancouver, Cutover: 6 * time.Hour}}, b.now)
	}))
	b.create(b.as(b.a, rep, staff.ServiceRep, far), far, input("王建国", number(77)))
	b.create(b.as(b.a, rep, staff.ServiceRep, east), east, input("王建国", number(77)))
	b.now = time.Date(2025, 4, 2, 12, 30, 0, 0, time.UTC) // 20:30 in China; 05:30 in Vancouver, before its cut-over
	require.NoError(t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE person SET number_key = (SELECT number_key FROM guest WHERE store_id = $2 LIMIT 1) WHERE person_id = $1", rep2, east)
		if err != nil {
			return err
		}
		return b.files.FlagStaffNumbersTx(ctx, tx, b.a, []staff.Hired{{Person: rep2}}, b.now)
	}))
	on := func(store kernel.StoreID) int {
		return b.superCount("SELECT extract(day FROM e.business_date)::int FROM file_event e JOIN guest g USING (tenant_id, file_id) WHERE e.rule = 'CUS-05' AND g.store_id = $1", store)
	}
	require.Equal(t, 2, on(east))
	require.Equal(t, 1, on(far))
}

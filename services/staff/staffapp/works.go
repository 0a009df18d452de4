package staffapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// WorksIn says whether somebody holds a post in a store on a business day: a port
// of visit.
func (a *App) WorksIn(ctx context.Context, tenant kernel.TenantID, store kernel.StoreID, person kernel.PersonID, on kernel.BusinessDate) (bool, error) {
	return staffdb.New(a.DB.Single(tenant)).WorksIn(ctx, staffdb.WorksInParams{TenantID: tenant, PersonID: person, StoreID: kernel.UUID(store), OnDay: on})
}

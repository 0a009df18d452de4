package tenantapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// keysFor is how long keys are taken from memory: so long may a process go on
// writing under a version that another has replaced. A box under a newer one it
// reads at once, for then it reads the keys anew.
const keysFor = time.Minute

// keptKeys are keys in memory.
type keptKeys struct {
	keys *secret.Keys
	at   time.Time
}

// Keys gives the keys of a tenant, from memory for a minute. It reads the
// database otherwise, so ask before a transaction is begun.
func (a *App) Keys(ctx context.Context, id kernel.TenantID) (*secret.Keys, error) {
	if k, ok := a.keys.Load(id); ok && a.Clock.Now().Sub(k.(keptKeys).at) < keysFor {
		return k.(keptKeys).keys, nil
	}
	return a.readKeys(ctx, id)
}

func (a *App) readKeys(ctx context.Context, id kernel.TenantID) (*secret.Keys, error) {
	at := a.Clock.Now()
	rows, err := tenantdb.New(a.DB.Single(id)).Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, tenant.ErrNoTenant
	}
	keys, err := a.unwrap(id, rows)
	if err != nil {
		return nil, err
	}
	keys = keys.Anew(func() (*secret.Keys, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return a.readKeys(ctx, id)
	})
	a.keys.Store(id, keptKeys{keys, at})
	return keys, nil
}

// unwrap opens the keys of a tenant; rows are in the order of versions.
func (a *App) unwrap(id kernel.TenantID, rows []tenantdb.KeysRow) (*secret.Keys, error) {
	var lookup []byte
	var boxes [][]byte
	for _, r := range rows {
		if r.Purpose == secret.Lookup {
			lookup = r.Wrapped
		} else {
			boxes = append(boxes, r.Wrapped)
		}
	}
	return a.Master.Unwrap(id, lookup, boxes...)
}

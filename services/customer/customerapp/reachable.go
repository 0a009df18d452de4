package customerapp

import (
	"context"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// NumbersOf gives name and number of files, to write to their guests: a port of
// handover. Files that are gone are left out.
func (a *App) NumbersOf(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Reachable, error) {
	out := make(map[kernel.FileID]customer.Reachable, len(files))
	if len(files) == 0 {
		return out, nil
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := a.read(id).Rows(ctx, id, customerdb.IDs(files))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		g := r.Guest()
		number, err := open(keys, g)
		if err != nil {
			return nil, err
		}
		out[g.File] = customer.Reachable{Name: g.Name.Full(), Number: number}
	}
	return out, nil
}

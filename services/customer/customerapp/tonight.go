package customerapp

import (
	"context"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// Heeds tells of files with a standing what the house should know when the guest
// comes: a port of visit. Whether the caller may see the files is visit's to say.
func (a *App) Heeds(ctx context.Context, id kernel.TenantID, files []kernel.FileID) (map[kernel.FileID]customer.Heed, error) {
	if len(files) == 0 {
		return nil, nil
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	fields, err := a.held(ctx, id, keys, files)
	if err != nil {
		return nil, err
	}
	out := make(map[kernel.FileID]customer.Heed, len(fields))
	for file, f := range fields {
		out[file] = customer.Heed{Taboos: f.Taboos, Taste: f.Taste, Favourites: f.Favourites}
	}
	listed, err := a.read(id).Blacklisted(ctx, id, customerdb.IDs(files))
	for _, file := range listed {
		h := out[file]
		h.Blacklist = true
		out[file] = h
	}
	return out, err
}

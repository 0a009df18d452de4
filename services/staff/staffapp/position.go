package staffapp

import (
	"context"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// position finds a post of the chain by its words. Fault: invalid_field.
func (a *App) position(ctx context.Context, id kernel.TenantID, name string) (staff.Position, error) {
	all, err := a.Positions(ctx, id)
	if err != nil {
		return staff.Position{}, err
	}
	if at := slices.IndexFunc(all, func(p staff.Position) bool { return p.Name == name }); at >= 0 {
		return all[at], nil
	}
	return staff.Position{}, staff.ErrUnknownPost
}

package staffapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// keepingAnAdmin makes a change that takes posts away, unless the last person
// who can mend everything would go with it: see keepingAdmins.
func (a *App) keepingAnAdmin(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, posts []staff.Assignment, change func() error) error {
	for _, p := range posts {
		if p.TenantWide {
			return a.keepingAdmins(ctx, q, tenant, today, change)
		}
	}
	return change()
}

// keepingAdmins makes a change of rights, unless nobody would be left who has
// staff.Administering in the whole chain. Such changes of a chain follow one
// another, so that of two administrators who take each other away one stays.
// Fault: staff.last_admin.
func (a *App) keepingAdmins(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, change func() error) error {
	if err := q.LockRights(ctx, tenant); err != nil {
		return err
	}
	before, err := q.Administrators(ctx, staff.Administering, tenant, today)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, err := q.Administrators(ctx, staff.Administering, tenant, today)
	if err == nil && len(after) == 0 && len(before) > 0 {
		err = staff.ErrLastAdmin
	}
	return err
}

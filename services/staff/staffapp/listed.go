package staffapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Everyone lists the staff of a chain, those who left too, by staff number: a
// port of onboarding.
func (a *App) Everyone(ctx context.Context, tenant kernel.TenantID) ([]staff.Listed, error) {
	rows, err := staffdb.New(a.DB.Single(tenant)).Everyone(ctx, tenant)
	return as(rows, func(r staffdb.EveryoneRow) staff.Listed {
		return staff.Listed{ID: r.PersonID, StaffNo: r.StaffNo, Name: r.Name, LeftOn: r.LeftOn}
	}), err
}

// EmployedTx says which of some numbers belong to somebody who is employed on a
// day (CUS-05): a port of onboarding.
func (a *App) EmployedTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, numberKeys [][]byte, on kernel.BusinessDate) (map[string]bool, error) {
	rows, err := staffdb.New(tx).EmployedByNumbers(ctx, tenant, numberKeys, on)
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[string(r.NumberKey)] = true
	}
	return out, err
}

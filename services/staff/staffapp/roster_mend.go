package staffapp

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// MendRoster puts other values into cells of a line of a list that waits, by their
// headers, and gives the new report. Of two who mend at once, one follows the
// other. Faults: import.not_found, import.already_over, import.no_cell.
func (a *App) MendRoster(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, line int, cells map[string]string) (RosterImport, error) {
	if _, err := a.importRow(ctx, grant, id); err != nil {
		return RosterImport{}, err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return RosterImport{}, err
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		box, err := q.LockStaged(ctx, actor.Tenant, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return staff.ErrImportOver
		}
		if err != nil {
			return err
		}
		file, err := keys.OpenBytes(box, importTable, id)
		if err != nil {
			return err
		}
		table, err := readTable(file)
		if err != nil {
			return err
		}
		if table, err = staff.Mended(table, line, cells); err != nil {
			return err
		}
		if file, err = writeTable(table); err != nil {
			return err
		}
		if box, err = keys.SealBytes(file, importTable, id); err != nil {
			return err
		}
		return oneByOne(
			func() error { return q.ReplaceStaged(ctx, box, actor.Tenant, id) },
			func() error {
				return audit.WriteTx(ctx, tx, actor.Tenant, a.Clock.Now(), importLine("import.staff_mended", id, audit.Change{Field: "line", After: fmt.Sprint(line)}))
			},
		)
	})
	if err != nil {
		return RosterImport{}, err
	}
	row, err := a.importRow(ctx, grant, id)
	if err != nil {
		return RosterImport{}, err
	}
	return a.staged(ctx, actor, grant, row, nil)
}

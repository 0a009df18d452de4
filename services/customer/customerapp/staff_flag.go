package customerapp

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// StaffFlag says that a file's number is an employee's (CUS-05).
type StaffFlag struct {
	Name    string
	StaffNo string
}

// String is 张三 E0012; empty: nobody's.
func (f StaffFlag) String() string { return strings.TrimSpace(f.Name + " " + f.StaffNo) }

// FlagStaffNumbersTx marks the files whose numbers turn out to be employees',
// for whoever reviews and reads them (CUS-05): a guest hired later stays a
// guest until a person decides. It leaves a line on each file's timeline.
func (a *App) FlagStaffNumbersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, hired []staff.Hired, now time.Time) error {
	people := make([]kernel.UUID, len(hired))
	for i, h := range hired {
		people[i] = kernel.UUID(h.Person)
	}
	q := customerdb.New(tx)
	files, err := q.FlagStaffFiles(ctx, now, people, id)
	if err != nil {
		return err
	}
	for _, file := range files {
		store, err := a.Tenants.Store(ctx, id, kernel.StoreID(file.StoreID)) // remembered: it needs no connection beside ours
		if err != nil {
			return err
		}
		e := customer.Event{At: now, On: store.BusinessDate(now), Kind: customer.FileFlagged, Rule: "CUS-05"}
		if err := event(ctx, q, id, file.FileID, e); err != nil {
			return err
		}
	}
	return nil
}

// staffFlags are the employees whose numbers stand on files, by file.
func (a *App) staffFlags(ctx context.Context, id kernel.TenantID, files []kernel.FileID, now time.Time) (map[kernel.FileID]StaffFlag, error) {
	out := map[kernel.FileID]StaffFlag{}
	if len(files) == 0 {
		return out, nil
	}
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := a.read(id).StaffFlags(ctx, id, customerdb.IDs(files), chain.BusinessDate(now))
	for _, r := range rows {
		out[r.FileID] = StaffFlag{Name: r.Name, StaffNo: r.StaffNo}
	}
	return out, err
}

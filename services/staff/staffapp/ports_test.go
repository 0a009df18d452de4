package staffapp_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// neighbours are the contexts to the right: small stand-ins for what main wires.
type neighbours struct {
	mu        sync.Mutex
	customers map[kernel.PersonID]int
	flagged   []kernel.PersonID
	sent      []staffapp.CodeMessage
	jobs      []staffapp.LateArgs
	due       []time.Time
}

func (w *world) neighbours() *neighbours {
	n := &neighbours{customers: map[kernel.PersonID]int{}}
	w.Use(staffapp.Ports{
		HoldsCustomersTx: func(_ context.Context, _ pgx.Tx, _ kernel.TenantID, p kernel.PersonID) (int, error) {
			return n.customers[p], nil
		},
		FlagStaffNumbersTx: func(_ context.Context, _ pgx.Tx, _ kernel.TenantID, hired []staff.Hired, _ time.Time) error {
			n.mu.Lock()
			defer n.mu.Unlock()
			for _, h := range hired {
				n.flagged = append(n.flagged, h.Person)
			}
			return nil
		},
		SendCodeTx: func(_ context.Context, _ pgx.Tx, _ kernel.TenantID, m staffapp.CodeMessage, _ time.Time) error {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.sent = append(n.sent, m)
			return nil
		},
		InsertJobTx: func(_ context.Context, _ pgx.Tx, args river.JobArgs, o *river.InsertOpts) error {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.jobs, n.due = append(n.jobs, args.(staffapp.LateArgs)), append(n.due, o.ScheduledAt)
			return nil
		},
	})
	return n
}

// office enters somebody of head office's customer service with a login.
func (w *world) office(t *testing.T, c chain, no string) kernel.PersonID {
	t.Helper()
	id := kernel.NewID[kernel.PersonID](w.now)
	w.in(c, func(tx pgx.Tx) error {
		return w.PutPeopleTx(t.Context(), tx, c.id, []staff.NewPerson{{ID: id, StaffNo: no, Name: "员工" + no, EntryOn: today - 100, Posts: []staff.Post{post(staff.HQService)}}}, w.now)
	})
	w.in(c, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE staff_no = 'A1') WHERE staff_no = $1", no)
		return err
	})
	c.people[no] = id
	return id
}

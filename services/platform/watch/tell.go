// Package watch tells browsers that something has changed: what, in which store,
// which one; never contents. Whoever changes something says so in his
// transaction (TellTx); every process hears it when that commits and passes it on
// to the streams of those who may know.
package watch

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
)

// Change is what changed.
type Change struct {
	Kind  string // e.g. "booking"
	Store kernel.StoreID
	ID    kernel.UUID
}

// channel is PostgreSQL's name of what processes listen to.
const channel = "changke_watch"

// TellTx says, when your transaction commits and only then, that something of a
// chain has changed. The same twice in one transaction is told once.
func TellTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, c Change) error {
	_, err := tx.Exec(ctx, "SELECT pg_notify($1, $2)", channel, fmt.Sprintf("%s %s %s %s", tenant, c.Kind, c.Store, c.ID))
	return err
}

// read is the reverse of what TellTx writes.
func read(payload string) (tenant kernel.TenantID, c Change, err error) {
	parts := strings.Split(payload, " ")
	if len(parts) != 4 {
		return tenant, c, fmt.Errorf("watch: a payload of %d parts", len(parts))
	}
	if tenant, err = kernel.ParseID[kernel.TenantID](parts[0]); err != nil {
		return tenant, c, err
	}
	c.Kind = parts[1]
	if c.Store, err = kernel.ParseID[kernel.StoreID](parts[2]); err != nil {
		return tenant, c, err
	}
	c.ID, err = kernel.ParseID[kernel.UUID](parts[3])
	return tenant, c, err
}

// Package operatordb is the SQL of operators, exports and support access. The
// operators' own tables are read and written under db.AsOperator only.
package operatordb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
)

type chainRow struct {
	ID        kernel.TenantID
	Code      string
	Name      string
	State     string
	StateAt   *time.Time
	KeepUntil *kernel.BusinessDate
	CreatedAt time.Time
	Stores    int64
	Staff     int64
	Files     int64
	Sandbox   bool
}

// Chains lists chains by code, behind a code: under db.AsOperator.
func Chains(ctx context.Context, tx pgx.Tx, after string, size int) ([]operator.Chain, error) {
	rows, err := tx.Query(ctx, `SELECT tenant_id, code, name, state, state_at, keep_until, created_at, stores, staff, files,
		tenant_id IN (SELECT operator.sandboxes()) FROM operator.chains($1, $2)`, after, size)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (operator.Chain, error) {
		r, err := pgx.RowToStructByPos[chainRow](row)
		return operator.Chain{
			ID: r.ID, Code: r.Code, Name: r.Name, State: tenant.State(r.State), StateAt: r.StateAt, KeepUntil: r.KeepUntil,
			CreatedAt: r.CreatedAt, Stores: r.Stores, Staff: r.Staff, Files: r.Files, Sandbox: r.Sandbox,
		}, err
	})
}

// Export gives the row its meaning.
func (r ExportRow) Export() operator.Export {
	return operator.Export{
		ID: r.ExportID, State: operator.ExportState(r.State), Recipient: r.Recipient, RequestedBy: r.RequestedBy, RequestedAt: r.RequestedAt,
		BeatAt: r.BeatAt, TablesDone: r.TablesDone, TablesTotal: r.TablesTotal, RowsDone: r.RowsDone, Bytes: r.Bytes, SHA256: r.Sha256, ExpiresAt: r.ExpiresAt, Attempt: r.Attempt,
	}
}

// Support gives the row its meaning.
func (r SupportRow) Support(id kernel.TenantID) operator.Support {
	return operator.Support{
		ID: r.AccessID, Tenant: id, Operator: r.OperatorID, OperatorName: r.OperatorName, Reason: r.Reason, State: operator.SupportState(r.State),
		AskedAt: r.AskedAt, DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt, ExpiresAt: r.ExpiresAt, EndedAt: r.EndedAt, Entered: r.Entered,
	}
}

// Session gives the row its meaning.
func (r SessionByTokenRow) Session() operator.Session {
	return operator.Session{
		Account: operator.Account{ID: r.AccountID, Login: r.Login, Name: r.Name}, Session: r.SessionID,
		SeenAt: r.SeenAt, ProvenAt: r.ProvenAt, ExpiresAt: r.ExpiresAt, RevokedAt: r.RevokedAt, DisabledAt: r.DisabledAt,
	}
}

// enterByToken enters the tenant that only a support token names; nothing found
// means no tenant, and then row level security shows no row.
const enterByToken = "SELECT set_config('app.tenant_id', (SELECT tenant_id FROM support_by_token($1))::text, true)"

// FindSupport looks a support access up by its token's hash in one round trip.
// False: there is none.
func FindSupport(ctx context.Context, pool *db.Pool, hash []byte) (SupportByTokenRow, bool, error) {
	var found []SupportByTokenRow
	var err error
	b := &pgx.Batch{}
	b.Queue(enterByToken, hash)
	b.Queue(supportByToken, hash).Query(func(rows pgx.Rows) error {
		found, err = pgx.CollectRows(rows, pgx.RowToStructByPos[SupportByTokenRow])
		return err
	})
	if err := pool.Batch(ctx, b).Close(); err != nil || len(found) == 0 {
		return SupportByTokenRow{}, false, err
	}
	return found[0], true, nil
}

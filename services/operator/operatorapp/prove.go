package operatorapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/staff"
)

// Prove takes a fresh code of the operator who sits at his session, before what
// touches a whole chain; tries are counted with his logins. Faults:
// operator.wrong_code, auth.too_many_tries.
func (a *App) Prove(ctx context.Context, actor *kernel.Actor, device, code string) error {
	now := a.Clock.Now()
	var row operatordb.AccountToProveRow
	var bucket []byte
	err := a.DB.AsOperator(ctx, func(tx pgx.Tx) (err error) {
		q := operatordb.New(tx)
		if row, err = q.AccountToProve(ctx, staff.Hash(device), now.Add(-operator.DeviceTrusted), actor.Operator); err != nil {
			return err
		}
		bucket = operator.Bucket(actor.Operator, actor.Name, staff.Hash(device), row.Known)
		return charge(ctx, q, bucket, now)
	})
	if err != nil {
		return err
	}
	step, ok, err := a.step(row.TotpBox, actor.Operator, code)
	if err != nil {
		return err
	}
	if !ok {
		return operator.ErrWrongCode
	}
	return a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		if n, err := q.UseStep(ctx, step, actor.Operator); err != nil || n == 0 {
			return errors.Join(err, operator.ErrWrongCode)
		}
		return errors.Join(
			q.ClearTries(ctx, bucket),
			q.ProveSession(ctx, now, actor.Session),
			noteTx(ctx, tx, now, act{account: actor.Operator, action: "operator.proven"}),
		)
	})
}

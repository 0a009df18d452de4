package operatorapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
)

// The acts of this file are commands of whoever holds the server; there is no
// way to them over the network.

// Add enters an operator and gives his one-time activation code, which is kept
// nowhere. Faults: operator.login_taken, invalid_field.
func (a *App) Add(ctx context.Context, login, name string) (code string, err error) {
	now := a.Clock.Now()
	account, err := operator.NewAccount(kernel.NewID[kernel.UUID](now), login, name)
	if err != nil {
		return "", err
	}
	code = staff.NewToken()
	ends := now.Add(operator.ActivationLife)
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		err := operatordb.New(tx).InsertAccount(ctx, operatordb.InsertAccountParams{
			AccountID: account.ID, Login: account.Login, Name: account.Name, ActivationHash: staff.Hash(code), ActivationExpiresAt: &ends, Now: now,
		})
		if err != nil {
			return err
		}
		return noteTx(ctx, tx, now, act{account: account.ID, action: "operator.added"})
	})
	if db.ConstraintName(err) == "account_login_key" {
		err = operator.ErrLoginTaken
	}
	return code, err
}

// Reset makes an operator begin anew: password and authenticator are void, his
// sessions over, and he needs the code that comes back. Fault: operator.not_found.
func (a *App) Reset(ctx context.Context, login string) (code string, err error) {
	now := a.Clock.Now()
	code = staff.NewToken()
	ends := now.Add(operator.ActivationLife)
	return code, a.over(ctx, "operator.reset", func(q *operatordb.Queries) (kernel.UUID, error) {
		return q.ResetAccount(ctx, staff.Hash(code), &ends, login)
	})
}

// Remove ends an operator's account and sessions at once. Fault:
// operator.not_found.
func (a *App) Remove(ctx context.Context, login string) error {
	now := a.Clock.Now()
	return a.over(ctx, "operator.removed", func(q *operatordb.Queries) (kernel.UUID, error) {
		return q.DisableAccount(ctx, now, login)
	})
}

func (a *App) over(ctx context.Context, action string, change func(q *operatordb.Queries) (kernel.UUID, error)) error {
	now := a.Clock.Now()
	err := a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		id, err := change(q)
		if err != nil {
			return err
		}
		if err := q.EndSessionsOf(ctx, now, id); err != nil {
			return err
		}
		return noteTx(ctx, tx, now, act{account: id, action: action})
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = operator.ErrNoAccount
	}
	return err
}

// Accounts lists the operators by login.
func (a *App) Accounts(ctx context.Context) (rows []operatordb.AccountsRow, err error) {
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		rows, err = operatordb.New(tx).Accounts(ctx)
		return err
	})
	return rows, err
}

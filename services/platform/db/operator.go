package db

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// AsOperator runs fn in one transaction as the role changke_operator: it reaches
// the tables of the platform's operators and none of any tenant.
func (p *Pool) AsOperator(ctx context.Context, fn func(tx pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, p.pg, func(tx pgx.Tx) error { return AsOperatorTx(ctx, tx, fn) })
}

// AsOperatorTx lets a part of a transaction act as changke_operator, for what
// must be written together with a tenant's rows. After an error the transaction
// is of no more use, as after every error.
func AsOperatorTx(ctx context.Context, tx pgx.Tx, fn func(tx pgx.Tx) error) error {
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE changke_operator"); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SET LOCAL ROLE changke_app")
	return err
}

package operatorapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/operator/internal/operatordb"
)

// Reseal seals the secrets of operators' authenticators under the present master
// key; it opens them under the one before, too. It says how many.
func (a *App) Reseal(ctx context.Context) (n int64, err error) {
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		rows, err := q.TOTPBoxes(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			plain, err := a.Master.Unseal(r.TotpBox, totpPurpose, r.AccountID)
			if err != nil {
				return err
			}
			box, err := a.Master.Seal(plain, totpPurpose, r.AccountID)
			if err != nil {
				return err
			}
			done, err := q.ReplaceTOTP(ctx, box, r.AccountID, r.TotpBox)
			if err != nil {
				return err
			}
			n += done
		}
		return nil
	})
	return n, err
}

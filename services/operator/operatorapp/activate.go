package operatorapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
)

// totpPurpose binds the boxes of authenticators' secrets.
const totpPurpose = "operator totp"

// Enrolment is what an authenticator app needs.
type Enrolment struct {
	Account operator.Account
	Secret  string
	URI     string
}

// BeginActivation makes the secret of an operator's authenticator, against his
// one-time code; asking again makes another. Fault: operator.bad_activation.
func (a *App) BeginActivation(ctx context.Context, code string) (e Enrolment, err error) {
	err = a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		q := operatordb.New(tx)
		row, err := a.activating(ctx, q, code)
		if err != nil {
			return err
		}
		e = Enrolment{Account: operator.Account{ID: row.AccountID, Login: row.Login, Name: row.Name}, Secret: totp.NewSecret()}
		e.URI = totp.URI(operator.Issuer, row.Login, e.Secret)
		box, err := a.Master.Seal([]byte(e.Secret), totpPurpose, row.AccountID)
		if err != nil {
			return err
		}
		n, err := q.SetTOTP(ctx, box, row.AccountID, staff.Hash(code))
		if err == nil && n == 0 { // used or replaced in this very moment
			err = operator.ErrBadActivation
		}
		return err
	})
	return e, err
}

func (a *App) activating(ctx context.Context, q *operatordb.Queries, code string) (operatordb.ActivatingAccountRow, error) {
	row, err := q.ActivatingAccount(ctx, staff.Hash(code), a.Clock.Now())
	if errors.Is(err, pgx.ErrNoRows) {
		err = operator.ErrBadActivation
	}
	return row, err
}

// Activate sets the password and proves the authenticator; of two at once with
// one code, one wins. Faults: operator.bad_activation, operator.wrong_code,
// those of staff.PasswordRules.
func (a *App) Activate(ctx context.Context, code, password, digits string) error {
	now := a.Clock.Now()
	var row operatordb.ActivatingAccountRow
	err := a.DB.AsOperator(ctx, func(tx pgx.Tx) (err error) {
		row, err = a.activating(ctx, operatordb.New(tx), code)
		return err
	})
	if err != nil {
		return err
	}
	if err := a.PasswordRules.Check(password, staff.Guessable{Code: row.Login, Name: row.Name}); err != nil {
		return err
	}
	step, ok, err := a.step(row.TotpBox, row.AccountID, digits)
	if err != nil {
		return err
	}
	if !ok {
		return operator.ErrWrongCode
	}
	hash, err := a.Passwords.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return a.DB.AsOperator(ctx, func(tx pgx.Tx) error {
		n, err := operatordb.New(tx).Activate(ctx, operatordb.ActivateParams{
			AccountID: row.AccountID, ActivationHash: staff.Hash(code), TotpBox: row.TotpBox, PasswordHash: hash, TotpStep: step,
		})
		if err == nil && n == 0 {
			err = operator.ErrBadActivation
		}
		if err != nil {
			return err
		}
		return noteTx(ctx, tx, now, act{account: row.AccountID, action: "operator.activated"})
	})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/platform/totp"
)

// operatorCmd is for whoever holds the server: nobody becomes an operator over
// the network, and none has a password that somebody else chose.
type operatorCmd struct {
	Add    operatorAdd    `cmd:"" help:"Enter an operator and print the one-time address at which he sets password and authenticator."`
	Reset  operatorReset  `cmd:"" help:"Make an operator set password and authenticator anew; his sessions end."`
	Remove operatorRemove `cmd:"" help:"End an operator's account and sessions."`
	List   operatorList   `cmd:"" help:"List the operators."`
	Code   operatorCode   `cmd:"" help:"Print the six digits of the demo's operator, instead of an authenticator app."`
}

type operatorAdd struct {
	Name  string `required:"" help:"His name, shown to chains that he asks for access."`
	Login string `required:"" help:"What he signs in with: small letters, digits, dashes."`
}

// Run enters an operator.
func (c operatorAdd) Run(ctx context.Context, s *Settings) error {
	return s.withOperators(ctx, func(a *operatorapp.App) error {
		code, err := a.Add(ctx, c.Login, c.Name)
		return s.printActivation(code, err)
	})
}

type operatorReset struct {
	Login string `arg:"" help:"What he signs in with."`
}

// Run makes an operator begin anew.
func (c operatorReset) Run(ctx context.Context, s *Settings) error {
	return s.withOperators(ctx, func(a *operatorapp.App) error {
		code, err := a.Reset(ctx, c.Login)
		return s.printActivation(code, err)
	})
}

type operatorRemove struct {
	Login string `arg:"" help:"What he signs in with."`
}

// Run ends an account.
func (c operatorRemove) Run(ctx context.Context, s *Settings) error {
	return s.withOperators(ctx, func(a *operatorapp.App) error { return a.Remove(ctx, c.Login) })
}

type operatorList struct{}

// Run lists the operators.
func (operatorList) Run(ctx context.Context, s *Settings) error {
	return s.withOperators(ctx, func(a *operatorapp.App) error {
		rows, err := a.Accounts(ctx)
		w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		for _, r := range rows {
			state := "waits for activation"
			if r.DisabledAt != nil {
				state = "removed"
			} else if r.Activated {
				state = "active"
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", r.Login, r.Name, state)
		}
		return errors.Join(err, w.Flush())
	})
}

// withOperators needs the database and nothing else: accounts hold no secret
// before they are activated.
func (s *Settings) withOperators(ctx context.Context, work func(a *operatorapp.App) error) error {
	pool, err := s.openDatabase(ctx, 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	return work(operatorapp.New(operatorapp.Deps{DB: pool, Clock: wallClock}))
}

// printActivation tells where the operator goes on. The code stands behind #:
// browsers send that to no server and no log.
func (s *Settings) printActivation(code string, err error) error {
	if err != nil {
		return err
	}
	fmt.Printf("Open within 72 hours, once, behind the address of the console, such as https://changke.example:\n\n  /operator/activate#%s\n", code)
	return nil
}

type operatorCode struct{}

// demoTOTP is where up keeps the secret of the demo's operator.
func (s *Settings) demoTOTP() string { return filepath.Join(s.DataDir, "demo-operator.totp") }

// Run prints what an authenticator app would show.
func (operatorCode) Run(s *Settings) error {
	secret, err := os.ReadFile(s.demoTOTP())
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("no demo in data-dir: start it with `changke up`")
	}
	if err != nil {
		return err
	}
	code, err := totp.Code(strings.TrimSpace(string(secret)), wallClock.Now())
	fmt.Println(code)
	return err
}

package main

import (
	"context"
	"errors"
	"os"

	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/totp"
)

// The platform's operator of the demo.
const (
	demoOperator         = "operator"
	demoOperatorPassword = "demo-teahouse-demo"
)

// ensureDemoOperator gives the demo its operator: a password that is known, and
// an authenticator whose secret is made here and kept in a file of data-dir.
func (p *product) ensureDemoOperator(ctx context.Context, file string) error {
	if kept, err := os.ReadFile(file); err == nil && len(kept) > 0 { // empty: the disk was full
		return nil
	}
	code, err := p.operators.Add(ctx, demoOperator, "平台小李")
	if errors.Is(err, fault.New(fault.Exists, "operator.login_taken", "")) {
		code, err = p.operators.Reset(ctx, demoOperator) // the start before was cut off here
	}
	if err != nil {
		return err
	}
	e, err := p.operators.BeginActivation(ctx, code)
	if err != nil {
		return err
	}
	// The code of the minute that has passed, so that the running one still counts.
	digits, err := totp.Code(e.Secret, p.clock.Now().Add(-totp.Period))
	if err != nil {
		return err
	}
	if err := p.operators.Activate(ctx, code, demoOperatorPassword, digits); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(e.Secret+"\n"), 0o600)
}

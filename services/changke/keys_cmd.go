package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/tenant/tenantapp"
)

// keysCmd is for whoever holds the master key.
type keysCmd struct {
	Rotate keysRotate `cmd:"" help:"Wrap every chain's keys under the present master key, give each chain a new data key and seal everything under it anew, while the server runs. Stopped at any moment it goes on when called again."`
	Status keysStatus `cmd:"" help:"Say how far each chain's rotation is."`
}

type keysRotate struct {
	Tenant   string `default:"all" help:"A chain's code, or all."`
	WrapOnly bool   `help:"Only wrap the keys under the present master key."`
}

// Run rotates.
func (c keysRotate) Run(ctx context.Context, s *Settings) error {
	return s.withKeys(ctx, c.Tenant, func(k *keyRoom) error {
		if c.Tenant == "all" {
			n, err := k.operators.Reseal(ctx)
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(k.out, "operators: %d authenticators sealed anew\n", n)
		}
		if err := k.rewrap(ctx); err != nil || c.WrapOnly {
			return err
		}
		return k.rotate(ctx)
	})
}

type keysStatus struct {
	Tenant string `default:"all" help:"A chain's code, or all."`
}

// Run tells how far rotations are.
func (c keysStatus) Run(ctx context.Context, s *Settings) error {
	return s.withKeys(ctx, c.Tenant, func(k *keyRoom) error {
		return k.each(ctx, func(_ kernel.TenantID, code string, r tenantapp.Rotation) error { return k.tell(code, r) })
	})
}

// keyRoom is what rotating needs.
type keyRoom struct {
	tenants   *tenantapp.App
	operators *operatorapp.App
	ids       []kernel.TenantID
	out       io.Writer
}

func (s *Settings) withKeys(ctx context.Context, tenant string, work func(*keyRoom) error) error {
	pool, master, err := s.openWithKey(ctx, 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	k := &keyRoom{
		tenants:   tenantapp.New(tenantapp.Deps{DB: pool, Master: master, Clock: wallClock, Log: s.logger(), Catalogue: catalogue}),
		operators: operatorapp.New(operatorapp.Deps{DB: pool, Master: master, Clock: wallClock}), out: os.Stdout,
	}
	if tenant == "all" {
		k.ids, err = k.tenants.TenantIDs(ctx)
	} else {
		var id kernel.TenantID
		id, err = chainOf(ctx, k.tenants, tenant)
		k.ids = []kernel.TenantID{id}
	}
	if err != nil {
		return err
	}
	return work(k)
}

func (k *keyRoom) each(ctx context.Context, do func(id kernel.TenantID, code string, r tenantapp.Rotation) error) error {
	for _, id := range k.ids {
		chain, err := k.tenants.Chain(ctx, id)
		if err != nil {
			return err
		}
		r, err := k.tenants.Rotation(ctx, id)
		if err != nil {
			return err
		}
		if err := do(id, chain.Code, r); err != nil {
			return fmt.Errorf("%s: %w", chain.Code, err)
		}
	}
	return nil
}

func (k *keyRoom) tell(code string, r tenantapp.Rotation) error {
	state := "never rotated"
	if r.Version > 0 {
		state = fmt.Sprintf("data key %d, %d boxes sealed anew, goes on", r.Version, r.Boxes)
	}
	if r.Ended != nil {
		state = fmt.Sprintf("data key %d, %d boxes sealed anew, ended %s", r.Version, r.Boxes, r.Ended.Format(time.RFC3339))
	}
	_, err := fmt.Fprintf(k.out, "%s: %s\n", code, state)
	return err
}

func (k *keyRoom) rewrap(ctx context.Context) error {
	return k.each(ctx, func(id kernel.TenantID, code string, _ tenantapp.Rotation) error {
		n, err := k.tenants.Rewrap(ctx, id)
		if err == nil {
			_, err = fmt.Fprintf(k.out, "%s: %d keys wrapped anew\n", code, n)
		}
		return err
	})
}

// lookAgain is how often a rotation looks whether everybody has learned of the
// new key.
const lookAgain = 5 * time.Second

func (k *keyRoom) rotate(ctx context.Context) error {
	if err := k.each(ctx, func(id kernel.TenantID, _ string, _ tenantapp.Rotation) error {
		_, err := k.tenants.BeginRotation(ctx, id)
		return err
	}); err != nil {
		return err
	}
	for waits := true; waits; {
		waits = false
		err := k.each(ctx, func(id kernel.TenantID, code string, r tenantapp.Rotation) error {
			was := r
			for r.Ended == nil && !r.Looked {
				var err error
				if r, err = k.tenants.Reseal(ctx, id, boxes); err != nil {
					return err
				}
			}
			if r.Ended == nil {
				waits = true
			}
			if was.Boxes != r.Boxes || r.Ended != nil && was.Ended == nil {
				return k.tell(code, r)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if waits {
			select {
			case <-ctx.Done():
				return errors.Join(ctx.Err(), errors.New("stopped: call it again to go on"))
			case <-time.After(lookAgain):
			}
		}
	}
	return nil
}

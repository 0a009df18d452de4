package staffapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// me tells an actor who he is and everything he may do.
func (a *App) me(ctx context.Context, actor *kernel.Actor) (*staffv1.Me, error) {
	chain, err := a.Tenants.Chain(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	looksIn := actor.Kind == kernel.ActorSupport
	person := staff.Person{Name: actor.Name} // an operator who looks in is no person of the chain
	if !looksIn {
		if person, err = a.Self(ctx, actor.Tenant, actor.Person); err != nil {
			return nil, err
		}
	}
	held, grants, err := a.Grants(ctx, actor)
	if err != nil {
		return nil, err
	}
	me := &staffv1.Me{
		Person: personToProto(person), TenantName: chain.Name, TenantCode: chain.Code,
		BusinessDate: chain.BusinessDate(a.Clock.Now()).String(), ActingFor: actingFor(actor), Support: looksIn, Sandbox: chain.Sandbox,
	}
	for _, permission := range held {
		me.Rights = append(me.Rights, rightToProto(permission, grants(permission)))
	}
	if looksIn {
		return me, nil
	}
	return me, a.secured(ctx, actor, me)
}

// secured tells the caller how his own login stands: second factor, new devices.
func (a *App) secured(ctx context.Context, actor *kernel.Actor, me *staffv1.Me) error {
	policy, err := a.LoginPolicy(ctx, actor.Tenant)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		proof, err := q.SessionProof(ctx, actor.Tenant, actor.Session)
		if err != nil {
			return err
		}
		f, err := q.SecondFactor(ctx, actor.Tenant, actor.Person)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		me.Proof = proofKind(proof)
		me.SecondFactor = f.ConfirmedAt != nil
		me.SecondFactorOverdue = actor.Enrolling
		if !me.SecondFactor && f.DueAt != nil && policy.Asks(actor) && proof.Way != staff.WaySSO {
			me.SecondFactorDueTime = timestamppb.New(*f.DueAt)
		}
		devices, err := q.NewDevices(ctx, actor.Tenant, actor.Person, actor.Session)
		me.NewDevices = as(devices, newDeviceToProto)
		return err
	})
}

package handoverapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	handoverv1 "github.com/changke/changke/gen/go/changke/handover/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
)

// WritePermission is what beginning, accepting and going through a case needs.
const WritePermission = "handover.write"

// detail is a case with its steps, whose turn it is, and what the caller may do.
func (a *App) detail(ctx context.Context, v View) (*handoverv1.GetHandoverResponse, error) {
	id := rpc.Actor(ctx).Tenant
	rows, err := a.read(id).Steps(ctx, id, v.ID)
	if err != nil {
		return nil, err
	}
	res := &handoverv1.GetHandoverResponse{Handover: v.proto(), Acts: acts(v, rpc.GrantFor(ctx, WritePermission), rpc.GrantFor(ctx, customer.CarryOutPermission))}
	for _, r := range rows {
		res.Steps = append(res.Steps, &handoverv1.HandoverStep{Step: r.Step, Date: r.OnDate.String(), Files: r.Files, Time: timestamppb.New(r.At), PersonName: r.PersonName, ForName: r.ForName})
	}
	res.TurnNames, err = a.turnNames(ctx, id, v)
	return res, err
}

// acts says what somebody may do with a case as it stands.
func acts(v View, writes, offices kernel.Grant) *handoverv1.HandoverActs {
	me := writes.Person()
	_, own := v.Decides(offices)
	office, receives := own == nil, v.Receiver == me && writes.Covers(v.Store, true)
	begins := writes.Covers(v.Store, v.Giver == me)
	return &handoverv1.HandoverActs{
		Check: office && v.State == handover.Requested, Accept: receives && v.State == handover.Checked,
		Confirm: office && v.State == handover.Accepted, Send: office && v.State == handover.Confirmed,
		Withdraw: begins && v.State.Holds() && v.State != handover.Desk, GoThrough: receives && v.State.Moved() && v.Left() > 0,
		Reassign: writes.Covers(v.Store, false) && v.State == handover.Desk,
	}
}

// turnNames names those whose turn a case is.
func (a *App) turnNames(ctx context.Context, id kernel.TenantID, v View) ([]string, error) {
	switch v.Turn(v.Left()) {
	case handover.Receiver:
		return []string{v.ReceiverAs.name}, nil
	case handover.HeadOffice:
		desk, err := a.officeDesk(ctx, id, a.Clock.Now(), v.Store)
		if err != nil {
			return nil, err
		}
		names := []string{}
		for _, hand := range desk.Turn(v.Store, v.Concerns, 0).People {
			names = append(names, hand.Name)
		}
		return names, nil
	case handover.Nobody:
	}
	return nil, nil
}

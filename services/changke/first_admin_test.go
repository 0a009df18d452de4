package main

import (
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
)

// TestFirstAdministrator: an operator makes a chain, and its administrator comes
// in with the newest code that was handed to him, and with no other.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op := w.operatorOf(w.a.operator)
	made, err := op.CreateChain(ctx, &operatorv1.CreateChainRequest{Code: " Lotus ", Name: "莲花茶楼", AdminName: "陆婉清", AdminStaffNo: "A001", AdminPhone: w.number()})
	require.NoError(t, err)
	require.Equal(t, "lotus", made.Chain.Code)
	renewed, err := op.RenewChainActivation(ctx, &operatorv1.RenewChainActivationRequest{TenantId: made.Chain.Id})
	require.NoError(t, err)
	door := staffv1connect.NewAccountOpeningServiceClient(w.client(&caller{name: "new"}), w.server.URL)
	activate := func(code string) error {
		_, err := door.ActivateAccount(ctx, &staffv1.ActivateAccountRequest{TenantCode: "lotus", StaffNo: "A001", Code: code, Password: password})
		return err
	}
	require.Error(t, activate(made.ActivationCode), "void since there is a newer one")
	require.NoError(t, activate(renewed.ActivationCode))
	_, err = op.RenewChainActivation(ctx, &operatorv1.RenewChainActivationRequest{TenantId: made.Chain.Id})
	require.Equal(t, "chain.already_entered", reasonOf(err))
	who := &caller{name: "lotus A001", staffNo: "A001"}
	in, err := w.authOf(who).Login(ctx, &staffv1.LoginRequest{TenantCode: "lotus", Login: "A001", Password: password})
	require.NoError(t, err)
	require.Equal(t, "陆婉清", in.Me.Person.Name)
	_, err = w.tenantOf(who).ListRuleSets(ctx, nil)
	require.NoError(t, err)
}

// TestFirstAdministratorOfASandbox: a vendor whose code lapsed before he came gets
// another, though the sandbox is full of people by then; once he has come, no more.
func TestFirstAdministratorOfASandbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op := w.operatorOf(w.a.operator)
	asked := &operatorv1.CreateChainRequest{Code: "pen", Name: "收银沙箱", AdminName: "陆婉清", AdminStaffNo: "E104", AdminPhone: w.number(), Sandbox: true}
	_, err := op.CreateChain(ctx, asked)
	require.Equal(t, connect.CodeInvalidArgument, connect.CodeOf(err), "the sandbox has an E104 of its own")
	asked.AdminStaffNo = "A001"
	made, err := op.CreateChain(ctx, asked)
	require.NoError(t, err)
	w.clock.set(noon.Add(73 * time.Hour))
	door := staffv1connect.NewAccountOpeningServiceClient(w.client(&caller{name: "new"}), w.server.URL)
	activate := func(code string) error {
		_, err := door.ActivateAccount(ctx, &staffv1.ActivateAccountRequest{TenantCode: "pen", StaffNo: "A001", Code: code, Password: password})
		return err
	}
	require.Error(t, activate(made.ActivationCode), "lapsed")
	op = w.operatorOf(w.atDesk(t))
	renewed, err := op.RenewChainActivation(ctx, &operatorv1.RenewChainActivationRequest{TenantId: made.Chain.Id})
	require.NoError(t, err)
	require.NoError(t, activate(renewed.ActivationCode))
	who := &caller{name: "pen A001", staffNo: "A001"}
	_, err = w.authOf(who).Login(ctx, &staffv1.LoginRequest{TenantCode: "pen", Login: "A001", Password: password})
	require.NoError(t, err)
	_, err = op.RenewChainActivation(ctx, &operatorv1.RenewChainActivationRequest{TenantId: made.Chain.Id})
	require.Equal(t, "chain.already_entered", reasonOf(err))
}

package customerapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// asks is a guest's request that was verified.
func (b *bundle) asks(c crew, kind customer.GuestRequestKind, n int) customerapp.GuestRequestView {
	b.t.Helper()
	legal := c.sun.may("customer.legal")
	v, err := b.files.ReceiveGuestRequest(ctx, legal, b.now, customerapp.ReceiveInput{Client: request(), Kind: kind, Number: number(n), Channel: "phone", Note: "本人来电"})
	require.NoError(b.t, err)
	v, err = b.files.VerifyGuestRequest(ctx, legal, b.now, v.ID, "callback")
	require.NoError(b.t, err)
	return v
}

// DEL-03: whoever asks by a second number of one file is found in every store
// by the others; a number of his driver's leads to nobody. Nothing of any of
// them is left, the request's own number among it.
func TestErasureByAnyNumber(t *testing.T) {
	b := setup(t)
	c := b.crew()
	one := b.approved(c, 1).File
	westRep, westBoss := b.as(b.a, rep, staff.ServiceRep, west), b.as(b.a, boss, staff.ServiceManager, west)
	two := b.approve(westRep, b.create(westRep, west, input("王建国", number(1))).File, westBoss).File
	stranger := b.create(c.lina, east, input("李建国", number(5))).File
	_, err := b.contact(c.zhao, one, customer.ContactOwn, 2)
	require.NoError(t, err)
	_, err = b.contact(c.lina, stranger, customer.ContactDriver, 2)
	require.NoError(t, err)

	v := b.asks(c, customer.AskErasure, 2)
	require.Len(t, v.Files, 2)
	require.ElementsMatch(t, []kernel.FileID{one, two}, []kernel.FileID{v.Files[0].File, v.Files[1].File})
	_, err = b.files.CarryOutGuestRequest(ctx, c.sun.may("customer.legal"), b.now, v.ID, nil)
	reason(t, err, "guest_request.own_request")
	done, err := b.files.CarryOutGuestRequest(ctx, b.as(b.a, boss, staff.HQService).may("customer.legal"), b.now, v.ID, nil)
	require.NoError(t, err)
	require.EqualValues(t, 2, done.GuestRequest.Files)
	require.Empty(t, done.Masked, "the request says no more whose it was")
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM guest WHERE state = 'deleted'"))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM guest WHERE state <> 'deleted'"))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_contact"), "the driver's number on another's file")
}

// DEL-03, CHG-01: a correction says at which fields, and the referrer finds it
// there; what holds stays until he submits and it is approved. Where a change is
// open already nothing is begun.
func TestCorrectionOpensTheChange(t *testing.T) {
	b := setup(t)
	c := b.crew()
	file := b.approved(c, 1).File
	legal := c.sun.may("customer.legal")
	wanted := []customer.Reason{{Field: "employer", Reason: "改为：西安明远机电设备有限公司"}}

	v := b.asks(c, customer.AskCorrection, 1)
	for _, wrong := range [][]customer.Reason{{{Field: "shoe", Reason: "四十二码"}}, {{Field: "employer", Reason: " "}}, {wanted[0], wanted[0]}} {
		_, err := b.files.CarryOutGuestRequest(ctx, legal, b.now, v.ID, wrong)
		reason(t, err, "invalid_field")
	}
	done, err := b.files.CarryOutGuestRequest(ctx, legal, b.now, v.ID, wanted)
	require.NoError(t, err)
	require.Equal(t, customer.GuestDone, done.State)
	seen, err := b.files.Get(ctx, c.lina.read(), b.now, file)
	require.NoError(t, err)
	require.Equal(t, customer.CauseChange, seen.Revision.Cause)
	require.Equal(t, wanted, seen.Revision.Reasons)
	require.True(t, seen.Revision.Editable, "the referrer finishes it")
	require.Equal(t, "西安饮食股份有限公司", seen.Fields.Employer, "the old value holds")

	again := b.asks(c, customer.AskCorrection, 1)
	_, err = b.files.CarryOutGuestRequest(ctx, legal, b.now, again.ID, wanted)
	reason(t, err, "customer.revision_open")
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM guest_request WHERE state = 'verified'"), "nothing half done")

	copied := b.asks(c, customer.AskErasure, 1)
	_, err = b.files.CarryOutGuestRequest(ctx, b.as(b.a, boss, staff.HQService).may("customer.legal"), b.now, copied.ID, wanted)
	reason(t, err, "invalid_field")
}

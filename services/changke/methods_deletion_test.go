package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	messagev1 "github.com/changke/changke/gen/go/changke/message/v1"
	"github.com/changke/changke/services/kernel"
)

func (w *world) deletionsOf(c *caller) customerv1connect.DeletionServiceClient {
	return customerv1connect.NewDeletionServiceClient(w.client(c), w.server.URL)
}

func (w *world) rightsOf(c *caller) customerv1connect.GuestRightServiceClient {
	return customerv1connect.NewGuestRightServiceClient(w.client(c), w.server.URL)
}

// deletionSamples are the methods of deletion, guests' own requests, consent and
// of what staff are told.
var deletionSamples = map[string]sample{
	"changke.customer.v1.DeletionService.RequestDeletion": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.RequestDeletionRequest{FileId: w.approvedFile(t, c), Ground: customerv1.DeletionGround_DELETION_GROUND_NOT_A_GUEST, Reason: "回访多次，查无此人"}
	}},
	"changke.customer.v1.DeletionService.WithdrawDeletion": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.WithdrawDeletionRequest{RequestId: w.toDelete(t, c)}
	}},
	"changke.customer.v1.DeletionService.ListStoreDeletions": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.toDelete(t, c)
		return &customerv1.ListStoreDeletionsRequest{StoreId: c.s01.String()}
	}},
	"changke.customer.v1.DeletionService.ListDeletions": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.toDelete(t, c)
		return &customerv1.ListDeletionsRequest{StoreId: c.s01.String()}
	}},
	"changke.customer.v1.DeletionService.CarryOutDeletion": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.CarryOutDeletionRequest{RequestId: w.toDelete(t, c)}
	}},
	"changke.customer.v1.DeletionService.RefuseDeletion": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.RefuseDeletionRequest{RequestId: w.toDelete(t, c), Reason: "客人昨天还在店里用餐"}
	}},

	"changke.customer.v1.GuestRightService.ReceiveGuestRequest": {by: byHQ, build: func(_ testing.TB, w *world, c *chain) proto.Message {
		return w.guestAsks(c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_ERASURE)
	}},
	"changke.customer.v1.GuestRightService.ListGuestRequests": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.asked(t, c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_COPY, false)
		return &customerv1.ListGuestRequestsRequest{}
	}},
	"changke.customer.v1.GuestRightService.VerifyGuestRequest": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.VerifyGuestRequestRequest{
			RequestId: w.asked(t, c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_COPY, false), Identity: customerv1.GuestIdentity_GUEST_IDENTITY_ID_CARD,
		}
	}},
	"changke.customer.v1.GuestRightService.CarryOutGuestRequest": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.CarryOutGuestRequestRequest{RequestId: w.asked(t, c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_CORRECTION, true)}
	}},
	"changke.customer.v1.GuestRightService.DownloadGuestCopy": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.DownloadGuestCopyRequest{RequestId: w.asked(t, c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_COPY, true)}
	}},
	"changke.customer.v1.GuestRightService.RefuseGuestRequest": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.RefuseGuestRequestRequest{RequestId: w.asked(t, c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_COPY, false), Reason: "回拨后不是本人"}
	}},

	"changke.customer.v1.ConsentService.ListConsents": {by: byManager, build: still(func(c *chain) proto.Message {
		return &customerv1.ListConsentsRequest{FileId: c.file(0)}
	})},
	"changke.customer.v1.ConsentService.RecordConsent": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.RecordConsentRequest{
			FileId: w.approvedFile(t, c), Purpose: customerv1.ConsentPurpose_CONSENT_PURPOSE_MARKETING, Given: true, How: customerv1.ConsentHow_CONSENT_HOW_IN_PERSON,
		}
	}},
	"changke.customer.v1.ConsentService.ListConsentTexts": {by: byManager, build: still(func(*chain) proto.Message { return &customerv1.ListConsentTextsRequest{All: true} })},
	"changke.customer.v1.ConsentService.PublishConsentText": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.exec(t, "DELETE FROM consent_text WHERE tenant_id = $1", c.id)
		return &customerv1.PublishConsentTextRequest{Purpose: customerv1.ConsentPurpose_CONSENT_PURPOSE_MARKETING, Body: "有新菜品时会给您发短信，您可以随时要求停止。"}
	}},

	"changke.message.v1.InboxService.ListInbox": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.told(t, c)
		return &messagev1.ListInboxRequest{}
	}},
	"changke.message.v1.InboxService.MarkInboxRead": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &messagev1.MarkInboxReadRequest{UpToId: w.told(t, c).String()}
	}},
}

func init() {
	maps.Copy(samples, deletionSamples)
	unaudited["changke.message.v1.InboxService.MarkInboxRead"] = "that somebody read his own messages concerns nobody else"
}

// told puts something into the inbox of a waiter of S01.
func (w *world) told(t testing.TB, c *chain) kernel.UUID {
	t.Helper()
	id := kernel.NewID[kernel.UUID](noon)
	w.exec(t, "INSERT INTO inbox (tenant_id, item_id, person_id, kind, file_id, at) VALUES ($1, $2, $3, 'file_ends', $4, $5)", c.id, id, c.people["E0002"], c.file(0), noon)
	return id
}

// approvedFile is a new file of S01 that the manager approved.
func (w *world) approvedFile(t testing.TB, c *chain) string {
	t.Helper()
	id := w.submitted(t, c)
	_, err := w.customersOf(c.manager).ReviewFile(t.Context(), &customerv1.ReviewFileRequest{Id: id, Approve: true})
	require.NoError(t, err)
	return id
}

// toDelete is a request of S01's manager that waits for head office.
func (w *world) toDelete(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.deletionsOf(c.manager).RequestDeletion(t.Context(), &customerv1.RequestDeletionRequest{
		FileId: w.approvedFile(t, c), Ground: customerv1.DeletionGround_DELETION_GROUND_DUPLICATE, Reason: "与另一份档案是同一位客人",
	})
	require.NoError(t, err)
	return res.Request.Id
}

func (w *world) guestAsks(c *chain, kind customerv1.GuestRequestKind) *customerv1.ReceiveGuestRequestRequest {
	return &customerv1.ReceiveGuestRequestRequest{
		ClientId: w.uuid(), Kind: kind, Number: numberBoth, Channel: customerv1.GuestRequestChannel_GUEST_REQUEST_CHANNEL_PHONE, StoreId: c.s01.String(), Note: "想知道登记了什么",
	}
}

// asked is a guest's request that head office took, and verified.
func (w *world) asked(t testing.TB, c *chain, kind customerv1.GuestRequestKind, verified bool) string {
	t.Helper()
	res, err := w.rightsOf(c.hq).ReceiveGuestRequest(t.Context(), w.guestAsks(c, kind))
	require.NoError(t, err)
	if verified {
		_, err = w.rightsOf(c.hq).VerifyGuestRequest(t.Context(), &customerv1.VerifyGuestRequestRequest{RequestId: res.Request.Id, Identity: customerv1.GuestIdentity_GUEST_IDENTITY_CALLBACK})
		require.NoError(t, err)
	}
	return res.Request.Id
}

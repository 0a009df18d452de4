package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
)

func (w *world) contactsOf(c *caller) customerv1connect.ContactServiceClient {
	return customerv1connect.NewContactServiceClient(w.client(c), w.server.URL)
}

func init() { maps.Copy(samples, contactSamples) }

// contactSamples are the methods of further numbers, and of guests worth a file.
var contactSamples = map[string]sample{
	"changke.customer.v1.ContactService.ListContacts": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		file, _ := w.withContact(t, c)
		return &customerv1.ListContactsRequest{FileId: file}
	}},
	"changke.customer.v1.ContactService.AddContact": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.AddContactRequest{FileId: w.newFile(t, c).Row.Id, Kind: customerv1.ContactKind_CONTACT_KIND_DRIVER, Number: w.number(), Name: "刘师傅"}
	}},
	"changke.customer.v1.ContactService.RevealContact": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		file, contact := w.withContact(t, c)
		return &customerv1.RevealContactRequest{FileId: file, ContactId: contact, Reason: "客人来电要求核对"}
	}},
	"changke.customer.v1.ContactService.RemoveContact": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		file, contact := w.withContact(t, c)
		return &customerv1.RemoveContactRequest{FileId: file, ContactId: contact}
	}},
	"changke.visit.v1.BookingService.ListGuestsOfNumber": {by: byRep, build: still(func(c *chain) proto.Message {
		return &visitv1.ListGuestsOfNumberRequest{StoreId: c.s01.String(), Number: numberBoth}
	})},
	"changke.visit.v1.BookingService.ListRegulars": {by: byManager, build: still(func(c *chain) proto.Message {
		return &visitv1.ListRegularsRequest{StoreId: c.s01.String()}
	})},
}

// withContact is a draft of S01's representative with a secretary's number.
func (w *world) withContact(t testing.TB, c *chain) (file, contact string) {
	t.Helper()
	file = w.newFile(t, c).Row.Id
	res, err := w.contactsOf(c.rep).AddContact(t.Context(), &customerv1.AddContactRequest{FileId: file, Kind: customerv1.ContactKind_CONTACT_KIND_SECRETARY, Number: w.number(), Name: "王秘书"})
	require.NoError(t, err)
	return file, res.Contact.Id
}

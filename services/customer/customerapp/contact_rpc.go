package customerapp

import (
	"context"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// ContactServer is customerv1connect.ContactServiceHandler.
type ContactServer struct{ app *App }

// ContactServer puts the use cases of further numbers behind their RPC service.
func (a *App) ContactServer() ContactServer { return ContactServer{a} }

// ListContacts implements ContactService.
func (s ContactServer) ListContacts(ctx context.Context, req *customerv1.ListContactsRequest) (*customerv1.ListContactsResponse, error) {
	id, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	contacts, row, err := s.app.Contacts(ctx, rpc.Grant(ctx), id)
	if err != nil {
		return nil, err
	}
	audit.Seen(ctx, seenLine("customer.numbers_listed", row, rpc.Grant(ctx).Person()))
	out := &customerv1.ListContactsResponse{}
	for _, c := range contacts {
		out.Contacts = append(out.Contacts, contactToProto(c))
	}
	return out, nil
}

// RevealContact implements ContactService.
func (s ContactServer) RevealContact(ctx context.Context, req *customerv1.RevealContactRequest) (*customerv1.RevealContactResponse, error) {
	id, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	contact, err := kernel.ParseID[kernel.UUID](req.GetContactId())
	if err != nil {
		return nil, customer.ErrNoContact
	}
	shown, err := s.app.RevealContact(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, contact, req.GetReason())
	if err != nil {
		return nil, err
	}
	return &customerv1.RevealContactResponse{Number: shown.Value, LeftToday: int32(shown.Left)}, nil
}

// AddContact implements ContactService.
func (s ContactServer) AddContact(ctx context.Context, req *customerv1.AddContactRequest) (*customerv1.AddContactResponse, error) {
	id, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	c, err := s.app.AddContact(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, contactKinds[req.GetKind()], req.GetNumber(), req.GetName())
	if err != nil {
		return nil, err
	}
	return &customerv1.AddContactResponse{Contact: contactToProto(c)}, nil
}

// RemoveContact implements ContactService.
func (s ContactServer) RemoveContact(ctx context.Context, req *customerv1.RemoveContactRequest) (*customerv1.RemoveContactResponse, error) {
	id, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	contact, err := kernel.ParseID[kernel.UUID](req.GetContactId())
	if err != nil {
		return nil, customer.ErrNoContact
	}
	return &customerv1.RemoveContactResponse{}, s.app.RemoveContact(ctx, rpc.Grant(ctx), s.app.Clock.Now(), id, contact)
}

var contactKinds = map[customerv1.ContactKind]customer.ContactKind{
	customerv1.ContactKind_CONTACT_KIND_OWN: customer.ContactOwn, customerv1.ContactKind_CONTACT_KIND_SECRETARY: customer.ContactSecretary,
	customerv1.ContactKind_CONTACT_KIND_DRIVER: customer.ContactDriver, customerv1.ContactKind_CONTACT_KIND_ASSISTANT: customer.ContactAssistant,
	customerv1.ContactKind_CONTACT_KIND_FAMILY: customer.ContactFamily, customerv1.ContactKind_CONTACT_KIND_OTHER: customer.ContactOther,
}

func contactToProto(c customer.Contact) *customerv1.Contact {
	out := &customerv1.Contact{Id: c.ID.String(), Name: c.Name.Full(), MaskedNumber: c.Masked}
	for k, v := range contactKinds {
		if v == c.Kind {
			out.Kind = k
		}
	}
	return out
}

package visitapp

import (
	"context"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/visit"
)

// GuestForNumber is a guest for whom somebody with a number may book (VIS-12).
type GuestForNumber struct {
	customer.GuestOfNumber
	Shown  string // name; masked unless he is the caller's own
	Masked string // the guest's own number
}

// GuestsOfNumber lists for whom somebody with a number may book in a store.
// Fault: store.not_found.
func (a *App) GuestsOfNumber(ctx context.Context, grant kernel.Grant, store kernel.StoreID, number kernel.Phone) ([]GuestForNumber, error) {
	chain := grant.Actor().Tenant
	if !grant.Covers(store, true) {
		return nil, visit.ErrNoStore
	}
	keys, err := a.Numbers.Keys(ctx, chain)
	if err != nil {
		return nil, err
	}
	guests, err := a.Guests.GuestsOfNumber(ctx, chain, store, keys.NumberKey(number))
	if err != nil {
		return nil, err
	}
	files := make([]kernel.FileID, len(guests))
	for i, g := range guests {
		files[i] = g.File
	}
	rows, err := a.Guests.Rows(ctx, chain, files)
	if err != nil {
		return nil, err
	}
	out := make([]GuestForNumber, len(guests))
	for i, g := range guests {
		out[i] = GuestForNumber{g, g.Name.Masked(), rows[g.File].Masked}
		if g.Row.OwnedBy(grant.Person()) {
			out[i].Shown = g.Name.Full()
		}
	}
	return out, nil
}

// forWhom says for which guest a booking is (VIS-12): whose own the number is,
// else the only one whose contact it is; a contact of several must say. Nil: the
// number stands on no file, or is the guest's own. Faults: booking.for_whom,
// invalid_field at "for_file_id".
func forWhom(guests []customer.GuestOfNumber, asked *kernel.FileID) (*customer.GuestOfNumber, error) {
	if asked != nil {
		for i, g := range guests {
			if g.File == *asked {
				return contactOnly(&guests[i]), nil
			}
		}
		return nil, fault.Field("for_file_id", "VIS-12", "这个号码不是这位客人的联系人，请重新选择为谁预定。")
	}
	switch {
	case len(guests) == 0:
		return nil, nil
	case guests[0].Contact.IsZero() || len(guests) == 1: // own numbers come first
		return contactOnly(&guests[0]), nil
	}
	return nil, visit.ErrForWhom
}

// contactOnly is nil for a guest who books with his own number: it is the
// booking's already.
func contactOnly(g *customer.GuestOfNumber) *customer.GuestOfNumber {
	if g.Contact.IsZero() {
		return nil
	}
	return g
}

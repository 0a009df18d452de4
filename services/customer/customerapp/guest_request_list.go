package customerapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// guestRow reads a request; guests' requests are of the whole chain. Fault:
// guest_request.not_found.
func (a *App) guestRow(ctx context.Context, grant kernel.Grant, request kernel.UUID) (customerdb.GuestRequest, error) {
	row, err := a.read(grant.Actor().Tenant).GuestRequest(ctx, grant.Actor().Tenant, request)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Tenant() {
		return row, customer.ErrNoGuestRequest
	}
	return row, err
}

// GuestRequestView is a guest's request with its words and his files.
type GuestRequestView struct {
	customer.GuestRequest
	Masked    string // empty: erased
	Note      string
	Refusal   string
	StoreName string
	Files     []GuestFile
	Received  string
	Verified  string
	Decided   kernel.Words
	Decidable bool
}

// GuestFile is one of a guest's files.
type GuestFile struct {
	File      kernel.FileID
	StoreName string
	Name      customer.Name
	State     customer.State
}

func (a *App) guestRequest(ctx context.Context, grant kernel.Grant, request kernel.UUID) (GuestRequestView, error) {
	row, err := a.guestRow(ctx, grant, request)
	if err != nil {
		return GuestRequestView{}, err
	}
	views, err := a.guestViews(ctx, grant, []customerdb.GuestRequest{row})
	if err != nil {
		return GuestRequestView{}, err
	}
	return views[0], nil
}

// GuestRequests lists those open, by the day they end, or those closed, newest
// first, after a place. Whoever does not reach the whole chain sees none.
func (a *App) GuestRequests(ctx context.Context, grant kernel.Grant, closed bool, after time.Time, place kernel.UUID, size int) ([]GuestRequestView, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return nil, nil
	}
	q := a.read(id)
	var rows []customerdb.GuestRequest
	var err error
	if closed {
		rows, err = q.ClosedGuestRequests(ctx, id, newest(place), int32(size))
	} else {
		rows, err = q.OpenGuestRequests(ctx, customerdb.OpenGuestRequestsParams{TenantID: id, AfterDue: after, AfterID: place, RowLimit: int32(size)})
	}
	if err != nil {
		return nil, err
	}
	return a.guestViews(ctx, grant, rows)
}

func (a *App) guestViews(ctx context.Context, grant kernel.Grant, rows []customerdb.GuestRequest) ([]GuestRequestView, error) {
	id := grant.Actor().Tenant
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	storeName := func(s kernel.StoreID) string {
		if i := slices.IndexFunc(stores, func(x tenant.Store) bool { return x.ID == s }); i >= 0 {
			return stores[i].Name
		}
		return ""
	}
	people := []kernel.PersonID{}
	for _, r := range rows {
		for _, p := range []*kernel.PersonID{r.ReceivedBy, r.VerifiedBy, r.DecidedBy, r.DecidedFor} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	out := make([]GuestRequestView, len(rows))
	for i, r := range rows {
		v := GuestRequestView{GuestRequest: r.Request(), Received: names[*r.ReceivedBy], Decided: signature(names, r.DecidedBy, r.DecidedFor)}
		if r.VerifiedBy != nil {
			v.Verified = names[*r.VerifiedBy]
		}
		if v.Store != nil {
			v.StoreName = storeName(*v.Store)
		}
		_, v.Decidable = grant.Decide(kernel.StoreID{}, v.Concerns)
		if len(r.NumberBox) > 0 {
			number, err := keys.Open(r.NumberBox, requestTable, r.RequestID)
			if err != nil {
				return nil, err
			}
			v.Masked = number.Masked()
			found, err := filesOfGuest(ctx, a.read(id), keys, id, number)
			if err != nil {
				return nil, err
			}
			for _, f := range found.files {
				v.Files = append(v.Files, GuestFile{f.FileID, storeName(f.StoreID), customer.Name(f.Name), customer.State(f.State)})
			}
		}
		if v.Note, err = openWords(keys, noteTable, r.RequestID, r.NoteBox); err != nil {
			return nil, err
		}
		if v.Refusal, err = openWords(keys, refusalTable, r.RequestID, r.RefusalBox); err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

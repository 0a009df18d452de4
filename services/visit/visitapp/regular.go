package visitapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// BookedBy counts the bookings of guests' numbers that people took since a day,
// in the order asked for: customer's port.
func (a *App) BookedBy(ctx context.Context, id kernel.TenantID, asked []customer.BookedBy, since kernel.BusinessDate) ([]int, error) {
	p := visitdb.BookedByParams{TenantID: id, Since: since, Stores: []kernel.UUID{}, NumberKeys: [][]byte{}, People: []kernel.UUID{}}
	for _, x := range asked {
		p.Stores, p.NumberKeys, p.People = append(p.Stores, kernel.UUID(x.Store)), append(p.NumberKeys, x.NumberKey), append(p.People, kernel.UUID(x.Person))
	}
	rows, err := visitdb.New(a.DB.Single(id)).BookedBy(ctx, p)
	out := make([]int, len(asked))
	for _, r := range rows {
		out[r.N-1] = int(r.Bookings)
	}
	return out, err
}

// Month is the numbers worth a file of a store's month (CUS-01).
type Month struct {
	Month    kernel.Month
	Standard int // finished bookings in a month
	Regulars []visit.Regular
}

// Regulars lists the numbers that meet the VIP standard in a month and have no
// file; nil: the running month. Who reaches only his own sees whom he received
// himself. Fault: store.not_found.
func (a *App) Regulars(ctx context.Context, grant kernel.Grant, id kernel.StoreID, month *kernel.Month, now time.Time) (Month, error) {
	chain, me := grant.Actor().Tenant, grant.Person()
	if !grant.Covers(id, true) {
		return Month{}, visit.ErrNoStore
	}
	store, err := a.Stores.Store(ctx, chain, id)
	if err != nil {
		return Month{}, err
	}
	today := store.BusinessDate(now)
	rules, err := a.Stores.Rules(ctx, chain, today)
	if err != nil {
		return Month{}, err
	}
	out := Month{Month: today.Month(), Standard: int(rules.Int(customer.RuleStandardVisits, id)), Regulars: []visit.Regular{}}
	if month != nil {
		out.Month = *month
	}
	p := visitdb.RegularsParams{TenantID: chain, StoreID: id, FromOn: out.Month.First(), ToOn: out.Month.Last(), Standard: int32(out.Standard), Now: now}
	whole := grant.Covers(id, false)
	if !whole {
		p.OnlyBy = kernel.UUID(me)
	}
	q := visitdb.New(a.DB.Single(chain))
	rows, err := q.Regulars(ctx, p)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	received, err := a.receivers(ctx, q, p, rows, func(p kernel.PersonID) bool { return whole || p == me })
	if err != nil {
		return out, err
	}
	keys, err := a.Numbers.Keys(ctx, chain)
	if err != nil {
		return out, err
	}
	named := rpc.GrantFor(ctx, customer.NamesPermission).Covers(id, false)
	for _, r := range rows {
		// Who booked wrote the name himself.
		x := visit.Regular{Booking: r.BookingID, Store: id, GuestName: r.GuestName, NameShown: named || r.BookerID == me, Bookings: int(r.Bookings), Last: r.LastDate, Receivers: received[string(r.NumberKey)]}
		if r.NumberBox != nil {
			number, err := keys.Open(r.NumberBox, boxTable, r.BookingID)
			if err != nil {
				return out, err
			}
			x.Masked = number.Masked()
		}
		out.Regulars = append(out.Regulars, x)
	}
	return out, nil
}

func (a *App) receivers(ctx context.Context, q *visitdb.Queries, p visitdb.RegularsParams, rows []visitdb.RegularsRow, shown func(kernel.PersonID) bool) (map[string][]visit.Receiver, error) {
	numbers := make([][]byte, len(rows))
	for i, r := range rows {
		numbers[i] = r.NumberKey
	}
	found, err := q.ReceiversOf(ctx, visitdb.ReceiversOfParams{TenantID: p.TenantID, StoreID: p.StoreID, NumberKeys: numbers, FromOn: p.FromOn, ToOn: p.ToOn})
	if err != nil {
		return nil, err
	}
	people := []kernel.PersonID{}
	for _, r := range found {
		people = append(people, r.BookerID)
	}
	names, err := a.Names(ctx, p.TenantID, people)
	if err != nil {
		return nil, err
	}
	out := map[string][]visit.Receiver{}
	for _, r := range found {
		if shown(r.BookerID) {
			k := string(r.NumberKey)
			out[k] = append(out[k], visit.Receiver{Person: r.BookerID, Name: names[r.BookerID], Bookings: int(r.Bookings)})
		}
	}
	return out, nil
}

// NumberOfBooking is the number a booking was made with, in which store and by
// whom: customer's port, for a file that is begun from a booking. Empty: there is
// no such booking, or it was imported without its number.
func (a *App) NumberOfBooking(ctx context.Context, id kernel.TenantID, booking kernel.UUID) (kernel.Phone, kernel.StoreID, kernel.PersonID, error) {
	b, err := visitdb.New(a.DB.Single(id)).Booking(ctx, id, booking)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", kernel.StoreID{}, kernel.PersonID{}, nil
	}
	if err != nil || b.NumberBox == nil {
		return "", b.StoreID, b.BookerID, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return "", b.StoreID, b.BookerID, err
	}
	number, err := keys.Open(b.NumberBox, boxTable, booking)
	return number, b.StoreID, b.BookerID, err
}

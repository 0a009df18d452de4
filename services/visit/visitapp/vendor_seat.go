package visitapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// onFile is a booking as its vendor is shown it, but for its places.
func onFile(b visitdb.Booking, store tenant.Store) visit.BookingOnFile {
	out := visit.BookingOnFile{
		ID: b.BookingID, Store: b.StoreID, Ref: b.Ref, State: visit.State(b.State), Date: b.BusinessDate, Meal: tenant.MealPeriod(b.MealPeriod), Booker: b.BookerID, NoticeAt: b.NoticeAt,
	}
	if b.SeatedMinute != nil {
		out.Seated = visit.Clock(*b.SeatedMinute, store.ClockOn(b.BusinessDate).Cutover)
	}
	return out
}

// SeatByRef seats the guests of a booking, the vendor's or the house's; again
// changes nothing. check says what would come of it and writes nothing. Faults: booking.not_found, booking.wrong_state,
// booking.not_today.
func (a *App) SeatByRef(ctx context.Context, grant kernel.Grant, store kernel.StoreID, ref string, check bool, now time.Time) (visit.BookingOnFile, error) {
	chain := grant.Actor().Tenant
	if !grant.Covers(store, false) {
		return visit.BookingOnFile{}, visit.ErrNotFound
	}
	id, err := visitdb.BookingIDOf(ctx, a.DB.Single(chain), chain, visitdb.Ref{Store: store, Ref: ref})
	if err != nil {
		return visit.BookingOnFile{}, err
	}
	if id == nil {
		return visit.BookingOnFile{}, visit.ErrNotFound
	}
	line, err := a.booking(ctx, grant, *id)
	if err == nil && visit.State(line.State) != visit.Seated {
		line, err = a.seatBooking(ctx, grant, *id, check, now)
	}
	if err != nil {
		return visit.BookingOnFile{}, err
	}
	s, err := a.Stores.Store(ctx, chain, store)
	out := onFile(line.Booking, s)
	for _, p := range line.Places {
		out.Places = append(out.Places, p.Name)
	}
	return out, err
}

// seat says when the guests sat down (VIS-08), once. A system that was cut off says
// it later, with the time.
func (s *sending) seat(p *visitdb.ChangeSentBookingParams, before *int32) error {
	if s.in.State != visit.Seated && s.in.State != visit.Finished {
		return nil
	}
	today := s.store.BusinessDate(s.now)
	switch {
	case s.in.Seated != "":
		minute, err := visit.ParseMinute(s.in.Seated, s.store.ClockOn(s.in.Date).Cutover)
		if err != nil {
			return visit.ErrBadSeating
		}
		p.SeatedMinute = &minute
		if s.in.Date > today {
			return visit.ErrNotToday
		}
	case before != nil:
		p.SeatedMinute = before
	case s.in.Date != today:
		return visit.ErrNotToday
	default:
		minute := visit.MinuteAt(s.now, s.store)
		p.SeatedMinute = &minute
	}
	return nil
}

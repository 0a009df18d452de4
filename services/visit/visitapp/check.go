package visitapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

const (
	// CheckPermission lets 督察, and head office where a store has none, say whether
	// guests were told in person (VIS-03).
	CheckPermission = "booking.check"
	// CorrectPermission is that of who sets bookers right; who has it is told of doubts.
	CorrectPermission = "booking.correct"

	maxUnchecked = 100
)

// Unchecked is a notice told in person that nobody has checked.
type Unchecked struct {
	Line
	By  string // name of who told the guest
	May bool   // whether the caller may check it
}

// Unchecked lists what of a store nobody has checked, newest day first, and says
// how many there are. Fault: store.not_found.
func (a *App) Unchecked(ctx context.Context, grant kernel.Grant, store kernel.StoreID) ([]Unchecked, int32, error) {
	chain := grant.Actor().Tenant
	if !grant.Covers(store, true) {
		return nil, 0, visit.ErrNoStore
	}
	if _, err := a.Stores.Store(ctx, chain, store); err != nil {
		return nil, 0, err
	}
	q := visitdb.New(a.DB.Single(chain))
	rows, err := q.UncheckedNotices(ctx, chain, store, maxUnchecked)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	ids := make([]kernel.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.BookingID
	}
	told, err := q.TellersOf(ctx, chain, ids)
	if err != nil {
		return nil, 0, err
	}
	teller, people := map[kernel.UUID]*kernel.PersonID{}, []kernel.PersonID{}
	for _, r := range told {
		teller[r.BookingID], people = r.GivenBy, append(people, *r.GivenBy)
	}
	names, err := a.Names(ctx, chain, people)
	if err != nil {
		return nil, 0, err
	}
	bookings, err := q.BookingsByID(ctx, chain, ids)
	if err != nil {
		return nil, 0, err
	}
	all := make([]visitdb.BookingsOfDayRow, len(bookings))
	for i, b := range bookings {
		all[i] = visitdb.BookingsOfDayRow(b)
	}
	lines, err := a.lines(ctx, chain, all)
	var out []Unchecked
	for _, l := range lines {
		if !l.within(grant) {
			continue
		}
		l.Explained = kernel.Words{} // the other bookings of the visit are not here
		u := Unchecked{Line: l, May: l.checkable(rpc.GrantFor(ctx, CheckPermission), teller[l.BookingID])}
		if by := teller[l.BookingID]; by != nil {
			u.By = names[*by]
		}
		out = append(out, u)
	}
	return out, rows[0].Total, err
}

// concerns says whose telling it was: who told the guest, entered the booking, has
// it in his name, or is the guest's referrer.
func (l Line) concerns(teller *kernel.PersonID) func(kernel.PersonID) bool {
	return func(p kernel.PersonID) bool {
		return l.own(p) || l.EnteredBy != nil && *l.EnteredBy == p || teller != nil && *teller == p
	}
}

// checkable says whether a grant reaches as far as checking the booking's notice.
func (l Line) checkable(grant kernel.Grant, teller *kernel.PersonID) bool {
	state := visit.State(l.State)
	if l.NoticeWay == nil || visit.NoticeWay(*l.NoticeWay) != visit.InPerson || l.CheckedAt != nil || state == visit.Cancelled || state == visit.NoShow {
		return false
	}
	_, ok := grant.Decide(l.StoreID, l.concerns(teller))
	return ok
}

// CheckNotice records what an inspector found of a notice told in person, once
// (VIS-03). It changes no credit; of a doubt the booker, who told the guest and the
// store's managers are told. Faults: booking.not_found, booking.not_told,
// booking.checked, booking.own_telling, invalid_field.
func (a *App) CheckNotice(ctx context.Context, grant kernel.Grant, id kernel.UUID, f visit.Finding, now time.Time) (Line, error) {
	actor := grant.Actor()
	f.Note = strings.TrimSpace(f.Note)
	if err := f.Check(); err != nil {
		return Line{}, err
	}
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return Line{}, err
	}
	teller, err := a.teller(ctx, actor.Tenant, id)
	if err != nil {
		return Line{}, err
	}
	switch {
	case line.CheckedAt != nil:
		return Line{}, visit.ErrChecked
	case line.NoticeWay == nil || visit.NoticeWay(*line.NoticeWay) != visit.InPerson:
		return Line{}, visit.ErrNotTold
	}
	whom, ok := grant.Decide(line.StoreID, line.concerns(teller))
	if !ok {
		return Line{}, visit.ErrOwnTelling
	}
	notes, err := a.doubts(ctx, line, teller, actor.Person, f, now)
	if err != nil {
		return Line{}, err
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := visitdb.New(tx)
		_, err := q.CheckNotice(ctx, visitdb.CheckNoticeParams{
			Now: now, CheckedBy: &actor.Person, CheckedFor: whom.Who(), Held: f.Held, Note: f.Note, TenantID: actor.Tenant, BookingID: id,
		})
		if errors.Is(err, pgx.ErrNoRows) { // another was quicker, or it was called off
			b, err := q.LockBooking(ctx, actor.Tenant, id)
			if err == nil && b.CheckedAt == nil {
				err = visit.ErrNotTold
			} else if err == nil {
				err = visit.ErrChecked
			}
			return err
		}
		if err != nil {
			return err
		}
		if err := watch.TellTx(ctx, tx, actor.Tenant, watch.Change{Kind: BookingChanged, Store: line.StoreID, ID: id}); err != nil {
			return err
		}
		if len(notes) > 0 {
			if err := a.Messages.NoteTx(ctx, tx, actor.Tenant, notes, now); err != nil {
				return err
			}
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: f.Act(), Object: "booking", ObjectID: id.String(), Store: line.StoreID, Concerned: line.concerns(teller),
		})
	})
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// teller is who told the guest in person; nil: not said.
func (a *App) teller(ctx context.Context, chain kernel.TenantID, booking kernel.UUID) (*kernel.PersonID, error) {
	given, err := visitdb.New(a.DB.Single(chain)).NoticesOf(ctx, chain, booking)
	return tellerOf(given), err
}

// tellerOf finds him among those who gave a booking's notices: the guest may have been
// sent a message before, as when his booking went to another store (HND-08).
func tellerOf(given []visitdb.NoticesOfRow) *kernel.PersonID {
	for _, n := range given {
		if visit.NoticeWay(n.Way) == visit.InPerson {
			return n.GivenBy
		}
	}
	return nil
}

// doubts are whom a finding that doubts is told to; none for one that confirms.
func (a *App) doubts(ctx context.Context, line Line, teller *kernel.PersonID, me kernel.PersonID, f visit.Finding, now time.Time) (notes []message.Note, err error) {
	if f.Held {
		return nil, nil
	}
	desk, err := a.Desk(ctx, line.TenantID, CorrectPermission, []kernel.StoreID{line.StoreID}, now)
	if err != nil {
		return nil, err
	}
	told := map[kernel.PersonID]bool{me: true}
	add := func(p kernel.PersonID) {
		if !told[p] {
			told[p] = true
			notes = append(notes, message.Note{Person: p, Kind: message.NoticeDoubted, On: line.BusinessDate})
		}
	}
	add(line.BookerID)
	if teller != nil {
		add(*teller)
	}
	for _, h := range desk.Handlers {
		if !h.Away {
			add(h.Person)
		}
	}
	return notes, nil
}

package visitapp

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

var mealText = map[tenant.MealPeriod]string{tenant.Lunch: "午市", tenant.Tea: "下午茶", tenant.Dinner: "晚市", tenant.Supper: "夜宵"}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// occasion is what a notice says of a booking.
type occasion struct {
	store  tenant.Store
	date   kernel.BusinessDate
	meal   tenant.MealPeriod
	guest  string
	guests int32
	place  string // room or table
	host   string // who took the booking
}

// notice fills a template (VIS-03, VIS-04).
func (o occasion) notice(template string, number kernel.Phone) message.New {
	day := o.date.Time()
	params := map[string]string{
		message.ParamStore: o.store.Name,
		message.ParamDate:  fmt.Sprintf("%d月%d日 %s", day.Month(), day.Day(), weekdays[day.Weekday()]),
		message.ParamMeal:  mealText[o.meal],
		message.ParamGuest: o.guest, message.ParamPlace: o.place, message.ParamHost: o.host,
	}
	if o.guests > 0 {
		params[message.ParamGuests] = fmt.Sprintf("%d位", o.guests)
	}
	return message.New{Store: o.store.ID, Template: template, Params: params, Number: number}
}

// notice opens the guest's number and gives what queues a notice of a booking.
func (a *App) notice(ctx context.Context, actor *kernel.Actor, store tenant.Store, line Line, template string, now time.Time) (func(pgx.Tx) error, error) {
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	b := line.Booking
	number, err := keys.Open(b.NumberBox, boxTable, b.BookingID)
	if err != nil {
		return nil, err
	}
	o := occasion{store, b.BusinessDate, tenant.MealPeriod(b.MealPeriod), b.GuestName, b.Guests, line.places(), line.Booker}
	return func(tx pgx.Tx) error {
		return a.give(ctx, tx, actor, b.BookingID, keys, o.notice(template, number), now)
	}, nil
}

// give queues a message and writes it on the booking.
func (a *App) give(ctx context.Context, tx pgx.Tx, actor *kernel.Actor, booking kernel.UUID, keys *secret.Keys, m message.New, now time.Time) error {
	id, err := a.Messages.QueueTx(ctx, tx, actor.Tenant, keys, m, now)
	if err != nil {
		return err
	}
	_, err = visitdb.New(tx).AppendNotice(ctx, visitdb.AppendNoticeParams{
		TenantID: actor.Tenant, BookingID: booking, Way: string(visit.ByMessage), MessageID: &id, GivenBy: maybePerson(actor.Person), At: now,
	})
	return err
}

// maybePerson is nil for what a vendor's system does: nobody of the house.
func maybePerson(p kernel.PersonID) *kernel.PersonID {
	if p.IsZero() {
		return nil
	}
	return &p
}

// SendNotice tells the guest of his booking, again if he was told: the booking
// notice before he sits, then the dining notice, until the business day ends
// (VIS-03, VIS-04). Faults: booking.not_found, booking.wrong_state,
// booking.day_over, booking.no_number, booking.notice_limit.
func (a *App) SendNotice(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, error) {
	actor := grant.Actor()
	line, store, err := a.noticeable(ctx, grant, id, now)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	if b.NumberBox == nil {
		return Line{}, visit.ErrNoNumber
	}
	template := message.DiningNotice
	if visit.State(b.State) == visit.Confirmed {
		template = message.BookingNotice
	}
	give, err := a.notice(ctx, actor, store, line, template, now)
	if err != nil {
		return Line{}, err
	}
	way := string(visit.ByMessage)
	move := visitdb.MoveBookingParams{NoticeAt: &now, NoticeWay: &way}
	return a.noticed(ctx, grant, line, move, "booking.notice_sent", give, now)
}

// TellInPerson records that the guest was told in person, and why no message could
// be sent; it counts as a notice and is marked (VIS-03). Faults:
// booking.not_found, booking.wrong_state, booking.day_over, booking.noticed,
// invalid_field.
func (a *App) TellInPerson(ctx context.Context, grant kernel.Grant, id kernel.UUID, reason string, now time.Time) (Line, error) {
	actor := grant.Actor()
	if err := visit.CheckReason(reason); err != nil {
		return Line{}, err
	}
	line, _, err := a.noticeable(ctx, grant, id, now)
	if err != nil {
		return Line{}, err
	}
	if line.NoticeAt != nil {
		return Line{}, visit.ErrNoticed
	}
	way := string(visit.InPerson)
	move := visitdb.MoveBookingParams{NoticeAt: &now, NoticeWay: &way, NoticeReason: reason}
	return a.noticed(ctx, grant, line, move, "booking.told_in_person", func(tx pgx.Tx) error {
		_, err := visitdb.New(tx).AppendNotice(ctx, visitdb.AppendNoticeParams{TenantID: actor.Tenant, BookingID: id, Way: way, GivenBy: maybePerson(actor.Person), At: now})
		return err
	}, now)
}

// noticeable gives a booking whose guest may be told something of it.
func (a *App) noticeable(ctx context.Context, grant kernel.Grant, id kernel.UUID, now time.Time) (Line, tenant.Store, error) {
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return line, tenant.Store{}, err
	}
	store, err := a.Stores.Store(ctx, grant.Actor().Tenant, line.StoreID)
	switch s := visit.State(line.State); {
	case err != nil:
		return line, store, err
	case s != visit.Confirmed && s != visit.Seated && s != visit.Finished:
		return line, store, visit.ErrWrongState
	case line.BusinessDate < store.BusinessDate(now):
		return line, store, visit.ErrDayOver
	}
	return line, store, nil
}

// noticed writes a notice: the first one is a fact that bears on the credit.
func (a *App) noticed(ctx context.Context, grant kernel.Grant, line Line, move visitdb.MoveBookingParams, act string, give func(pgx.Tx) error, now time.Time) (Line, error) {
	actor, b := grant.Actor(), line.Booking
	move.TenantID, move.BookingID, move.State, move.Expected, move.Noticed = actor.Tenant, b.BookingID, b.State, b.State, b.NoticeAt != nil
	err := a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		var err error
		if b.NoticeAt == nil {
			err = a.moveBooking(ctx, tx, move, give, actor.Person, grant.Holder(b.StoreID, line.own(actor.Person)).Who(), now)
		} else {
			err = a.again(ctx, tx, b, give, now)
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{Action: act, Object: "booking", ObjectID: b.BookingID.String(), Store: b.StoreID, Own: line.own(actor.Person)})
	})
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, b.BookingID)
}

// again gives a further notice; one after the other, so that they can be counted.
func (a *App) again(ctx context.Context, tx pgx.Tx, b visitdb.Booking, give func(pgx.Tx) error, now time.Time) error {
	q := visitdb.New(tx)
	if _, err := q.LockBooking(ctx, b.TenantID, b.BookingID); err != nil {
		return err
	}
	given, err := q.NoticesOf(ctx, b.TenantID, b.BookingID)
	if err != nil {
		return err
	}
	if len(given) >= visit.MaxNotices {
		return visit.ErrNotices
	}
	if err := give(tx); err != nil {
		return err
	}
	return a.told(ctx, tx, b.TenantID, b.StoreID, b.BookingID, now)
}

package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// CorrectBooker sets the booker or receiver right until the business day ends, and
// tells both (VIS-13); nobody corrects to himself (ROL-04). Faults:
// booking.not_found, booking.wrong_state, booking.day_over, booking.same_booker,
// booking.not_for_self, invalid_field.
func (a *App) CorrectBooker(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.PersonID, reason string, now time.Time) (Line, error) {
	return a.correct(ctx, grant, id, to, reason, false, now)
}

// CorrectBookerLate does so once the business day is over, for who confirms
// corrections: the change is then a fact learned late, which rewrites nothing that was
// decided or scored, but has it corrected (RUL-09, QTA-04). Fault instead of
// booking.day_over: booking.day_open.
func (a *App) CorrectBookerLate(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.PersonID, reason string, now time.Time) (Line, error) {
	return a.correct(ctx, grant, id, to, reason, true, now)
}

func (a *App) correct(ctx context.Context, grant kernel.Grant, id kernel.UUID, to kernel.PersonID, reason string, late bool, now time.Time) (Line, error) {
	actor := grant.Actor()
	if err := visit.CheckReason(reason); err != nil {
		return Line{}, err
	}
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return Line{}, err
	}
	b := line.Booking
	if err := a.mayCorrect(ctx, grant, b, to, late, now); err != nil {
		return Line{}, err
	}
	whom, ok := grant.Decide(b.StoreID, func(p kernel.PersonID) bool { return p == to })
	if !ok {
		return Line{}, visit.ErrForSelf
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		w, err := visitdb.NewWriter(ctx, tx, actor.Tenant, 1)
		if err != nil {
			return err
		}
		after, err := w.SetBooker(ctx, visitdb.SetBookerParams{
			BookerID: to, Expected: &b.BookerID, CorrectedBy: &actor.Person, CorrectReason: reason, TenantID: actor.Tenant, BookingID: id, ExpectedState: b.State,
		})
		if err != nil {
			return wrongState(err)
		}
		if err := a.afterwards(ctx, tx, w, after, actor.Person, whom.Who(), now); err != nil {
			return err
		}
		note := message.Note{On: b.BusinessDate}
		if line.File != nil {
			note.File = *line.File
		}
		given, taken := note, note
		given.Person, given.Kind, taken.Person, taken.Kind = to, message.BookingGiven, b.BookerID, message.BookingTaken
		if err := a.Messages.NoteTx(ctx, tx, actor.Tenant, []message.Note{taken, given}, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, audit.Entry{
			Action: "booking.corrected", Object: "booking", ObjectID: id.String(), Store: b.StoreID, Concerned: func(p kernel.PersonID) bool { return p == to },
			Changes: []audit.Change{{Field: "booker", Before: b.BookerID.String(), After: to.String()}},
		})
	})
	if err != nil {
		return Line{}, err
	}
	return a.booking(ctx, grant, id)
}

// mayCorrect says whether a booking's booker can be corrected to somebody now.
func (a *App) mayCorrect(ctx context.Context, grant kernel.Grant, b visitdb.Booking, to kernel.PersonID, late bool, now time.Time) error {
	chain := grant.Actor().Tenant
	store, err := a.Stores.Store(ctx, chain, b.StoreID)
	if err != nil {
		return err
	}
	state, day := visit.State(b.State), store.BusinessDate(now)
	over := day > b.BusinessDate
	switch {
	case over && !late:
		return visit.ErrDayOver
	case late && !over:
		return visit.ErrDayOpen
	case state == visit.Cancelled || state == visit.NoShow:
		return visit.ErrWrongState
	case b.BookerID == to:
		return visit.ErrSameBooker
	case grant.Person() == to:
		return visit.ErrForSelf
	}
	works, err := a.WorksIn(ctx, chain, b.StoreID, to, min(day, b.BusinessDate))
	if err == nil && !works {
		err = fault.Field("booker_id", "VIS-13", "只能更正为当天在本店任职的员工。")
	}
	return err
}

package visitapp

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// Reasons lists the chain's reasons for calling off and for no-shows (VIS-09).
func (a *App) Reasons(ctx context.Context, id kernel.TenantID) (visit.Reasons, error) {
	rows, err := visitdb.New(a.DB.Single(id)).BookingReasons(ctx, id)
	return reasonsOf(rows), err
}

func reasonsOf(rows []visitdb.BookingReasonsRow) (r visit.Reasons) {
	for _, row := range rows {
		if visit.State(row.Ending) == visit.Cancelled {
			r.Cancelled = append(r.Cancelled, row.Text)
		} else {
			r.NoShow = append(r.NoShow, row.Text)
		}
	}
	return r.Or(visit.UsualReasons)
}

// SetReasons replaces the chain's reasons; an empty list stands for the usual
// ones. What bookings were given stays on them. Fault: invalid_field.
func (a *App) SetReasons(ctx context.Context, grant kernel.Grant, to visit.Reasons) (visit.Reasons, error) {
	chain, now := grant.Actor().Tenant, a.Clock.Now()
	if err := to.Check(); err != nil {
		return to, err
	}
	if !grant.Tenant() {
		return to, visit.ErrNoStore
	}
	err := a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		q := visitdb.New(tx)
		rows, err := q.BookingReasons(ctx, chain)
		if err != nil {
			return err
		}
		if err := q.DropBookingReasons(ctx, chain); err != nil {
			return err
		}
		put := visitdb.PutBookingReasonsParams{TenantID: chain}
		for ending, list := range map[visit.State][]string{visit.Cancelled: to.Cancelled, visit.NoShow: to.NoShow} {
			for i, text := range list {
				put.Endings, put.Nos, put.Texts = append(put.Endings, string(ending)), append(put.Nos, int32(i+1)), append(put.Texts, text)
			}
		}
		if err := q.PutBookingReasons(ctx, put); err != nil {
			return err
		}
		was, is := reasonsOf(rows), to.Or(visit.UsualReasons)
		return audit.WriteTx(ctx, tx, chain, now, audit.Entry{Action: "booking.reasons_changed", Object: "booking_reason", ObjectID: "chain", Changes: []audit.Change{
			{Field: "cancelled", Before: strings.Join(was.Cancelled, " "), After: strings.Join(is.Cancelled, " ")},
			{Field: "no_show", Before: strings.Join(was.NoShow, " "), After: strings.Join(is.NoShow, " ")},
		}})
	})
	return to.Or(visit.UsualReasons), err
}

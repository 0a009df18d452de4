package visitapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// CountedTx gives the counted visits of files from a day on and before another,
// with their credits, as known at a cut-off (RUL-03), in no order. It reads the
// facts: for files of which something was learned since the cut-off. Of others
// visit_pub.fact says the same at a tenth of the cost; visit_pub.guest_activity
// tells them apart by changed_at. Files that were merged since are one: what
// decides about files decides about them as they are.
func (a *App) CountedTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	return visitdb.Counted(ctx, tx, tenant, files, from, before, cutOff)
}

// KnownTx is CountedTx as it was before mergings since the cut-off: of files, and of
// those with which they were ever merged, each under the file it was of. So it is with
// what counts for people, and with what was known when something was decided.
func (a *App) KnownTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	return visitdb.Known(ctx, tx, tenant, files, from, before, cutOff)
}

// LearnedTx says on which days and meals something of files was learned after a moment and
// up to a cut-off, and when last: what a correction names as its cause (RUL-09).
func (a *App) LearnedTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.FileID, since, cutOff time.Time) (map[kernel.FileID][]visit.Learned, error) {
	ids := make([]kernel.UUID, len(files))
	for i, f := range files {
		ids[i] = kernel.UUID(f)
	}
	rows, err := visitdb.New(tx).LearnedSince(ctx, visitdb.LearnedSinceParams{Since: since, CutOff: cutOff, TenantID: id, Files: ids})
	out := map[kernel.FileID][]visit.Learned{}
	for _, r := range rows {
		out[r.FileID] = append(out[r.FileID], visit.Learned{Date: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), At: r.At, Merging: visit.Merging(r.Merging)})
	}
	return out, err
}

// LateBookingsTx gives the bookings of some days that ever counted for somebody, in
// whatever store, as they were known at a moment and at a later cut-off: what the
// correction of a score names (QTA-04).
func (a *App) LateBookingsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, person kernel.PersonID, first, last kernel.BusinessDate, since, cutOff time.Time) ([]visit.LateBooking, error) {
	rows, err := visitdb.New(tx).LateBookings(ctx, visitdb.LateBookingsParams{Since: since, CutOff: cutOff, TenantID: id, PersonID: person, FirstDay: first, LastDay: last})
	out := make([]visit.LateBooking, len(rows))
	for i, r := range rows {
		out[i] = visit.LateBooking{
			Kind: visit.Kind(r.Kind), Date: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), Touched: r.Touched,
			Was: kernel.PersonID(r.Was), Now: kernel.PersonID(r.Now), At: r.At,
		}
		if file := kernel.FileID(r.FileID); !file.IsZero() {
			out[i].File = &file
		}
	}
	return out, err
}

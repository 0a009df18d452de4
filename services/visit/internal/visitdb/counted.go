package visitdb

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// counted gives what makes visits from a day on, before another, as known at the
// cut-off: bookings that can take the credit, and bills, which can't.
const counted = asOf + `
SELECT file_id, guest_id, business_date, meal_period, ref, seated_minute, booker_id FROM by_booking WHERE business_date >= $5
UNION ALL
SELECT file_id, guest_id, business_date, meal_period, '', NULL, NULL FROM by_bill WHERE business_date >= $5`

const (
	countedAsOf = numbersNow + counted
	knownAsOf   = numbersThen + counted
)

// slot names a visit of a file: in one meal it is one, under whichever of his
// numbers the guest came (VIS-08).
type slot struct {
	file kernel.FileID
	date kernel.BusinessDate
	meal tenant.MealPeriod
}

// Counted gives the counted visits of files from a day on and before another,
// each with its credit, as they were known at the cut-off (RUL-03), in no order.
// It reads the facts, not the projection: for files of which something was
// learned since. Mergings since it knows: runs decide about files as they are.
func Counted(ctx context.Context, tx pgx.Tx, tenantID kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	return countedBy(ctx, tx, countedAsOf, tenantID, files, from, before, cutOff)
}

// Known is Counted as it was known before mergings, and undoings of them, since the
// cut-off: of files, and of those with which they were ever merged, each under the file it
// was of.
func Known(ctx context.Context, tx pgx.Tx, tenantID kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	return countedBy(ctx, tx, knownAsOf, tenantID, files, from, before, cutOff)
}

func countedBy(ctx context.Context, tx pgx.Tx, sql string, tenantID kernel.TenantID, files []kernel.FileID, from, before kernel.BusinessDate, cutOff time.Time) (map[kernel.FileID][]visit.Counted, error) {
	seatings, guests := map[slot][]visit.Seating{}, map[slot]kernel.FileID{}
	var s slot
	var guest kernel.FileID
	var ref string
	var minute *int32
	var booker *kernel.PersonID
	into := []any{&s.file, &guest, &s.date, &s.meal, &ref, &minute, &booker}
	err := each(ctx, tx, sql, []any{tenantID, files, before.Time(), cutOff, from.Time()}, into, func() error {
		seating := visit.Seating{}
		if booker != nil {
			seating = visit.Seating{Ref: ref, Booker: *booker, State: visit.Finished, Minute: minute, Noticed: true}
		}
		seatings[s], guests[s] = append(seatings[s], seating), guest
		return nil
	})
	out := map[kernel.FileID][]visit.Counted{}
	for s, all := range seatings {
		c := visit.Counted{Date: s.date, Meal: s.meal, Guest: guests[s]}
		if first, ok := visit.Credit(all); ok {
			c.CreditedTo = &first.Booker
		}
		out[s.file] = append(out[s.file], c)
	}
	return out, err
}

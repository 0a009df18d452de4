package quotaapp

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// lateFilesAtOnce bounds how many files' facts are in memory at a time.
const lateFilesAtOnce = 10_000

// late is what was known, at a run's cut-off, of the files and bookings of which
// something was learned after it: what they count for people, month by month. All
// others count by the projections.
type late struct {
	timely                  bool // there is no such file
	people                  []kernel.UUID
	months                  []kernel.BusinessDate
	visits, rooms, banquets []int32
}

// tally is a row of late under way.
type tally struct{ visits, rooms, banquets int32 }

// of names a row.
type of struct {
	person kernel.PersonID
	month  kernel.BusinessDate
}

// late reads it for the days that the run counts (RUL-03).
func (r run) late(ctx context.Context, tx pgx.Tx, cutOff time.Time) (late, error) {
	q, rows := quotadb.New(tx), map[of]tally{}
	files, err := q.LateFiles(ctx, r.tenant, cutOff)
	if err != nil {
		return late{}, err
	}
	for some := range slices.Chunk(files, lateFilesAtOnce) {
		known, err := r.app.Visits.CountedTx(ctx, tx, r.tenant, some, r.from(), r.month.Last()+1, cutOff)
		if err != nil {
			return late{}, err
		}
		for _, all := range known {
			for _, v := range all {
				if v.CreditedTo != nil {
					k := of{*v.CreditedTo, v.Date.Month().First()}
					t := rows[k]
					t.visits++
					rows[k] = t
				}
			}
		}
	}
	booked, err := q.LateBooked(ctx, quotadb.LateBookedParams{TenantID: r.tenant, CutOff: cutOff, FromMonth: r.from(), LastDay: r.month.Last()})
	if err != nil {
		return late{}, err
	}
	for _, b := range booked {
		k := of{b.PersonID, b.Month}
		t := rows[k]
		t.rooms, t.banquets = int32(b.Rooms), int32(b.Banquets)
		rows[k] = t
	}
	l := late{timely: len(files) == 0}
	for k, t := range rows {
		l.people, l.months = append(l.people, kernel.UUID(k.person)), append(l.months, k.month)
		l.visits, l.rooms, l.banquets = append(l.visits, t.visits), append(l.rooms, t.rooms), append(l.banquets, t.banquets)
	}
	return l, nil
}

package quotaapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// late is what was known, at a run's cut-off, of the files and bookings of which
// something was learned after it: what they count for people, month by month. All
// others count by the projections.
type late struct {
	timely                  bool // there is no such file
	kept                    bool // some of it was kept by pieces before
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

// tallies are rows by what they are of.
type tallies map[of]tally

// late reads it for the days that the run counts (RUL-03). Of more files than one
// transaction is for it keeps what they count; more says so, and that others are left.
func (r run) late(ctx context.Context, tx pgx.Tx, cutOff time.Time) (l late, more bool, err error) {
	q, rows := quotadb.New(tx), tallies{}
	last, err := q.LastLateFile(ctx, r.tenant, cutOff)
	if err != nil {
		return l, false, err
	}
	in := quotadb.LateFilesParams{TenantID: r.tenant, CutOff: cutOff, AtMost: int32(r.app.LateFiles)}
	if l.kept = len(last) > 0; l.kept {
		in.After = kernel.UUID(last[0])
	}
	files, err := q.LateFiles(ctx, in)
	if err == nil && l.kept && len(files) < r.app.LateFiles { // of those before, something may have been learned meanwhile
		in.After = kernel.UUID{}
		files, err = q.LateFiles(ctx, in)
	}
	if err != nil {
		return l, false, err
	}
	if err := r.visited(ctx, tx, files, cutOff, rows); err != nil {
		return l, false, err
	}
	if len(files) == r.app.LateFiles {
		l.take(rows)
		keep := quotadb.KeepLateParams{TenantID: r.tenant, CutOff: cutOff, People: l.people, Months: l.months, Visits: l.visits}
		for _, f := range files {
			keep.Files = append(keep.Files, kernel.UUID(f))
		}
		return l, true, q.KeepLate(ctx, keep)
	}
	if err := r.keptAndBooked(ctx, q, cutOff, rows); err != nil {
		return l, false, err
	}
	l.timely = len(files) == 0 && !l.kept
	l.take(rows)
	return l, false, nil
}

// visited adds what the visits of files count.
func (r run) visited(ctx context.Context, tx pgx.Tx, files []kernel.FileID, cutOff time.Time, rows tallies) error {
	if len(files) == 0 {
		return nil
	}
	known, err := r.app.Visits.KnownTx(ctx, tx, r.tenant, files, r.from(), r.month.Last()+1, cutOff)
	for _, f := range files { // of a file that was merged since both were touched
		for _, v := range known[f] {
			if v.CreditedTo != nil {
				k := of{*v.CreditedTo, v.Date.Month().First()}
				t := rows[k]
				t.visits++
				rows[k] = t
			}
		}
	}
	return err
}

// keptAndBooked adds what pieces before have kept, and late bookings.
func (r run) keptAndBooked(ctx context.Context, q *quotadb.Queries, cutOff time.Time, rows tallies) error {
	kept, err := q.KeptLate(ctx, r.tenant, cutOff)
	if err != nil {
		return err
	}
	for _, v := range kept {
		k := of{v.PersonID, v.Month}
		t := rows[k]
		t.visits += v.Visits
		rows[k] = t
	}
	booked, err := q.LateBooked(ctx, quotadb.LateBookedParams{TenantID: r.tenant, CutOff: cutOff, FromMonth: r.from(), LastDay: r.month.Last()})
	for _, b := range booked {
		k := of{b.PersonID, b.Month}
		t := rows[k]
		t.rooms, t.banquets = int32(b.Rooms), int32(b.Banquets)
		rows[k] = t
	}
	return err
}

// take lays rows out column by column.
func (l *late) take(rows tallies) {
	for k, t := range rows {
		l.people, l.months = append(l.people, kernel.UUID(k.person)), append(l.months, k.month)
		l.visits, l.rooms, l.banquets = append(l.visits, t.visits), append(l.rooms, t.rooms), append(l.banquets, t.banquets)
	}
}

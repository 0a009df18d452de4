package quotaapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
	"github.com/changke/changke/services/tenant"
)

// correctedMonths is how far back final scores are looked at again (QTA-04).
const correctedMonths = 12

// DueOn says whether a business day makes scores, and from which time of the day
// on: from the day scores come out until they are final (QTA-04).
func (a *App) DueOn(day kernel.BusinessDate, r tenant.Rules) (from time.Duration, due bool) {
	chain := kernel.StoreID{}
	_, _, due = quota.Phase(day, r.Int(quota.KeyScoreDay, chain), r.Int(quota.KeyFinalDay, chain))
	return r.TimeOfDay(quota.KeyRunTime, chain), due
}

// Begin prepares a day's run of QTA-04, outside of any transaction, and gives
// what works one piece of it: the scores of everybody after a person, written in
// the transaction of the run's ledger. The targets are those in force on the
// month's last day; what is counted is what is known when the piece is worked.
func (a *App) Begin(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (func(ctx context.Context, tx pgx.Tx, after kernel.UUID, now time.Time) (ownership.Piece, error), error) {
	today, err := a.Tenants.Rules(ctx, id, day)
	if err != nil {
		return nil, err
	}
	chain := kernel.StoreID{}
	m, state, due := quota.Phase(day, today.Int(quota.KeyScoreDay, chain), today.Int(quota.KeyFinalDay, chain))
	if !due {
		return func(context.Context, pgx.Tx, kernel.UUID, time.Time) (ownership.Piece, error) {
			return ownership.Piece{}, nil
		}, nil
	}
	then, err := a.Tenants.Rules(ctx, id, m.Last())
	if err != nil {
		return nil, err
	}
	r := run{tenant: id, month: m, state: state, table: quota.TableOf(then), atMost: a.ChunkSize}
	if a.FromGoLive {
		stores, err := a.Tenants.Stores(ctx, id)
		if err != nil {
			return nil, err
		}
		r.unborn = map[kernel.StoreID]bool{}
		for _, s := range stores {
			r.unborn[s.ID] = !s.Live(m.Last())
		}
	}
	return r.pieceTx, nil
}

// Made counts the scores that a day's run made in some stores: those of the month
// before it, which each day makes anew until they are final.
func (a *App) Made(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate, stores []kernel.StoreID) (int64, error) {
	ids := make([]kernel.UUID, len(stores))
	for i, s := range stores {
		ids[i] = kernel.UUID(s)
	}
	return quotadb.New(a.DB.Single(id)).ScoredIn(ctx, id, (day.Month() - 1).First(), ids)
}

// run is a month being scored.
type run struct {
	tenant kernel.TenantID
	month  kernel.Month
	state  quota.State
	table  quota.Table
	atMost int
	unborn map[kernel.StoreID]bool // stores that were not live by the month's end (RUL-06)
}

// lastPerson comes after everybody.
var lastPerson = kernel.UUID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

func (r run) pieceTx(ctx context.Context, tx pgx.Tx, after kernel.UUID, now time.Time) (piece ownership.Piece, err error) {
	q := quotadb.New(tx)
	if err := quotadb.Room(ctx, tx); err != nil {
		return piece, err
	}
	first, last := r.month.First(), r.month.Last()
	stays, err := q.Stays(ctx, quotadb.StaysParams{TenantID: r.tenant, After: after, FirstDay: first, LastDay: last, AtMost: int32(r.atMost)})
	if err != nil {
		return piece, err
	}
	upto := lastPerson
	if stays, piece.More = whole(stays, r.atMost); piece.More {
		upto = kernel.UUID(stays[len(stays)-1].PersonID)
	}
	leaves, err := q.Leaves(ctx, quotadb.LeavesParams{TenantID: r.tenant, After: after, Upto: upto, FirstDay: first, LastDay: last})
	if err != nil {
		return piece, err
	}
	in := quotadb.WriteScoresParams{TenantID: r.tenant, FirstDay: first, LastDay: last, After: after, Upto: upto, State: string(r.state), RuleVersion: r.table.Version, Now: now, People: []kernel.UUID{}}
	in.Everybody = after == kernel.UUID{} && upto == lastPerson
	piece.Examined = r.judge(&in, stays, leaves)
	written, err := q.WriteScores(ctx, in)
	if err != nil {
		return piece, err
	}
	_, err = q.DropScores(ctx, quotadb.DropScoresParams{TenantID: r.tenant, FirstDay: first, After: after, Upto: upto, Now: now})
	if err != nil {
		return piece, err
	}
	if r.state == quota.Final {
		_, err = q.WriteCorrections(ctx, quotadb.WriteCorrectionsParams{
			TenantID: r.tenant, FirstDay: first, FromMonth: (r.month - correctedMonths).First(), After: after, Upto: upto, Now: now,
		})
		if err != nil {
			return piece, err
		}
	}
	piece.Decided, piece.Last = int(written), upto
	piece.Digest, err = q.ScoreDigest(ctx, quotadb.ScoreDigestParams{TenantID: r.tenant, FirstDay: first, After: after, Upto: upto})
	return piece, err
}

// whole leaves out the last person of a full page, of whom more may follow. More
// says that the page was full.
func whole(stays []quotadb.StaysRow, atMost int) (out []quotadb.StaysRow, more bool) {
	if len(stays) < atMost {
		return stays, false
	}
	n := len(stays)
	for n > 0 && stays[n-1].PersonID == stays[len(stays)-1].PersonID {
		n--
	}
	if n == 0 { // one person's alone: what there is of them
		return stays, true
	}
	return stays[:n], true
}

// judge adds a row for everybody who has a score, and gives how many it looked at.
func (r run) judge(in *quotadb.WriteScoresParams, stays []quotadb.StaysRow, leaves []quotadb.LeavesRow) (people int) {
	away := map[kernel.PersonID][]quota.Span{}
	for _, l := range leaves {
		away[l.PersonID] = append(away[l.PersonID], quota.Span{From: l.FromOn, To: l.ToOn})
	}
	for len(stays) > 0 {
		n := 1
		for n < len(stays) && stays[n].PersonID == stays[0].PersonID {
			n++
		}
		person := stays[0].PersonID
		c := careerOf(stays[:n], away[person], r.month.Last())
		if targets, held := r.table.Judge(r.month, c); held != nil && !r.unborn[held.Store] {
			in.People = append(in.People, kernel.UUID(person))
			in.Stores = append(in.Stores, kernel.UUID(held.Store))
			in.Positions = append(in.Positions, held.Position)
			in.RampMonths = append(in.RampMonths, int16(r.table.RampMonth(r.month, c.Entry)))
			in.Customers = append(in.Customers, orNone(targets[quota.Customers]))
			in.Visits = append(in.Visits, orNone(targets[quota.Visits]))
			in.Rooms = append(in.Rooms, orNone(targets[quota.Rooms]))
			in.Banquets = append(in.Banquets, orNone(targets[quota.Banquets]))
		}
		people, stays = people+1, stays[n:]
	}
	return people
}

func orNone(h *quota.Hundredths) int32 {
	if h == nil {
		return -1
	}
	return int32(*h)
}

// careerOf joins a person's stays, in the order they were taken up. Of several
// employments each post keeps to its own; the ramp runs from the entry of the
// newest that has begun by the day.
func careerOf(rows []quotadb.StaysRow, away []quota.Span, by kernel.BusinessDate) quota.Career {
	c := quota.Career{Entry: rows[0].EntryOn, Away: away}
	for _, row := range rows {
		s := quota.Stay{Position: row.Position, From: max(row.FromOn, row.EntryOn), To: sooner(row.ToOn, row.LeftOn)}
		if len(row.StoreIds) > 0 {
			s.Store = row.StoreIds[0]
		}
		if row.EntryOn > c.Entry && row.EntryOn <= by {
			c.Entry = row.EntryOn
		}
		c.Stays = append(c.Stays, s)
	}
	return c
}

// sooner is the earlier of two ends; nil is none.
func sooner(a, b *kernel.BusinessDate) *kernel.BusinessDate {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}

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

// DueOn says whether a business day makes scores under the rules of its month's first,
// and from which time of the day on: from the day scores come out until they are final
// (QTA-04).
func (a *App) DueOn(day kernel.BusinessDate, r tenant.Rules) (from time.Duration, due bool) {
	chain := kernel.StoreID{}
	_, _, due = quota.Phase(day, r.Int(quota.KeyScoreDay, chain), r.Int(quota.KeyFinalDay, chain))
	return r.TimeOfDay(quota.KeyRunTime, chain), due
}

// Begin prepares a day's run of QTA-04, outside of any transaction, and gives
// what works one piece of it: the scores of everybody after a person, written in
// the transaction of the run's ledger. The targets are those in force on the
// month's last day; what is counted is what was known at the run's cut-off, whenever
// the piece is worked (RUL-03).
func (a *App) Begin(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (func(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (ownership.Piece, error), error) {
	days, err := a.Tenants.Rules(ctx, id, day.Month().First())
	if err != nil {
		return nil, err
	}
	chain := kernel.StoreID{}
	m, state, due := quota.Phase(day, days.Int(quota.KeyScoreDay, chain), days.Int(quota.KeyFinalDay, chain))
	if !due {
		return func(context.Context, pgx.Tx, kernel.UUID, ownership.At) (ownership.Piece, error) {
			return ownership.Piece{}, nil
		}, nil
	}
	r := run{app: a, tenant: id, month: m, state: state, tables: map[kernel.Month]quota.Table{}, stores: map[kernel.StoreID]tenant.Store{}, atMost: a.ChunkSize}
	for x := r.from().Month(); x <= m; x++ {
		then, err := a.Tenants.Rules(ctx, id, x.Last())
		if err != nil {
			return nil, err
		}
		r.tables[x] = quota.TableOf(then)
	}
	if a.FromGoLive {
		stores, err := a.Tenants.Stores(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, s := range stores {
			r.stores[s.ID] = s
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
	app    *App
	tenant kernel.TenantID
	month  kernel.Month
	state  quota.State
	tables map[kernel.Month]quota.Table // of each month that it looks at
	atMost int
	stores map[kernel.StoreID]tenant.Store // whose go-live counts (RUL-06)
}

// unborn reports whether a store was not live by a month's end, so that the month
// scores nobody there (RUL-06).
func (r run) unborn(store kernel.StoreID, m kernel.Month) bool {
	s, counts := r.stores[store]
	return counts && !s.Live(m.Last())
}

// lastPerson comes after everybody.
var lastPerson = kernel.UUID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

func (r run) pieceTx(ctx context.Context, tx pgx.Tx, after kernel.UUID, at ownership.At) (piece ownership.Piece, err error) {
	q := quotadb.New(tx)
	if err := quotadb.Room(ctx, tx); err != nil {
		return piece, err
	}
	late, more, err := r.late(ctx, tx, at.CutOff)
	if err != nil || more {
		return ownership.Piece{Last: after, More: more}, err
	}
	first, last := r.month.First(), r.month.Last()
	stays, err := q.Stays(ctx, quotadb.StaysParams{TenantID: r.tenant, After: after, FirstDay: first, LastDay: last, CutOff: at.CutOff, AtMost: int32(r.atMost)})
	if err != nil {
		return piece, err
	}
	upto := lastPerson
	if stays, piece.More = whole(stays, r.atMost); piece.More {
		upto = kernel.UUID(stays[len(stays)-1].PersonID)
	}
	leaves, err := q.Leaves(ctx, quotadb.LeavesParams{TenantID: r.tenant, After: after, Upto: upto, FirstDay: first, LastDay: last, CutOff: at.CutOff})
	if err != nil {
		return piece, err
	}
	in := quotadb.WriteScoresParams{TenantID: r.tenant, FirstDay: first, LastDay: last, After: after, Upto: upto, State: string(r.state), RuleVersion: r.tables[r.month].Version, CutOff: at.CutOff, People: []kernel.UUID{}}
	in.Everybody, in.Timely = after == kernel.UUID{} && upto == lastPerson, late.timely
	in.LatePeople, in.LateMonths, in.LateVisits, in.LateRooms, in.LateBanquets = late.people, late.months, late.visits, late.rooms, late.banquets
	piece.Examined = r.judge(&in, stays, leaves)
	written, err := q.WriteScores(ctx, in)
	if err != nil {
		return piece, err
	}
	_, err = q.DropScores(ctx, quotadb.DropScoresParams{TenantID: r.tenant, FirstDay: first, After: after, Upto: upto, CutOff: at.CutOff})
	if err != nil {
		return piece, err
	}
	if r.state == quota.Final {
		if err := r.correct(ctx, q, after, upto, at, late); err != nil {
			return piece, err
		}
		if err := q.KeepFinalMonth(ctx, r.tenant, first, at.CutOff); err != nil {
			return piece, err
		}
	}
	if late.kept && !piece.More {
		if err := q.DropLate(ctx, r.tenant, at.CutOff); err != nil {
			return piece, err
		}
	}
	piece.Decided, piece.Last = int(written), upto
	piece.Digest, err = q.ScoreDigest(ctx, quotadb.ScoreDigestParams{TenantID: r.tenant, FirstDay: first, After: after, Upto: upto})
	return piece, err
}

// from is the first day that a run counts: a final one looks at earlier months again.
func (r run) from() kernel.BusinessDate {
	if r.state == quota.Final {
		return (r.month - correctedMonths).First()
	}
	return r.month.First()
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
	away := byWhom(leaves, func(l quotadb.LeavesRow) kernel.PersonID { return l.PersonID })
	table := r.tables[r.month]
	for len(stays) > 0 {
		n := 1
		for n < len(stays) && stays[n].PersonID == stays[0].PersonID {
			n++
		}
		person := stays[0].PersonID
		c := careerOf(stays[:n], awayOf(away[person], in.CutOff), r.month.Last(), in.CutOff)
		if targets, held := table.Judge(r.month, c); held != nil && !r.unborn(held.Store, r.month) {
			in.People = append(in.People, kernel.UUID(person))
			in.Stores = append(in.Stores, kernel.UUID(held.Store))
			in.Positions = append(in.Positions, held.Position)
			in.RampMonths = append(in.RampMonths, int16(table.RampMonth(r.month, c.Entry)))
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
// newest that has begun by the day. Ends recorded after the cut-off are not known.
func careerOf(rows []quotadb.StaysRow, away []quota.Span, by kernel.BusinessDate, cutOff time.Time) quota.Career {
	c := quota.Career{Entry: rows[0].EntryOn, Away: away}
	for _, row := range rows {
		held, employed := ownership.Known(row.FromOn, row.ToOn, row.EndedAt, cutOff), ownership.Known(row.EntryOn, row.LeftOn, row.LeftAt, cutOff)
		s := quota.Stay{Position: row.Position, From: max(held.From, employed.From), To: sooner(held.To, employed.To)}
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

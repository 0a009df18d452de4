package quotaapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// correctedMonths is how far back final scores are looked at again (QTA-04).
const correctedMonths = 12

// correct appends to the statements of a month that becomes final what was learned of
// earlier ones since they were: of people after one and up to another.
func (r run) correct(ctx context.Context, q *quotadb.Queries, after, upto kernel.UUID, at ownership.At, late late) error {
	in := quotadb.WriteCorrectionsParams{
		TenantID: r.tenant, FirstDay: r.month.First(), FromMonth: r.from(), After: after, Upto: upto, CutOff: at.CutOff, Now: at.Now, Timely: late.timely,
		LatePeople: late.people, LateMonths: late.months, LateVisits: late.visits, LateRooms: late.rooms, LateBanquets: late.banquets,
		JudgedPeople: []kernel.UUID{},
	}
	if err := r.judgeAgain(ctx, q, &in); err != nil {
		return err
	}
	_, err := q.WriteCorrections(ctx, in)
	return err
}

// judgeAgain adds what those had to reach in the months that are final of whose posts,
// leavings or leaves something was learned since; a month that somebody did not score
// in by what was known may be one that he does, and the other way round.
func (r run) judgeAgain(ctx context.Context, q *quotadb.Queries, in *quotadb.WriteCorrectionsParams) error {
	months, err := q.FinalMonths(ctx, r.tenant, r.from(), r.month.First())
	if err != nil || len(months) == 0 {
		return err
	}
	since := months[0].ScoredAt
	for _, m := range months {
		if m.ScoredAt.Before(since) {
			since = m.ScoredAt
		}
	}
	learned, err := q.StaysLearned(ctx, quotadb.StaysLearnedParams{TenantID: r.tenant, After: in.After, Upto: in.Upto, Before: r.month.First(), CutOff: in.CutOff, Since: since})
	if err != nil || len(learned) == 0 {
		return err
	}
	leaves, err := q.Leaves(ctx, quotadb.LeavesParams{TenantID: r.tenant, After: in.After, Upto: in.Upto, FirstDay: r.from(), LastDay: r.month.First() - 1, CutOff: in.CutOff})
	if err != nil {
		return err
	}
	away := byWhom(leaves, func(l quotadb.LeavesRow) kernel.PersonID { return l.PersonID })
	for person, rows := range byWhom(learned, func(s quotadb.StaysLearnedRow) kernel.PersonID { return s.PersonID }) {
		stays := make([]quotadb.StaysRow, len(rows))
		for i, s := range rows {
			stays[i] = quotadb.StaysRow(s)
		}
		for _, m := range months {
			if learnedAfter(stays, away[person], m.ScoredAt) {
				r.judgePast(in, m.Month.Month(), person, stays, away[person])
			}
		}
	}
	return nil
}

// judgePast adds what somebody had to reach in a month that is over.
func (r run) judgePast(in *quotadb.WriteCorrectionsParams, m kernel.Month, person kernel.PersonID, stays []quotadb.StaysRow, leaves []quotadb.LeavesRow) {
	var targets quota.Targets
	held := (*quota.Stay)(nil)
	if stays = heldIn(stays, m, in.CutOff); len(stays) > 0 {
		targets, held = r.tables[m].Judge(m, careerOf(stays, awayOf(leaves, in.CutOff), m.Last(), in.CutOff))
	}
	scored := held != nil && !r.unborn(held.Store, m)
	if !scored {
		targets = quota.Targets{}
	}
	in.JudgedPeople, in.JudgedMonths, in.JudgedScored = append(in.JudgedPeople, kernel.UUID(person)), append(in.JudgedMonths, m.First()), append(in.JudgedScored, scored)
	in.JudgedCustomers, in.JudgedVisits = append(in.JudgedCustomers, orNone(targets[quota.Customers])), append(in.JudgedVisits, orNone(targets[quota.Visits]))
	in.JudgedRooms, in.JudgedBanquets = append(in.JudgedRooms, orNone(targets[quota.Rooms])), append(in.JudgedBanquets, orNone(targets[quota.Banquets]))
}

// heldIn are the stays that lie in a month by what was known at a moment.
func heldIn(stays []quotadb.StaysRow, m kernel.Month, at time.Time) (out []quotadb.StaysRow) {
	for _, s := range stays {
		held, employed := ownership.Known(s.FromOn, s.ToOn, s.EndedAt, at), ownership.Known(s.EntryOn, s.LeftOn, s.LeftAt, at)
		if to := sooner(held.To, employed.To); s.FromOn <= m.Last() && (to == nil || *to > m.First()) {
			out = append(out, s)
		}
	}
	return out
}

// learnedAfter reports whether anything of somebody's posts, leavings or leaves was
// recorded after a moment.
func learnedAfter(stays []quotadb.StaysRow, leaves []quotadb.LeavesRow, at time.Time) bool {
	after := func(t *time.Time) bool { return t != nil && t.After(at) }
	for _, s := range stays {
		if s.RecordedAt.After(at) || after(s.EndedAt) || after(s.LeftAt) {
			return true
		}
	}
	for _, l := range leaves {
		if l.RecordedAt.After(at) || after(l.EndedAt) {
			return true
		}
	}
	return false
}

// awayOf are leaves as they were known at a moment.
func awayOf(leaves []quotadb.LeavesRow, at time.Time) (out []quota.Span) {
	for _, l := range leaves {
		if l.Changed {
			out = append(out, quota.Span{From: l.FromOn, To: l.WasOn})
			continue
		}
		out = append(out, quota.Span(ownership.Known(l.FromOn, l.ToOn, l.EndedAt, at)))
	}
	return out
}

// byWhom sorts rows by the person they are of, each one's in their order.
func byWhom[R any](rows []R, of func(R) kernel.PersonID) map[kernel.PersonID][]R {
	out := map[kernel.PersonID][]R{}
	for _, r := range rows {
		out[of(r)] = append(out[of(r)], r)
	}
	return out
}

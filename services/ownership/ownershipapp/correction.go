package ownershipapp

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// onTheWay is how long a fact may take from the moment that it bears to its commit:
// a look begins so much before the last one, lest it miss what was on its way then.
const onTheWay = 10 * time.Minute

// prepareCorrections reads, before a chunk of RUL-09 begins, how the rules were on
// the days that it looks back on.
func (a *App) prepareCorrections(ctx context.Context, id kernel.TenantID, day kernel.BusinessDate) (*looking, error) {
	first, err := ownershipdb.New(a.DB.Single(id)).FirstTieStart(ctx, id)
	if err != nil { // no rows: nothing to look back on
		return nil, ignoreNoRows(err)
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	spans := ownership.CorrectionSpans(day, min(first, day))
	p := &past{app: a, tenant: id, stores: stores, span: ownership.Span{From: spans[0].From, To: day, Whole: true}, back: ownership.MaxMonths}
	inForce, err := p.inForce(ctx)
	return &looking{past: p, spans: spans, play: inForce}, err
}

// looking is what a chunk of RUL-09 needs from elsewhere.
type looking struct {
	*past
	spans []ownership.Span
	play  func(held) *ownership.Play
}

// review is some files of a chunk, and the months that are played anew of them.
type review struct {
	*past
	rows  []ownershipdb.PastFilesRow
	spans []ownership.Span
}

// decideCorrections is RUL-09 over a chunk: files of which something was learned
// since the last look are played again, month by month, and what differs from what
// was decided is proposed. Nothing else changes. Of files of which nothing was learned
// a month that was over at the last look is as it was.
func (a *App) decideCorrections(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	o := &outcome{}
	if c.looking == nil {
		return o, nil
	}
	q := ownershipdb.New(tx)
	c.looking.cutOff = c.CutOff
	reviews, last, err := a.toReview(ctx, q, c)
	if err != nil || len(reviews) == 0 {
		return o, err
	}
	posts, err := c.looking.posts(ctx, tx)
	if err != nil {
		return nil, err
	}
	play, decided, digest := c.looking.play(posts), 0, sha256.New()
	for _, r := range reviews {
		found, err := r.differing(ctx, tx, play, o, c.now)
		if err != nil {
			return nil, err
		}
		n, err := found.write(ctx, q, c, r)
		if err != nil {
			return nil, err
		}
		decided += int(n)
		for _, d := range found.Digests {
			_, _ = digest.Write(d)
		}
	}
	o.last, o.piece = &last, &ownership.Piece{Examined: o.examined, Decided: decided, More: o.examined == a.ChunkSize, Digest: digest.Sum(nil)}
	return o, nil
}

// differing plays the files of a review.
func (r review) differing(ctx context.Context, tx pgx.Tx, play *ownership.Play, o *outcome, now time.Time) (*proposals, error) {
	found := &proposals{}
	lives, err := r.lives(ctx, tx, r.rows)
	if err == nil {
		err = r.corrected(ctx, ownershipdb.New(tx), lives)
	}
	if err != nil {
		return nil, err
	}
	for _, l := range lives {
		differences, err := play.Differences(l, r.spans)
		if err := verdict[struct{}](o, ownershipdb.Decision{File: l.File}, nil, err); err != nil {
			return nil, err
		}
		if err == nil {
			err = found.add(l, differences, now)
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// corrected reads what people have confirmed of files, up to the cut-off.
func (p *past) corrected(ctx context.Context, q *ownershipdb.Queries, lives []*ownership.Life) error {
	files, at := make([]kernel.UUID, len(lives)), make(map[kernel.FileID]*ownership.Life, len(lives))
	for i, life := range lives {
		files[i], at[life.File] = kernel.UUID(life.File), life
	}
	rows, err := q.CorrectionsConfirmed(ctx, ownershipdb.CorrectionsConfirmedParams{TenantID: p.tenant, Files: files, FromMonth: p.span.From.Month().First(), CutOff: p.cutOff})
	if err != nil {
		return err
	}
	for _, r := range rows {
		d, err := difference(r.Month, r.Effect, r.PersonID, r.Decided, r.Now)
		if err != nil {
			return err
		}
		life := at[r.FileID]
		life.Corrected = append(life.Corrected, ownership.Confirmed{Difference: d, On: p.day(life.Store, *r.SettledAt)})
	}
	return nil
}

// toReview are the files of a chunk: those of which something was learned since the last
// look, and those that only time may have changed since; with the last of them all.
func (a *App) toReview(ctx context.Context, q *ownershipdb.Queries, c *chunk) (out []review, upto kernel.FileID, err error) {
	var since time.Time
	open := c.looking.spans[0].From.Month() // the first that was not over at the last look
	last, err := q.LastRunBefore(ctx, c.tenant, string(ownership.KindCorrection), c.PeriodOn)
	if err != nil {
		return nil, upto, err
	}
	if len(last) > 0 {
		since, open = last[0].CutOff.Add(-onTheWay), max(open, last[0].PeriodOn.Month())
	}
	stores, err := q.StoresLearnedOfLate(ctx, c.tenant, since)
	if err != nil {
		return nil, upto, err
	}
	rows, err := q.FilesToReview(ctx, ownershipdb.FilesToReviewParams{
		TenantID: c.tenant, CutOff: c.CutOff, AfterFile: c.after, LastOn: c.PeriodOn, Since: since, Stores: ownershipdb.UUIDs(stores),
		Month: open.First(), AtMost: int32(a.ChunkSize),
	})
	if err != nil {
		return nil, upto, err
	}
	all := review{past: c.looking.past, spans: c.looking.spans}
	recent := review{past: new(*c.looking.past), spans: slices.DeleteFunc(slices.Clone(all.spans), func(s ownership.Span) bool { return s.From.Month() < open })}
	for _, r := range rows {
		upto = r.FileID
		row := ownershipdb.PastFilesRow{FileID: r.FileID, StoreID: r.StoreID, ApprovedOn: r.ApprovedOn, Unsure: r.Unsure}
		if r.Learned {
			all.rows = append(all.rows, row)
		} else {
			recent.rows = append(recent.rows, row)
		}
	}
	if len(all.rows) > 0 {
		out = append(out, all)
	}
	if len(recent.rows) > 0 {
		recent.span.From = recent.spans[0].From
		out = append(out, recent)
	}
	return out, upto, nil
}

// proposals are the corrections of a chunk, column by column.
type proposals struct {
	ownershipdb.InsertCorrectionsParams
}

func (p *proposals) add(l *ownership.Life, differences []ownership.Difference, now time.Time) error {
	for _, d := range differences {
		decided, err := json.Marshal(d.Decided)
		if err != nil {
			return err
		}
		instead, err := json.Marshal(d.Now)
		if err != nil {
			return err
		}
		p.CorrectionIds = append(p.CorrectionIds, kernel.NewID[kernel.UUID](now))
		p.FileIds, p.StoreIds = append(p.FileIds, kernel.UUID(l.File)), append(p.StoreIds, kernel.UUID(l.Store))
		p.Months, p.Effects, p.People = append(p.Months, d.Month.First()), append(p.Effects, string(d.Effect)), append(p.People, kernel.UUID(d.Person))
		p.Decided, p.NowDecided, p.Digests = append(p.Decided, decided), append(p.NowDecided, instead), append(p.Digests, digestOf(l.File, d))
	}
	return nil
}

// digestOf names a difference by what it is, not by its evidence: it is proposed once,
// and again where it was confirmed and taken back since.
func digestOf(file kernel.FileID, d ownership.Difference) []byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s %s %s %s\n", file, d.Month, d.Effect, d.Person) // a hash never fails
	if d.After > 0 {
		_, _ = fmt.Fprintf(h, "after %d\n", d.After)
	}
	for i, events := range [][]ownership.Event{d.Decided, d.Now} {
		for _, e := range events {
			_, _ = fmt.Fprintf(h, "%d %s %s %s %s\n", i, e.On, e.Rule, e.From, e.To)
		}
	}
	return h.Sum(nil)
}

// write proposes what differs and takes back what no longer does; it says how many
// are new.
func (p *proposals) write(ctx context.Context, q *ownershipdb.Queries, c *chunk, r review) (int64, error) {
	files := make([]kernel.UUID, len(r.rows))
	for i, row := range r.rows {
		files[i] = kernel.UUID(row.FileID)
	}
	digests := p.Digests
	if digests == nil {
		digests = [][]byte{}
	}
	if _, err := q.DropCorrections(ctx, ownershipdb.DropCorrectionsParams{TenantID: c.tenant, Files: files, FromMonth: r.spans[0].From.Month().First(), Digests: digests}); err != nil {
		return 0, err
	}
	if len(p.FileIds) == 0 {
		return 0, nil
	}
	p.TenantID, p.RunID, p.FoundOn, p.CreatedAt = c.tenant, c.RunID, c.PeriodOn, c.now
	return q.InsertCorrections(ctx, p.InsertCorrectionsParams)
}

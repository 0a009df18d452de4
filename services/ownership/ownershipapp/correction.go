package ownershipapp

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
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
	q := ownershipdb.New(a.DB.Single(id))
	first, err := q.FirstTieStart(ctx, id)
	if err != nil { // no rows: nothing to look back on
		return nil, ignoreNoRows(err)
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	first = min(first, day)
	window := ownership.CorrectionsFrom(day, first)
	oldest, err := q.OldestCorrection(ctx, window, id)
	if err != nil {
		return nil, err
	}
	p := &past{app: a, tenant: id, stores: stores, span: ownership.Span{From: max(first, oldest), To: day, Whole: true}, back: ownership.MaxMonths}
	inForce, err := p.inForce(ctx)
	return &looking{past: p, first: first, window: window, play: inForce}, err
}

// looking is what a chunk of RUL-09 needs from elsewhere.
type looking struct {
	*past
	first, window kernel.BusinessDate // of the chain, and of what is looked at of every file
	play          func(held) *ownership.Play
}

// decideCorrections is RUL-09 over a chunk: files of which something was learned since
// the last look, or with a difference that goes on, are played again, and what differs
// from what was decided is proposed. Nothing else changes.
func (a *App) decideCorrections(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	o := &outcome{}
	if c.looking == nil {
		return o, nil
	}
	q := ownershipdb.New(tx)
	c.looking.cutOff = c.CutOff
	rows, err := a.toReview(ctx, q, c)
	if err != nil || len(rows) == 0 {
		return o, err
	}
	posts, err := c.looking.posts(ctx, tx)
	if err != nil {
		return nil, err
	}
	found, err := c.looking.differing(ctx, tx, rows, posts, o, c.now)
	if err != nil {
		return nil, err
	}
	n, err := found.write(ctx, q, c, rows)
	if err != nil {
		return nil, err
	}
	digest := sha256.New()
	for _, d := range found.Digests {
		_, _ = digest.Write(d)
	}
	last := rows[len(rows)-1].FileID
	o.last, o.piece = &last, &ownership.Piece{Examined: o.examined, Decided: int(n), More: o.examined == a.ChunkSize, Digest: digest.Sum(nil)}
	return o, nil
}

// toReview are the files of a chunk.
func (a *App) toReview(ctx context.Context, q *ownershipdb.Queries, c *chunk) ([]ownershipdb.FilesToReviewRow, error) {
	var since time.Time
	last, err := q.LastRunBefore(ctx, c.tenant, string(ownership.KindCorrection), c.PeriodOn)
	if err != nil {
		return nil, err
	}
	if len(last) > 0 {
		since = last[0].CutOff.Add(-onTheWay)
	}
	stores, err := q.StoresLearnedOfLate(ctx, c.tenant, since)
	if err != nil {
		return nil, err
	}
	return q.FilesToReview(ctx, ownershipdb.FilesToReviewParams{
		TenantID: c.tenant, CutOff: c.CutOff, AfterFile: c.after, LastOn: c.PeriodOn, Since: since, Stores: ownershipdb.UUIDs(stores), FromOn: c.looking.window, AtMost: int32(a.ChunkSize),
	})
}

// differing plays files anew, each from where its play begins.
func (l *looking) differing(ctx context.Context, tx pgx.Tx, rows []ownershipdb.FilesToReviewRow, posts held, o *outcome, now time.Time) (*proposals, error) {
	files := make([]ownershipdb.PastFilesRow, len(rows))
	for i, r := range rows {
		files[i] = ownershipdb.PastFilesRow{FileID: r.FileID, StoreID: r.StoreID, ApprovedOn: r.ApprovedOn, Unsure: r.Unsure}
	}
	lives, err := l.lives(ctx, tx, files)
	if err == nil {
		err = l.settled(ctx, ownershipdb.New(tx), lives)
	}
	if err != nil {
		return nil, err
	}
	play, differing := l.play(posts), []differs{}
	for i, life := range lives {
		found, err := play.Differences(life, ownership.Span{From: max(l.first, rows[i].Begins), To: l.span.To, Whole: true})
		if err := verdict[struct{}](o, ownershipdb.Decision{File: life.File}, nil, err); err != nil {
			return nil, err
		}
		if err == nil && len(found) > 0 {
			differing = append(differing, differs{life, found})
		}
	}
	if err := l.causes(ctx, tx, differing, posts); err != nil {
		return nil, err
	}
	out := &proposals{}
	for _, d := range differing {
		if err := out.add(d.Life, d.found, now); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// differs is a file with what differs.
type differs struct {
	*ownership.Life
	found []ownership.Difference
}

// settled reads what people settled of files in the span, up to the cut-off.
func (p *past) settled(ctx context.Context, q *ownershipdb.Queries, lives []*ownership.Life) error {
	files, at := make([]kernel.UUID, len(lives)), make(map[kernel.FileID]*ownership.Life, len(lives))
	for i, life := range lives {
		files[i], at[life.File] = kernel.UUID(life.File), life
	}
	rows, err := q.CorrectionsSettled(ctx, ownershipdb.CorrectionsSettledParams{TenantID: p.tenant, Files: files, Since: p.span.From.At(0, time.UTC).AddDate(0, 0, -1), CutOff: p.cutOff})
	if err != nil {
		return err
	}
	for _, r := range rows {
		d, err := difference(r.Month, r.Effect, r.PersonID, r.Decided, r.Now)
		if err != nil {
			return err
		}
		life := at[r.FileID]
		life.Settled = append(life.Settled, ownership.Settled{Difference: d, On: p.day(life.Store, *r.SettledAt), At: *r.SettledAt, Confirmed: r.State == string(ownership.CorrectionConfirmed)})
	}
	return nil
}

// proposals are the corrections of a chunk, column by column.
type proposals struct {
	ownershipdb.InsertCorrectionsParams
}

func (p *proposals) add(l *ownership.Life, differences []ownership.Difference, now time.Time) error {
	for _, d := range differences {
		var texts [3][]byte
		for i, v := range []any{d.Decided, d.Now, append([]ownership.Cause{}, d.Causes...)} {
			var err error
			if texts[i], err = json.Marshal(v); err != nil {
				return err
			}
		}
		p.CorrectionIds = append(p.CorrectionIds, kernel.NewID[kernel.UUID](now))
		p.FileIds, p.StoreIds = append(p.FileIds, kernel.UUID(l.File)), append(p.StoreIds, kernel.UUID(l.Store))
		p.Months, p.Effects, p.People = append(p.Months, d.Month.First()), append(p.Effects, string(d.Effect)), append(p.People, kernel.UUID(d.Person))
		p.Decided, p.NowDecided, p.Causes = append(p.Decided, texts[0]), append(p.NowDecided, texts[1]), append(p.Causes, texts[2])
		p.Ended, p.Digests = append(p.Ended, d.Ended), append(p.Digests, digestOf(l.File, d))
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
func (p *proposals) write(ctx context.Context, q *ownershipdb.Queries, c *chunk, rows []ownershipdb.FilesToReviewRow) (int64, error) {
	drop := ownershipdb.DropCorrectionsParams{TenantID: c.tenant, Digests: append([][]byte{}, p.Digests...)}
	for _, r := range rows {
		drop.Files, drop.Begins = append(drop.Files, kernel.UUID(r.FileID)), append(drop.Begins, r.Begins)
	}
	if _, err := q.DropCorrections(ctx, drop); err != nil {
		return 0, err
	}
	if len(p.FileIds) == 0 {
		return 0, nil
	}
	p.TenantID, p.RunID, p.FoundOn, p.CreatedAt = c.tenant, c.RunID, c.PeriodOn, c.now
	return q.InsertCorrections(ctx, p.InsertCorrectionsParams)
}

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

// decideCorrections is RUL-09 over a chunk: files of which something was learned
// since the last look are played again, month by month, and what differs from what
// was decided is proposed. Nothing else changes.
func (a *App) decideCorrections(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	o := &outcome{}
	if c.looking == nil {
		return o, nil
	}
	q := ownershipdb.New(tx)
	c.looking.cutOff = c.CutOff
	rows, err := a.filesToReview(ctx, q, c)
	if err != nil || len(rows) == 0 {
		return o, err
	}
	posts, err := c.looking.posts(ctx, tx)
	if err != nil {
		return nil, err
	}
	lives, err := c.looking.lives(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	play, found := c.looking.play(posts), &proposals{}
	for _, l := range lives {
		differences, err := play.Differences(l, c.looking.spans)
		if err := verdict[struct{}](o, ownershipdb.Decision{File: l.File}, nil, err); err != nil {
			return nil, err
		}
		if err == nil {
			err = found.add(l, differences, c.now)
		}
		if err != nil {
			return nil, err
		}
	}
	n, err := found.write(ctx, q, c, rows)
	o.piece = &ownership.Piece{Examined: o.examined, Decided: int(n), More: len(rows) == a.ChunkSize, Digest: found.digest()}
	return o, err
}

// filesToReview are those of the chunk.
func (a *App) filesToReview(ctx context.Context, q *ownershipdb.Queries, c *chunk) ([]ownershipdb.PastFilesRow, error) {
	var since time.Time
	last, err := q.LastRunBefore(ctx, c.tenant, string(ownership.KindCorrection), c.PeriodOn)
	if err != nil {
		return nil, err
	}
	if len(last) > 0 {
		since = last[0].Add(-onTheWay)
	}
	stores, err := q.StoresLearnedOfLate(ctx, c.tenant, since)
	if err != nil {
		return nil, err
	}
	rows, err := q.FilesToReview(ctx, ownershipdb.FilesToReviewParams{
		TenantID: c.tenant, CutOff: c.CutOff, AfterFile: c.after, LastOn: c.PeriodOn, Since: since, Stores: ownershipdb.UUIDs(stores),
		Month: (c.PeriodOn.Month() - 1).First(), AtMost: int32(a.ChunkSize),
	})
	out := make([]ownershipdb.PastFilesRow, len(rows))
	for i, r := range rows {
		out[i] = ownershipdb.PastFilesRow(r)
	}
	return out, err
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

// digestOf names a difference by what it is, not by its evidence: it is proposed once.
func digestOf(file kernel.FileID, d ownership.Difference) []byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s %s %s %s\n", file, d.Month, d.Effect, d.Person) // a hash never fails
	for i, events := range [][]ownership.Event{d.Decided, d.Now} {
		for _, e := range events {
			_, _ = fmt.Fprintf(h, "%d %s %s %s %s\n", i, e.On, e.Rule, e.From, e.To)
		}
	}
	return h.Sum(nil)
}

// write proposes what differs and takes back what no longer does; it says how many
// are new.
func (p *proposals) write(ctx context.Context, q *ownershipdb.Queries, c *chunk, rows []ownershipdb.PastFilesRow) (int64, error) {
	files := make([]kernel.UUID, len(rows))
	for i, r := range rows {
		files[i] = kernel.UUID(r.FileID)
	}
	digests := p.Digests
	if digests == nil {
		digests = [][]byte{}
	}
	if _, err := q.DropCorrections(ctx, ownershipdb.DropCorrectionsParams{TenantID: c.tenant, Files: files, FromMonth: c.looking.spans[0].From.Month().First(), Digests: digests}); err != nil {
		return 0, err
	}
	if len(p.FileIds) == 0 {
		return 0, nil
	}
	p.TenantID, p.RunID, p.FoundOn, p.CreatedAt = c.tenant, c.RunID, c.PeriodOn, c.now
	return q.InsertCorrections(ctx, p.InsertCorrectionsParams)
}

func (p *proposals) digest() []byte {
	h := sha256.New()
	for _, d := range p.Digests {
		_, _ = h.Write(d)
	}
	return h.Sum(nil)
}

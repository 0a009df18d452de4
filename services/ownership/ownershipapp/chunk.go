package ownershipapp

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// chunk is one piece of a run as the ledger has it, with the day's setting.
type chunk struct {
	ownershipdb.LockChunkRow
	setting
	tenant  kernel.TenantID
	after   kernel.FileID // zero: from the first
	now     time.Time
	score   scorer           // of KindScore
	only    []kernel.StoreID // that it acts in; nil: in all
	looking *looking         // of KindCorrection; nil: there is nothing to look back on
}

func (c *chunk) kind() ownership.Kind { return ownership.Kind(c.Kind) }

// outcome is what the pure rules made of a chunk's files. It is complete before
// anything is written, so a file that can't be decided costs no other.
type outcome struct {
	examined  int
	last      *kernel.FileID // nil: no files were left
	decisions []ownershipdb.Decision
	idle      []customer.IdleAct // DEL-02: what to do beside writing the decision
	offers    []ownership.Offer  // LIF-07: made, one for each decision in made
	made      []kernel.UUID
	gaveWay   map[ownership.OfferState][]kernel.UUID // offers that an adoption goes before, by how they stood
	lapsed    []ownership.Offer                      // LIF-14
	dropped   []kernel.UUID                          // their revisions
	warnings  []warned                               // LIF-10
	named     naming                                 // the visits that decisions keep
	aside     []kernel.UUID
	why       []string
	piece     *ownership.Piece // what another context has written itself
}

// decided is how many things a chunk changed or noted.
func (o *outcome) decided() int {
	if o.piece != nil {
		return o.piece.Decided
	}
	return len(o.decisions)
}

// full reports whether the run goes on after the chunk.
func (o *outcome) full(size int) bool {
	if o.piece != nil {
		return o.piece.More
	}
	return o.examined == size
}

// verdict takes the answer of a rule on one file: nil evidence changes nothing,
// an error sets the file aside.
func verdict[E any](o *outcome, d ownershipdb.Decision, evidence *E, err error) error {
	file := d.File
	o.examined, o.last = o.examined+1, &file
	if err != nil {
		o.aside, o.why = append(o.aside, kernel.UUID(file)), append(o.why, err.Error())
		return nil
	}
	if evidence == nil {
		return nil
	}
	if d.Evidence, err = json.Marshal(evidence); err != nil {
		return err
	}
	o.decisions = append(o.decisions, d)
	return nil
}

// naming says which visits decisions name (RUL-05): of files, of some of their days, which
// of them; unsure are those of which something was learned after the cut-off. It is read
// as decisions are written: the brake looks at more of them than are.
type naming struct {
	on     map[kernel.FileID][]kernel.BusinessDate
	unsure []kernel.FileID
	which  func([]ownership.Visit) []ownership.Visit
}

func (a *App) nameVisits(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome) error {
	on := map[kernel.FileID][]kernel.BusinessDate{}
	for _, d := range o.decisions {
		if days := o.named.on[d.File]; days != nil {
			on[d.File] = days
		}
	}
	seen, err := a.visitsOn(ctx, tx, c, on, o.named.unsure)
	if err != nil {
		return err
	}
	for i, d := range o.decisions {
		if seen[d.File] == nil {
			continue
		}
		if kept := o.named.which(seen[d.File]); len(kept) > 0 {
			if o.decisions[i].Visits, err = json.Marshal(kept); err != nil {
				return err
			}
		}
	}
	return nil
}

// digest is SHA-256 over what was decided, without ids and moments: the same
// facts up to the same cut-off give the same bytes (RUL-03).
func (o *outcome) digest() []byte {
	if o.piece != nil {
		return o.piece.Digest
	}
	h := sha256.New()
	for _, d := range o.decisions {
		_, _ = fmt.Fprintf(h, "%s %s", d.File, d.Evidence) // a hash never fails
		if !d.To.IsZero() {
			_, _ = fmt.Fprintf(h, " %s", d.To)
		}
		_, _ = h.Write([]byte{'\n'})
	}
	return h.Sum(nil)
}

// workChunk carries out the tenant's open chunk if it is this job's, in one
// transaction with the ledger row that proves it done, and opens what follows.
// It stands aside first, holding nothing but its chunk: a chunk that nobody holds is
// taken for one whose job was killed. carry says whether this job goes on with that or a new one is inserted. more:
// there is something to go on with. finish completes the job inside the same
// transaction when there is nothing more for it.
func (a *App) workChunk(ctx context.Context, id kernel.TenantID, job int64, aside time.Duration, carry bool, finish func(pgx.Tx) error) (more bool, err error) {
	now := a.Clock.Now()
	seen, err := ownershipdb.New(a.DB.Single(id)).OpenChunkOf(ctx, id, job)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil // done, or handed to another job
	}
	if err != nil {
		return false, err
	}
	set, err := a.setting(ctx, id, seen.PeriodOn)
	if err != nil {
		return false, err
	}
	if set.rules.Version != seen.RuleVersion {
		return false, fmt.Errorf("rule set v%d is in force on %s, the run began under v%d", set.rules.Version, seen.PeriodOn, seen.RuleVersion)
	}
	var following *opening
	if seen.Alone {
		if following, err = a.after(ctx, id, ownership.Step{Day: seen.PeriodOn, Kind: ownership.Kind(seen.Kind)}, now); err != nil {
			return false, err
		}
	}
	score, err := a.prepare(ctx, id, ownership.Kind(seen.Kind), seen.PeriodOn)
	if err != nil {
		return false, err
	}
	var looking *looking
	if ownership.Kind(seen.Kind) == ownership.KindCorrection {
		if looking, err = a.prepareCorrections(ctx, id, seen.PeriodOn); err != nil {
			return false, err
		}
	}
	next := job
	if !carry {
		next = 0
	}
	closed := false
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		row, err := q.LockChunk(ctx, id)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && (row.JobID != job || row.RunID != seen.RunID || row.No != seen.No || row.State != "running") {
			return nil // somebody else was faster; this job ends
		}
		if err != nil {
			return err
		}
		wait(ctx, aside)
		if err := ownershipdb.Alone(ctx, tx); err != nil {
			return err
		}
		c := &chunk{LockChunkRow: row, setting: set, tenant: id, now: now, score: score, looking: looking}
		if row.AfterFile != nil {
			c.after = *row.AfterFile
		}
		if err := a.narrow(ctx, q, c); err != nil {
			return err
		}
		if c.only != nil {
			if err := ownershipdb.AtHand(ctx, tx); err != nil {
				return err
			}
		}
		o, err := a.decide(ctx, tx, c)
		if err != nil {
			return err
		}
		if err := a.brakeTx(ctx, tx, c, o); err != nil {
			return err
		}
		if err := a.write(ctx, tx, c, o); err != nil {
			return err
		}
		more, err = a.proceedTx(ctx, tx, c, o, following, next)
		closed = !more && !seen.Alone
		if err != nil || carry && (more || closed) {
			return err
		}
		return finish(tx)
	})
	if err != nil {
		return false, err
	}
	if closed {
		more, err = a.follow(ctx, id, next)
	}
	return more && carry, err
}

// follow opens what comes after a run that was not the chain's alone: stores that
// catch up, or the chain's next. Cut off before it, the chain stands still until
// somebody plans. It reports whether there is something to go on with.
func (a *App) follow(ctx context.Context, id kernel.TenantID, job int64) (opened bool, err error) {
	q := ownershipdb.New(a.DB.Single(id))
	newest, err := q.NewestRuns(ctx, id)
	if err != nil {
		return false, err
	}
	for _, r := range newest {
		if r.State != "done" {
			return false, nil // somebody was faster
		}
	}
	open, err := a.next(ctx, q, id, newest, a.Clock.Now())
	if err != nil || open == nil {
		return false, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		opened, err = a.openRunTx(ctx, tx, id, open, job)
		return err
	})
	if overtaken(err) {
		return false, nil
	}
	return opened, err
}

// chunkSize is how many files a chunk of a kind decides at most.
func (a *App) chunkSize(k ownership.Kind) int {
	if k.Monthly() {
		return a.MonthChunk
	}
	return a.ChunkSize
}

// proceedTx opens what follows a chunk: the run's next one when this was full,
// else the run that is due. It reports whether there is something to go on with.
func (a *App) proceedTx(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome, following *opening, job int64) (bool, error) {
	if o.full(a.chunkSize(c.kind())) {
		return true, a.openChunkTx(ctx, tx, ownershipdb.OpenChunkParams{TenantID: c.tenant, RunID: c.RunID, No: c.No + 1, AfterFile: o.last, JobID: job})
	}
	q := ownershipdb.New(tx)
	if err := q.CloseRun(ctx, &c.now, c.tenant, c.RunID); err != nil {
		return false, err
	}
	if err := a.passTx(ctx, q, c); err != nil || following == nil {
		return false, err
	}
	return a.openRunTx(ctx, tx, c.tenant, following, job)
}

func (a *App) decide(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	switch c.kind() {
	case ownership.KindDormancy:
		return a.decideDormancy(ctx, tx, c)
	case ownership.KindWakeUp:
		return a.decideWakeUp(ctx, tx, c)
	case ownership.KindIncomplete:
		return a.decideIncomplete(ctx, tx, c)
	case ownership.KindScore, ownership.KindHandover:
		return a.decideScore(ctx, tx, c)
	case ownership.KindShare:
		return a.decideShare(ctx, tx, c)
	case ownership.KindAdoption:
		return a.decideAdoption(ctx, tx, c)
	case ownership.KindAway:
		return a.decideAway(ctx, tx, c)
	case ownership.KindLapse:
		return a.decideLapse(ctx, tx, c)
	case ownership.KindCorrection:
		return a.decideCorrections(ctx, tx, c)
	case ownership.KindWarn:
		return a.decideWarnings(ctx, tx, c)
	case ownership.KindMerge, ownership.KindAppeal: // of a person, never of a run
	}
	return nil, fmt.Errorf("this version does not know the kind %q", c.Kind)
}

// write puts an outcome down, one statement for each table whatever its size.
func (a *App) write(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome) error {
	q := ownershipdb.New(tx)
	if err := a.nameVisits(ctx, tx, c, o); err != nil {
		return err
	}
	if len(o.decisions) > 0 {
		d := ownershipdb.Columns(c.Kind, o.decisions)
		d.TenantID, d.RunID, d.RuleVersion, d.EffectiveOn, d.CreatedAt = c.tenant, c.RunID, c.RuleVersion, c.PeriodOn, c.now
		if err := q.InsertDecisions(ctx, d); err != nil {
			return err
		}
	}
	if err := a.endTies(ctx, tx, c, o.decisions); err != nil {
		return err
	}
	if err := a.writeOffers(ctx, tx, c, o); err != nil {
		return err
	}
	if err := a.tellTx(ctx, tx, c, o); err != nil {
		return err
	}
	if err := a.writeWarnings(ctx, tx, c, o); err != nil {
		return err
	}
	if len(o.idle) > 0 {
		if err := a.Files.ActIdleTx(ctx, tx, c.tenant, c.PeriodOn, o.idle, c.now); err != nil {
			return err
		}
	}
	if len(o.aside) > 0 {
		if err := q.InsertSetAside(ctx, ownershipdb.InsertSetAsideParams{TenantID: c.tenant, RunID: c.RunID, FileIds: o.aside, Errors: o.why}); err != nil {
			return err
		}
	}
	return q.CloseChunk(ctx, ownershipdb.CloseChunkParams{
		TenantID: c.tenant, RunID: c.RunID, No: c.No, LastFile: o.last, Digest: o.digest(),
		Examined: int64(o.examined), Decided: int64(o.decided()), SetAside: int64(len(o.aside)),
	})
}

// endTies ends the ties that decisions end, and writes that nobody owns the
// files.
func (a *App) endTies(ctx context.Context, tx pgx.Tx, c *chunk, decisions []ownershipdb.Decision) error {
	p := ownershipdb.EndTiesParams{TenantID: c.tenant, EndOn: &c.PeriodOn}
	var owners []customer.Owner
	for _, d := range decisions {
		if !d.Tie.IsZero() {
			p.TieIds, p.DecisionIds = append(p.TieIds, d.Tie), append(p.DecisionIds, d.ID)
			owners = append(owners, customer.Owner{File: d.File})
		}
	}
	if len(owners) == 0 {
		return nil
	}
	ended, err := ownershipdb.New(tx).EndTies(ctx, p)
	if err != nil {
		return err
	}
	if ended != int64(len(owners)) {
		return errors.New("a tie was ended by somebody else meanwhile") // the chunk is tried again without it
	}
	return a.Files.SetOwnerTx(ctx, tx, c.tenant, owners)
}

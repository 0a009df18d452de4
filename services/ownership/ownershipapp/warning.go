package ownershipapp

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// warned is a warning that is about to be written.
type warned struct {
	id  kernel.UUID
	row ownershipdb.WarnCandidatesRow
	ownership.WarnEvidence
}

// decideWarnings is LIF-10 over a chunk. Only the run of the day that it is warns:
// what was missed while days were caught up is no news any more, or is warned of
// today.
func (a *App) decideWarnings(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	o := &outcome{}
	if !slices.ContainsFunc(c.stores, c.fresh) {
		return o, nil
	}
	q := ownershipdb.New(tx)
	months, shortest := c.months(ownership.KindDormancy)
	first, last, warnDay := ownership.WarningDays(c.rules)
	monthly, err := a.warnsOfShare(ctx, q, c, warnDay)
	if err != nil {
		return nil, err
	}
	rows, err := q.WarnCandidates(ctx, ownershipdb.WarnCandidatesParams{
		TenantID: c.tenant, Day: c.PeriodOn, CutOff: c.CutOff, AfterFile: c.after, Monthly: monthly, FirstOn: c.PeriodOn.Month().First(),
		Since: (c.PeriodOn + kernel.BusinessDate(first)).MinusMonths(shortest), Stores: c.within(), AtMost: int32(a.ChunkSize),
	})
	if err != nil {
		return nil, err
	}
	var unsure []kernel.FileID
	for _, r := range rows {
		if r.Unsure {
			unsure = append(unsure, r.FileID)
		}
	}
	visits, err := a.asKnown(ctx, tx, c, rows, unsure, monthly)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		var of []*ownership.WarnEvidence
		var err error
		switch store, ok := c.byID[r.StoreID]; {
		case !ok:
			err = ownership.ErrNoStore
		case c.fresh(store):
			of = make([]*ownership.WarnEvidence, 2)
			of[0], err = ownership.WarnOfDormancy(c.PeriodOn, ownership.Tenure{Start: min(c.PeriodOn, ownership.ClockStart(ownership.Origin(r.Origin), r.StartOn, store)), LastVisit: rows[i].LastVisit, Closed: store.ClosuresAt(c.CutOff)}, months[r.StoreID], first, last)
			if err == nil && monthly {
				of[1], err = ownership.WarnOfShare(c.PeriodOn.Month(), ownership.Bond{Referrer: r.ReferrerID, Start: r.StartOn}, visits[i], ownership.ShareTermsOf(c.rules, r.StoreID))
			}
		}
		if err := verdict[struct{}](o, ownershipdb.Decision{File: r.FileID}, nil, err); err != nil {
			return nil, err
		}
		for _, e := range of {
			if e != nil && err == nil {
				o.warnings = append(o.warnings, warned{kernel.NewID[kernel.UUID](c.now), r, *e})
			}
		}
	}
	return o, a.nameLast(ctx, tx, c, o.warnings, unsure)
}

// nameLast lets warnings of LIF-03 keep the last visit itself, by its meal.
func (a *App) nameLast(ctx context.Context, tx pgx.Tx, c *chunk, warnings []warned, unsure []kernel.FileID) error {
	last := map[kernel.FileID][]kernel.BusinessDate{}
	for _, w := range warnings {
		if w.LastVisit != nil {
			last[w.row.FileID] = []kernel.BusinessDate{*w.LastVisit}
		}
	}
	seen, err := a.visitsOn(ctx, tx, c, last, unsure)
	for i, w := range warnings {
		if all := seen[w.row.FileID]; w.LastVisit != nil && len(all) > 0 {
			warnings[i].Seen = all[len(all)-1:]
		}
	}
	return err
}

// fresh reports whether the run's day was running in a store when it began.
func (c *chunk) fresh(s tenant.Store) bool { return s.BusinessDate(c.CutOff) == c.PeriodOn }

// warnsOfShare says whether this run warns of LIF-04: none since the day for it was
// fresh.
func (a *App) warnsOfShare(ctx context.Context, q *ownershipdb.Queries, c *chunk, warnDay int) (bool, error) {
	on := c.PeriodOn.Month().First() + kernel.BusinessDate(warnDay-1)
	if c.PeriodOn <= on {
		return c.PeriodOn == on, nil
	}
	runs, err := q.RunsOfKind(ctx, ownershipdb.RunsOfKindParams{TenantID: c.tenant, Kind: string(ownership.KindWarn), FirstOn: on, LastOn: c.PeriodOn - 1})
	before := slices.ContainsFunc(runs, func(r ownershipdb.RunsOfKindRow) bool {
		return slices.ContainsFunc(c.stores, func(s tenant.Store) bool { return s.BusinessDate(r.CutOff) == r.PeriodOn })
	})
	return ownership.WarnsOfShare(c.PeriodOn, warnDay, before), err
}

// asKnown puts right what was learned of candidates after the cut-off, and gives
// the visits of the running month of each.
func (a *App) asKnown(ctx context.Context, tx pgx.Tx, c *chunk, rows []ownershipdb.WarnCandidatesRow, unsure []kernel.FileID, monthly bool) ([][]ownership.Visit, error) {
	known, err := a.histories(ctx, tx, c, unsure, c.PeriodOn)
	if err != nil {
		return nil, err
	}
	counted := map[kernel.FileID][]ownership.Visit{}
	if monthly && len(unsure) > 0 {
		if counted, err = a.countedIn(ctx, tx, c, unsure, c.PeriodOn.Month().First(), c.PeriodOn); err != nil {
			return nil, err
		}
	}
	out := make([][]ownership.Visit, len(rows))
	for i, r := range rows {
		out[i] = ownershipdb.Visits(r.Days, r.Meals, r.Credits)
		if r.Unsure {
			rows[i].LastVisit, out[i] = known[r.FileID].LastVisit, counted[r.FileID]
		}
	}
	return out, nil
}

// writeWarnings writes what is news of a chunk's warnings, tells the referrers, and
// says so in the ledger: one item a person and rule, with the most urgent guest and
// the number of the others.
func (a *App) writeWarnings(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome) error {
	if c.kind() != ownership.KindWarn {
		return nil
	}
	o.piece = &ownership.Piece{Examined: o.examined, More: o.examined == a.ChunkSize}
	h := sha256.New()
	defer func() { o.piece.Digest = h.Sum(nil) }()
	if len(o.warnings) == 0 {
		return nil
	}
	p := ownershipdb.InsertWarningsParams{TenantID: c.tenant, WarnedOn: c.PeriodOn, RuleVersion: c.RuleVersion, Now: c.now}
	for _, w := range o.warnings {
		evidence, err := json.Marshal(w.WarnEvidence)
		if err != nil {
			return err
		}
		p.WarningIds, p.TieIds, p.FileIds = append(p.WarningIds, w.id), append(p.TieIds, w.row.TieID), append(p.FileIds, kernel.UUID(w.row.FileID))
		p.StoreIds, p.People, p.Rules = append(p.StoreIds, kernel.UUID(w.row.StoreID)), append(p.People, kernel.UUID(w.row.ReferrerID)), append(p.Rules, string(w.Rule))
		p.Stages, p.ActsOns, p.Evidence = append(p.Stages, int16(w.Stage)), append(p.ActsOns, w.ActsOn), append(p.Evidence, evidence)
	}
	written, err := ownershipdb.New(tx).InsertWarnings(ctx, p)
	if err != nil {
		return err
	}
	isNew := make(map[kernel.UUID]bool, len(written))
	for _, id := range written {
		isNew[id] = true
	}
	news := slices.DeleteFunc(o.warnings, func(w warned) bool { return !isNew[w.id] })
	o.piece.Decided = len(news)
	for _, w := range news {
		_, _ = fmt.Fprintf(h, "%s %s %d %s\n", w.row.FileID, w.Rule, w.Stage, w.ActsOn) // a hash never fails
	}
	return a.Inbox.NoteTx(ctx, tx, c.tenant, warnNotes(news), c.now)
}

func warnNotes(news []warned) []message.Note {
	slices.SortStableFunc(news, func(x, y warned) int { return cmp.Compare(x.ActsOn, y.ActsOn) })
	type to struct {
		who   kernel.PersonID
		rule  ownership.Kind
		stage int
	}
	at, notes := map[to]int{}, []message.Note{}
	for _, w := range news {
		k := to{w.row.ReferrerID, w.Rule, w.Stage}
		if i, again := at[k]; again {
			notes[i].More++
			continue
		}
		at[k] = len(notes)
		kind := message.GuestAtRisk
		if w.Stage == ownership.LastWarning {
			kind = message.GuestAtRiskSoon
		}
		notes = append(notes, message.Note{Person: k.who, Kind: kind, File: w.row.FileID, On: w.ActsOn - 1, Decision: w.id})
	}
	return notes
}

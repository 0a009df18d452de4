package ownershipapp

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// maxPreview is how many lines of what would happen are shown.
const maxPreview = 1000

// Outlook is what runs would do in a store; nothing of it is done.
type Outlook struct {
	Lines []Told // at most maxPreview, in the order of the runs
	Total int
	Ties  int64 // the store has
}

// PreviewGoLive shows whom the rules would release and adopt in a store if it went
// live on a day (RUL-06), by the facts of now: those of the day, then those of the
// first close of a month from it on. Faults: store.not_found, store.live,
// invalid_field.
func (a *App) PreviewGoLive(ctx context.Context, grant kernel.Grant, store kernel.StoreID, on kernel.BusinessDate, now time.Time) (Outlook, error) {
	id := grant.Actor().Tenant
	if !grant.Covers(store, false) {
		return Outlook{}, tenant.ErrNoStore
	}
	s, err := a.store(ctx, id, store)
	if err != nil {
		return Outlook{}, err
	}
	if err := s.CheckLive(&on, s.BusinessDate(now)); err != nil {
		return Outlook{}, err
	}
	first := on.Month().First()
	if first < on {
		first = (on.Month() + 1).First()
	}
	steps := []ownership.Step{{Day: on, Kind: ownership.KindAway}, {Day: on, Kind: ownership.KindDormancy}, {Day: first, Kind: ownership.KindAdoption}, {Day: first, Kind: ownership.KindShare}}
	slices.SortStableFunc(steps, func(x, y ownership.Step) int {
		if x.Before(y) {
			return -1
		}
		return 1
	})
	return a.preview(ctx, id, store, steps, now, func(t *tenant.Store) { t.LiveOn = &on })
}

// preview carries steps out for one store by the facts of now and writes nothing.
// set changes the store first.
func (a *App) preview(ctx context.Context, id kernel.TenantID, store kernel.StoreID, steps []ownership.Step, now time.Time, set func(*tenant.Store)) (p Outlook, err error) {
	chunks := make([]*chunk, len(steps))
	for i, step := range steps {
		if chunks[i], err = a.previewChunk(ctx, id, store, step, now, set); err != nil {
			return p, err
		}
	}
	rows := []ownershipdb.DecisionsOfFileRow{}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		seen := map[kernel.FileID]bool{}
		for _, c := range chunks {
			for more := true; more; {
				o, err := a.decide(ctx, tx, c)
				if err != nil {
					return err
				}
				for _, d := range o.decisions {
					if !seen[d.File] { // a guest is released once
						rows = append(rows, previewRow(c, d))
					}
					seen[d.File] = true
				}
				if more = o.full(a.chunkSize(c.kind())); more {
					c.after = *o.last
				}
			}
		}
		ties, err := ownershipdb.New(tx).TiesOfStores(ctx, id, []kernel.UUID{kernel.UUID(store)})
		for _, t := range ties {
			p.Ties = t.Ties
		}
		return err
	})
	if err != nil {
		return p, err
	}
	p.Total = len(rows)
	p.Lines, err = a.tellPreview(ctx, id, rows[:min(len(rows), maxPreview)])
	return p, err
}

func (a *App) previewChunk(ctx context.Context, id kernel.TenantID, store kernel.StoreID, step ownership.Step, now time.Time, set func(*tenant.Store)) (*chunk, error) {
	s, err := a.setting(ctx, id, step.Day)
	if err != nil {
		return nil, err
	}
	s.stores, s.byID = slices.Clone(s.stores), maps.Clone(s.byID)
	for i := range s.stores {
		if s.stores[i].ID == store {
			set(&s.stores[i])
			s.byID[store] = s.stores[i]
		}
	}
	row := ownershipdb.LockChunkRow{No: 1, Kind: string(step.Kind), PeriodOn: step.Day, CutOff: now, RuleVersion: s.rules.Version}
	return &chunk{LockChunkRow: row, setting: s, tenant: id, now: now, only: []kernel.StoreID{store}}, nil
}

// previewRow is a decision as if it had been written; its people are named later.
func previewRow(c *chunk, d ownershipdb.Decision) ownershipdb.DecisionsOfFileRow {
	rule := d.Rule
	if rule == "" {
		rule = c.Kind
	}
	return ownershipdb.DecisionsOfFileRow{
		DecisionID: d.ID, FileID: d.File, StoreID: d.Store, Rule: rule, RuleVersion: c.RuleVersion, EffectiveOn: c.PeriodOn,
		FromName: personText(d.From), ToName: personText(d.To), Evidence: d.Evidence, CreatedAt: c.now, Visits: d.Visits,
	}
}

func personText(p kernel.PersonID) string {
	if p.IsZero() {
		return ""
	}
	return p.String()
}

// tellPreview names guests and people, and puts each line into words.
func (a *App) tellPreview(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow) ([]Told, error) {
	files, people := []kernel.UUID{}, []kernel.PersonID{}
	for _, r := range rows {
		files = append(files, kernel.UUID(r.FileID))
		for _, text := range []string{r.FromName, r.ToName} {
			if p, err := kernel.ParseID[kernel.PersonID](text); err == nil {
				people = append(people, p)
			}
		}
	}
	guests, err := ownershipdb.New(a.DB.Single(id)).GuestNames(ctx, id, files)
	if err != nil {
		return nil, err
	}
	names, err := a.names(ctx, id, distinct(people))
	if err != nil {
		return nil, err
	}
	nameOf := func(text string) string {
		p, _ := kernel.ParseID[kernel.PersonID](text) // empty: nobody
		return names[p]
	}
	guest := map[kernel.FileID]string{}
	for _, g := range guests {
		guest[g.FileID] = g.Name
	}
	for i, r := range rows {
		rows[i].GuestName, rows[i].FromName, rows[i].ToName = guest[r.FileID], nameOf(r.FromName), nameOf(r.ToName)
	}
	return a.say(ctx, id, rows)
}

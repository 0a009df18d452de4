package tenantapp

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// Drafting is a chain's draft with what keeps it from being published.
type Drafting struct {
	Draft    tenant.RuleDraft
	Findings []fault.Violation
}

// RuleDraft gives the chain's draft; without edits there is none.
func (a *App) RuleDraft(ctx context.Context, id kernel.TenantID) (Drafting, error) {
	stores, err := a.Stores(ctx, id)
	if err != nil {
		return Drafting{}, err
	}
	q := tenantdb.New(a.DB.Single(id))
	sets, err := ruleSets(ctx, q, id)
	if err != nil {
		return Drafting{}, err
	}
	draft, err := ruleDraft(ctx, q, id)
	return a.drafting(draft, sets[0], stores), err
}

// SaveRuleDraft replaces the draft's edits, note and day, if nobody has saved
// since the revision in it. Faults: rules.draft_changed, rules.version_changed,
// rules.unknown_key, rules.out_of_range.
func (a *App) SaveRuleDraft(ctx context.Context, id kernel.TenantID, by kernel.PersonID, in tenant.RuleDraft) (Drafting, error) {
	stores, err := a.Stores(ctx, id)
	if err != nil {
		return Drafting{}, err
	}
	now := a.Clock.Now()
	var saved Drafting
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		sets, err := ruleSets(ctx, q, id)
		if err != nil {
			return err
		}
		if in.Base != sets[0].Version {
			return tenant.ErrVersionChanged
		}
		draft, err := ruleDraft(ctx, q, id)
		if err != nil {
			return err
		}
		if draft.Revision != in.Revision {
			return tenant.ErrDraftChanged
		}
		draft.EffectiveOn, draft.Note = in.EffectiveOn, in.Note
		if draft, err = draft.Save(a.Catalogue, sets[0], stores, in.Edits, by, now); err != nil {
			return err
		}
		if draft, err = write(ctx, q, id, draft); err != nil {
			return err
		}
		saved = a.drafting(draft, sets[0], stores)
		return audit.WriteTx(ctx, tx, id, now, draftEntry("rules.draft_saved", draft))
	})
	return saved, err
}

// DiscardRuleDraft throws the draft away. Fault: rules.draft_changed.
func (a *App) DiscardRuleDraft(ctx context.Context, id kernel.TenantID, by kernel.PersonID, revision int64) (tenant.RuleDraft, error) {
	now := a.Clock.Now()
	var ended tenant.RuleDraft
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		draft, err := seen(ctx, q, id, revision)
		if err != nil {
			return err
		}
		if ended, err = end(ctx, q, id, draft, by, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, draftEntry("rules.draft_discarded", draft))
	})
	return ended, err
}

// PublishRuleDraft publishes the draft as it is saved and ends it, all or
// nothing. Faults: rules.draft_changed, rules.no_change and those of
// PublishRuleSet.
func (a *App) PublishRuleDraft(ctx context.Context, id kernel.TenantID, by kernel.PersonID, revision int64, on kernel.BusinessDate, note string) (tenant.RuleSet, error) {
	return a.publish(ctx, id, by, func(q *tenantdb.Queries, sets []tenant.RuleSet, _ kernel.BusinessDate) (tenant.Draft, error) {
		draft, err := seen(ctx, q, id, revision)
		if err != nil {
			return tenant.Draft{}, err
		}
		if len(draft.Edits) == 0 {
			return tenant.Draft{}, tenant.ErrNoChange
		}
		_, err = end(ctx, q, id, draft, by, a.Clock.Now())
		return draft.On(sets[0], on, note), err
	})
}

func (a *App) drafting(draft tenant.RuleDraft, newest tenant.RuleSet, stores []tenant.Store) Drafting {
	return Drafting{Draft: draft, Findings: draft.On(newest, 0, "").Contradictions(a.Catalogue, stores)}
}

// ruleDraft reads the draft; a chain that never had one has the zero one.
func ruleDraft(ctx context.Context, q *tenantdb.Queries, id kernel.TenantID) (tenant.RuleDraft, error) {
	row, err := q.RuleDraft(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return tenant.RuleDraft{}, nil
	}
	if err != nil {
		return tenant.RuleDraft{}, err
	}
	return row.RuleDraft()
}

// seen is the draft of the revision that the caller has before his eyes.
func seen(ctx context.Context, q *tenantdb.Queries, id kernel.TenantID, revision int64) (tenant.RuleDraft, error) {
	draft, err := ruleDraft(ctx, q, id)
	if err == nil && draft.Revision != revision {
		err = tenant.ErrDraftChanged
	}
	return draft, err
}

// write saves a draft over its revision and gives it with the new one.
func write(ctx context.Context, q *tenantdb.Queries, id kernel.TenantID, d tenant.RuleDraft) (tenant.RuleDraft, error) {
	saved, err := q.SaveDraft(ctx, id, d)
	if err == nil && !saved {
		err = tenant.ErrDraftChanged
	}
	d.Revision++
	return d, err
}

// end empties a draft that was published or thrown away.
func end(ctx context.Context, q *tenantdb.Queries, id kernel.TenantID, d tenant.RuleDraft, by kernel.PersonID, now time.Time) (tenant.RuleDraft, error) {
	return write(ctx, q, id, tenant.RuleDraft{Revision: d.Revision, Base: d.Base, SavedBy: by, SavedAt: now})
}

// draftEntry is the line of an act on the draft: what it would set.
func draftEntry(action string, d tenant.RuleDraft) audit.Entry {
	e := audit.Entry{Action: action, Object: "rules", ObjectID: "draft-" + strconv.FormatInt(d.Revision, 10)}
	for _, edit := range d.Edits {
		field := edit.Key
		if !edit.Store.IsZero() {
			field = "store:" + edit.Store.String() + ":" + field
		}
		e.Changes = append(e.Changes, audit.Change{Field: field, After: text(edit.Value)})
	}
	return e
}

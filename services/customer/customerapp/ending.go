package customerapp

import (
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// warnedBefore is the instant before which a file that nobody submitted was
// begun when its writer is warned of its deletion on the day of now (DEL-02), and
// the terms by which that is so.
func (a *App) warnedBefore(ctx context.Context, id kernel.TenantID, now time.Time) (time.Time, customer.IdleTerms, error) {
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return time.Time{}, customer.IdleTerms{}, err
	}
	day := chain.BusinessDate(now)
	rules, err := a.Tenants.Rules(ctx, id, day)
	if err != nil {
		return time.Time{}, customer.IdleTerms{}, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	terms := customer.TermsOf(rules)
	return customer.BegunBefore(day, terms.First, stores), terms, err
}

// withEnds tells of those items that nobody has submitted when DEL-02 deletes
// them if nobody does.
func (a *App) withEnds(ctx context.Context, id kernel.TenantID, now time.Time, items []Item) error {
	files := []kernel.UUID{}
	for _, it := range items {
		if it.ApprovedOn == nil && it.State.Editable() {
			files = append(files, kernel.UUID(it.File))
		}
	}
	if len(files) == 0 {
		return nil
	}
	_, terms, err := a.warnedBefore(ctx, id, now)
	if err != nil {
		return err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return err
	}
	clocks, err := a.read(id).ClocksOf(ctx, id, files)
	if err != nil {
		return err
	}
	for i := range items {
		c := slices.IndexFunc(clocks, func(c customerdb.ClocksOfRow) bool { return c.FileID == items[i].File })
		s := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.ID == items[i].Store })
		if c >= 0 && s >= 0 {
			items[i].EndsOn = new(terms.EndsOn(stores[s], clocks[c].Clock))
		}
	}
	return nil
}

// Writing is what somebody has to finish: how many of his files came back with
// reasons, of how many DEL-02 warns him, and the day the first of those is
// deleted. A port of report.
func (a *App) Writing(ctx context.Context, id kernel.TenantID, person kernel.PersonID, now time.Time) (customer.Writing, error) {
	begun, terms, err := a.warnedBefore(ctx, id, now)
	if err != nil {
		return customer.Writing{}, err
	}
	row, err := a.read(id).WritingOf(ctx, begun, id, person)
	if err != nil || row.Ending == 0 {
		return customer.Writing{Back: row.Back}, err
	}
	chain, err := a.Tenants.Chain(ctx, id)
	return customer.Writing{Back: row.Back, Ending: row.Ending, Ends: chain.BusinessDate(row.First) + kernel.BusinessDate(terms.End)}, err
}

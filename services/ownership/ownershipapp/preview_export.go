package ownershipapp

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
)

// ExportPreview gives what the close of the running month would decide as a workbook
// (.xlsx), of a store or, if zero, of all in reach: what it comes to for each person,
// and every guest. Guests' names stay masked. Fault: store.not_found.
func (a *App) ExportPreview(ctx context.Context, grant kernel.Grant, store kernel.StoreID, now time.Time) ([]byte, string, error) {
	all, err := a.Tenants.Stores(ctx, grant.Actor().Tenant)
	if err != nil {
		return nil, "", err
	}
	stores := slices.DeleteFunc(slices.Clone(all), func(s tenant.Store) bool {
		return s.State(s.BusinessDate(now)) == tenant.StoreClosed || !grant.Covers(s.ID, true) || !store.IsZero() && s.ID != store
	})
	if len(stores) == 0 {
		return nil, "", tenant.ErrNoStore
	}
	totals, lines := [][]any{{"门店", "员工", "将转出", "将认养"}}, [][]any{{"门店", "客户", "将发生", "规则", "原推荐人", "新推荐人", "生效日", "说明"}}
	var counted kernel.BusinessDate
	err = a.previews(ctx, grant, all, stores, now, func(s tenant.Store, p *Preview) {
		counted = max(counted, p.Counted)
		for _, x := range p.People {
			totals = append(totals, []any{s.Name, x.Name, x.Lost, x.Offered})
		}
		for _, d := range p.Decisions[:min(len(p.Decisions), maxTrialLines+1-len(lines))] {
			lines = append(lines, []any{s.Name, customer.Name(d.GuestName).Masked(), effects[d.Rule], d.Rule, d.FromName, d.ToName, p.Effective.String(), d.Sentence.ZH})
		}
	})
	if err != nil {
		return nil, "", err
	}
	object := kernel.UUID(store)
	if store.IsZero() {
		object = kernel.UUID(grant.Actor().Tenant)
	}
	book, err := workbook([]sheet{{"按员工", totals}, {"明细", lines}})
	audit.Seen(ctx, audit.Entry{Action: "decision.exported", Object: "store", ObjectID: object.String(), Topic: "export"})
	return book, fmt.Sprintf("月结预览-%s.xlsx", counted), err
}

// effects are the rules of a close as the workbook says them.
var effects = map[string]string{
	string(ownership.KindShare): "转为公共客户", string(ownership.KindAdoption): "交给接待人核对", ownership.RuleTied: "接待次数相同，保持公共",
}

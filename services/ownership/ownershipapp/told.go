package ownershipapp

import (
	"context"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/rpc"
)

// Told is a decision with its words.
type Told struct {
	ownershipdb.DecisionsOfFileRow
	Sentence kernel.Words
	Facts    []ownership.Fact
	shown    bool // whether the caller of the method sees the guest's name in clear
}

// tell puts decisions into words, with the term that was in force: the rules of
// a day that has passed never change.
func (a *App) tell(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow) ([]Told, error) {
	out := make([]Told, len(rows))
	reached, names := rpc.Grant(ctx), rpc.GrantFor(ctx, customer.NamesPermission)
	for i, r := range rows {
		// Where only own things are reached the rows are what he lost or got.
		out[i].shown = names.Covers(r.StoreID, !reached.Covers(r.StoreID, false))
		rules, err := a.Tenants.Rules(ctx, id, r.EffectiveOn)
		if err != nil {
			return nil, err
		}
		k := ownership.Kind(r.Rule)
		out[i].DecisionsOfFileRow = r
		out[i].Sentence, out[i].Facts = ownership.TellDecision(k, r.Evidence, ownership.Told{
			EffectiveOn: r.EffectiveOn, Months: k.Months(rules, r.StoreID),
		})
	}
	return out, nil
}

package ownershipapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// Told is a decision with its words.
type Told struct {
	ownershipdb.DecisionsOfFileRow
	Sentence kernel.Words
	Facts    []ownership.Fact
}

// tell puts decisions into words, with the term that was in force: the rules of
// a day that has passed never change.
func (a *App) tell(ctx context.Context, id kernel.TenantID, rows []ownershipdb.DecisionsOfFileRow) ([]Told, error) {
	out := make([]Told, len(rows))
	for i, r := range rows {
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

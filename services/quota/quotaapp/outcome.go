package quotaapp

import (
	"context"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota/internal/quotadb"
)

// OutcomeLine is a score in the words of the golden years.
type OutcomeLine struct {
	Banquets  OutcomeItem `json:"banquets"`
	Customers OutcomeItem `json:"customers"`
	Month     string      `json:"month"`
	Rooms     OutcomeItem `json:"rooms"`
	StaffNo   string      `json:"staff_no"`
	Visits    OutcomeItem `json:"visits"`
}

// OutcomeItem is one item of it; target with two decimals, nil: none.
type OutcomeItem struct {
	Counted int64   `json:"counted"`
	Target  *string `json:"target"`
}

// Outcome gives every score of a chain, sorted by month and staff number.
func (a *App) Outcome(ctx context.Context, id kernel.TenantID) ([]OutcomeLine, error) {
	rows, err := quotadb.New(a.DB.Single(id)).OutcomeScores(ctx, id)
	out := make([]OutcomeLine, len(rows))
	for i, r := range rows {
		out[i] = OutcomeLine{
			Month: r.Month.Month().String(), StaffNo: r.StaffNo,
			Customers: outcome(r.CustomersTarget, r.Customers), Visits: outcome(r.VisitsTarget, r.Visits),
			Rooms: outcome(r.RoomsTarget, r.Rooms), Banquets: outcome(r.BanquetsTarget, r.Banquets),
		}
	}
	return out, err
}

func outcome(target *int32, counted int32) OutcomeItem {
	o := OutcomeItem{Counted: int64(counted)}
	if l := line(0, target, counted); l.Target != nil {
		text := l.Target.String()
		o.Target = &text
	}
	return o
}

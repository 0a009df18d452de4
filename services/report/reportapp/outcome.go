package reportapp

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report/internal/reportdb"
)

// Event is one line of what became of a chain's files, in the words of the
// golden years: {date, evidence, from, phone, rule, store, to}.
type Event struct {
	Date     string          `json:"date"`
	Evidence json.RawMessage `json:"evidence"`
	From     *string         `json:"from"` // staff number
	Phone    string          `json:"phone"`
	Rule     string          `json:"rule"`
	Store    string          `json:"store"`
	To       *string         `json:"to"`
}

// FinalState is where a file stands at the end of a day.
type FinalState struct {
	Activity  string  `json:"activity"`   // active, dormant
	LastVisit *string `json:"last_visit"` // last counted visit
	Owner     *string `json:"owner"`      // staff number
	Phone     string  `json:"phone"`
	Store     string  `json:"store"`
	Visits    int32   `json:"visits"` // counted visits
}

// Outcome gives every event of some rules and the final state of every approved
// file after day `to`, sorted as the golden years are. phoneOf turns the key of
// a number into the number: the caller has the facts it came from, so that
// nothing needs to be decrypted.
func (a *App) Outcome(ctx context.Context, id kernel.TenantID, rules []string, to kernel.BusinessDate, phoneOf func(key []byte) string) ([]Event, []FinalState, error) {
	q := reportdb.New(a.DB.Single(id))
	inForce, err := a.Tenants.Rules(ctx, id, to)
	if err != nil {
		return nil, nil, err
	}
	decided, err := q.OutcomeEvents(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	var events []Event
	for _, d := range decided {
		if slices.Contains(rules, d.Rule) {
			events = append(events, Event{
				Date: d.EffectiveOn.String(), Evidence: d.Evidence, From: d.FromNo, Phone: phoneOf(d.NumberKey),
				Rule: d.Rule, Store: d.StoreCode, To: d.ToNo,
			})
		}
	}
	slices.SortFunc(events, func(a, b Event) int {
		return compare(a.Date, b.Date, a.Rule, b.Rule, a.Store, b.Store, a.Phone, b.Phone)
	})
	files, err := q.OutcomeFiles(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	var final []FinalState
	for _, f := range files {
		s := FinalState{Activity: "dormant", Owner: f.OwnerNo, Phone: phoneOf(f.NumberKey), Store: f.StoreCode}
		if f.Visits != nil {
			s.Visits = *f.Visits
		}
		if f.LastVisit != nil {
			day := f.LastVisit.String()
			s.LastVisit = &day
		}
		if customer.ActivityOn(to+1, f.ApprovedOn, f.LastVisit, int(inForce.Int(customer.RuleActivityMonths, f.StoreID))) == customer.Active {
			s.Activity = "active"
		}
		final = append(final, s)
	}
	slices.SortFunc(final, func(a, b FinalState) int { return compare(a.Store, b.Store, a.Phone, b.Phone) })
	return events, final, nil
}

// compare orders by the first pair of texts that differs.
func compare(pairs ...string) int {
	for i := 0; i < len(pairs); i += 2 {
		if c := strings.Compare(pairs[i], pairs[i+1]); c != 0 {
			return c
		}
	}
	return 0
}

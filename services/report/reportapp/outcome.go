package reportapp

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
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
// file after day `to`, sorted as the golden years are: of the day after only the
// close of the month, if `to` ends one. phoneOf turns the key of a number into
// the number: the caller has the facts it came from, so that nothing needs to be
// decrypted.
func (a *App) Outcome(ctx context.Context, id kernel.TenantID, rules []string, to kernel.BusinessDate, phoneOf func(key []byte) string) ([]Event, []FinalState, error) {
	q := reportdb.New(a.DB.Single(id))
	inForce, err := a.Tenants.Rules(ctx, id, to)
	if err != nil {
		return nil, nil, err
	}
	events, err := a.outcomeEvents(ctx, q, id, rules, to, phoneOf)
	if err != nil {
		return nil, nil, err
	}
	files, err := q.OutcomeFiles(ctx, to, id)
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

func (a *App) outcomeEvents(ctx context.Context, q *reportdb.Queries, id kernel.TenantID, rules []string, to kernel.BusinessDate, phoneOf func(key []byte) string) ([]Event, error) {
	decided, err := q.OutcomeEvents(ctx, id)
	if err != nil {
		return nil, err
	}
	people, err := q.StaffNumbers(ctx, id)
	if err != nil {
		return nil, err
	}
	staffNo := make(map[kernel.PersonID]string, len(people))
	for _, p := range people {
		staffNo[p.PersonID] = p.StaffNo
	}
	var events []Event
	for _, d := range decided {
		closing := d.EffectiveOn == to+1 && to == to.Month().Last() && (ownership.Kind(d.Rule).Monthly() || d.Rule == ownership.RuleTied)
		if !slices.Contains(rules, d.Rule) || d.EffectiveOn > to && !closing {
			continue
		}
		e := Event{
			Date: d.EffectiveOn.String(), Evidence: d.Evidence, From: d.FromNo, Phone: phoneOf(d.NumberKey), Rule: d.Rule, Store: d.StoreCode, To: d.ToNo,
		}
		if d.Rule == ownership.RuleTied {
			if e.Evidence, err = tied(d.Evidence, staffNo); err != nil {
				return nil, err
			}
		}
		events = append(events, e)
	}
	adopted, err := q.OutcomeAdoptions(ctx, id)
	for _, t := range adopted {
		if slices.Contains(rules, ruleAdopted) && t.StartOn <= to {
			events = append(events, Event{Date: t.StartOn.String(), Evidence: json.RawMessage("{}"), Phone: phoneOf(t.NumberKey), Rule: ruleAdopted, Store: t.StoreCode, To: &t.ToNo})
		}
	}
	slices.SortFunc(events, func(a, b Event) int {
		return compare(a.Date, b.Date, a.Rule, b.Rule, a.Store, b.Store, a.Phone, b.Phone)
	})
	return events, err
}

// ruleAdopted is the rule by which the tie of an adoption begins: no decision of
// a run, but of the person who confirmed and the one who approved.
const ruleAdopted = "LIF-08"

// tied writes the evidence of a tie with staff numbers in place of ids, sorted.
func tied(evidence []byte, staffNo map[kernel.PersonID]string) (json.RawMessage, error) {
	var e ownership.AdoptionEvidence
	if err := json.Unmarshal(evidence, &e); err != nil {
		return nil, err
	}
	receivers := make([]string, len(e.Receivers))
	for i, p := range e.Receivers {
		receivers[i] = staffNo[p]
	}
	slices.Sort(receivers)
	return json.Marshal(map[string]any{"month": e.Month, "count": e.Count, "receivers": receivers})
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

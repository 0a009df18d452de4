// Package ownershipdb is the SQL of ownership: ties, the ledger of runs, and
// decisions.
package ownershipdb

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/tenant"
)

// NewTies lays ties out column by column for one unnest statement.
func NewTies(tenant kernel.TenantID, ties []ownership.NewTie, origin ownership.Origin, importID *kernel.UUID, now time.Time) InsertTiesParams {
	p := InsertTiesParams{TenantID: tenant, Origin: string(origin), ImportID: importID, CreatedAt: now}
	for _, t := range ties {
		p.TieIds = append(p.TieIds, kernel.NewID[kernel.UUID](now))
		p.FileIds = append(p.FileIds, kernel.UUID(t.File))
		p.StoreIds = append(p.StoreIds, kernel.UUID(t.Store))
		p.ReferrerIds = append(p.ReferrerIds, kernel.UUID(t.Referrer))
		p.Starts = append(p.Starts, t.Start)
		former := t.Former
		if former == 0 {
			former = t.Start
		}
		p.Formers = append(p.Formers, former)
	}
	return p
}

// Decision is one decision of a chunk, with the tie it ends; a zero tie: none.
type Decision struct {
	ID       kernel.UUID
	File     kernel.FileID
	Store    kernel.StoreID
	Rule     string          // empty: the run's kind
	From, To kernel.PersonID // zero: nobody
	Evidence []byte          // JSON
	Visits   []byte          // JSON of those that were counted; nil: none are
	Tie      kernel.UUID
}

// Columns lays decisions of a run out for InsertDecisions.
func Columns(kind string, decisions []Decision) (d InsertDecisionsParams) {
	for _, x := range decisions {
		if x.Rule == "" {
			x.Rule = kind
		}
		if x.Visits == nil {
			x.Visits = []byte("null")
		}
		d.DecisionIds, d.Rules = append(d.DecisionIds, x.ID), append(d.Rules, x.Rule)
		d.FileIds, d.StoreIds = append(d.FileIds, kernel.UUID(x.File)), append(d.StoreIds, kernel.UUID(x.Store))
		d.FromIds, d.ToIds = append(d.FromIds, kernel.UUID(x.From)), append(d.ToIds, kernel.UUID(x.To))
		d.Evidence, d.Visits = append(d.Evidence, x.Evidence), append(d.Visits, x.Visits)
	}
	return d
}

// Visits puts the columns of a candidate's visits together.
func Visits(days []kernel.BusinessDate, meals []int16, credits []kernel.UUID) []ownership.Visit {
	out := make([]ownership.Visit, len(days))
	for i := range days {
		out[i] = ownership.Visit{On: days[i], Meal: tenant.MealPeriod(meals[i]), By: kernel.PersonID(credits[i])}
	}
	return out
}

// OfferColumns lays offers of one kind out for InsertOffers; decisions are those that
// made them, none for offers of people.
func OfferColumns(offers []ownership.Offer, decisions []kernel.UUID) (p InsertOffersParams) {
	for i, o := range offers {
		p.OfferIds, p.FileIds, p.StoreIds = append(p.OfferIds, o.ID), append(p.FileIds, kernel.UUID(o.File)), append(p.StoreIds, kernel.UUID(o.Store))
		p.People, p.OfferedOns, p.LapsesOns = append(p.People, kernel.UUID(o.Person)), append(p.OfferedOns, o.OfferedOn), append(p.LapsesOns, o.LapsesOn)
		var by kernel.UUID
		if decisions != nil {
			by = decisions[i]
		}
		p.DecisionIds = append(p.DecisionIds, by)
	}
	return p
}

// Offer is the row as the rules look at it.
func (o Offer) Offer() ownership.Offer {
	return ownership.Offer{
		ID: o.OfferID, File: o.FileID, Store: o.StoreID, Person: o.PersonID, Kind: ownership.OfferKind(o.Kind), State: ownership.OfferState(o.State),
		OfferedOn: o.OfferedOn, LapsesOn: o.LapsesOn,
	}
}

// UUIDs forgets what ids name, for an array parameter; never nil, because a nil
// array compares as unknown.
func UUIDs[T ~[16]byte](ids []T) []kernel.UUID {
	out := make([]kernel.UUID, len(ids))
	for i, id := range ids {
		out[i] = kernel.UUID(id)
	}
	return out
}

// Step is where in the chain a run stands.
func (r PeriodRun) Step() ownership.Step {
	return ownership.Step{Day: r.PeriodOn, Kind: ownership.Kind(r.Kind)}
}

// Package ownershipdb is the SQL of ownership: ties, the ledger of runs, and
// decisions.
package ownershipdb

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
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
	From     kernel.PersonID // zero: nobody
	Evidence []byte          // JSON
	Tie      kernel.UUID
}

// Columns lays decisions out for InsertDecisions and EndTies.
func Columns(decisions []Decision) (d InsertDecisionsParams, ties []kernel.UUID) {
	for _, x := range decisions {
		d.DecisionIds = append(d.DecisionIds, x.ID)
		d.FileIds = append(d.FileIds, kernel.UUID(x.File))
		d.StoreIds = append(d.StoreIds, kernel.UUID(x.Store))
		d.FromIds = append(d.FromIds, kernel.UUID(x.From))
		d.Evidence = append(d.Evidence, x.Evidence)
		ties = append(ties, x.Tie)
	}
	return d, ties
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

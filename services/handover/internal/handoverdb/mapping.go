// Package handoverdb is the SQL of handovers: cases, their steps and files.
package handoverdb

import (
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// Handover is the row as the rules look at it.
func (h Handover) Handover() handover.Handover {
	var by kernel.PersonID
	if h.RequestedBy != nil { // always, but in a row that was not found
		by = *h.RequestedBy
	}
	return handover.Handover{
		ID: h.HandoverID, No: h.No, Store: h.StoreID, Giver: h.GiverID, Receiver: h.ReceiverID, Kind: handover.Kind(h.Kind), Scope: handover.Scope(h.Scope),
		Cause: handover.Cause(h.Cause), State: handover.State(h.State), End: handover.End(h.Ended), GiverPost: h.GiverPost, ReceiverPost: h.ReceiverPost,
		Seat: h.Seat, Until: h.UntilOn, Reason: h.Reason, Files: h.Files, StepOn: h.StepOn, DueOn: h.DueOn, ConfirmedOn: h.ConfirmedOn,
		By: by, For: h.RequestedFor,
	}
}

// HeldColumns lays the ties of a case out for InsertFiles.
func HeldColumns(tenant kernel.TenantID, id kernel.UUID, held []ownership.Held) InsertFilesParams {
	p := InsertFilesParams{TenantID: tenant, HandoverID: id}
	for _, h := range held {
		p.Files, p.Ties = append(p.Files, kernel.UUID(h.File)), append(p.Ties, h.Tie)
		p.Sinces, p.Formers = append(p.Sinces, h.Since), append(p.Formers, h.Former)
	}
	return p
}

// UUIDs forgets what ids name, for an array parameter; never nil.
func UUIDs[T ~[16]byte](ids []T) []kernel.UUID {
	out := make([]kernel.UUID, len(ids))
	for i, id := range ids {
		out[i] = kernel.UUID(id)
	}
	return out
}

// Move is the row as the rules look at it, without its lines.
func (m StoreMove) Move() handover.Move {
	return handover.Move{
		ID: m.MoveID, Kind: handover.MoveKind(m.Kind), Store: m.StoreID, To: m.ToStoreID, On: m.OnDate, State: handover.MoveState(m.State), Reason: m.Reason,
		By: m.PlannedBy, For: m.PlannedFor, PlannedAt: m.PlannedAt, ApprovedBy: m.ApprovedBy, ApprovedFor: m.ApprovedFor, MovedOn: m.MovedOn, EndedAt: m.EndedAt,
		MoveCounts: handover.MoveCounts{Files: m.Files, Moved: m.Moved, Ties: m.Ties, Passed: m.Passed, Doubles: m.Doubles, Stuck: m.Stuck, People: m.People, Bookings: m.Bookings, Unplaced: m.Unplaced, Untold: m.Untold},
	}
}

// MoveLineColumns lays the lines of the end of a store out.
func MoveLineColumns(tenant kernel.TenantID, m handover.Move) InsertMoveLinesParams {
	p := InsertMoveLinesParams{TenantID: tenant, MoveID: m.ID, Referrers: []kernel.UUID{}, Stores: []kernel.UUID{}, Receivers: []kernel.UUID{}}
	for _, l := range m.Lines {
		p.Referrers, p.Stores, p.Receivers = append(p.Referrers, kernel.UUID(l.Referrer)), append(p.Stores, kernel.UUID(l.To)), append(p.Receivers, kernel.UUID(l.Receiver))
	}
	return p
}
